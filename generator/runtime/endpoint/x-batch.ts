/**
 * `XBatch`: how a batch operation works, as data. It comes from the documents, their overlays and presets. Pointers
 * are JSON Pointers (RFC 6901), relative to the body or, for fields of an item, to that item. Types only.
 */

/** What the operation does to each item. Absent means unknown, which is treated as `create`. */
export type Kind = "read" | "create" | "update" | "upsert" | "delete" | "mixed";

/** A status code or a range of them, such as `429` or `"5XX"`. */
export type StatusPattern = number | string;

/** A test of a value in a reply. With neither `in` nor `pattern`, every value but null passes. */
export interface Test {
  readonly at: string;
  readonly in?: readonly (string | number | boolean | null)[];
  /** A regular expression for a text; none that may take long. */
  readonly pattern?: string;
}

/** A status, or a status that means something only with a body that passes the test. */
export type StatusRule = StatusPattern | (Test & { readonly status: StatusPattern });

/** Where the items of a request are, and in which form. */
export interface Items {
  /** Default `body`. */
  readonly in?: "body" | "query";
  /** Pointer into the body (`""` is the whole body), or the name of the query parameter. */
  readonly at: string;
  /**
   * Default `array`. `groups`: an object whose members are lists; `lists`: a list of lists; `pairs`: NDJSON, an action line
   * and then a source line; `columns`: an object of arrays.
   */
  readonly as?: "array" | "map" | "groups" | "lists" | "lines" | "pairs" | "columns" | "csv";
  /** With `groups` and `lists`: each list is in an object, at this pointer. */
  readonly inner?: string;
  /** With `groups`: the names that a group may have. Other members are no groups. Default: any. */
  readonly keys?: readonly string[];
  /** With `pairs`: action names that have no source line. */
  readonly without?: readonly string[];
  /** The media type of the request. Default: `application/json`. */
  readonly mediaType?: string;
}

/** How much fits into one request. */
export interface Limit {
  /** Most items in one request. */
  readonly items?: number;
  /** Most bytes in one request body. */
  readonly bytes?: number;
  /** Most bytes of one item. */
  readonly itemBytes?: number;
  /** With `as: lists`: most items in one list. */
  readonly inner?: number;
  /** Lower limits. Each applies if the body has a value at `present`, not null and not empty, or the value `equals`. */
  readonly when?: readonly {
    readonly present: string;
    readonly equals?: string | number | boolean;
    readonly items: number;
  }[];
  /** An error whose text contains the limit: the first group of `pattern`, in the text at `at`. */
  readonly learn?: { readonly status: number; readonly at: string; readonly pattern: string };
}

/** What a successful reply says about single items. */
export interface Results {
  /** Pointer into the response body. */
  readonly at: string;
  /** Default `array`. `groups`: a map of lists; `none`: the response says nothing about single items, and an
   * acknowledgement has a value at `at`. */
  readonly as?: "array" | "map" | "groups" | "lines" | "none";
  /** Each entry has one member: its name is the action, and its value is the result. Default false. */
  readonly first?: boolean;
  /** Pointer from an entry to the result itself. Default: the entry. */
  readonly value?: string;
  /** Pointer from an entry to its status code. */
  readonly status?: string;
  /** Pointer from an entry to its error. An entry with an error (not null, not empty) failed. */
  readonly error?: string;
  /** Pointer from an entry to the time after which its item may be sent again, in the form of `Retry-After`. */
  readonly retryAfter?: string;
  /** Statuses that mean success; null is a status that is absent. Default `["2XX"]`. */
  readonly ok?: readonly (StatusPattern | boolean | null)[];
  /** The service promises results in the order of the inputs; those that `errors` names may be left out. Default false. */
  readonly order?: boolean;
}

/** An array of failures, separate from the results. */
export interface Errors {
  /** Pointer into the response body. Absent: `ignore` and `retry` apply to the failed entries of the results. */
  readonly at?: string;
  /** Pointer from an entry, or a failed entry of the results, to the text of its failure. */
  readonly message?: string;
  /** Pointer from an entry, or a failed entry of the results, to the service's name for this kind of failure. */
  readonly category?: string;
  /** Entries that are not failures. */
  readonly ignore?: readonly { readonly at: string; readonly equals: string | number | boolean }[];
  /** Entries whose item may be sent again. */
  readonly retry?: readonly Test[];
}

/** Numbers of items in a reply. An input that the reply leaves out is `ok` only if they fit. */
export interface Counts {
  readonly ok?: string;
  readonly failed?: string;
}

/** A rule that matches results and errors to inputs. */
export interface Match {
  /**
   * `key`: a field whose only purpose is matching; `value`: a field with a meaning; `mapKey`: the key in a map;
   * `index`: a number in the entry, from 0; `order`: the position of the entry.
   */
  readonly by: "key" | "mapKey" | "value" | "index" | "order";
  /** Pointer into the input. With `mapKey`: to the value that is the key. Default: the key in the request. */
  readonly request?: string;
  /** Pointer into the result. */
  readonly result?: string;
  /** Pointer into the error entry. A list at this place names several inputs. */
  readonly error?: string;
  /** Ignore case in comparisons. Default: compare exactly. */
  readonly fold?: "lower";
  /** Pointer into the input, or else the body. If it has a value, the rule does not apply to the input. */
  readonly unless?: string;
  /** The runtime fills the field in if the caller left it out. */
  readonly generate?: "counter" | "uuid";
  /** What it means if a reply does not mention an input. Default `unknown`. */
  readonly absent?: "unknown" | "ok" | "failed";
}

