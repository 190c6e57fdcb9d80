/** `createSchemas`: views of a document's schemas with one branch of each choice, for the form of a reply. */
import { own, type JsonObject, type JsonValue } from "../base/json.js";
import { parsePointer } from "../base/pointer.js";
import type { Cursor } from "../openapi/cursor.js";
import { viewOf, type SchemaView } from "../openapi/schema-view.js";
import type { Spec } from "../openapi/spec.js";
import type { RawSchema } from "./operation.js";

/** A schema view with the first branch of each choice that is not null. */
export interface ChosenView {
  /** Without `null`, unless it is the only type. Empty where the schema has no type. */
  readonly types: ReadonlySet<string>;
  readonly nullable: boolean;
  readonly properties: ReadonlyMap<string, JsonObject>;
  readonly required: ReadonlySet<string>;
  /** Of the elements of an array. */
  readonly items?: JsonObject;
  /** Of the values of a map. */
  readonly values?: JsonObject;
  readonly allowed?: readonly JsonValue[];
  readonly format?: string;
  readonly minimum?: number;
}

/** The schemas of one document. */
export interface Schemas {
  viewOf(schema: RawSchema | undefined): ChosenView;
  /** The schema at a pointer into a value that `schema` describes; undefined where the document has none. */
  at(schema: RawSchema | undefined, pointer: string): RawSchema | undefined;
}

const nothing: ChosenView = {
  types: new Set(),
  nullable: false,
  properties: new Map(),
  required: new Set(),
};

/** `choose` reads no more branches than this: documents may nest choices without end. */
const mostBranches = 200;

export function createSchemas(spec: Spec): Schemas {
  const known = new WeakMap<object, ChosenView>();
  const chosenViewOf = (schema: RawSchema | undefined): ChosenView => {
    if (schema === undefined || typeof schema === "boolean") return nothing;
    const before = known.get(schema);
    if (before) return before;
    // Where the schema is in the document does not matter here.
    const view = choose({ spec, value: schema, pointer: "" });
    known.set(schema, view);
    return view;
  };
  return {
    viewOf: chosenViewOf,
    at(schema, pointer) {
      let at = schema;
      for (const token of parsePointer(pointer)) {
        const view = chosenViewOf(at);
        const items = /^\d+$/.test(token) ? view.items : undefined;
        at = view.properties.get(token) ?? items ?? view.values;
      }
      return at;
    },
  };
}

/** The view of a schema together with its chosen branches. Where two have a keyword, the outer one counts. */
function choose(schema: Cursor): ChosenView {
  const views = chosenBranches(schema);
  const types = new Set(views.flatMap((view) => [...view.types]));
  const saysNull = types.delete("null");
  if (types.size === 0 && saysNull) types.add("null");
  const properties = new Map<string, JsonObject>();
  for (const [name, property] of views.flatMap((view) => [...view.properties]))
    if (!properties.has(name)) properties.set(name, property.value);
  const first = <K extends keyof SchemaView>(keyword: K): SchemaView[K] | undefined =>
    views.find((view) => view[keyword] !== undefined)?.[keyword];
  const [items, values] = [first("items"), first("values")];
  const [allowed, format, minimum] = [first("allowed"), first("format"), first("minimum")];
  return {
    types,
    nullable: saysNull || views.some(isNullable),
    properties,
    required: new Set(views.flatMap((view) => [...view.required])),
    ...(items && { items: items.value }),
    ...(values && { values: values.value }),
    ...(allowed && { allowed }),
    ...(format !== undefined && { format }),
    ...(minimum !== undefined && { minimum }),
  };
}

/** The schema, then the first branch of each choice that is not null, then the choices in that branch. */
function chosenBranches(schema: Cursor): readonly SchemaView[] {
  const views: SchemaView[] = [];
  const seen = new Set<JsonObject>();
  const open = [schema];
  // The list grows while it is walked.
  for (const next of open) {
    if (seen.has(next.value) || seen.size === mostBranches) continue;
    seen.add(next.value);
    const view = viewOf(next);
    views.push(view);
    open.push(...view.choices.flatMap((branches) => branches.find((one) => !isNull(one)) ?? []));
  }
  return views;
}

const isNull = ({ value }: Cursor): boolean => own(value, "type") === "null";

const isNullable = ({ nullable, choices }: SchemaView): boolean =>
  nullable || choices.some((branches) => branches.some(isNull));
