/**
 * An endpoint: a pure function that builds a request, with the operation's data on it.
 *
 * What the generator emits for each endpoint: one constant, and one interface of its types.
 *
 *     import { endpoint, type Endpoint, type Reply } from "./runtime/endpoint/endpoint.js";
 *     import { segments } from "./runtime/endpoint/segments.js";
 *     import { service } from "./service.js";
 *     export const create: Endpoint<Create> =
 *       endpoint({ name: "objects.create", service, method: "POST", … }, { fill: segments });
 *     export interface Create {
 *       kind: "create"; params: CreateParams; input: CreateInput; result: CreateResult;
 *       reply: Reply<201, CreateOk> | Reply<207, CreatePartial>; …
 *     }
 *
 * A PURE annotation stands before the call, so that a bundler drops endpoints that nobody uses. `EndpointTypes` says
 * what each member is. An endpoint with `x-batch.select` is a `SelectEndpoint`, made by `selectEndpoint` of select.ts.
 *
 * - The second argument names the code that this endpoint needs besides the core (`Uses` in request.ts says when); it
 *   is left out where there is none. A package has the runtime files that its modules import, and what those import.
 * - `path` has neither a fragment nor a query: constant pairs (`?v=1`), and the switch of `mode`, are `parameters` with
 *   `value`. A required parameter has `required: true`. With `items.in: query` the parameter of the items is listed too
 *   (its `name` is `items.at`; no `key`, no `required`): it gives the style, and is not part of `params`.
 *
 * service.ts has two constants, so that a bundle of builders leaves the second out:
 *
 *     export const service: Service = { baseUrl: "https://…" };     // with `security` also `authorize`, of credentials.ts
 *     export const defaults: Defaults = { rate: …, statuses: … };   // the x-batch values that the endpoints share
 *
 * client.ts of the package is `export const createClient = (options: ClientOptions): BatchClient =>
 * create(options, new Map([[service, defaults]]))`, `create` being `createClient` of send/client.ts.
 */
import type { Operation } from "./operation.js";
import { address, written, build, type RequestParts } from "./request.js";
import { bearer, type Secret } from "./security.js";
import type { Uses } from "./uses.js";
import type { Kind } from "./x-batch.js";

/** One reply: the HTTP status, and the body that the document declares for it. */
export interface Reply<S extends number = number, B = unknown> {
  readonly status: S;
  readonly body: B;
  readonly headers: Headers;
}

/** Where inputs come from. Read one by one, as there is room. */
export type Source<S> = readonly S[] | Iterable<S> | AsyncIterable<S> | ReadableStream<S>;

/** Rows of the caller's, and how to make inputs of them. Made by `endpoint.from`. */
export interface Mapped<S, I> {
  readonly source: Source<S>;
  readonly input: (source: S, index: number) => I;
  readonly key: (source: S) => string;
}

/** The types of one endpoint. The generator emits an interface of this form for each. */
export interface EndpointTypes {
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  /** Absent: nothing tells the kind. */
  readonly kind?: Kind | undefined;
  /** The parameters by their keys. Absent: there are none. */
  readonly params?: object | undefined;
  /**
   * One input. For `items.as: map` and `groups` it is `Keyed<Item>`, but the item alone for a map whose `match` has a
   * rule `{by: mapKey, generate}`; for `pairs` it is `Pair<Action, Source>`; for `columns` and `csv` the row; for
   * `items.in: query` the id.
   */
  readonly input: unknown;
  /**
   * One result as an outcome carries it, after `results.value` and `first`. `undefined` where the service sends none
   * (`results` absent or `as: none`, 204); with `| undefined` where a reply need not mention an input that was done (a
   * `match` with `absent: ok`, or `mode: atomic` without a `match`).
   */
  readonly result: unknown;
  /** The successes that the document declares. `2XX` is `Reply<number, …>`, no body `Reply<204, undefined>`. */
  readonly reply: Reply;
  /** The body of an error. Absent: the document declares none. */
  readonly error?: unknown;
  /** The parameter that names what to read, and the field of the result that holds it. */
  readonly select?: { readonly param: string; readonly field: string } | undefined;
  /**
   * A run needs the option `chunkSize`: `limit` has neither `items` nor `bytes`, and inputs may go into several
   * requests (neither `split: never` nor `replace`).
   */
  readonly chunkSize?: "required" | undefined;
}

