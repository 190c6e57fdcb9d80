/**
 * What makes an operation a batch, as data: the `x-batch` vocabulary. The generator reads it from documents and
 * overlays; the runtime obeys it. Pointers are JSON Pointers (RFC 6901), relative to the body or, for fields of an
 * item, to that item. Types only.
 */

/** What the operation does to each item. Absent means unknown, which is treated as `create`. */
export type Kind = "read" | "create" | "update" | "upsert" | "delete" | "mixed";

/** A status code or a range of them, such as `429` or `"5XX"`. */
export type StatusPattern = number | string;

/** Where the items of a request are, and in which form. */
export interface Items {
  /** Default `body`. */
  readonly in?: "body" | "query";
  /** Pointer into the body (`""` is the whole body), or the name of the query parameter. */
  readonly at: string;
  /** Default `array`. `pairs`: NDJSON, an action line and then a source line; `columns`: an object of arrays. */
  readonly as?: "array" | "map" | "groups" | "lines" | "pairs" | "columns" | "csv";
  /** With `pairs`: action names that have no source line. */
  readonly without?: readonly string[];
  /** The media type of the request, where it is not `application/json`. */
  readonly mediaType?: string;
}

export interface Limit {
  /** Most items in one request. */
  readonly items?: number;
  /** Most bytes in one request body. */
  readonly bytes?: number;
  /** Most bytes of one item. */
  readonly itemBytes?: number;
  /** A lower limit that holds when `present` is in the body. */
  readonly when?: readonly { readonly present: string; readonly items: number }[];
  /** An error whose text has the limit: with this status, the text at `at` matches `pattern`, whose first group is it. */
  readonly learn?: { readonly status: number; readonly at: string; readonly pattern: string };
}

export interface Results {
  /** Pointer into the response body. */
  readonly at: string;
  /** Default `array`. `none`: the response says nothing about single items. */
  readonly as?: "array" | "map" | "lines" | "none";
  /** Each result is the sole member of a wrapper object (its name is the action). */
  readonly first?: boolean;
  /** Pointer from an entry to the result proper. Default the entry itself. */
  readonly value?: string;
  /** Pointer from an entry to its status code. */
  readonly status?: string;
  /** Pointer from an entry to its error; an entry that has one (not null, not empty) failed. */
  readonly error?: string;
  /** Statuses that mean success. Default `["2XX"]`. */
  readonly ok?: readonly StatusPattern[];
  /** The service promises results in the order of the inputs. Default false. */
  readonly order?: boolean;
}

/** A list of failures apart from the results. */
export interface Errors {
  /** Pointer into the response body. Absent: the failed entries of the results are meant. */
  readonly at?: string;
  readonly as?: "array" | "map" | "lines";
  /** Entries that are not failures. */
  readonly ignore?: readonly { readonly at: string; readonly equals: string | number | boolean }[];
  /** Entries whose item may be sent again. */
  readonly retry?: readonly { readonly at: string; readonly in: readonly (string | number)[] }[];
}

/** How a result or an error finds its input. */
export interface Match {
  /** `key`: a field whose only purpose is matching; `value`: a field with a meaning; `mapKey`: the key in a map. */
  readonly by: "key" | "mapKey" | "value" | "index" | "order";
  /** Pointer into the input. */
  readonly request?: string;
  /** Pointer into the result. */
  readonly result?: string;
  /** Pointer into the error entry; a list there names several inputs. */
  readonly error?: string;
  /** With `index`: the number of the first input. Default 0. */
  readonly base?: 0 | 1;
  /** Compare without regard to case. */
  readonly fold?: "lower";
  /** Pointer into the input, or else the body: where it holds anything, this way says nothing of the input. */
  readonly unless?: string;
  /** The runtime fills the request's field where the caller left it out. */
  readonly generate?: "counter" | "uuid";
  /** What it means when a reply does not mention an input. Default `unknown`. */
  readonly absent?: "unknown" | "ok" | "failed";
}

export interface Retry {
  /** A second send of the same request does no harm. Default by kind: read, update, upsert and delete. */
  readonly safe?: boolean;
  /** An idempotency key. */
  readonly key?: { readonly in: "header" | "body" | "item"; readonly name: string };
}

/** Statuses that mean more than HTTP says. */
export interface Statuses {
  /** Nothing was done: send again. */
  readonly rejected?: readonly StatusPattern[];
  /** Slow down, then send again. */
  readonly throttled?: readonly StatusPattern[];
  /** Nothing proves what became of the request. */
  readonly ambiguous?: readonly StatusPattern[];
  /** Refused as a whole: nothing of this request was applied, so it may be bisected. */
  readonly wholeBatch?: readonly StatusPattern[];
}

export interface Rate {
  readonly windows?: readonly { readonly requests: number; readonly ms: number }[];
  /** Names of response headers. */
  readonly headers?: {
    readonly limit?: string;
    readonly remaining?: string;
    readonly intervalMs?: string;
  };
  /** The body of a throttling reply names its policy at `at`; a policy is a pause in ms, or ends the run. */
  readonly policies?: {
    readonly at: string;
    readonly values: { readonly [policy: string]: number | "stop" };
  };
}

/** The state in a reply. */
export interface State {
  readonly at: string;
  readonly done?: readonly string[];
  readonly pending?: readonly string[];
  readonly failed?: readonly string[];
}

export interface Job {
  readonly id?: string;
  readonly poll?: {
    readonly operationId?: string;
    readonly method?: string;
    readonly path?: string;
    readonly param?: string;
  };
  readonly state?: State;
  readonly results?: Results;
  readonly cancel?: {
    readonly operationId?: string;
    readonly method?: string;
    readonly path?: string;
    readonly param?: string;
  };
  readonly fireAndForget?: boolean;
}

export interface XBatch {
  readonly items: Items;
  readonly kind?: Kind;
  readonly limit?: Limit;
  readonly mode?:
    | "atomic"
    | "independent"
    | {
        readonly switch: {
          readonly in: "query" | "header" | "body";
          readonly name: string;
          readonly value: string | boolean | number;
        };
      };
  readonly split?: "auto" | "never";
  /** The request is the whole set; implies `split: never`. */
  readonly replace?: boolean;
  readonly results?: Results;
  readonly errors?: Errors;
  /** The part to send again, in the form of the request. */
  readonly remainder?: { readonly at: string };
  /** Tried in this order. */
  readonly match?: readonly Match[];
  readonly retry?: Retry;
  readonly statuses?: Statuses;
  readonly rate?: Rate;
  readonly state?: State;
  readonly job?: Job;
  /** The input names what the result holds, so the result can be typed by it. */
  readonly select?: { readonly request: string; readonly result: string };
  /** Items that are HTTP requests. */
  readonly envelope?: {
    readonly method: string;
    readonly path: string;
    readonly body?: string;
    readonly headers?: string;
    readonly id?: string;
    readonly response: { readonly status: string; readonly body: string };
  };
  /** Heterogeneous operations in one list. */
  readonly variants?: { readonly tag: string; readonly map: { readonly [tag: string]: string } };
}
