/** `Schema`: the small part of JSON Schema 2020-12 that TypeScript can express; and the data of each step. Types only. */
import type { Location } from "../base/diagnostics.js";
import type { JsonObject, JsonValue } from "../base/json.js";
import type { Spec } from "../openapi/spec.js";

/** The position of a schema, which decides about `readOnly`, `writeOnly` and 64-bit integers. */
export type SchemaPosition = "request" | "response";

/** The whole of a `multipart/form-data` body, or a part of it. A part may be a file; what is in it is JSON. */
export type FormPart = "body" | "part";

/**
 * One schema that needs a type. References in `schema` are those of `spec.document`. It is a schema of the document, a
 * `$ref` to one, or composed of such (for example, the parameters of an operation as one object).
 */
export interface SchemaUse {
  readonly spec: Spec;
  readonly schema: JsonObject | boolean;
  /** For diagnostics: the pointer of the schema in the document, or of the operation for which it was composed. */
  readonly pointer: string;
  readonly position: SchemaPosition;
  readonly form?: FormPart | undefined;
  /**
   * For a schema that is no reference: its method, path and role. Uses with different owners are different schemas, even
   * if they are equal, so each gets its own declaration.
   */
  readonly owner?: string;
}

/** The number of a schema with its own declaration. Equal schemas of several documents have the same number. */
export type SchemaId = number;

/** One declaration of a module. */
export interface Declaration {
  readonly id: SchemaId;
  /** Its name in the module that declares it. */
  readonly name: string;
  /** Every `$ref` in it is a `SchemaId`. */
  readonly schema: Schema;
  /** A closed list of strings or numbers, emitted as a union, a list and a guard. */
  readonly members?: readonly (string | number)[];
  /** Only requests contain it, so its properties are not `readonly`. */
  readonly mutable?: true;
  /** It is an enum that the root of the package exports, too. */
  readonly root?: true;
}

/** One file of declarations: the schemas of one resource, or schemas that several resources share. */
export interface SchemaModule {
  /** Path below `src/`, without extension, such as `notes`, `v3/notes` or `schemas`. */
  readonly path: string;
  readonly declarations: readonly Declaration[];
  /** The schemas of other modules that its declarations and its endpoints use. */
  readonly imports: readonly {
    readonly id: SchemaId;
    readonly from: string;
    readonly name: string;
    /** The name in this module, which differs from `name` if that is taken. */
    readonly as: string;
  }[];
  /** The schemas that its imports refer to, which it re-exports. Absent in a module of shared schemas. */
  readonly others?: readonly {
    readonly from: string;
    readonly name: string;
    readonly as: string;
  }[];
}

/** The documentation of a schema. Schemas that differ only in it are equal. */
export interface SchemaDocs {
  readonly title?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly default?: JsonValue;
  /** A format for the comment, such as `date-time`; `int64` and `binary` are in `format` of the schema. */
  readonly note?: string;
}

/**
 * One of:
 * - `{}` anything · `{not: {}}` nothing · `{$ref}` · `{enum}` literals · `{allOf}` · `{anyOf}`
 * - `{type}` of a string, number, boolean or null; `format: int64` is a 64-bit integer, as a string or (with
 *   type number) a bigint; `format: binary` is a file to send; `format: unlisted` is a value that an enum does not list
 * - `{type: "array", items}` or `{type: "array", prefixItems, minItems, items?}`; without `items`, the tuple is closed
 * - `{type: "object", properties?, required?, additionalProperties?, patternProperties?}`; without any of these, it is
 *   any object; a key of `patternProperties` is the literal beginning of names
 */
