/**
 * Exports `viewOf`: a shallow view of a schema, with references followed and `allOf` merged, for detection and the
 * emulator; and functions on views: `walk` through a schema, `elementOf` a list or map.
 */
import { listOf, own, type JsonObject, type JsonValue } from "../base/json.js";
import { asObject, followObject, get, items, members, type Cursor } from "./cursor.js";
import { text } from "./operations.js";
import type { Spec } from "./spec.js";

/** If several parts of an `allOf` have a keyword, the last one counts. */
export interface SchemaView {
  readonly types: ReadonlySet<string>;
  /** OpenAPI 3.0's `nullable`. */
  readonly nullable: boolean;
  readonly properties: ReadonlyMap<string, Cursor>;
  readonly required: ReadonlySet<string>;
  /** The schema of the elements of an array. */
  readonly items?: Cursor;
  /** The schema of the values of a map. */
  readonly values?: Cursor;
  /** Each `oneOf` and `anyOf`, with its branches. */
  readonly choices: readonly (readonly Cursor[])[];
  /** The branches of all choices. */
  readonly branches: readonly Cursor[];
  /** The schemas of members whose names match a pattern. */
  readonly patterned: readonly Cursor[];
  /** It may have no other members than those that it declares. */
  readonly closed: boolean;
  /** The values of `const` or `enum`. */
  readonly allowed?: readonly JsonValue[];
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly format?: string;
}

type Single = "items" | "values" | "allowed" | "maxItems" | "minimum" | "format";

/** A view while the parts of its schema are merged into it. */
interface Merging {
  readonly types: Set<string>;
  nullable: boolean;
  readonly properties: Map<string, Cursor>;
  readonly required: Set<string>;
  readonly choices: Cursor[][];
  readonly patterned: Cursor[];
  closed: boolean;
  readonly single: { -readonly [K in Single]?: SchemaView[K] };
  /** Pointers of the parts. */
  readonly seen: Set<string>;
}

const deepest = 12;
const closing = ["additionalProperties", "unevaluatedProperties"];

// A document does not change after it is read, so its views stay right as long as it exists.
const viewsKnown = new WeakMap<Spec, WeakMap<JsonObject, SchemaView>>();

/** The view of a reference that dangles, or of a schema that is no object, is empty. */
export function viewOf(schema: Cursor<JsonValue> | undefined): SchemaView {
  const target = followObject(schema);
  if (!target) return mergedView(undefined);
  let known = viewsKnown.get(target.spec);
  if (!known) viewsKnown.set(target.spec, (known = new WeakMap()));
  const before = known.get(target.value);
  if (before) return before;
  const view = mergedView(target);
  known.set(target.value, view);
  return view;
}

function mergedView(schema: Cursor | undefined): SchemaView {
  const merging: Merging = {
    types: new Set(),
    nullable: false,
    properties: new Map(),
    required: new Set(),
    choices: [],
    patterned: [],
    closed: false,
    single: {},
    seen: new Set(),
  };
  merge(schema, merging, 0);
  const { single, seen: _, ...view } = merging;
  return { ...view, branches: view.choices.flat(), ...single };
}

function merge(part: Cursor<JsonValue> | undefined, view: Merging, depth: number): void {
  const schema = followObject(part);
  if (!schema || depth > deepest || view.seen.has(schema.pointer)) return;
  view.seen.add(schema.pointer);
  for (const name of textsOf(own(schema.value, "type"))) view.types.add(name);
  if (own(schema.value, "nullable") === true) view.nullable = true;
  for (const [name, member] of members(get(schema, "properties"))) {
    const property = asObject(member) ?? (member.value === true && { ...member, value: {} });
    if (property) view.properties.set(name, property);
  }
  for (const [, member] of members(get(schema, "patternProperties")))
    view.patterned.push(...[asObject(member) ?? []].flat());
  if (closing.some((keyword) => own(schema.value, keyword) === false)) view.closed = true;
  for (const name of textsOf(own(schema.value, "required"))) view.required.add(name);
  Object.assign(view.single, singleOf(schema));
  for (const keyword of ["oneOf", "anyOf"]) {
    const branches = items(get(schema, keyword)).flatMap((branch) => asObject(branch) ?? []);
    if (branches.length > 0) view.choices.push(branches);
  }
  for (const inner of items(get(schema, "allOf"))) merge(inner, view, depth + 1);
}

