/** `schemaAt`: reads a schema of a document as a composition of what its keywords describe. */
import { isObject, type JsonObject, type JsonValue } from "../base/json.js";
import { byType } from "./by-type.js";
import { all, any, anything, emptyRecord, nothing } from "./combine.js";
import { namesAt, unevaluatedItems } from "./containers.js";
import { valuesOf } from "./enums.js";
import { mappingOf, ownDiscriminator, relativesIn } from "./inheritance.js";
import {
  conditionalSchemas,
  constrains,
  documentation,
  isAlias,
  listOf,
  own,
  withoutType,
} from "./keywords.js";
import {
  below,
  draftKey,
  pointerOf,
  report,
  unknown,
  type Place,
  type Reading,
} from "./reading.js";
import { reference } from "./references.js";
import type { Schema } from "./schema.js";

/** The deepest nesting that is read: deeper than any real document, and safe for every recursion. */
const deepest = 100;

/** The schema at a place, in the forms of `Schema`. */
export function schemaAt(reading: Reading, raw: JsonValue | undefined, place: Place): Schema {
  if (raw === false) return nothing;
  if (!isObject(raw)) return unknown(reading, place, "unconstrained");
  if (place.depth > deepest) {
    report(
      reading,
      place,
      pointerOf(place),
      "schema-too-deep",
      "warning",
      `Schemas are read ${deepest} levels deep; this one nests deeper, and its type is unknown from here on.`,
    );
    return unknown(reading, place, "unconstrained");
  }
  const docs = documentation(raw);
  const ref = own(raw, "$ref") ?? own(raw, "$dynamicRef");
  if (typeof ref === "string") {
    const target = reference(reading, place, ref);
    if (place.spec.version === "3.0" || isAlias(place.spec, raw)) return { ...target, ...docs };
    const { $ref: _, $dynamicRef: __, ...siblings } = raw;
    const beside = constrains(siblings)
      ? constrained(reading, siblings, { ...place, part: true })
      : anything;
    return { ...all([target, beside]), ...docs };
  }
  return { ...constrained(reading, raw, place), ...docs };
}

function constrained(reading: Reading, raw: JsonObject, place: Place): Schema {
  if (isAlways(own(raw, "not"))) return nothing;
  const parts: Schema[] = [];
  const allOf = listOf(own(raw, "allOf"));
  const composed = allOf.length > 0 || Boolean(own(raw, "oneOf")) || Boolean(own(raw, "anyOf"));
  const values = valuesOf(raw);
  const itself = byType(reading, raw, place, composed && !values);
  if (itself) parts.push(itself);
  allOf.forEach((part, index) => {
    const next = { ...below(place, "allOf", String(index)), part: true };
    // A part without a keyword that a type can express, such as a pattern, adds nothing to the type.
    if (!isObject(part) || constrains(part)) parts.push(schemaAt(reading, part, next));
  });
  if (!values || own(raw, "enum"))
    for (const key of ["oneOf", "anyOf"]) {
      const branches = listOf(own(raw, key));
      if (branches.length) parts.push(union(reading, raw, key, branches, place));
    }
  const discriminator = ownDiscriminator(raw);
  const relative = relativesIn(place.spec).get(pointerOf(place));
  for (const { value, target, pointer } of mappingOf(place.spec, discriminator ?? {}))
    if (pointer === undefined) danglingMapping(reading, place, value, target);
  if (discriminator && !relative?.children.length)
    report(
      reading,
      place,
      pointerOf(place, "discriminator"),
      "discriminator-alone",
      "info",
      "`discriminator` is beside neither `oneOf` nor `anyOf`, and no schema of this document is `allOf` this one, or more than 100 are; the type is that of the parent alone.",
      "Add `oneOf` with the children, and the type is their union.",
    );
  const conditional = membersOnCondition(reading, raw, place);
  if (conditional) parts.push(conditional);
  reportUntyped(reading, raw, place, composed);
  if (parts.length === 0) return place.part ? anything : unknown(reading, place, "unconstrained");
  const schema = all(parts);
  const nullable = place.spec.version === "3.0" && own(raw, "nullable") === true;
  return nullable ? any([schema, { type: "null" }]) : schema;
}