export interface Schema extends SchemaDocs {
  readonly $ref?: string;
  readonly type?: "string" | "number" | "boolean" | "null" | "array" | "object";
  readonly format?: "int64" | "binary" | "unlisted";
  readonly enum?: readonly (string | number | boolean)[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  /** Without a prototype, because names come from documents. */
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly not?: Schema;
  /** Until `resolveRequired`: the property that distinguishes the branches of this `anyOf`. */
  readonly discriminator?: Discriminator;
  /** Until `resolveRequired`: properties that do not occur in this position, so that nothing requires them. */
  readonly dropped?: readonly string[];
}

export interface Discriminator {
  readonly property: string;
  /** From the key of a branch to its values. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/** The values of a discriminator for one schema. */
export interface Tag {
  readonly property: string;
  /** Sorted; empty for a parent if only its children have values. */
  readonly values: readonly string[];
  /** The discriminator is declared in this schema. */
  readonly root: boolean;
}

/** A schema of a document that gets a declaration, before equal ones are merged. Its `$ref`s are keys of drafts. */
export interface Draft {
  readonly key: string;
  readonly spec: Spec;
  readonly pointer: string;
  readonly position: SchemaPosition;
  readonly form?: FormPart | undefined;
  /** Its name in the document; absent for a use that is no reference, and for an inline enum. */
  readonly name?: string;
  /** For an inline enum: its property, and the name of the schema that contains it. */
  readonly inline?: Inline;
  /** It was read as an inline enum; it may have joined a named one since. */
  readonly isList?: boolean;
  /** {@link SchemaUse.owner}: drafts with different owners are different. */
  readonly owner?: string;
  /** Until `resolveRequired`: its values of the discriminators of its ancestors, and of its own. */
  readonly tags?: readonly Tag[];
  /** For a parent, whose `schema` is a union: the key of the draft with the parent's own properties. */
  readonly base?: string;
  /** It is the base of another draft. */
  readonly isBase?: boolean;
  schema: Schema;
}

export interface Inline {
  readonly property?: string;
  readonly owner?: string;
  /** The property of the owner that encloses it, if it is in an inline object. */
  readonly within?: string;
}

/**
 * A draft after the steps over its own document, as plain JSON. Its `$ref`s are indices into the list of the document's
 * drafts.
 */
export interface FinishedDraft extends Pick<
  Draft,
  "pointer" | "position" | "name" | "inline" | "isList" | "owner" | "isBase"
> {
  readonly schema: Schema;
  /** Equal for equal drafts: see `digestsOf`. */
  readonly digest: string;
}

/** The schemas of one document that its batch operations reach. */
export interface DocumentSchemas {
  /** `Spec.name`. */
  readonly document: string;
  readonly drafts: readonly FinishedDraft[];
  /** For each use, the index of its draft in `drafts`. */
  readonly roots: readonly number[];
}

/** A schema with its own declaration, from all documents that have it. Its `$ref`s are `SchemaId`s. */
export interface SharedSchema {
  readonly id: SchemaId;
  /** Its name in the documents; absent if it has none. */
  readonly name?: string;
  readonly schema: Schema;
  /** A closed list of strings or numbers, in the order of the first document. */
  readonly members?: readonly (string | number)[];
  /** The places of an inline enum. */
  readonly inline: readonly Inline[];
  readonly positions: ReadonlySet<SchemaPosition>;
  /** The documents that have it, by `Spec.name`, sorted. */
  readonly documents: readonly string[];
  /** Its locations in documents, sorted; empty for a schema that has no name and is no enum. */
  readonly places: readonly SchemaPlace[];
  /** If this schema is only for requests and the one for responses differs: that one. */
  readonly requestOf?: SchemaId;
  /** SHA-256 of its name and structure, and of all that it refers to. */
  readonly digest: string;
}

/** The location of a schema in a document. */
export interface SchemaPlace {
  readonly document: string;
  readonly pointer: string;
  readonly position: SchemaPosition;
  /** It is the part of a parent that its children have: {@link Draft.base}. */
  readonly base: boolean;
  /** It is an enum inside of another schema. */
  readonly inline: boolean;
}

/** A place where the type can only be `unknown`. */
export interface Unknown {
  readonly reason: "unconstrained" | "dangling";
  readonly document: string;
  readonly pointer: string;
  readonly location: Location;
}

export interface SharedSchemas {
  /** For each use, its schema. The order is that of the documents and, in each, of its uses. */
  readonly roots: readonly SchemaId[];
  readonly schemas: ReadonlyMap<SchemaId, SharedSchema>;
}
