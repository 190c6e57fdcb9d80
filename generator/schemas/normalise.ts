/** Schemas of documents made into the few forms of `Schema`: OpenAPI 3.0 and 3.1 alike. */
import type { Diagnostic } from "../base/diagnostics.js";
import { formatPointer, getAt, isObject, parsePointer, resolveRef } from "../base/pointer.js";
import type { JsonObject, JsonValue, Spec } from "../openapi/spec.js";
import type { SchemaPosition, SchemaUse } from "./schema.js";
import { all, any, anything, emptyRecord, isOpenObject, nothing } from "./combine.js";
import { arrayAt, objectAt } from "./containers.js";
import { inlineLiterals, literalsOf, valuesOf, type Literals } from "./enums.js";
import { mappingOf, ownDiscriminator, relativesIn } from "./inheritance.js";
import {
  aliasOf,
  conditionalSchemas,
  constrains,
  documentation,
  isAlias,
  listOf,
  namedEnum,
  own,
  typesOf,
  withoutType,
} from "./keywords.js";
import { nameAt } from "./names.js";
import type { Draft, Schema, Unknown } from "./schema.js";
import { below, pointerOf, type Place, type Walk } from "./walk.js";

/** How deep a schema may nest before it is given up: more than any real document, and safe for every recursion. */
const deepest = 100;

export interface Normalised {
  readonly drafts: Map<string, Draft>;
  /** The key of each use's draft. */
  readonly roots: readonly string[];
  readonly diagnostics: Diagnostic[];
  readonly unknowns: Unknown[];
}

/** What 64-bit integers are, in TypeScript: JavaScript's numbers are exact up to 2^53 only. */
export type Int64 = "string" | "number" | "bigint";

const integer: Schema = { type: "number", format: "int64" };

/** A request takes what a response gives, and plain numbers. */
const int64Types: Readonly<Record<Int64, Readonly<Record<SchemaPosition, Schema>>>> = {
  string: {
    response: { type: "string", format: "int64" },
    request: any([{ type: "number" }, { type: "string" }]),
  },
  number: { response: { type: "number" }, request: { type: "number" } },
  bigint: { response: integer, request: any([integer, { type: "number" }]) },
};

export interface NormaliseOptions {
  /** Enums of responses may have values that they do not list. Default false. */
  readonly openEnums?: boolean;
  /** What 64-bit integers of responses are. Default `string`. */
  readonly int64?: Int64;
}

