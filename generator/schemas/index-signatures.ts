/** Typed index signatures in intersections. It exports `intersection`. */
import { all, any, anything, emptyRecord, isAnything, mergeTwo } from "./combine.js";
import { asObject, literalsOf, type Schemas } from "./lookup.js";
import type { Schema } from "./schema.js";

/** All of the parts at once, as a type that has values. */
export const intersection = (schemas: Schemas, parts: readonly Schema[]): Schema =>
  withIndex(schemas, withoutWider(schemas, parts));

/** `"a" & Letters` is `"a"`, where `Letters` lists it. */
function withoutWider(schemas: Schemas, parts: readonly Schema[]): readonly Schema[] {
  const narrow = parts.filter((part) => part.enum).flatMap((part) => part.enum ?? []);
  if (narrow.length === 0) return parts;
  return parts.filter((part) => {
    const listed = part.$ref === undefined ? undefined : literalsOf(schemas, part);
    return !listed || !narrow.every((member) => listed.includes(member));
  });
}

/**
 * A typed index signature holds for every property of an intersection, so that no value fits
 * `{a: string} & {[key: string]: number}`. Written as one object, it can be widened by the properties' types.
 */
function withIndex(schemas: Schemas, parts: readonly Schema[]): Schema {
  const objects = parts.map((part) => asObject(schemas, part));
  const indexed = objects.filter(
    (object) => object?.additionalProperties && !isAnything(object.additionalProperties),
  );
  if (indexed.length === 0 || parts.length < 2) return all(parts);
  const whole = objects.filter((object) => object !== undefined);
  const rest = parts.filter((_, index) => objects[index] === undefined);
  const index = whole.flatMap((object) =>
    object.additionalProperties ? [object.additionalProperties] : [],
  );
  // Beside a union, whose properties are not known here, nothing can be promised of the others.
  const others = rest.some((part) => part.anyOf ?? part.$ref) ? anything : any(index);
  const merged = whole.reduce((a, b) => mergeTwo(a, b));
  const properties = emptyRecord<Schema>();
  for (const name of merged.required ?? []) properties[name] = others;
  return all([
    {
      ...merged,
      // What is required and not declared is one of the others.
      properties: Object.assign(properties, merged.properties),
      additionalProperties: others,
    },
    ...rest,
  ]);
}
