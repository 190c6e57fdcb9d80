/** `Endpoint`: a pure function that builds a request, with the data of its operation as properties. */
import type { Operation } from "./operation.js";
import { addKey, address, build, valid, written, type RequestParts } from "./request.js";
import { bearer, type Secret } from "./security.js";
import type { Uses } from "./uses.js";
import type { Kind } from "./x-batch.js";

/** One reply: the HTTP status, and the body that the document declares for it. */
export interface Reply<S extends number = number, B = unknown> {
  readonly status: S;
  readonly body: B;
  readonly headers: Headers;
}

/** The source of inputs. A run reads it one by one, as it has room. */
export type Source<S> = readonly S[] | Iterable<S> | AsyncIterable<S> | ReadableStream<S>;

/** The caller's rows, with functions that make inputs and keys of them. Made by `endpoint.from`. */
export interface Mapped<S, I> {
  readonly source: Source<S>;
  readonly input: (source: S, index: number) => I;
  readonly key: (source: S) => string;
}

/** The types of one endpoint: each has an interface of this form. */
export interface EndpointTypes {
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  /** Absent: the kind is not known. */
  readonly kind?: Kind | undefined;
  /** The parameters by their keys. Absent: there are none. */
  readonly params?: object | undefined;
  /** One input: an item of the request, as `Keyed<Item>` where the caller gives its key, or as `Pair<Action, Source>`. */
  readonly input: unknown;
  /** One result, as outcomes have it: `undefined` if the service sends none, with `| undefined` if it may leave one out. */
  readonly result: unknown;
  /** The successes that the document declares. A range such as `2XX` is `Reply<number, …>`. */
  readonly reply: Reply;
  /** The body of an error. Absent: the document declares none. */
  readonly error?: unknown;
  /** The parameter with the names of the fields to read, and the member of the result with these fields. */
  readonly select?: { readonly param: string; readonly field: string } | undefined;
  /** A run needs the option `chunkSize`, because no limit is known. */
  readonly chunkSize?: "required" | undefined;
}

/** The type of `params`; `{}` if there are none. */
export type ParamsOf<T extends EndpointTypes> = T extends { readonly params: infer P } ? P : {};
type KindOf<T extends EndpointTypes> = T extends { readonly kind: infer K extends Kind } ? K : Kind;

/** A request as plain data. Building it sends nothing. */
export interface BatchRequest<T extends EndpointTypes = EndpointTypes> extends RequestParts {
  readonly operation: Operation;
  /** @internal */
  readonly uses: Uses;
  /**
   * A standard Request. `auth` has a token, or credentials by the document's names of its security schemes, which decide
   * where they go. Without it the request is anonymous.
   * @throws TypeError if the credentials cover no alternative of the operation
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

/** An endpoint of any type, as the runtime reads it. */
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
   * @throws TypeError if a required parameter is missing, or has a value that a path cannot contain
   */
  (inputs: readonly T["input"][], ...params: Args<ParamsOf<T>>): BatchRequest<T>;
  /** The data of the endpoint: method, path, kind, limits, and how replies are read. */
  readonly operation: Operation<KindOf<T>>;
  /** Makes rows the source of a run. Outcomes have the row as `source`, and its `key`. */
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

/** An endpoint whose parameter `select.param` names the members of `select.field` in its results. */
export interface SelectEndpoint<T extends SelectTypes> extends Endpoint<T> {
  /** The same endpoint for these names: the parameter is filled in, and the type of the result has these members. */
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
    if (operation.retry?.key) addKey(parts, operation, crypto.randomUUID());
    return {
      ...parts,
      operation,
      uses,
      toRequest(baseUrl, auth) {
        const { authorize = bearer } = operation.service;
        const proved = auth ? authorize(parts, auth, operation) : parts;
        const body = written(parts.body, operation, uses);
        return valid(() => new Request(address(baseUrl, proved), { ...proved, body }));
      },
    };
  };
  const from = (source: unknown, input: unknown, options: object) => ({
    source,
    input,
    ...options,
  });
  // The type and the data are made from the same document; the compiler cannot see that they agree.
  return Object.assign(builder, { operation, uses, bound, from }) as unknown as E;
}
