/** `intersection`: intersections that contain typed index signatures; `joined`: such that narrow a list of a reference. */
import {
  all,
  any,
  anything,
  docsOf,
  emptyRecord,
  isAnything,
  mapValues,
  mergeTwo,
} from "./combine.js";
import { asObject, literalsOf, targetOf, type Schemas } from "./lookup.js";
import type { Schema } from "./schema.js";

/** The intersection of the parts, in a form that has values. */
export const intersection = (schemas: Schemas, parts: readonly Schema[]): Schema =>
  withIndex(schemas, withoutWider(schemas, parts));

/**
 * The parts of an intersection, with references written out where two of them declare one list: their items are
 * intersected, not the lists.
 */
export function joined(schemas: Schemas, parts: readonly Schema[]): readonly Schema[] {
  if (!parts.some(({ $ref }) => $ref !== undefined)) return parts;
  const objects = parts.map((part) => {
    const object = asObject(schemas, part);
    return object && !object.additionalProperties && !object.patternProperties ? object : undefined;
  });
  const listed = (object: Schema | undefined, name: string): Schema | undefined => {
    const property = object?.properties?.[name];
    const target = property && targetOf(schemas, property);
    return target?.type === "array" ? target : undefined;
  };
  const shared = objects.flatMap((object) =>
    Object.keys(object?.properties ?? {}).filter(
      (name) => objects.filter((other) => listed(other, name)).length > 1,
    ),
  );
  if (shared.length === 0) return parts;
  return parts.map((part, index) => {
    const object = objects[index];
    if (!object?.properties || !shared.some((name) => listed(object, name))) return part;
    const properties = mapValues(object.properties, (property, name) =>
      shared.includes(name) ? { ...docsOf(property), ...listed(object, name) } : property,
    );
    return { ...object, properties };
  });
}

/** `"a" & Letters` is `"a"` if `Letters` contains it. */
function withoutWider(schemas: Schemas, parts: readonly Schema[]): readonly Schema[] {
  const narrow = parts.filter((part) => part.enum).flatMap((part) => part.enum ?? []);
  if (narrow.length === 0) return parts;
  return parts.filter((part) => {
    const listed = part.$ref === undefined ? undefined : literalsOf(schemas, part);
    return !listed || !narrow.every((member) => listed.includes(member));
  });
}

/**
 * A typed index signature applies to every property of an intersection, so that no value has the type
 * `{a: string} & {[key: string]: number}`. As one object, the signature can be widened by the types of the properties.
 */
function withIndex(schemas: Schemas, parts: readonly Schema[]): Schema {
  const objects = parts.map((part) => asObject(schemas, part));
  const indexed = objects.filter(
    (object) => object?.additionalProperties && !isAnything(object.additionalProperties),
  );
  if (indexed.length === 0 || parts.length < 2) return all(parts);
  const known = objects.filter((object) => object !== undefined);
  const rest = parts.filter((_, index) => objects[index] === undefined);
  const index = known.flatMap((object) =>
    object.additionalProperties ? [object.additionalProperties] : [],
  );
  // The properties of a union or a reference are not known here, so the signature must allow anything.
  const others = rest.some((part) => part.anyOf ?? part.$ref) ? anything : any(index);
  const merged = known.reduce((a, b) => mergeTwo(a, b));
  const properties = emptyRecord<Schema>();
  for (const name of merged.required ?? []) properties[name] = others;
  return all([
    {
      ...merged,
      // A property that is required and not declared has the type of the signature.
      properties: Object.assign(properties, merged.properties),
      additionalProperties: others,
    },
    ...rest,
  ]);
}
