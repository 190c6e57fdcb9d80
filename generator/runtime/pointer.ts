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

/** A pointer of one token, such as `/id`: that token. Most are, and they are read for every item. */
const only = (pointer: string): string | undefined =>
  pointer.lastIndexOf("/") === 0 && !pointer.includes("~") ? pointer.slice(1) : undefined;

/** The value that `pointer` points at, or undefined where there is none. */
export function get(value: unknown, pointer: string): unknown {
  if (!pointer) return value;
  const token = only(pointer);
  return token === undefined ? tokens(pointer).reduce(member, value) : member(value, token);
}

/** A copy of the object `value` with `part` at `pointer`: objects on the way are copied or created, the rest is shared. */
export function put(value: unknown, pointer: string, part: unknown): unknown {
  if (!pointer) return part;
  const token = only(pointer);
  // Spreading a primitive adds nothing. A computed key defines a property, also for `__proto__`.
  if (token !== undefined)
    return isObject(value) && Object.hasOwn(value, token)
      ? { ...value, [token]: part }
      : // Twice as fast as the other way round.
        { [token]: part, ...(value as object | undefined) };
  return tokens(pointer).reduceRight<(inner: unknown) => unknown>(
    (next, name) => (outer) => ({
      ...(outer as object | undefined), // as above
      [name]: next(member(outer, name)),
    }),
    () => part,
  )(value);
}
