/** One batch endpoint as the emulator needs it: the document's own words, and `x-batch`. Types only. */
import type { JsonObject, JsonValue } from "../base/json.js";
import type { Spec } from "../openapi/spec.js";
import type { XBatch } from "../runtime/endpoint/x-batch.js";

/** A schema of a document, as it is written there. Its references lead into `spec.document`. */
export type RawSchema = JsonObject | boolean;

export interface EmulatedReply {
  /** `200`, `2XX` or `default`. */
  readonly status: string;
  readonly mediaType?: string;
  readonly schema?: RawSchema;
}

export interface EmulatedParameter {
  readonly in: string;
  readonly name: string;
  readonly required: boolean;
  readonly schema: RawSchema;
}

/** Another operation of the document that belongs to a batch: it tells of a job, or stops it. */
export interface Companion {
  /** Upper case. */
  readonly method: string;
  readonly path: string;
  /** The path or query parameter that takes the job's id. */
  readonly param: string;
  readonly replies: readonly EmulatedReply[];
}

export interface EmulatedOperation {
  readonly spec: Spec;
  /** The name in a generated package, such as `notes.update`. */
  readonly name: string;
  /** Upper case. */
  readonly method: string;
  /** A path template, such as `/crm/objects/{objectType}/batch/create`, without query and fragment. */
  readonly path: string;
  /** Parameters with one value only, which tell this operation from others of the same method and path. */
  readonly constants: readonly {
    readonly in: string;
    readonly name: string;
    readonly value: string;
  }[];
  readonly batch: XBatch;
  readonly parameters: readonly EmulatedParameter[];
  /** The request body that a client would send; absent where the document has none. */
  readonly body?: {
    readonly mediaType: string;
    readonly schema?: RawSchema;
    /** Encoding Objects, by the names of a form's members. */
    readonly encoding?: JsonObject;
  };
  readonly replies: readonly EmulatedReply[];
  readonly poll?: Companion;
  readonly cancel?: Companion;
}

/** One item of a request. */
export interface Item {
  readonly index: number;
  readonly value: JsonValue;
  /** Its key in a map, or the key of its group. */
  readonly key?: string;
  /** With `pairs`: the name in the action line. */
  readonly action?: string;
  /** With `pairs`: what the action line says of it. */
  readonly meta?: JsonValue;
}
