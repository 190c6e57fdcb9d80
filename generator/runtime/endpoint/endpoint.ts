/**
 * An endpoint: a pure function that builds a request, with the operation's data on it.
 *
 * THE EMITTER'S CONTRACT. For each endpoint, types first, then one constant:
 *
 *     import { endpoint, type Endpoint, type Reply } from "./runtime/endpoint/endpoint.js";
 *     import { segments } from "./runtime/endpoint/segments.js";
 *     import { service } from "./service.js";
 *     export type CreateReply = Reply<201, CreateOk> | Reply<207, CreatePartial>;
 *     export const create: Endpoint<CreateInput, CreateResult, CreateParams, "create", CreateReply> =
 *       endpoint({ name: "objects.create", service, method: "POST", … }, { fill: segments });
 *
 * (with a PURE annotation before the call, so that a bundler drops endpoints that nobody uses).
 *
 * - `I` is one input. `items.as: map` or `groups`: `Keyed<Item>`, but the bare item for a map whose `match` has a rule
 *   `{by: mapKey, generate}`; `pairs`: `Pair<Action, Source>`; `columns`, `csv`: the row; `items.in: query`: the id.
 * - `R` is one result as an outcome carries it (after `results.value` and `first`); `undefined` where the service sends
 *   none (`results` absent or `as: none`, 204); with `| undefined` where a reply need not mention an input that was
 *   done (a `match` with `absent: ok`, or `mode: atomic` without a `match`).
 * - `P`: the parameters, by their keys; `{}` or left out where there are none.
 * - `Y`: the replies; `2XX` is `Reply<number, …>`, a reply without a body `Reply<204, undefined>`.
 * - `L`: `"unlimited"` as the sixth argument where `limit` has neither `items` nor `bytes`, unless everything goes into
 *   one request (`split: never`, `replace`); `run` then asks for `chunkSize`.
 * - With `x-batch.select`: `SelectEndpoint<I, R, P, K, Y, "properties", "properties">`, made by `selectEndpoint` of
 *   select.js; the last two are the key in `P` of the parameter that names what to read, and the field of `R`.
 * - The second argument names the code that this endpoint needs besides the core (`Uses` in uses.ts says when);
 *   left out where it needs none. Copy the files that are imported somewhere, and what they import.
 * - `path` has neither a fragment nor a query: constant pairs (`?v=1`), and the switch of `mode`, are `parameters` with
 *   `value`. A parameter that must be given has `required: true`. With `items.in: query` the parameter of the items is
 *   listed too (its `name` is `items.at`; no `key`, no `required`): it says the style, and is not part of `P`.
 *
 * service.ts has two constants, so that a bundle of builders leaves the second out:
 *
 *     export const service: Service = { baseUrl: "https://…" };     // with `security` also `authorize`, of credentials.js
 *     export const defaults: Defaults = { rate: …, statuses: … };   // the x-batch values that the endpoints share
 *
 * client.ts of the package is `export const createClient = (options: ClientOptions): BatchClient =>
 * create(options, new Map([[service, defaults]]))`, `create` being `createClient` of runtime/send/client.js.
 */
import type { ItemError } from "../errors.js";
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
export type Source<S> = Iterable<S> | AsyncIterable<S> | ReadableStream<S>;

/** Rows of the caller's, and how to make inputs of them. Made by `endpoint.from`. */
export interface Mapped<S, I> {
  readonly source: Source<S>;
  readonly input: (source: S, index: number) => I;
  readonly key: (source: S) => string;
}

/** A request as plain data: nothing is sent by making it. */
export interface BatchRequest<I = unknown, R = unknown, Y = Reply> extends RequestParts {
  readonly operation: Operation;
  /** @internal */
  readonly uses: Uses;
  /**
   * A standard Request. `token` (or `credentials`, by the document's names) is placed as the document's security
   * schemes say; without it the request is anonymous.
   */
  toRequest(baseUrl: string, auth?: Secret): Request;
  readonly "~types"?: { readonly input: I; readonly result: R; readonly reply: Y };
}

type Args<P> = {} extends P ? [params?: P] : [params: P];

/** @internal What `select` and `withCodec` bind to an endpoint. */
export interface Bound {
  readonly params?: object | undefined;
  readonly input?: ((value: unknown) => unknown) | undefined;
  readonly result?: ((value: unknown) => unknown) | undefined;
}

/** Whether the data tells how much fits into one request. */
export type Limited = "limited" | "unlimited";

/** What the runtime reads of an endpoint of any type. */
export interface AnyEndpoint {
  readonly operation: Operation;
  /** @internal */
  readonly uses: Uses;
  /** @internal */
  readonly bound?: Bound | undefined;
}

/** One batch endpoint. */
export interface Endpoint<
  I,
  R,
  P = {},
  K extends Kind = Kind,
  Y = Reply,
  L extends Limited = "limited",
  E = ItemError,
> {
  /**
   * Builds one request for these inputs; splits and sends nothing.
   * @throws TypeError where a required parameter is missing or cannot stand in the path.
   */
  (inputs: readonly I[], ...params: Args<P>): BatchRequest<I, R, Y>;
  /** The endpoint's data: method, path, kind, limits, how replies are read. */
  readonly operation: Operation<K>;
  /** Rows as the source of a run: outcomes carry the row as `source` and its `key`. */
  from<S>(
    source: Source<S>,
    input: (source: S, index: number) => I,
    options: { readonly key: (source: S) => string },
  ): Mapped<S, I>;
  /** @internal */
  readonly uses: Uses;
  /** @internal */
  readonly bound?: Bound | undefined;
  readonly "~types"?: {
    readonly input: I;
    readonly result: R;
    readonly params: P;
    readonly reply: Y;
    readonly limited: L;
    readonly error: E;
    readonly kind: K;
  };
}

/** An endpoint whose parameter `By` names the members of the results' `Field`. */
export interface SelectEndpoint<
  I,
  R,
  P,
  K extends Kind,
  Y,
  By extends keyof P,
  Field extends keyof R,
  L extends Limited = "limited",
  E = ItemError,
> extends Endpoint<I, R, P, K, Y, L, E> {
  /** The same endpoint for these names: results are typed by them, and the parameter is filled in. */
  select<const N extends string>(
    names: readonly N[],
  ): Endpoint<I, Selected<R, Field, N>, Omit<P, By>, K, Y, L, E>;
}

/** `R` with exactly the members `N` in its `Field`. */
export type Selected<R, Field extends keyof R, N extends string> = Omit<R, Field> & {
  readonly [F in Field]: { readonly [X in N]: Member<NonNullable<R[F]>> };
};
type Member<F> = F[keyof F];

/** Makes an endpoint of an operation's data. Generated code says which `E` the data is. */
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
