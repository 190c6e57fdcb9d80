/** Schemas after normalising: the small part of JSON Schema 2020-12 that TypeScript can say. Types only. */
import type { Location } from "../base/diagnostics.js";
import type { JsonValue, Spec } from "../openapi/spec.js";
import type { SchemaId, SchemaPosition } from "../batch/model.js";

/** Keywords for the reader. Two schemas that differ in these alone are the same. */
export interface SchemaDocs {
  readonly title?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly default?: JsonValue;
  /** A fact such as `date-time`; `int64` and `binary` are structure and stand in `format`. */
  readonly note?: string;
}

/**
 * One of:
 * - `{}` anything · `{not: {}}` nothing · `{$ref}` · `{enum}` literals · `{allOf}` · `{anyOf}`
 * - `{type}` of a string, number, boolean or null; `format: int64` is an integer read as a string, or a bigint where the type is number,
 *   `format: binary` a file to send, `format: unlisted` a string or number that an enum does not list
 * - `{type: "array", items}` or `{type: "array", prefixItems, minItems, items?}`, where the absence of `items`
 *   closes the tuple
 * - `{type: "object", properties?, required?, additionalProperties?, patternProperties?}`, where the absence of all
 *   is any object, and a key of `patternProperties` is the literal that names begin with
 */
export interface Schema extends SchemaDocs {
  readonly $ref?: string;
  readonly type?: "string" | "number" | "boolean" | "null" | "array" | "object";
  readonly format?: "int64" | "binary" | "unlisted";
  readonly enum?: readonly (string | number | boolean)[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  /** Without a prototype: names come from documents. */
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly not?: Schema;
  /** Until `settle`: the property that tells the branches of this `anyOf` apart. */
  readonly discriminator?: Discriminator;
  /** Until `settle`: properties that this position does not have, so that nothing requires them. */
  readonly dropped?: readonly string[];
}

export interface Discriminator {
  readonly property: string;
  /** From the key of a branch to the values that stand for it. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/** What a discriminator says of one schema. */
export interface Tag {
  readonly property: string;
  /** The values that stand for it, sorted; none for a parent that only its children have values for. */
  readonly values: readonly string[];
  /** The discriminator is the schema's own. */
  readonly root: boolean;
}

/** A schema of a document that is to have a name, before the same ones are merged. `$ref`s hold keys of drafts. */
export interface Draft {
  readonly key: string;
  readonly spec: Spec;
  readonly pointer: string;
  readonly position: SchemaPosition;
  /** As the document says it; absent for a use that is no reference, and for an inline enum. */
  readonly name?: string;
  /** An inline enum: the property it was met at, and the name of the schema that has it. */
  readonly inline?: Inline;
  /** It was met as an inline enum, whatever it turned out to be. */
  readonly isList?: boolean;
  /** {@link SchemaUse.owner}: drafts with different owners are not the same. */
  readonly owner?: string;
  /** What discriminators above it, or its own, say of it: until `settle`. */
  readonly tags?: readonly Tag[];
  /** The draft of what it says itself, where `schema` is the union of that and of its children. */
  readonly shape?: string;
  /** It is the shape of another draft. */
  readonly isShape?: boolean;
  schema: Schema;
}

export interface Inline {
  readonly property?: string;
  readonly owner?: string;
  /** The property that encloses it, where the owner has it in an object written out. */
  readonly within?: string;
}

/**
 * A draft when all is known of it that its own document says: plain JSON. `$ref`s hold places in the list that it stands
 * in.
 */
export interface SettledDraft extends Pick<
  Draft,
  "pointer" | "position" | "name" | "inline" | "isList" | "owner" | "isShape"
> {
  readonly schema: Schema;
  /** Equal for equal drafts: see `digestsOf`. */
  readonly digest: string;
}

/** The schemas of one document that its batches reach. */
export interface DocumentSchemas {
  /** `Spec.name`. */
  readonly document: string;
  readonly drafts: readonly SettledDraft[];
  /** The place of each use's draft among `drafts`. */
  readonly roots: readonly number[];
}

/** One declaration's worth: the same in every document that has it. `$ref`s hold `SchemaId`s. */
export interface SharedSchema {
  readonly id: SchemaId;
  /** The documents' name for it; absent where it has none. */
  readonly name?: string;
  readonly schema: Schema;
  /** A closed list of strings or numbers, sorted. */
  readonly members?: readonly (string | number)[];
  /** Where an enum without a name was met. */
  readonly inline: readonly Inline[];
  readonly positions: ReadonlySet<SchemaPosition>;
  /** The documents that have it, by `Spec.name`, sorted. */
  readonly documents: readonly string[];
  /** Where documents declare it, in their order; none for a schema that has no name and is no enum. */
  readonly places: readonly SchemaPlace[];
  /** The form that responses have, where this one is for requests alone and the two differ. */
  readonly requestOf?: SchemaId;
  /** SHA-256 of name and closure, the same whatever else is generated. */
  readonly digest: string;
}

export interface SchemaPlace {
  readonly document: string;
  readonly pointer: string;
  readonly position: SchemaPosition;
  /** It is what a parent says itself: {@link Draft.shape}. */
  readonly shape: boolean;
  /** It is a list in another schema. */
  readonly inline: boolean;
}

/** A place where the type can only be `unknown`. */
export interface Unknown {
  readonly reason: "unconstrained" | "dangling";
  readonly document: string;
  readonly pointer: string;
  /** Looked up when asked for: it may be slow. */
  readonly location: Location;
}

export interface SharedSchemas {
  /** One for each use, in the order of the documents and, in each, of its uses. */
  readonly roots: readonly SchemaId[];
  readonly schemas: ReadonlyMap<SchemaId, SharedSchema>;
}
