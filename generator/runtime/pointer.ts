/** JSON Pointers (RFC 6901) into untrusted values: only own properties are read. */

/** The tokens of a pointer, unescaped. `""` has none. */
export const tokens = (pointer: string): string[] => pointer.split("/").slice(1).map(unescape);

const unescape = (token: string) => token.replaceAll("~1", "/").replaceAll("~0", "~");

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** An own property, or undefined. */
export const member = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** The tokens of a pointer, for pointers that are read for every item. */
export type Path = readonly string[];

/** A cache. Pointers come from the data of endpoints, so there are few. */
const memo = new Map<string, Path>();
export function path(pointer: string): Path {
  let names = memo.get(pointer);
  if (!names) memo.set(pointer, (names = tokens(pointer)));
  return names;
}

/** The value at `pointer`; undefined if there is none. */
export function get(value: unknown, pointer: string | Path): unknown {
  let inner = value;
  for (const name of typeof pointer === "string" ? path(pointer) : pointer)
    inner = member(inner, name);
  return inner;
}

/** A copy of the object `value` with `part` at `pointer`. Objects on the way are copied or created,
 * and a list if the next token is a number. */
export const put = (value: unknown, pointer: string, part: unknown): unknown =>
  putAt(value, path(pointer), 0, part);

/** As `put`, with the tokens of the pointer from `depth` on. */
export function putAt(value: unknown, names: Path, depth: number, part: unknown): unknown {
  const name = names[depth];
  if (name === undefined) return part;
  const isThere = isObject(value) && Object.hasOwn(value, name);
  const last = depth + 1 === names.length;
  const inner = last ? part : putAt(isThere ? value[name] : undefined, names, depth + 1, part);
  if (Array.isArray(value) || (value === undefined && /^(0|[1-9]\d{0,3})$/.test(name))) {
    const list: unknown[] = Array.isArray(value) ? [...(value as readonly unknown[])] : [];
    list[Number(name)] = inner;
    return list;
  }
  // Spreading a primitive adds nothing. A computed key defines a property, also for `__proto__`.
  return isThere
    ? { ...value, [name]: inner }
    : // Twice as fast as the opposite order.
      { [name]: inner, ...(value as object | undefined) };
}
