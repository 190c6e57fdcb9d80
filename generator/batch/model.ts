/** `BatchApi`: the model of a package, as data. `emit/` prints it, `diff/` and `page/` read it. Types only. */
import type { Operation, Service } from "../runtime/endpoint/operation.js";
import type { Kind, XBatch } from "../runtime/endpoint/x-batch.js";
import type { Gap } from "./detect/gaps.js";
import type { SchemaId, SchemaModule } from "../schemas/schema.js";
import type { ReplyForm } from "./replies.js";

export type {
  Declaration,
  SchemaId,
  SchemaModule,
  SchemaPosition,
  SchemaUse,
} from "../schemas/schema.js";

/**
 * How an operation is recognised: by its `x-batch`; by a word in its path or operationId (`name`); by other signals
 * (`signs`). `low`: not recognised, but it may be a batch.
 */
export type Tier = "x-batch" | "name" | "signs" | "low";

/** One reply that the document declares. */
export interface Reply {
  /** `200`, `2XX` or `default`. */
  readonly status: string;
  readonly description?: string;
  readonly mediaType?: string;
  readonly form: ReplyForm;
  /** Absent: the document says nothing about its body. */
  readonly schema?: SchemaId;
}

export interface Documentation {
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  /** OAuth scopes, or roles of another scheme, in the order of the document. */
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
  /** The data for the runtime, without the service. */
  readonly operation: Omit<Operation, "service">;
  /** The name of its service. */
  readonly service: string;
  /** Its replies contain bigints. */
  readonly readsBigints: boolean;
  /** Its requests may contain bigints. */
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

/** A row of `inspect`: one operation of one document, recognised or not. */
export interface Row {
  readonly document: string;
  readonly method: string;
  readonly path: string;
  /** The name in the package, such as `notes.update`; absent if the operation is not recognised. */
  readonly name?: string;
  readonly kind?: Kind;
  readonly tier?: Tier;
  readonly items?: XBatch["items"];
  /** Most items of a request. */
  readonly limit?: number;
  /** Most bytes of its body. */
  readonly bytes?: number;
  /** Pointers into its x-batch: values that the service advises, and documents nowhere. */
  readonly advised?: readonly string[];
  readonly recognised: boolean;
  /** What shows that it is a batch operation, as part of a sentence; absent if the operation is not recognised. */
  readonly signs?: string;
  /** Why it is not recognised, as part of a sentence. */
  readonly reason?: string;
  /** For an operation that looks like a batch: the `x-batch` value that would make it one. */
  readonly suggestion?: Partial<XBatch>;
  /** For an operation that is recognised: the fields of `x-batch` that nobody gives. */
  readonly gaps?: readonly Gap[];
}

export interface SourceDocument {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly hash: string;
  /** The hosts of its servers. */
  readonly hosts: readonly string[];
}

/** A variable in the URL of a server. */
export interface ServerVariable {
  readonly name: string;
  readonly default?: string;
  /** The allowed values; absent: any value. */
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
  /** The servers to choose from, the default first; empty if there is no choice. */
  readonly servers: readonly ServerTemplate[];
  /** `x-batch` values for all of its endpoints, which an endpoint may override. */
  readonly defaults: Partial<XBatch>;
}

export interface BatchApi {
  readonly services: readonly NamedService[];
  readonly endpoints: readonly Endpoint[];
  readonly modules: readonly SchemaModule[];
  /** The name of a schema in the module of a resource. Throws a RangeError if the module does not use the schema. */
  readonly nameOf: (resource: string, id: SchemaId) => string;
  readonly rows: readonly Row[];
  readonly sources: readonly SourceDocument[];
}
