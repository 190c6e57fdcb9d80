/** The batch endpoints of a set of documents, as data: what `emit/` prints. Types only. */
import type { Operation, Service } from "../runtime/endpoint/operation.js";
import type { Kind, XBatch } from "../runtime/endpoint/x-batch.js";
import type { SchemaId, SchemaModule } from "../schemas/schema.js";

export type {
  Declaration,
  SchemaId,
  SchemaModule,
  SchemaPosition,
  SchemaUse,
} from "../schemas/schema.js";

/**
 * What shows that an operation is a batch operation: its `x-batch`; a word in its path or operationId (`name`); a
 * request body that is a list (`listBody`); a media type of lines or of batches; a reply about single items; a word in
 * its summary. `low`: nothing but a list in its request, so it is left alone.
 */
export type Tier = "x-batch" | "name" | "listBody" | "mediaType" | "reply" | "summary" | "low";

/** One reply that the document declares. */
export interface Reply {
  /** `200`, `2XX` or `default`. */
  readonly status: string;
  readonly description?: string;
  readonly mediaType?: string;
  /** Absent: no body. */
  readonly schema?: SchemaId;
}

export interface Documentation {
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  /** OAuth scopes and the like, in the document's order. */
  readonly scopes: readonly string[];
  readonly externalDocs?: string;
}

/** One batch endpoint of the package. */
export interface Endpoint {
  /** Its module, such as `notes` or `v3/notes`. */
  readonly resource: string;
  /** The exported name in that module, such as `update`. */
  readonly name: string;
  readonly tier: Tier;
  /** The data for the runtime, apart from the service. */
  readonly operation: Omit<Operation, "service">;
  /** The name of its service. */
  readonly service: string;
  /** 64-bit integers are bigints: in its replies, and in its requests. */
  readonly readsBigints: boolean;
  readonly sendsBigints: boolean;
  readonly docs: Documentation;
  readonly input: SchemaId;
  readonly result?: SchemaId;
  readonly params?: SchemaId;
  /** No parameter is required. */
  readonly paramsOptional: boolean;
  readonly replies: readonly Reply[];
  /** The documents that declare it, by `Spec.name`. */
  readonly documents: readonly string[];
}

/** A row of `inspect`: one operation of one document, emitted or left alone. */
export interface Row {
  readonly document: string;
  readonly method: string;
  readonly path: string;
  /** The name in the package, such as `notes.update`; absent where nothing is emitted. */
  readonly name?: string;
  readonly kind?: Kind;
  readonly tier?: Tier;
  readonly items?: XBatch["items"];
  readonly limit?: number;
  readonly recognised: boolean;
  /** What shows that it is a batch operation, as part of a sentence; absent where nothing is emitted. */
  readonly signs?: string;
  /** Why it was left alone. */
  readonly reason?: string;
  /** The `x-batch` value that would make a batch of what was left alone and looks like one. */
  readonly suggestion?: Partial<XBatch>;
}

export interface SourceDocument {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly hash: string;
}

/** A variable in the URL of a server. */
export interface ServerVariable {
  readonly name: string;
  readonly default?: string;
  /** All that it may be; absent: anything. */
  readonly values?: readonly string[];
  readonly description?: string;
}

/** A server, its URL with variables in braces and without a trailing slash. */
export interface ServerTemplate {
  readonly url: string;
  readonly variables: readonly ServerVariable[];
  readonly description?: string;
}

/** What the endpoints of one API have in common, and the name of the constant that holds it. */
export interface NamedService {
  readonly name: string;
  readonly service: Service;
  /** Those to choose from, the default first; empty where there is no choice. */
  readonly servers: readonly ServerTemplate[];
  /** `x-batch` values that hold for its endpoints unless they say otherwise. */
  readonly defaults: Partial<XBatch>;
}

export interface BatchApi {
  readonly services: readonly NamedService[];
  readonly endpoints: readonly Endpoint[];
  readonly modules: readonly SchemaModule[];
  /** The name by which a resource's module knows a schema that one of its endpoints uses. */
  readonly nameOf: (resource: string, id: SchemaId) => string;
  readonly rows: readonly Row[];
  readonly sources: readonly SourceDocument[];
}
