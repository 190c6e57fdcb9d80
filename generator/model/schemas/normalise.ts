/** Schemas of documents made into the few forms of `Schema`: OpenAPI 3.0 and 3.1 alike. */
import type { Diagnostic } from "../../diagnostics.js";
import { formatPointer, parsePointer, resolveRef } from "../../read/pointer.js";
import type { JsonObject, JsonValue, Spec } from "../../read/spec.js";
import type { SchemaPosition, SchemaUse } from "../model.js";
import { all, any, anything, docsOf, emptyRecord, isOpenObject, nothing } from "./combine.js";
import { inlineLiterals, literalsOf, valuesOf } from "./enums.js";
import { nameAt } from "./names.js";
import type { Draft, Inline, Schema, SchemaDocs, Unknown } from "./schema.js";

/** How deep a schema may nest before it is given up: more than any real document, and safe for every recursion. */
const deepest = 100;

export interface Normalised {
  readonly drafts: Map<string, Draft>;
  /** The key of each use's draft. */
  readonly roots: readonly string[];
  readonly diagnostics: Diagnostic[];
  readonly unknowns: Unknown[];
}

/** Where the walk is. */
interface Place {
  readonly spec: Spec;
  readonly position: SchemaPosition;
  /** Key of the draft that holds this place, and the pointer tokens below the draft's own. */
  readonly draft: string;
  readonly base: string;
  readonly path: readonly string[];
  readonly inline: Inline;
  readonly depth: number;
  /** Inside a composition: what it holds is said together with its siblings. */
  readonly part?: boolean;
}

const isJsonObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const listOf = (value: JsonValue | undefined): readonly JsonValue[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]) : []; // isArray widens the elements to any

