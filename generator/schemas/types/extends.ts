/** Which declarations are written `interface X extends Y`. It exports `basesOf`. */
import { skeletonOf } from "../combine.js";
import type { Declaration, Schema, SchemaId } from "../schema.js";

/** What an interface extends, and the object that it adds to that. */
export interface Base {
  readonly of: SchemaId;
  readonly own: Schema;
}

interface Property {
  readonly type: string;
  readonly required: boolean;
}
type Properties = ReadonlyMap<string, Property>;

/** More levels than any real document has: the work for one declaration stays bounded. */
const mostLevels = 16;

/** Those that may extend another, by their ids; all others are written as their schema is. */
export function basesOf(declarations: readonly Declaration[]): ReadonlyMap<SchemaId, Base> {
  const schemas = new Map(declarations.map(({ id, schema }) => [id, schema]));
  const known = new Map<Schema, Properties>();
  const bases = new Map<SchemaId, Base>();
  for (const { id, schema } of declarations) {
    const base = baseOf(schema);
    const levels = base && levelsOf(base, schemas);
    if (!levels) continue;
    const properties = levels.map((level) => propertiesOf(level, known));
    if (properties.every((own, index) => fits(own, properties.slice(0, index))))
      bases.set(id, base);
  }
  return bases;
}

/** A schema that is all of one reference and of one object without index signatures. */
function baseOf({ allOf = [] }: Schema): Base | undefined {
  if (allOf.length !== 2) return undefined;
  const ref = allOf.find(({ $ref }) => $ref !== undefined)?.$ref;
  const own = allOf.find(isPlainObject);
  return ref === undefined || !own ? undefined : { of: Number(ref), own };
}

const isPlainObject = (schema: Schema): boolean =>
  schema.type === "object" &&
  schema.properties !== undefined &&
  schema.additionalProperties === undefined &&
  schema.patternProperties === undefined;

/** The objects that an interface is made of, its own last; undefined where one that it extends is no interface. */
function levelsOf(
  { of, own }: Base,
  schemas: ReadonlyMap<SchemaId, Schema>,
): readonly Schema[] | undefined {
  const levels = [own];
  let schema = schemas.get(of);
  while (schema && levels.length < mostLevels) {
    if (isPlainObject(schema)) return [schema, ...levels];
    const base = baseOf(schema);
    if (!base) return undefined;
    levels.unshift(base.own);
    schema = schemas.get(base.of);
  }
  return undefined;
}

function propertiesOf(schema: Schema, known: Map<Schema, Properties>): Properties {
  const before = known.get(schema);
  if (before) return before;
  const { properties = {}, required = [] } = schema;
  const isRequired = new Set(required);
  const found = new Map(
    Object.entries(properties).map(([name, property]) => [
      name,
      { type: skeletonOf(property), required: isRequired.has(name) },
    ]),
  );
  known.set(schema, found);
  return found;
}

/** Whether an interface may declare these properties beside those that it inherits, and be their intersection. */
const fits = (own: Properties, inherited: readonly Properties[]): boolean =>
  [...own].every(([name, { type, required }]) =>
    inherited.every((level) => {
      const other = level.get(name);
      return !other || (other.type === type && (required || !other.required));
    }),
  );
