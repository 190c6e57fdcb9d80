/** The data of one endpoint, as the generator writes it into the constant. Types only. */
import type { Authorize, SecuritySchemes } from "./security.js";
import type { Kind, StatusPattern, XBatch } from "./x-batch.js";

export type { SecurityScheme } from "./security.js";

/** What the endpoints of one API have in common. */
export interface Service {
  /** Where requests go unless the client says otherwise, without a trailing slash. */
  readonly baseUrl: string;
  /** By the names of the document. Absent means bearer. */
  readonly security?: SecuritySchemes;
  /** With `security`: `authorize` of credentials.js. */
  readonly authorize?: Authorize;
}

/**
 * What holds for every endpoint of a service that does not say otherwise: field by field, and within `limit` and
 * `statuses` again field by field. Only the client reads it, so that a bundle of builders goes without.
 */
export type Defaults = Partial<XBatch> & {
  /** In place of the service's own, where a bearer token will do for the requests that builders make. */
  readonly secured?: Pick<Service, "security" | "authorize">;
  /** In place of the service's own: the server that the client chose. */
  readonly baseUrl?: string;
};

/** A parameter of the builder: a parameter of the operation, or a sibling of the items in the body. */
export interface Parameter {
  /** Its name in the request; with `in: "body"` a JSON Pointer into the body. */
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie" | "body";
  /**
   * Its name in the builder's `params`, where that differs (two places may use one name). Default `name`; with
   * `in: "body"` the last token of the pointer (`/data/attributes/list` is `list`).
   */
  readonly key?: string;
  /** The builder throws where it is missing. A path parameter is always required. */
  readonly required?: true;
  /** OpenAPI's serialization, where it is not the default of the place. */
  readonly style?:
    "matrix" | "label" | "simple" | "form" | "spaceDelimited" | "pipeDelimited" | "deepObject";
  readonly explode?: boolean;
  /** A `content` parameter: the value is sent as JSON. */
  readonly json?: true;
  readonly allowReserved?: true;
  /** The only value that a required parameter may have: filled in, not asked for. */
  readonly value?: string | number | boolean;
}

/** How a form holds a member of the body: OpenAPI's Encoding Object. */
export interface Part {
  /** Its media type. JSON: the member is one field, whatever it is. Default: JSON for objects, none for the others. */
  readonly contentType?: string;
  /** Default: lists are a field for each element, objects JSON. `deepObject`: `name[0][key]`, as deep as it is. */
  readonly style?: "form" | "spaceDelimited" | "pipeDelimited" | "deepObject";
  readonly explode?: boolean;
  /** It is a file with this name. */
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
  /** Of a body that is a form, by the names of its members. */
  readonly encoding?: { readonly [member: string]: Part };
  /** Alternatives, each a list of scheme names that go together. Absent: any one of the service's; `[]`: none. */
  readonly auth?: readonly (readonly string[])[];
  /** The success statuses that the document declares, such as `[200, 207]`. */
  readonly replies: readonly StatusPattern[];
  /** Pointers into the reply to integers that may be beyond 2^53; `*` matches every member, a leading `**` for any depth. Read as strings, or as bigints. */
  readonly int64?: readonly string[];
}
