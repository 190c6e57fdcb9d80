/** `byType`: the schema that `type`, and the keywords of each type, describe. */
import { formatPointer } from "../base/pointer.js";
import type { JsonObject, JsonValue } from "../base/json.js";
import { any, isOpenObject } from "./combine.js";
import { arrayAt, objectAt } from "./containers.js";
import { inlineLiterals, literalsOf, valuesOf } from "./enums.js";
import { own, typesOf } from "./keywords.js";
import { pointerOf, report, unknown, type Int64, type Place, type Reading } from "./reading.js";
import { enumReference, reportMembers } from "./references.js";
import type { Schema, SchemaPosition } from "./schema.js";

const integer: Schema = { type: "number", format: "int64" };

/** A request accepts the type of responses, and numbers. */
const int64Types: Readonly<Record<Int64, Readonly<Record<SchemaPosition, Schema>>>> = {
  string: {
    response: { type: "string", format: "int64" },
    request: any([{ type: "number" }, { type: "string" }]),
  },
  number: { response: { type: "number" }, request: { type: "number" } },
  bigint: { response: integer, request: any([integer, { type: "number" }]) },
};

/**
 * The schema that the keywords beside compositions describe; undefined if there are none.
 * @param composed `raw` also has `allOf`, `oneOf` or `anyOf`
 */
export function byType(
  reading: Reading,
  raw: JsonObject,
  place: Place,
  composed: boolean,
): Schema | undefined {
  const types = typesOf(raw);
  const values = valuesOf(raw);
  if (values && values.length === 0)
    report(
      reading,
      place,
      pointerOf(place, "enum"),
      "empty-enum",
      "warning",
      "`enum` lists no value, so nothing could be valid; it is read as if it were not there.",
    );
  else if (values) return enumeration(reading, values, types, raw, place);
  if (types.size === 0) return undefined;
  const schemas = [...types].map((type) => ofType(reading, type, raw, place, composed));
  if (composed && schemas.some(isOpenObject) && !own(raw, "required")) return undefined;
  return any(schemas);
}

function ofType(
  reading: Reading,
  type: string,
  raw: JsonObject,
  place: Place,
  composed: boolean,
): Schema {
  if (type === "string") {
    const file = own(raw, "format") === "binary" && place.form !== undefined;
    return file ? { type, format: "binary" } : { type };
  }
  if (type === "boolean" || type === "null") return { type };
  if (type === "number" || type === "integer") {
    const format = own(raw, "format");
    const large = format === "int64" || format === "uint64";
    // A copy: `findIntegers` tells one integer from another.
    return large ? { ...int64Types[reading.int64][place.position] } : { type: "number" };
  }
  if (type === "array") return arrayAt(raw, place, composed, reading);
  if (type === "object") return objectAt(raw, place, composed, reading);
  report(
    reading,
    place,
    pointerOf(place, "type"),
    "invalid-type",
    "warning",
    `${JSON.stringify(type)} is no type of JSON Schema; anything is accepted there.`,
  );
  return unknown(reading, place, "unconstrained");
}

function enumeration(
  reading: Reading,
  values: readonly JsonValue[],
  types: ReadonlySet<string>,
  raw: JsonObject,
  place: Place,
): Schema {
  const literals = literalsOf(values, types);
  const closed = literals.members.length >= 2 && literals.others.length === 0;
  if (!closed) {
    reportMembers(reading, values, types, place);
    return inlineLiterals(literals);
  }
  const key = `${place.draft} ${formatPointer(place.path)} enum`;
  reading.drafts.set(key, {
    key,
    spec: place.spec,
    // The schema that holds it may have a draft of its own.
    pointer: pointerOf(place, "enum"),
    position: place.position,
    inline: place.inline,
    isList: true,
    schema: { enum: literals.members },
  });
  reportMembers(reading, values, types, place);
  return enumReference(reading, key, literals, place);
}