function singleOf(schema: Cursor): Merging["single"] {
  const element = asObject(get(schema, "items"));
  const values = asObject(get(schema, "additionalProperties"));
  const only = own(schema.value, "const");
  const allowed = only === undefined ? listOf(own(schema.value, "enum")) : [only];
  const maxItems = own(schema.value, "maxItems");
  const minimum = own(schema.value, "minimum");
  const format = text(schema.value, "format");
  return {
    ...(element && { items: element }),
    ...(values && { values }),
    ...(allowed.length > 0 && { allowed }),
    ...(typeof maxItems === "number" && { maxItems }),
    ...(typeof minimum === "number" && { minimum }),
    ...(format !== undefined && { format }),
  };
}

const textsOf = (value: JsonValue | undefined): readonly string[] =>
  (typeof value === "string" ? [value] : listOf(value)).filter((one) => typeof one === "string");

export const isArray = (view: SchemaView): boolean =>
  view.types.has("array") || (view.types.size === 0 && view.items !== undefined);

export const isMap = (view: SchemaView): boolean =>
  view.values !== undefined && view.properties.size === 0 && !isArray(view);

/** Something with members: an object, or a choice between such. */
export const isStructured = (schema: Cursor): boolean => {
  const view = viewOf(schema);
  return (
    view.properties.size > 0 ||
    view.types.has("object") ||
    view.values !== undefined ||
    view.branches.some((branch) => viewOf(branch).properties.size > 0)
  );
};

/** One object on the way to a value: its members, and which of them are required. */
export interface Level {
  readonly at: readonly string[];
  readonly properties: ReadonlyMap<string, Cursor>;
  readonly required: ReadonlySet<string>;
}

export interface Walk {
  /** The objects passed, outermost first. */
  readonly levels: readonly Level[];
  /** The schema at the end of the way; undefined where the document has none. */
  readonly target: Cursor | undefined;
}

/** Follows a JSON Pointer's tokens through a schema, as through a value that it describes. */
export function walk(root: Cursor, tokens: readonly string[]): Walk {
  const levels: Level[] = [];
  let target: Cursor | undefined = root;
  for (const [index, token] of tokens.entries()) {
    const step: Level | undefined = target && levelWith(target, token, tokens.slice(0, index));
    if (!step) return { levels, target: undefined };
    levels.push(step);
    target = step.properties.get(token);
  }
  return { levels, target };
}

/** The members of an object, together with those of the branch that has the wanted one. */
function levelWith(
  schema: Cursor,
  wanted: string,
  at: readonly string[],
  seen: Set<string> = new Set(),
): Level | undefined {
  if (!enter(schema, seen)) return undefined;
  const view = viewOf(schema);
  const base = { at, properties: view.properties, required: view.required };
  if (view.properties.has(wanted)) return base;
  for (const branch of view.branches) {
    const inner = levelWith(branch, wanted, at, seen);
    if (inner) {
      return {
        at,
        properties: new Map([...view.properties, ...inner.properties]),
        required: new Set([...view.required, ...inner.required]),
      };
    }
  }
  return undefined;
}

/** The schema of one element of an array, or of one value of a map; through a choice, the first that has one. */
export function elementOf(schema: Cursor, seen: Set<string> = new Set()): Cursor | undefined {
  if (!enter(schema, seen)) return undefined;
  const view = viewOf(schema);
  const element = view.items ?? (isMap(view) ? view.values : undefined);
  if (element) return element;
  for (const branch of view.branches) {
    const inner = elementOf(branch, seen);
    if (inner) return inner;
  }
  return undefined;
}

/** False the second time: choices between choices may come back to where they began. */
function enter(schema: Cursor, seen: Set<string>): boolean {
  const target = followObject(schema);
  if (!target || seen.has(target.pointer)) return false;
  seen.add(target.pointer);
  return true;
}
