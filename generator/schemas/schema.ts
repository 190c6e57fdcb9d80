/** Schemas after normalising: the small part of JSON Schema 2020-12 that TypeScript can say. Types only. */
import type { Location } from "../base/diagnostics.js";
import type { JsonObject, JsonValue, Spec } from "../openapi/spec.js";

/** Where a schema is used decides what it means: `readOnly`, `writeOnly` and int64 differ. */
export type SchemaPosition = "request" | "response";

/**
 * One schema that needs a type. `schema` is in the coordinates of `spec.document`: it is a schema of the document, a
 * `$ref` to one, or one made up from such (the parameters of an operation as one object, say).
 */
export interface SchemaUse {
  readonly spec: Spec;
  readonly schema: JsonObject | boolean;
  /** The place of the schema in the document, or of what it was made up for: for diagnostics. */
  readonly pointer: string;
  readonly position: SchemaPosition;
  /**
   * For a schema that is no reference and has no name: what it belongs to, such as the method, the path and the role.
   * Uses with different owners are different schemas, even where they look the same: each gets its own declaration.
   */
  readonly owner?: string;
}

/** A schema that gets a declaration of its own in the output. The same number is the same structure. */
export type SchemaId = number;

/** One declaration of a module. */
export interface Declaration {
  readonly id: SchemaId;
  /** The name that its module declares it under. */
  readonly name: string;
  /** Every `$ref` in it is a `SchemaId`. */
  readonly schema: Schema;
  /** A closed list of strings or numbers: emitted as union, tuple and guard. */
  readonly members?: readonly (string | number)[];
  /** Only requests have it: its properties are not `readonly`. */
  readonly mutable?: true;
  /** An enum that several modules share: the root exports it, too. */
  readonly root?: true;
}

/** One file of declarations: a resource's own schemas, or schemas that several resources share. */
export interface SchemaModule {
  /** Path below `src/`, without extension, such as `notes`, `v3/notes` or `schemas`. */
  readonly path: string;
  readonly declarations: readonly Declaration[];
  /** What its declarations, and the users placed in it, need from other modules. */
  readonly imports: readonly {
    readonly id: SchemaId;
    readonly from: string;
    readonly name: string;
    /** The name used here, where `name` is taken. */
    readonly as: string;
  }[];
  /** What its imports are made of: it exports that as well. None in a module of shared schemas. */
  readonly others?: readonly {
    readonly from: string;
    readonly name: string;
    readonly as: string;
  }[];
}

/** Keywords for the reader. Two schemas that differ in these alone are the same. */
export interface SchemaDocs {
  readonly title?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly default?: JsonValue;
  /** A fact such as `date-time`; `int64` and `binary` are structure, in `format`. */
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
  /** Until `resolveRequired`: the property that tells the branches of this `anyOf` apart. */
  readonly discriminator?: Discriminator;
  /** Until `resolveRequired`: properties that this position does not have, so that nothing requires them. */
  readonly dropped?: readonly string[];
}

export interface Discriminator {
  readonly property: string;
  /** From the key of a branch to its values. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/** What a discriminator means for one schema. */
export interface Tag {
  readonly property: string;
  /** Its values, sorted; none for a parent that only its children have values for. */
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
  /** As the document has it; absent for a use that is no reference, and for an inline enum. */
  readonly name?: string;
  /** An inline enum: the property it was met at, and the name of the schema that has it. */
  readonly inline?: Inline;
  /** It was met as an inline enum, whatever it turned out to be. */
  readonly isList?: boolean;
  /** {@link SchemaUse.owner}: drafts with different owners are not the same. */
  readonly owner?: string;
  /** The values that discriminators above it, or its own, have for it: until `resolveRequired`. */
  readonly tags?: readonly Tag[];
  /** The draft of its own properties, where `schema` is the union of that and of its children. */
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
 * A draft after the passes over its own document: plain JSON. `$ref`s hold places in the list of that document's
 * drafts.
 */
export interface FinishedDraft extends Pick<
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
  readonly drafts: readonly FinishedDraft[];
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
  /** It is a parent's own properties: {@link Draft.shape}. */
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
