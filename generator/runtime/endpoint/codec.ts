/** `withCodec`: an endpoint whose inputs and results have the caller's own form, by functions or a Standard Schema. */
import { endpoint, type Endpoint, type EndpointTypes } from "./endpoint.js";

/** Standard Schema, version 1 (standard-schema.dev). */
export interface StandardSchema<A = unknown, B = A> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly types?: { readonly input: A; readonly output: B } | undefined;
    readonly validate: (value: unknown) => Validation<B> | Promise<Validation<B>>;
  };
}
interface Issue {
  readonly message: string;
}
type Validation<B> =
  | { readonly value: B; readonly issues?: undefined }
  | { readonly value?: never; readonly issues: readonly Issue[] };

/** Converts the caller's form to the service's, or back: a function, or a Standard Schema that transforms. */
export type Codec<A, B> = ((value: A) => B) | StandardSchema<A, B>;

/** The types of an endpoint whose inputs and results have other forms. */
export type CodedTypes<T extends EndpointTypes, I, R> = Omit<T, "input" | "result"> & {
  readonly input: I;
  readonly result: R;
  readonly reply: T["reply"];
};

/**
 * The same endpoint, for inputs and results in the caller's own form. In a run, an input for which `codec.input` throws
 * fails alone; the builder throws. A schema must not be asynchronous.
 */
export function withCodec<T extends EndpointTypes, I = T["input"], R = T["result"]>(
  target: Endpoint<T>,
  codec: { readonly input?: Codec<I, T["input"]>; readonly result?: Codec<T["result"], R> },
): Endpoint<CodedTypes<T, I, R>> {
  const { operation, uses, bound } = target;
  const input = converter(codec.input);
  const result = converter(codec.result);
  return endpoint<Endpoint<CodedTypes<T, I, R>>>(operation, uses, {
    params: bound?.params,
    input: (value) => (bound?.input ? bound.input(input(value)) : input(value)),
    result: (value) => result(bound?.result ? bound.result(value) : value),
  });
}

function converter<A, B>(codec: Codec<A, B> | undefined): (value: unknown) => unknown {
  if (!codec) return (value) => value;
  // The endpoint's type says that `value` is what the codec takes. A schema may be a function, too.
  if (!("~standard" in codec)) return (value) => codec(value as A);
  return (value) => {
    const done = codec["~standard"].validate(value);
    if (done instanceof Promise) throw new TypeError("an asynchronous schema");
    if (done.issues) throw new TypeError(done.issues.map(({ message }) => message).join("; "));
    return done.value;
  };
}
