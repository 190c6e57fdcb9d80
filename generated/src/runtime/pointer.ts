/** JSON Pointers (RFC 6901) into values that came from anywhere: only own properties are read. */

/** The tokens of a pointer, unescaped. `""` has none. */
export const tokens = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((token) => token.replace(/~1/g, "/").replace(/~0/g, "~"));

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** An own property, or undefined. */
export const member = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** The value that `pointer` points at, or undefined where there is none. */
export const get = (value: unknown, pointer: string): unknown =>
  pointer ? tokens(pointer).reduce(member, value) : value;

/** A copy of the object `value` with `part` at `pointer`: objects on the way are copied or created, the rest is shared. */
export const put = (value: unknown, pointer: string, part: unknown): unknown =>
  tokens(pointer).reduceRight<(inner: unknown) => unknown>(
    (next, token) => (outer) => ({
      ...(outer as object | undefined), // spreading a primitive adds nothing
      // A computed key defines a property, also for `__proto__`; a spread copies own properties only.
      [token]: next((outer as Readonly<Record<string, unknown>> | undefined)?.[token]),
    }),
    () => part,
  )(value);