/** What happens if a request is sent again. */
export interface Retry {
  /** The same request may be sent twice without harm. Default: true for read, update, upsert and delete. */
  readonly safe?: boolean;
  /** An idempotency key. */
  readonly key?: {
    readonly in: "header" | "body" | "item";
    readonly name: string;
    /** The most characters. */
    readonly maxLength?: number;
    /** After so many milliseconds the service may have forgotten the key, so a resend is no longer safe. */
    readonly validMs?: number;
  };
}

/** HTTP statuses with a meaning beyond HTTP's own. */
export interface Statuses {
  /** The service did nothing. The request is sent again. */
  readonly rejected?: readonly StatusRule[];
  /** The request is sent again after a pause. */
  readonly throttled?: readonly StatusRule[];
  /** Nothing proves whether the service did the work. */
  readonly ambiguous?: readonly StatusRule[];
  /** The service refused the request as a whole and applied nothing, so a run may send parts of it. */
  readonly wholeBatch?: readonly StatusRule[];
  /** The service applied a part: the body is read like that of a success. */
  readonly partial?: readonly StatusRule[];
}

/** How many requests may be sent in which time. */
export interface Rate {
  /** At most `requests` requests in `ms` milliseconds. */
  readonly windows?: readonly {
    readonly requests: number;
    readonly ms: number;
    /** The response header that reports the requests left in this window. */
    readonly remaining?: string;
  }[];
  /** Names of the response headers that report the limit. Those of the IETF are read always. */
  readonly headers?: {
    readonly limit?: string;
    readonly remaining?: string;
    readonly intervalMs?: string;
    /** When requests are allowed again: in so many seconds, or a time (seconds or milliseconds since 1970, or a date). */
    readonly reset?: {
      readonly name: string;
      readonly as: "seconds" | "epoch" | "epochMs" | "date";
    };
  };
  /** The most requests of a run at the same time. */
  readonly concurrency?: number;
  /** The pause after a throttling reply that names none. */
  readonly penaltyMs?: number;
  /** The body of a throttling reply names, at `at`, the limit that was exceeded: it means a pause in ms, or the end of the run. */
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

/** An operation of the document, by its operationId, or by method and path. */
export interface OperationName {
  readonly operationId?: string;
  readonly method?: string;
  readonly path?: string;
  /** The parameter that takes the job's id. */
  readonly param?: string;
}

/** The service accepts the batch, and works on it later. */
export interface Job {
  readonly id?: string;
  /** `header`: the response header with the address to poll, instead of an operation. */
  readonly poll?: OperationName & { readonly header?: string };
  /** The state in the reply to a poll. With `pending`, a state that is in no list ends the polling. */
  readonly state?: State;
  /** The results, in the reply to a poll or in the pages of `report`. */
  readonly results?: Results;
  /** The operation that lists results or errors. `next`: pointer to the URL of the next page. */
  readonly report?: OperationName & { readonly next?: string };
  /** No reply reports how the batch ended: a reply that accepts it is a success. Default false. */
  readonly fireAndForget?: boolean;
}

export interface XBatch {
  readonly items: Items;
  readonly kind?: Kind;
  readonly limit?: Limit;
  /** Whether one bad item makes the service refuse the others; `switch`: a parameter that asks for partial results. */
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
  /** Whether a run may split the inputs into several requests. Default `auto`. */
  readonly split?: "auto" | "never";
  /** The request is the whole set: the service removes what it leaves out. Implies `split: never`. */
  readonly replace?: boolean;
  readonly results?: Results;
  readonly errors?: Errors;
  /** The part to send again, in the form of the request. */
  readonly remainder?: { readonly at: string };
  /** In the reply, or in the last reply to a poll of its job. */
  readonly counts?: Counts;
  /** The rules are tried in this order. */
  readonly match?: readonly Match[];
  readonly retry?: Retry;
  readonly statuses?: Statuses;
  readonly rate?: Rate;
  readonly state?: State;
  readonly job?: Job;
  /** The request names the fields of the result, so the type of the result depends on the request. */
  readonly select?: { readonly request: string; readonly result: string };
  /** Items that are HTTP requests. */
  readonly envelope?: {
    readonly method: string;
    readonly path: string;
    readonly body?: string;
    readonly headers?: string;
    readonly id?: string;
    /** Pointer into the input: the ids of the items that it needs in its request. */
    readonly after?: string;
    readonly response: { readonly status: string; readonly body: string };
  };
  /** Different operations in one list: the value at `tag` says what the service does to the item. */
  readonly variants?: { readonly tag: string; readonly kinds: { readonly [value: string]: Kind } };
}
