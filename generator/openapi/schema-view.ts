/** A shallow view of a schema: references followed, `allOf` merged, enough to see where the items of a batch are. */
import { escapeToken, formatPointer } from "../base/pointer.js";
import type { JsonValue, Spec } from "./spec.js";
import { followObject, isObject, list, own, text, type Placed } from "./operations.js";

export interface Shape {
  readonly types: ReadonlySet<string>;
  readonly properties: ReadonlyMap<string, Placed>;
  readonly required: ReadonlySet<string>;
  /** The schema of the elements of an array. */
  readonly items?: Placed;
  /** The schema of the values of a map. */
  readonly values?: Placed;
  /** The branches of `oneOf` and `anyOf`. */
  readonly branches: readonly Placed[];
  readonly maxItems?: number;
  readonly format?: string;
}

const deepest = 12;

/** What a schema looks like from outside. A reference that dangles, and a schema that is not an object, look empty. */
export function shapeOf(spec: Spec, value: JsonValue | undefined, pointer: string): Shape {
  const shape = {
    types: new Set<string>(),
    properties: new Map<string, Placed>(),
    required: new Set<string>(),
    branches: [] as Placed[],
  };
  const rest: { items?: Placed; values?: Placed; maxItems?: number; format?: string } = {};
  const seen = new Set<string>();

  const merge = (value: JsonValue | undefined, pointer: string, depth: number): void => {
    const schema = followObject(spec, value, pointer);
    if (!schema || depth > deepest || seen.has(schema.pointer)) return;
    seen.add(schema.pointer);
    const at = (...keys: readonly (string | number)[]): string =>
      schema.pointer + formatPointer(keys.map(String));
    const placed = (...keys: readonly string[]): Placed | undefined => {
      const inner = keys.reduce<JsonValue | undefined>(
        (object, key) => (isObject(object) ? own(object, key) : undefined),
        schema.value,
      );
      return isObject(inner) ? { value: inner, pointer: at(...keys) } : undefined;
    };

    const type = own(schema.value, "type");
    for (const name of typeof type === "string" ? [type] : list(type))
      if (typeof name === "string") shape.types.add(name);
    const properties = own(schema.value, "properties");
    if (isObject(properties)) {
      const above = at("properties");
      for (const name of Object.keys(properties)) {
        const property = properties[name];
        if (isObject(property)) {
          const pointer = `${above}/${escapeToken(name)}`;
          shape.properties.set(name, { value: property, pointer });
        }
      }
    }
    for (const name of list(own(schema.value, "required"))) {
      if (typeof name === "string") shape.required.add(name);
    }
    const items = placed("items");
    if (items) rest.items = items;
    const values = placed("additionalProperties");
    if (values) rest.values = values;
    const maxItems = own(schema.value, "maxItems");
    if (typeof maxItems === "number") rest.maxItems = maxItems;
    const format = text(schema.value, "format");
    if (format !== undefined) rest.format = format;
    for (const keyword of ["oneOf", "anyOf"]) {
      list(own(schema.value, keyword)).forEach((branch, index) => {
        if (isObject(branch)) shape.branches.push({ value: branch, pointer: at(keyword, index) });
      });
    }
    list(own(schema.value, "allOf")).forEach((part, index) => {
      merge(part, at("allOf", index), depth + 1);
    });
  };
  merge(value, pointer, 0);
  return { ...shape, ...rest };
}

export const shapeAt = (spec: Spec, schema: Placed<JsonValue>): Shape =>
  shapeOf(spec, schema.value, schema.pointer);

export const isArray = (shape: Shape): boolean =>
  shape.types.has("array") || (shape.types.size === 0 && shape.items !== undefined);

export const isMap = (shape: Shape): boolean =>
  shape.values !== undefined && shape.properties.size === 0 && !isArray(shape);

/** Something with members: an object, or a choice between such. */
export const isStructured = (spec: Spec, schema: Placed): boolean => {
  const shape = shapeAt(spec, schema);
  return (
    shape.properties.size > 0 ||
    shape.types.has("object") ||
    shape.values !== undefined ||
    shape.branches.some((branch) => shapeAt(spec, branch).properties.size > 0)
  );
};

/** One object on the way to a value: its members, and which of them are required. */
export interface Level {
  readonly at: readonly string[];
  readonly properties: ReadonlyMap<string, Placed>;
  readonly required: ReadonlySet<string>;
}

export interface Walk {
  /** The objects passed, outermost first. */
  readonly levels: readonly Level[];
  /** The schema at the end of the way; undefined where the document has none. */
  readonly target: Placed | undefined;
}

/** Follows a JSON Pointer's tokens through a schema, as through a value that it describes. */
export function walk(spec: Spec, root: Placed, tokens: readonly string[]): Walk {
  const levels: Level[] = [];
  let target: Placed | undefined = root;
  for (const [index, token] of tokens.entries()) {
    const step: Level | undefined =
      target && levelWith(spec, target, token, tokens.slice(0, index));
    if (!step) return { levels, target: undefined };
    levels.push(step);
    target = step.properties.get(token);
  }
  return { levels, target };
}

/** The members of an object, together with those of the branch that has the wanted one. */
function levelWith(
  spec: Spec,
  schema: Placed,
  wanted: string,
  at: readonly string[],
  seen: Set<string> = new Set(),
): Level | undefined {
  if (!enter(spec, schema, seen)) return undefined;
  const shape = shapeAt(spec, schema);
  const base = { at, properties: shape.properties, required: shape.required };
  if (shape.properties.has(wanted)) return base;
  for (const branch of shape.branches) {
    const inner = levelWith(spec, branch, wanted, at, seen);
    if (inner) {
      return {
        at,
        properties: new Map([...shape.properties, ...inner.properties]),
        required: new Set([...shape.required, ...inner.required]),
      };
    }
  }
  return undefined;
}

/** The schema of one element of an array, or of one value of a map; through a choice, the first that has one. */
export function elementOf(
  spec: Spec,
  schema: Placed,
  seen: Set<string> = new Set(),
): Placed | undefined {
  if (!enter(spec, schema, seen)) return undefined;
  const shape = shapeAt(spec, schema);
  const element = shape.items ?? (isMap(shape) ? shape.values : undefined);
  if (element) return element;
  for (const branch of shape.branches) {
    const inner = elementOf(spec, branch, seen);
    if (inner) return inner;
  }
  return undefined;
}

/** False the second time: choices between choices may come back to where they began. */
function enter(spec: Spec, schema: Placed, seen: Set<string>): boolean {
  const target = followObject(spec, schema.value, schema.pointer);
  if (!target || seen.has(target.pointer)) return false;
  seen.add(target.pointer);
  return true;
}
