/** JSON Pointers (RFC 6901) into values that came from anywhere: only own properties are read. */

/** The tokens of a pointer, unescaped. `""` has none. */
export const tokens = (pointer: string): string[] => pointer.split("/").slice(1).map(unescape);

const unescape = (token: string) => token.replaceAll("~1", "/").replaceAll("~0", "~");

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** An own property, or undefined. */
export const member = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** The value that `pointer` points at, or undefined where there is none. */
export function get(value: unknown, pointer: string): unknown {
  let inner = value;
  for (let rest = pointer; rest;) {
    const [name, next] = first(rest);
    inner = member(inner, name);
    rest = next;
  }
  return inner;
}

/** A copy of the object `value` with `part` at `pointer`: objects on the way are copied or created, the rest is shared. */
export function put(value: unknown, pointer: string, part: unknown): unknown {
  if (!pointer) return part;
  const [name, rest] = first(pointer);
  const inner = put(member(value, name), rest, part);
  // Spreading a primitive adds nothing. A computed key defines a property, also for `__proto__`.
  return isObject(value) && Object.hasOwn(value, name)
    ? { ...value, [name]: inner }
    : // Twice as fast as the other way round.
      { [name]: inner, ...(value as object | undefined) };
}

/** The first token, unescaped, and the rest of the pointer. */
function first(pointer: string): readonly [string, string] {
  const end = pointer.indexOf("/", 1);
  const [token, rest] =
    end < 0 ? [pointer.slice(1), ""] : [pointer.slice(1, end), pointer.slice(end)];
  return [token.includes("~") ? unescape(token) : token, rest];
}
