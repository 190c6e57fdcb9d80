/** `Operation`: the data of one endpoint. Types only. */
import type { Authorize, SecuritySchemes } from "./security.js";
import type { Kind, StatusPattern, XBatch } from "./x-batch.js";

export type { SecurityScheme } from "./security.js";

/** What the endpoints of one API have in common. */
export interface Service {
  /** The default for the client's `baseUrl`, without a trailing slash. */
  readonly baseUrl: string;
  /** Security schemes by their names in the document. Absent: a bearer token. */
  readonly security?: SecuritySchemes;
  /** Adds secrets as the schemes require. Absent without `security`. */
  readonly authorize?: Authorize;
}

/**
 * Defaults for the endpoints of a service, field by field, and within `limit` and `statuses` again field by field. Only
 * the client reads them, so a bundle with only builders does not contain them.
 */
export type Defaults = Partial<XBatch> & {
  /** Replaces those of the service, if builders of requests need only a bearer token. */
  readonly secured?: Pick<Service, "security" | "authorize">;
  /** Replaces that of the service: the server that the client selected. */
  readonly baseUrl?: string;
};

/** A parameter of the builder: a parameter of the operation, or a sibling of the items in the body. */
export interface Parameter {
  /** Its name in the request; with `in: "body"` a JSON Pointer into the body. */
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie" | "body";
  /**
   * Its name in the builder's `params`, because two locations may use one name. Default `name`; with
   * `in: "body"` the last token of the pointer (`/data/attributes/list` is `list`).
   */
  readonly key?: string;
  /** The builder throws if it is missing. A path parameter is always required. */
  readonly required?: true;
  /** OpenAPI's serialization. Default: that of the location. */
  readonly style?:
    "matrix" | "label" | "simple" | "form" | "spaceDelimited" | "pipeDelimited" | "deepObject";
  readonly explode?: boolean;
  /** A `content` parameter: the value is sent as JSON. */
  readonly json?: true;
  readonly allowReserved?: true;
  /** The only value of a required parameter. The builder fills it in. */
  readonly value?: string | number | boolean;
}

/** How a form contains a member of the body: OpenAPI's Encoding Object. */
export interface Part {
  /** Its media type. With JSON the member is one field. Default: JSON for objects, none for other values. */
  readonly contentType?: string;
  /** Default: lists are one field for each element, objects are JSON. `deepObject`: `name[0][key]`, on every level. */
  readonly style?: "form" | "spaceDelimited" | "pipeDelimited" | "deepObject";
  readonly explode?: boolean;
  /** The name of the file, if the member is a file. */
  readonly fileName?: string;
}

export interface Operation<K extends Kind = Kind> extends XBatch {
  /** The name in the package, such as `notes.update`. */
  readonly name: string;
  readonly service: Service;
  readonly method: string;
  /** A path template of the document, such as `/crm/v3/objects/{objectType}/batch/create`. */
  readonly path: string;
  readonly kind?: K;
  readonly parameters?: readonly Parameter[];
  /** The parameters of the operations of its job; the `key` of each is that of the parameter of the run with its value. */
  readonly jobParameters?: {
    readonly poll?: readonly Parameter[];
    readonly report?: readonly Parameter[];
  };
  /** For a body that is a form: the encoding of its members, by name. */
  readonly encoding?: { readonly [member: string]: Part };
  /** Alternatives, each with the names of the schemes that it needs. Absent: any one of the service's; `[]`: none. */
  readonly auth?: readonly (readonly string[])[];
  /** The success statuses that the document declares, such as `[200, 207]`. */
  readonly replies: readonly StatusPattern[];
  /** By their statuses, the bodies of successes that are no JSON: lines of JSON, or a text. */
  readonly bodies?: { readonly [status: string]: "lines" | "text" };
  /** The places of the replies that lead to 64-bit integers, which are read as strings or bigints; first the body. */
  readonly int64?: readonly Place[];
}

/**
 * Where the members of a value lead, by name or index, and under `*` all others: to another place, by its number; `true`:
 * to a 64-bit integer; `false`: nowhere.
 */
export interface Place {
  readonly [member: string]: number | boolean;
}