/** Walks all that the uses reach. */
export function normalise(
  uses: readonly SchemaUse[],
  { openEnums = false, int64 = "string" }: NormaliseOptions = {},
): Normalised {
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
        location: spec.locate(pointer),
      });
    }
    return anything;
  }

  /** The draft of a reference's target, made once for each document, target and position. */
  function reference(place: Place, ref: string): Schema {
    const at = pointerOf(place, "$ref");
    const dangling = (): Schema => {
      // Of references to other files it was said when the document was read.
      if (!ref.startsWith("#")) return unknown(place, "dangling");
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
    if (typeof value !== "boolean" && !isObject(value)) return dangling();
    const key = draftAt(place, pointer, value, inherits(place, pointer));
    const named = isObject(value) ? namedEnum(place.spec, value) : undefined;
    return named ? enumReference(key, named, place) : { $ref: key };
  }

  /** Whether a reference stands in the `allOf` by which a schema is a child of what it refers to. */
  function inherits({ spec, base, path }: Place, pointer: string): boolean {
    const part = path.every((token, index) => index % 2 === 1 || token === "allOf");
    return part && relativesIn(spec).get(pointer)?.children.includes(base) === true;
  }

  /**
   * The key of a schema's draft. A parent has two: one for its values, each of which is one of its children or the
   * parent itself, and the `shape` that its children have of it.
   */
  function draftAt(
    { spec, position }: Pick<Place, "spec" | "position">,
    pointer: string,
    value: JsonObject | boolean,
    shape: boolean,
  ): string {
    const of = `${specKey(spec)} ${position} ${pointer}`;
    const key = shape ? `${of} shape` : of;
    if (drafts.has(key)) return key;
    const name = nameAt(parsePointer(pointer));
    const relative = relativesIn(spec).get(pointer);
    const entry = { spec, pointer, position, schema: anything };
    if (shape) draft({ ...entry, key, name: `${name}Base`, isShape: true }, value);
    else if (!relative) {
      draft({ ...entry, key, name }, value);
    } else if (relative.children.length === 0) {
      draft({ ...entry, key, name, tags: relative.tags }, value);
    } else {
      const own = draftAt({ spec, position }, pointer, value, true);
      const union: Draft = { ...entry, key, name, tags: relative.tags, shape: own };
      drafts.set(key, union);
      queue.push(() => {
        const children = relative.children.flatMap((child) => {
          const raw = getAt(spec.document, child);
          return isObject(raw) ? [draftAt({ spec, position }, child, raw, false)] : [];
        });
        const branches = [own, ...children].map(($ref): Schema => ({ $ref }));
        union.schema = { ...any(branches), ...documentation(value) };
      });
    }
    return key;
  }

  /** One of an enum's members, or null where it has that; in a response perhaps what the document does not list. */
  function enumReference(key: string, { members, null: isNull }: Literals, place: Place): Schema {
    const types = openEnums && place.position === "response" ? members : [];
    const others = (["string", "number"] as const)
      .filter((type) => types.some((member) => typeof member === type))
      .map((type): Schema => ({ type, format: "unlisted" }));
    return any([{ $ref: key }, ...others, ...(isNull ? [{ type: "null" } as const] : [])]);
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
      const named = entry.name && isObject(value) ? namedEnum(entry.spec, value) : undefined;
      entry.schema = named
        ? { enum: named.members, ...documentation(value) }
        : schemaAt(value, place);
    });
  }

  function schemaAt(raw: JsonValue | undefined, place: Place): Schema {
    if (raw === false) return nothing;
    if (!isObject(raw)) return unknown(place, "unconstrained");
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
      if (!isObject(part) || constrains(part)) parts.push(schemaAt(part, next));
    });
    if (!values || own(raw, "enum"))
      for (const key of ["oneOf", "anyOf"]) {
        const branches = listOf(own(raw, key));
        if (branches.length) parts.push(union(raw, key, branches, place));
      }
    const discriminator = ownDiscriminator(raw);
    const relative = relativesIn(place.spec).get(pointerOf(place));
    for (const { value, target, pointer } of mappingOf(place.spec, discriminator ?? {}))
      if (pointer === undefined) danglingMapping(place, value, target);
    if (discriminator && !relative?.children.length)
      report(
        place,
        pointerOf(place, "discriminator"),
        "discriminator-alone",
        "info",
        "`discriminator` stands beside neither `oneOf` nor `anyOf`, and no schema of this document is `allOf` this one, or more than 100 are; the type is that of the parent alone.",
        "Add `oneOf` with the children, and the type is their union.",
      );
    const conditional = membersOnCondition(raw, place);
    if (conditional) parts.push(conditional);
    for (const key of withoutType)
      if (own(raw, key) !== undefined)
        report(
          place,
          pointerOf(place, key),
          "ignored-keyword",
          "info",
          `\`${key}\` is left out of the type: TypeScript cannot say it. The service still holds values to it.`,
        );
    if (parts.length === 0) return place.part ? anything : unknown(place, "unconstrained");
    const schema = all(parts);
    const nullable = place.spec.version === "3.0" && own(raw, "nullable") === true;
    return nullable ? any([schema, { type: "null" }]) : schema;
  }

  /** Properties that only a condition names: where it holds, values may have them. */
  function membersOnCondition(raw: JsonObject, place: Place): Schema | undefined {
    if (["additionalProperties", "patternProperties"].some((key) => own(raw, key) !== undefined))
      return undefined;
    const known = own(raw, "properties");
    const found = new Map<string, Schema[]>();
    for (const { value, tokens } of conditionalSchemas(raw)) {
      const properties = own(value, "properties");
      for (const [name, property] of Object.entries(isObject(properties) ? properties : {})) {
        if (isObject(known) && Object.hasOwn(known, name)) continue;
        const schema = schemaAt(property, below(place, ...tokens, "properties", name));
        found.set(name, [...(found.get(name) ?? []), schema]);
      }
    }
    if (found.size === 0) return undefined;
    const properties = emptyRecord<Schema>();
    for (const [name, schemas] of found) properties[name] = any(schemas);
    return { type: "object", properties };
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
    const property = isObject(discriminator) ? own(discriminator, "propertyName") : undefined;
    if (!isObject(discriminator) || typeof property !== "string") return any(schemas);
    const values = new Map<string, string[]>();
    for (const { value, target, pointer } of mappingOf(place.spec, discriminator)) {
      if (pointer === undefined) {
        danglingMapping(place, value, target);
        continue;
      }
      const to = `${specKey(place.spec)} ${place.position} ${pointer}`;
      values.set(to, [...(values.get(to) ?? []), value]);
    }
    for (const schema of schemas) {
      const target = schema.$ref;
      if (target === undefined || values.has(target)) continue;
      const name = drafts.get(target)?.name;
      if (name !== undefined) values.set(target, [name]);
    }
    const plain = any(schemas);
    // Values that the mapping does not know are the default's (OpenAPI 3.2): no branch has literals of its own.
    if (own(discriminator, "defaultMapping") !== undefined) return plain;
    return plain.anyOf ? { ...plain, discriminator: { property, values } } : plain;
  }

  function danglingMapping(place: Place, value: string, target: string): void {
    report(
      place,
      pointerOf(place, "discriminator", "mapping", value),
      "dangling-mapping",
      "warning",
      `The discriminator maps ${JSON.stringify(value)} to ${JSON.stringify(target)}, which is no schema of this document.`,
    );
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
      const large = format === "int64" || format === "uint64";
      return large ? int64Types[int64][place.position] : { type: "number" };
    }
    if (type === "array") return arrayAt(raw, place, walk);
    if (type === "object") return objectAt(raw, place, composed, walk);
    report(
      place,
      pointerOf(place, "type"),
      "invalid-type",
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
      // The schema that it stands in may have a draft of its own.
      pointer: pointerOf(place, "enum"),
      position: place.position,
      inline: place.inline,
      isList: true,
      schema: { enum: literals.members },
    });
    return enumReference(key, { ...literals, null: isNull }, place);
  }

  const walk: Walk = { schemaAt, unknown };
  const roots = uses.map((use, index) => {
    const { spec, position, pointer } = use;
    const place = { spec, position, draft: "", base: pointer, path: [], inline: {}, depth: 0 };
    const raw = use.schema;
    const ref = aliasOf(raw);
    if (ref !== undefined && isAlias(spec, raw)) {
      const target = reference(place, ref);
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