/** What no type expresses, for each keyword that changes what a value is made of. */
function reportUntyped(reading: Reading, raw: JsonObject, place: Place, composed: boolean): void {
  const isTyped: Readonly<Record<string, () => boolean>> = {
    propertyNames: () => namesAt(raw, place) !== undefined,
    unevaluatedItems: () =>
      own(raw, "items") !== undefined || unevaluatedItems(raw, place, composed) !== undefined,
  };
  for (const key of withoutType)
    if (own(raw, key) !== undefined && isTyped[key]?.() !== true)
      report(
        reading,
        place,
        pointerOf(place, key),
        "ignored-keyword",
        "info",
        `\`${key}\` is left out of the type: TypeScript cannot express it. The service still checks it.`,
      );
}

/** A schema that everything meets. */
const isAlways = (raw: JsonValue | undefined): boolean =>
  raw === true || (isObject(raw) && Object.keys(raw).length === 0);

/** Properties that only conditions declare: a value that meets a condition may have them. */
function membersOnCondition(reading: Reading, raw: JsonObject, place: Place): Schema | undefined {
  if (["additionalProperties", "patternProperties"].some((key) => own(raw, key) !== undefined))
    return undefined;
  const known = own(raw, "properties");
  const found = new Map<string, Schema[]>();
  for (const { value, tokens } of conditionalSchemas(raw)) {
    const properties = own(value, "properties");
    for (const [name, property] of Object.entries(isObject(properties) ? properties : {})) {
      if (isObject(known) && Object.hasOwn(known, name)) continue;
      const schema = schemaAt(reading, property, below(place, ...tokens, "properties", name));
      found.set(name, [...(found.get(name) ?? []), schema]);
    }
  }
  if (found.size === 0) return undefined;
  const properties = emptyRecord<Schema>();
  for (const [name, schemas] of found) properties[name] = any(schemas);
  return { type: "object", properties };
}

function union(
  reading: Reading,
  raw: JsonObject,
  key: string,
  branches: readonly JsonValue[],
  place: Place,
): Schema {
  // A branch such as `{required: ["a"]}` constrains what is beside the union.
  const beside = own(raw, "properties") !== undefined || own(raw, "allOf") !== undefined;
  const schemas = branches.map((branch, index) =>
    schemaAt(reading, branch, {
      ...below(place, key, String(index)),
      part: beside || place.part === true,
    }),
  );
  const discriminator = own(raw, "discriminator");
  const property = isObject(discriminator) ? own(discriminator, "propertyName") : undefined;
  if (!isObject(discriminator) || typeof property !== "string") return any(schemas);
  const values = new Map<string, string[]>();
  for (const { value, target, pointer } of mappingOf(place.spec, discriminator)) {
    if (pointer === undefined) {
      danglingMapping(reading, place, value, target);
      continue;
    }
    const to = draftKey(reading, place, pointer);
    values.set(to, [...(values.get(to) ?? []), value]);
  }
  for (const schema of schemas) {
    const target = schema.$ref;
    if (target === undefined || values.has(target)) continue;
    const name = reading.drafts.get(target)?.name;
    if (name !== undefined) values.set(target, [name]);
  }
  const plain = any(schemas);
  // Unmapped values belong to the default (OpenAPI 3.2), so no branch has its own literals.
  if (own(discriminator, "defaultMapping") !== undefined) return plain;
  const isChoice = plain.anyOf !== undefined || plain.$ref !== undefined;
  return isChoice ? { anyOf: plain.anyOf ?? [plain], discriminator: { property, values } } : plain;
}

function danglingMapping(reading: Reading, place: Place, value: string, target: string): void {
  report(
    reading,
    place,
    pointerOf(place, "discriminator", "mapping", value),
    "dangling-mapping",
    "warning",
    `The discriminator maps ${JSON.stringify(value)} to ${JSON.stringify(target)}, which is no schema of this document.`,
  );
}