const own = (object: JsonObject, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** Walks all that the uses reach. */
export function normalise(uses: readonly SchemaUse[]): Normalised {
  const drafts = new Map<string, Draft>();
  const diagnostics: Diagnostic[] = [];
  const unknowns: Unknown[] = [];
  const queue: (() => void)[] = [];
  const specs = new Map<Spec, number>();
  const reported = new Set<string>();

  const specKey = (spec: Spec): number => {
    const known = specs.get(spec);
    if (known !== undefined) return known;
    specs.set(spec, specs.size);
    return specs.size - 1;
  };
  const pointerOf = (place: Place, ...tokens: readonly string[]): string =>
    place.base + formatPointer([...place.path, ...tokens]);
  const below = (place: Place, ...tokens: readonly string[]): Place => ({
    ...place,
    path: [...place.path, ...tokens],
    depth: place.depth + 1,
  });

  function report(
    place: Place,
    pointer: string,
    code: string,
    severity: Diagnostic["severity"],
    message: string,
    hint?: string,
  ): void {
    const once = `${specKey(place.spec)} ${code} ${pointer}`;
    if (reported.has(once)) return;
    reported.add(once);
    const location = place.spec.locate(pointer);
    diagnostics.push({ code, severity, message, location, ...(hint ? { hint } : {}) });
  }

  function unknown(place: Place, reason: Unknown["reason"], ...tokens: readonly string[]): Schema {
    const pointer = pointerOf(place, ...tokens);
    const { spec } = place;
    const once = `${specKey(spec)} ${reason} ${pointer}`;
    if (!reported.has(once)) {
      reported.add(once);
      unknowns.push({
        reason,
        document: spec.name,
        pointer,
        get location() {
          return spec.locate(pointer);
        },
      });
    }
    return anything;
  }

  /** The draft of a reference's target, made once for each document, target and position. */
  function reference(place: Place, ref: string): Schema {
    const at = pointerOf(place, "$ref");
    const dangling = (): Schema => {
      report(
        place,
        at,
        "dangling-reference",
        "warning",
        `${JSON.stringify(ref)} refers to nothing in this document.`,
        "The type is unknown there. Correct the reference, or add what it refers to.",
      );
      return unknown(place, "dangling");
    };
    const seen = new Set<string>();
    let target = resolveRef(place.spec.document, ref);
    while (target && isAlias(place.spec, target.value)) {
      if (seen.has(target.pointer)) {
        report(
          place,
          at,
          "circular-alias",
          "warning",
          `${JSON.stringify(ref)} refers to itself and says nothing else.`,
        );
        return unknown(place, "dangling");
      }
      seen.add(target.pointer);
      target = resolveRef(place.spec.document, aliasOf(target.value) ?? "");
    }
    if (!target) return dangling();
    const { value, pointer } = target;
    if (typeof value !== "boolean" && !isJsonObject(value)) return dangling();
    const key = `${specKey(place.spec)} ${place.position} ${pointer}`;
    if (!drafts.has(key)) {
      const name = nameAt(parsePointer(pointer));
      draft(
        { key, spec: place.spec, pointer, position: place.position, name, schema: anything },
        value,
      );
    }
    const nullable = isJsonObject(value) && namedEnum(place.spec, value)?.null;
    return nullable ? any([{ $ref: key }, { type: "null" }]) : { $ref: key };
  }

  function draft(entry: Draft, value: JsonObject | boolean): void {
    drafts.set(entry.key, entry);
    queue.push(() => {
      const place: Place = {
        spec: entry.spec,
        position: entry.position,
        draft: entry.key,
        base: entry.pointer,
        path: [],
        inline: entry.name ? { owner: entry.name } : {},
        depth: 0,
      };
      const named = entry.name && isJsonObject(value) ? namedEnum(entry.spec, value) : undefined;
      entry.schema = named
        ? { enum: named.members, ...documentation(value) }
        : schemaAt(value, place);
    });
  }

  function schemaAt(raw: JsonValue | undefined, place: Place): Schema {
    if (raw === false) return nothing;
    if (!isJsonObject(raw)) return unknown(place, "unconstrained");
    if (place.depth > deepest) {
      report(
        place,
        pointerOf(place),
        "schema-too-deep",
        "warning",
        `Schemas are read ${deepest} levels deep; this one nests deeper, and its type is unknown from here on.`,
      );
      return unknown(place, "unconstrained");
    }
    const docs = documentation(raw);
    const ref = own(raw, "$ref");
    if (typeof ref === "string") {
      const target = reference(place, ref);
      if (place.spec.version === "3.0" || isAlias(place.spec, raw)) return { ...target, ...docs };
      const { $ref: _, ...siblings } = raw;
      const beside = constrains(siblings)
        ? constrained(siblings, { ...place, part: true })
        : anything;
      return { ...all([target, beside]), ...docs };
    }
    return { ...constrained(raw, place), ...docs };
  }

  function constrained(raw: JsonObject, place: Place): Schema {
    const parts: Schema[] = [];
    const allOf = listOf(own(raw, "allOf"));
    const composed = allOf.length > 0 || Boolean(own(raw, "oneOf")) || Boolean(own(raw, "anyOf"));
    const values = valuesOf(raw);
    const itself = byType(raw, place, composed && !values);
    if (itself) parts.push(itself);
    allOf.forEach((part, index) => {
      const next = { ...below(place, "allOf", String(index)), part: true };
      // A part that says nothing that a type can say, such as a pattern, is no gap in the type.
      if (!isJsonObject(part) || constrains(part)) parts.push(schemaAt(part, next));
    });
    if (!values || own(raw, "enum"))
      for (const key of ["oneOf", "anyOf"]) {
        const branches = listOf(own(raw, key));
        if (branches.length) parts.push(union(raw, key, branches, place));
      }
    if (own(raw, "not") !== undefined)
      report(
        place,
        pointerOf(place, "not"),
        "ignored-not",
        "info",
        "`not` is left out: TypeScript has no type for everything but something.",
      );
    if (parts.length === 0) return place.part ? anything : unknown(place, "unconstrained");
    const schema = all(parts);
    const nullable = place.spec.version === "3.0" && own(raw, "nullable") === true;
    return nullable ? any([schema, { type: "null" }]) : schema;
  }

  function union(
    raw: JsonObject,
    key: string,
    branches: readonly JsonValue[],
    place: Place,
  ): Schema {
    // A branch such as `{required: ["a"]}` is said of what stands beside the union.
    const beside = own(raw, "properties") !== undefined || own(raw, "allOf") !== undefined;
    const schemas = branches.map((branch, index) =>
      schemaAt(branch, {
        ...below(place, key, String(index)),
        part: beside || place.part === true,
      }),
    );
    const discriminator = own(raw, "discriminator");
    const property = isJsonObject(discriminator) ? own(discriminator, "propertyName") : undefined;
    if (!isJsonObject(discriminator) || typeof property !== "string") return any(schemas);
    const values = new Map<string, string[]>();
    const mapping = own(discriminator, "mapping");
    for (const [value, target] of Object.entries(isJsonObject(mapping) ? mapping : {})) {
      if (typeof target !== "string") continue;
      const ref = target.includes("#") ? target : `#/components/schemas/${target}`;
      const found = resolveRef(place.spec.document, ref) ?? resolveRef(place.spec.document, target);
      if (!found) {
        report(
          place,
          pointerOf(place, "discriminator", "mapping", value),
          "dangling-mapping",
          "warning",
          `The discriminator maps ${JSON.stringify(value)} to ${JSON.stringify(target)}, which is no schema of this document.`,
        );
        continue;
      }
      const to = `${specKey(place.spec)} ${place.position} ${found.pointer}`;
      values.set(to, [...(values.get(to) ?? []), value]);
    }
    for (const schema of schemas) {
      const target = schema.$ref;
      if (target === undefined || values.has(target)) continue;
      const name = drafts.get(target)?.name;
      if (name !== undefined) values.set(target, [name]);
    }
    const plain = any(schemas);
    return plain.anyOf ? { ...plain, discriminator: { property, values } } : plain;
  }

  /** What the keywords beside a composition say; undefined where they say nothing. */
  function byType(raw: JsonObject, place: Place, composed: boolean): Schema | undefined {
    const types = typesOf(raw);
    const values = valuesOf(raw);
    if (values && values.length === 0)
      report(
        place,
        pointerOf(place, "enum"),
        "empty-enum",
        "warning",
        "`enum` lists no value, so nothing could be valid; it is read as if it were not there.",
      );
    else if (values) return enumeration(values, types, raw, place);
    if (types.size === 0) return undefined;
    const schemas = [...types].map((type) => ofType(type, raw, place, composed));
    if (composed && schemas.some(isOpenObject) && !own(raw, "required")) return undefined;
    return any(schemas);
  }

  function ofType(type: string, raw: JsonObject, place: Place, composed: boolean): Schema {
    if (type === "string") {
      const binary = own(raw, "format") === "binary" && place.position === "request";
      return binary ? { type, format: "binary" } : { type };
    }
    if (type === "boolean" || type === "null") return { type };
    if (type === "number" || type === "integer") {
      const format = own(raw, "format");
      if (format !== "int64" && format !== "uint64") return { type: "number" };
      const text: Schema = { type: "string", format: "int64" };
      return place.position === "response" ? text : any([{ type: "number" }, { type: "string" }]);
    }
    if (type === "array") return arrayAt(raw, place);
    if (type === "object") return objectAt(raw, place, composed);
    report(
      place,
      pointerOf(place, "type"),
      "unknown-type",
      "warning",
      `${JSON.stringify(type)} is no type of JSON Schema; anything is accepted there.`,
    );
    return unknown(place, "unconstrained");
  }

  function enumeration(
    values: readonly JsonValue[],
    types: ReadonlySet<string>,
    raw: JsonObject,
    place: Place,
  ): Schema {
    const literals = literalsOf(values, types);
    const closed = literals.members.length >= 2 && literals.others.length === 0;
    const isNull = literals.null || types.has("null");
    if (!closed) return inlineLiterals({ ...literals, null: isNull });
    const key = `${place.draft} ${formatPointer(place.path)} enum`;
    drafts.set(key, {
      key,
      spec: place.spec,
      pointer: pointerOf(place),
      position: place.position,
      inline: place.inline,
      schema: { enum: literals.members },
    });
    return isNull ? any([{ $ref: key }, { type: "null" }]) : { $ref: key };
  }

  function arrayAt(raw: JsonObject, place: Place): Schema {
    const items = own(raw, "items");
    const prefix = listOf(own(raw, "prefixItems"));
    const tuple = prefix.length ? prefix : listOf(items);
    const key = prefix.length ? "prefixItems" : "items";
    if (tuple.length === 0) {
      const element = schemaAt(items, below(place, "items"));
      return { type: "array", items: element };
    }
    const prefixItems = tuple.map((item, index) =>
      schemaAt(item, below(place, key, String(index))),
    );
    const rest = Array.isArray(items) ? own(raw, "additionalItems") : items;
    const least = own(raw, "minItems");
    return {
      type: "array",
      prefixItems,
      minItems: typeof least === "number" ? Math.min(Math.max(least, 0), tuple.length) : 0,
      ...(rest === false
        ? {}
        : { items: isJsonObject(rest) ? schemaAt(rest, below(place, "items")) : anything }),
    };
  }

  function objectAt(raw: JsonObject, place: Place, composed: boolean): Schema {
    const properties = emptyRecord<Schema>();
    const dropped: string[] = [];
    const declared = own(raw, "properties");
    for (const [name, value] of Object.entries(isJsonObject(declared) ? declared : {}))
      if (leftOut(value, place)) dropped.push(name);
      else {
        const { owner, property: within } = place.inline;
        const inline = {
          ...(owner ? { owner } : {}),
          ...(within ? { within } : {}),
          property: name,
        };
        properties[name] = schemaAt(value, {
          ...below(place, "properties", name),
          inline,
          part: false,
        });
      }
    const required = listOf(own(raw, "required")).filter(
      (name): name is string => typeof name === "string" && !dropped.includes(name),
    );
    const patterns = patternsAt(raw, place);
    const additional = own(raw, "additionalProperties");
    const bare = Object.keys(properties).length === 0 && dropped.length === 0 && !patterns;
    let rest: Schema | false | undefined;
    if (isJsonObject(additional)) {
      const next = { ...below(place, "additionalProperties"), part: false };
      rest = schemaAt(additional, next);
    } else if (additional === true) rest = unknown(place, "unconstrained", "additionalProperties");
    else if (additional === false && bare && !required.length && !composed && !place.part)
      rest = false;
    else if (additional === undefined && bare && required.length === 0 && !composed && !place.part)
      unknown(place, "unconstrained");
    if (patterns?.index) rest = additional === false ? patterns.index : (rest ?? anything);
    return {
      type: "object",
      ...(Object.keys(properties).length ? { properties } : {}),
      ...(required.length ? { required: [...new Set(required)].sort() } : {}),
      ...(rest === undefined ? {} : { additionalProperties: rest }),
      ...(patterns?.prefixes ? { patternProperties: patterns.prefixes } : {}),
      ...(dropped.length ? { dropped } : {}),
    };
  }

  /** Patterns that name how a property begins can be said exactly; the others together, as any property's type. */
  function patternsAt(
    raw: JsonObject,
    place: Place,
  ): { prefixes?: Record<string, Schema>; index?: Schema } | undefined {
    const patterns = own(raw, "patternProperties");
    if (!isJsonObject(patterns) || Object.keys(patterns).length === 0) return undefined;
    const prefixes = emptyRecord<Schema>();
    const others: Schema[] = [];
    const alone = own(raw, "additionalProperties");
    for (const [pattern, value] of Object.entries(patterns)) {
      const schema = schemaAt(value, {
        ...below(place, "patternProperties", pattern),
        part: false,
      });
      const prefix = /^\^([\w-]+)(\.\*\$?)?$/.exec(pattern)?.[1];
      if (prefix !== undefined && alone === undefined) prefixes[prefix] = schema;
      else others.push(schema);
    }
    return {
      ...(Object.keys(prefixes).length ? { prefixes } : {}),
      ...(others.length ? { index: any(others) } : {}),
    };
  }

  /** Whether a property is not part of this position: `readOnly` of requests, `writeOnly` of responses. */
  function leftOut(value: JsonValue, place: Place): boolean {
    const flag = place.position === "request" ? "readOnly" : "writeOnly";
    let schema: JsonValue | undefined = value;
    for (let hops = 0; isJsonObject(schema) && hops < 16; hops += 1) {
      const ref: JsonValue | undefined = own(schema, "$ref");
      const heard = typeof ref !== "string" || place.spec.version !== "3.0";
      if (heard && own(schema, flag) === true) return true;
      if (typeof ref !== "string") return false;
      schema = resolveRef(place.spec.document, ref)?.value;
    }
    return false;
  }

  const roots = uses.map((use, index) => {
    const { spec, position, pointer } = use;
    const place = { spec, position, draft: "", base: pointer, path: [], inline: {}, depth: 0 };
    const raw = use.schema;
    if (isJsonObject(raw) && typeof own(raw, "$ref") === "string" && isAlias(spec, raw)) {
      const target = reference(place, String(own(raw, "$ref")));
      if (target.$ref !== undefined) return target.$ref;
    }
    const key = `use ${index}`;
    const { owner } = use;
    draft({ key, spec, pointer, position, ...(owner ? { owner } : {}), schema: anything }, raw);
    return key;
  });
  for (let next = queue.pop(); next; next = queue.pop()) next();
  return { drafts, roots, diagnostics, unknowns };
}

/** The closed list that a named schema is, where it is one and nothing else. */
function namedEnum(spec: Spec, raw: JsonObject): ReturnType<typeof literalsOf> | undefined {
  const values = typeof own(raw, "$ref") === "string" ? undefined : valuesOf(raw);
  if (!values || listOf(own(raw, "allOf")).length) return undefined;
  const types = typesOf(raw);
  const literals = literalsOf(values, types);
  if (literals.members.length < 2 || literals.others.length) return undefined;
  const nullable = spec.version === "3.0" && own(raw, "nullable") === true;
  return { ...literals, null: literals.null || types.has("null") || nullable };
}

/** The types that a schema names, or that its keywords are about. */
function typesOf(raw: JsonObject): ReadonlySet<string> {
  const type = own(raw, "type");
  const named = (typeof type === "string" ? [type] : listOf(type)).filter(
    (name): name is string => typeof name === "string" && name !== "any",
  );
  if (named.length) return new Set(named);
  if (valuesOf(raw)) return new Set();
  const has = (...keys: readonly string[]): boolean =>
    keys.some((key) => own(raw, key) !== undefined);
  if (has("properties", "additionalProperties", "patternProperties", "required"))
    return new Set(["object"]);
  if (has("items", "prefixItems")) return new Set(["array"]);
  return new Set();
}

const silent = new Set([
  "$ref", "title", "description", "deprecated", "example", "examples", "default", "externalDocs", "xml", "readOnly",
  "writeOnly", "$comment", "$id", "$schema", "$anchor", "$defs", "definitions", "summary", "format", "pattern", "minLength",
  "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems",
  "uniqueItems", "minProperties", "maxProperties", "propertyNames", "contentEncoding", "contentMediaType", "nullable",
  "contains", "minContains", "maxContains", "dependentRequired", "dependentSchemas", "dependencies", "if", "then", "else",
  "unevaluatedProperties", "unevaluatedItems", "not", "discriminator", "id",
]); // prettier-ignore

/** Whether a type can say anything of a schema's keywords. */
const constrains = (raw: JsonObject): boolean =>
  Object.keys(raw).some((key) => key === "$ref" || (!silent.has(key) && !key.startsWith("x-")));

/** A schema that is a reference and says nothing else. */
const isAlias = (spec: Spec, raw: JsonValue): boolean => {
  if (!isJsonObject(raw) || typeof own(raw, "$ref") !== "string") return false;
  if (spec.version === "3.0") return true;
  const { $ref: _, ...siblings } = raw;
  return !constrains(siblings);
};

const aliasOf = (raw: JsonValue): string | undefined => {
  const ref = isJsonObject(raw) ? own(raw, "$ref") : undefined;
  return typeof ref === "string" ? ref : undefined;
};

/** Formats that say how to write a value. */
const toldFormats = new Set([
  "date-time", "date", "time", "duration", "email", "uri", "url", "uuid", "ipv4", "ipv6", "hostname", "byte", "int64",
]); // prettier-ignore

/** A value that a comment can show. */
const isShort = (value: JsonValue | undefined): value is JsonValue =>
  Array.isArray(value)
    ? value.length <= 10 && value.every((item) => typeof item !== "object")
    : value !== undefined &&
      value !== null &&
      (typeof value !== "object" || Object.keys(value).length === 0);

function documentation(raw: JsonValue): SchemaDocs {
  if (!isJsonObject(raw)) return {};
  const text = (key: string): string | undefined => {
    const value = own(raw, key);
    return typeof value === "string" && value.trim() !== "" ? value : undefined;
  };
  const title = text("title");
  const description = text("description");
  const format = text("format");
  const given = own(raw, "default");
  return docsOf({
    ...(title ? { title } : {}),
    ...(description ? { description } : {}),
    ...(own(raw, "deprecated") === true ? { deprecated: true } : {}),
    ...(isShort(given) ? { default: given } : {}),
    ...(format && toldFormats.has(format) ? { note: format } : {}),
  });
}