/** What `params` is without parameters. */
export type ParamsOf<T extends EndpointTypes> = T extends { readonly params: infer P } ? P : {};
type KindOf<T extends EndpointTypes> = T extends { readonly kind: infer K extends Kind } ? K : Kind;

/** A request as plain data: nothing is sent by making it. */
export interface BatchRequest<T extends EndpointTypes = EndpointTypes> extends RequestParts {
  readonly operation: Operation;
  /** @internal */
  readonly uses: Uses;
  /**
   * A standard Request. `token` (or `credentials`, by the document's names) is placed as the document's security
   * schemes say; without it the request is anonymous.
   */
  toRequest(baseUrl: string, auth?: Secret): Request;
  readonly "~types"?: T;
}

type Args<P> = {} extends P ? [params?: P] : [params: P];

/** @internal What `select` and `withCodec` bind to an endpoint. */
export interface Bound {
  readonly params?: object | undefined;
  readonly input?: ((value: unknown) => unknown) | undefined;
  readonly result?: ((value: unknown) => unknown) | undefined;
}

/** What the runtime reads of an endpoint of any type. */
export interface AnyEndpoint {
  readonly operation: Operation;
  /** @internal */
  readonly uses: Uses;
  /** @internal */
  readonly bound?: Bound | undefined;
}

/** One batch endpoint. */
export interface Endpoint<T extends EndpointTypes> {
  /**
   * Builds one request for these inputs; splits and sends nothing.
   * @throws TypeError where a required parameter is missing or cannot stand in the path.
   */
  (inputs: readonly T["input"][], ...params: Args<ParamsOf<T>>): BatchRequest<T>;
  /** The endpoint's data: method, path, kind, limits, how replies are read. */
  readonly operation: Operation<KindOf<T>>;
  /** Rows as the source of a run: outcomes carry the row as `source` and its `key`. */
  from<S>(
    source: Source<S>,
    input: (source: S, index: number) => T["input"],
    options: { readonly key: (source: S) => string },
  ): Mapped<S, T["input"]>;
  /** @internal */
  readonly uses: Uses;
  /** @internal */
  readonly bound?: Bound | undefined;
  readonly "~types"?: T;
}

/** An endpoint whose parameter `select.param` names the members of the results' `select.field`. */
export interface SelectEndpoint<T extends SelectTypes> extends Endpoint<T> {
  /** The same endpoint for these names: results are typed by them, and the parameter is filled in. */
  select<const N extends string>(names: readonly N[]): Endpoint<SelectedTypes<T, N>>;
}

interface SelectTypes extends EndpointTypes {
  readonly params: object;
  readonly select: { readonly param: string; readonly field: string };
}

/** The types of an endpoint after `select`. */
export type SelectedTypes<T extends SelectTypes, N extends string> = Omit<
  T,
  "params" | "result" | "select"
> & {
  readonly params: Omit<T["params"], T["select"]["param"]>;
  readonly result: Selected<T["result"], T["select"]["field"], N>;
  readonly reply: T["reply"];
  readonly input: T["input"];
};

/** `R` with exactly the members `N` in its `Field`. */
export type Selected<R, Field extends PropertyKey, N extends string> = Omit<R, Field> & {
  readonly [F in Field & keyof R]: { readonly [X in N]: Member<NonNullable<R[F]>> };
};
type Member<F> = F[keyof F];

/** Makes an endpoint of an operation's data. The constant that it is assigned to has the type. */
export function endpoint<E extends AnyEndpoint>(
  operation: Operation,
  uses: Uses = {},
  /** @internal */
  bound?: Bound,
): E {
  const builder = (inputs: readonly unknown[], params?: object): BatchRequest => {
    const items = bound?.input ? inputs.map(bound.input) : inputs;
    const parts = build(operation, uses, { ...params, ...bound?.params }, items);
    return {
      ...parts,
      operation,
      uses,
      toRequest(baseUrl, auth) {
        const { authorize = bearer } = operation.service;
        const proved = auth ? authorize(parts, auth, operation) : parts;
        return new Request(address(baseUrl, proved), {
          ...proved,
          body: written(parts.body, operation, uses),
        });
      },
    };
  };
  const from = (source: unknown, input: unknown, options: object) => ({
    source,
    input,
    ...options,
  });
  // The emitter wrote the type and the data from the same document; the compiler cannot see that they agree.
  return Object.assign(builder, { operation, uses, bound, from }) as unknown as E;
}
