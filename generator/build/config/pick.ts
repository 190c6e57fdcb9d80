/** Exports `pick`, for values that win over others: one that is undefined must not hide the other. */

/** The members of `from` with those names that are not undefined. */
export function pick<T extends object, K extends PropertyKey>(
  from: T,
  names: readonly K[],
): { readonly [N in K & keyof T]?: Exclude<T[N], undefined> } {
  const entries = names.map((name) => [name, Reflect.get(from, name) as unknown]);
  // The entries are members of T, and only those that are there.
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as {
    [N in K & keyof T]?: Exclude<T[N], undefined>;
  };
}
