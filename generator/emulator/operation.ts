/** The model of a batch endpoint in the emulator: values of the document, and its `x-batch`. Types only. */
import type { JsonObject, JsonValue } from "../base/json.js";
import type { Spec } from "../openapi/spec.js";
import type { XBatch } from "../runtime/endpoint/x-batch.js";

/** A schema as the document has it. Its references point into `spec.document`. */
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

/** The operation of the document that tells of the job of a batch. */
export interface Companion {
  /** Upper case. */
  readonly method: string;
  readonly path: string;
  /** The path or query parameter that takes the job's id. */
  readonly param: string;
  readonly parameters: readonly EmulatedParameter[];
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
  /** The path of the same operation in one collection: `/{index}/_bulk` of `/_bulk`. */
  readonly scope?: string;
  /** Parameters with a single value, which distinguish this operation from others of its method and path. */
  readonly constants: readonly {
    readonly in: string;
    readonly name: string;
    readonly value: string;
  }[];
  readonly batch: XBatch;
  readonly parameters: readonly EmulatedParameter[];
  /** The request body that a client sends; absent where the document has none. */
  readonly body?: {
    readonly mediaType: string;
    readonly schema?: RawSchema;
    /** Encoding Objects, by the names of a form's members. */
    readonly encoding?: JsonObject;
  };
  readonly replies: readonly EmulatedReply[];
  readonly poll?: Companion;
  readonly report?: Companion;
}

/** One item of a request. */
export interface Item {
  readonly index: number;
  readonly value: JsonValue;
  /** Its key in a map, or the key of its group. */
  readonly key?: string;
  /** With `lists`: the number of its list, from 0. */
  readonly list?: number;
  /** With `pairs`: the name in the action line. */
  readonly action?: string;
  /** With `pairs`: the value in the action line. */
  readonly meta?: JsonValue;
}
