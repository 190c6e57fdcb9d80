/** `complete`: adds the members that a schema requires, so that a reply has the form that the document promises. */
import { isArray, isObject, type JsonValue } from "../../base/json.js";
import type { RawSchema } from "../operation.js";
import type { ChosenView, Schemas } from "../schemas.js";

/** A value for a member of this name. `complete` ignores one of the wrong type. */
export type Suggest = (name: string, view: ChosenView) => JsonValue | undefined;

export interface Filling {
  readonly schemas: Schemas;
  /** The value of times, in milliseconds since 1970. */
  readonly now: number;
  /** Fills members that no schema requires, too. Called for the outermost object only. */
  readonly suggest?: Suggest;
}

/** Deeper than this, objects stay empty: a schema may contain itself. */
const deepest = 5;

export function complete(
  value: JsonValue | undefined,
  schema: RawSchema | undefined,
  filling: Filling,
  depth = 0,
): JsonValue {
  const view = filling.schemas.viewOf(schema);
  if (value === undefined) return made(view, filling, depth);
  if (!isObject(value)) return value;
  const members = new Map(Object.entries(value));
  for (const [name, member] of view.properties) {
    const known = members.get(name);
    if (known !== undefined) {
      if (isObject(known) && depth < deepest) {
        members.set(name, complete(known, member, filling, depth + 1));
      }
      continue;
    }
    const memberView = filling.schemas.viewOf(member);
    const suggested = depth === 0 ? filling.suggest?.(name, memberView) : undefined;
    const fitting = suggested === undefined ? undefined : fit(suggested, memberView);
    if (fitting !== undefined) members.set(name, fitting);
    else if (view.required.has(name))
      members.set(name, made(memberView, filling, depth + 1, member));
  }
  for (const name of view.required) {
    if (!members.has(name))
      members.set(name, made(filling.schemas.viewOf(view.values), filling, depth + 1));
  }
  return Object.fromEntries(members);
}

/** The value, or its text where the schema has a string; undefined where it does not fit. */
export function fit(
  value: JsonValue,
  { types, allowed, nullable }: ChosenView,
): JsonValue | undefined {
  if (allowed && !allowed.includes(value)) return undefined;
  if (types.size === 0) return value;
  if (value === null) return nullable ? value : undefined;
  const type = isArray(value) ? "array" : typeof value;
  if (types.has(type)) return value;
  if (type === "number" && types.has("integer") && Number.isInteger(value)) return value;
  return type === "number" && types.has("string") ? JSON.stringify(value) : undefined;
}

function made(view: ChosenView, filling: Filling, depth: number, schema?: RawSchema): JsonValue {
  const [first] = view.allowed ?? [];
  if (first !== undefined) return first;
  const [type = view.properties.size > 0 ? "object" : view.nullable ? "null" : "string"] =
    view.types;
  const make = makers[type];
  if (make) return make(view, filling);
  if (type !== "object" || depth >= deepest) return {};
  return complete({}, schema ?? objectOf(view), filling, depth + 1);
}

/** A schema with the keywords of a view that `complete` reads. */
const objectOf = (view: ChosenView): RawSchema => ({
  properties: Object.fromEntries(view.properties),
  required: [...view.required],
});

const textOfFormat: Readonly<Record<string, (now: number) => string>> = {
  "date-time": (now) => new Date(now).toISOString(),
  date: (now) => new Date(now).toISOString().slice(0, 10),
  uuid: () => "00000000-0000-4000-a000-000000000000",
  uri: () => "http://localhost/",
  email: () => "nobody@example.com",
};

const makers: Readonly<Record<string, (view: ChosenView, filling: Filling) => JsonValue>> = {
  string: ({ format }, { now }) =>
    format !== undefined && Object.hasOwn(textOfFormat, format)
      ? (textOfFormat[format]?.(now) ?? "")
      : "",
  integer: ({ minimum }) => Math.max(0, Math.ceil(minimum ?? 0)),
  number: ({ minimum }) => Math.max(0, minimum ?? 0),
  boolean: () => false,
  array: () => [],
  null: () => null,
};
