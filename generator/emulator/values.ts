/** Functions that copy JSON values with a change. They are safe for a member named `__proto__`. */
import { isArray, isObject, type JsonObject, type JsonValue } from "../base/json.js";
import { formatPointer, parsePointer } from "../base/pointer.js";

/** The value with `member` at a pointer. Objects that are missing on the way are added, and a list for the token 0. */
export function setAt(value: JsonValue | undefined, pointer: string, member: JsonValue): JsonValue {
  const set = (at: JsonValue | undefined, tokens: readonly string[]): JsonValue => {
    const [token, ...rest] = tokens;
    if (token === undefined) return member;
    if (isArray(at) && /^\d+$/.test(token)) {
      return at.map((inner, index) => (index === Number(token) ? set(inner, rest) : inner));
    }
    if (at === undefined && token === "0") return [set(undefined, rest)];
    const members = new Map(isObject(at) ? Object.entries(at) : []);
    members.set(token, set(members.get(token), rest));
    return Object.fromEntries(members);
  };
  return set(value, parsePointer(pointer));
}

/** The value without the member at a pointer. */
export function without(value: JsonValue, pointer: string): JsonValue {
  const [token, ...rest] = parsePointer(pointer);
  if (token === undefined || !isObject(value)) return value;
  const members = new Map(Object.entries(value));
  const inner = members.get(token);
  if (rest.length === 0) members.delete(token);
  else if (inner !== undefined) {
    members.set(token, without(inner, formatPointer(rest)));
  }
  return Object.fromEntries(members);
}

/** The members of both; those of `upper` win. Objects that both have are merged in the same way. */
export function merge(lower: JsonObject, upper: JsonObject): JsonObject {
  const members = new Map(Object.entries(lower));
  for (const [name, value] of Object.entries(upper)) {
    const before = members.get(name);
    members.set(name, isObject(before) && isObject(value) ? merge(before, value) : value);
  }
  return Object.fromEntries(members);
}

/** A text or a number, as text: ids are compared this way. */
export function asText(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** JSON with sorted members, so that equal values give equal texts. */
export function canonical(value: JsonValue): string {
  return JSON.stringify(value, (_, inner: JsonValue) =>
    isObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}
