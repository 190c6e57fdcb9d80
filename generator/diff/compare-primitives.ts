/** `comparePrimitives`: the strings, numbers and booleans that only one of two types allows. */
import type { Primitive, View } from "./view.js";

const noMembers: ReadonlySet<string | number | boolean> = new Set();

const primitiveKinds: readonly Primitive[] = ["string", "number", "boolean", "bigint"];

export interface Primitives {
  /** Members of an enum, as JSON. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** The old type has a list, and the new one every string (number, boolean). `narrowed` is the reverse. */
  readonly widened: boolean;
  readonly narrowed: boolean;
  readonly lost: boolean;
  readonly gained: boolean;
  /** Both types allow some value. */
  readonly common: boolean;
}

export function comparePrimitives(old: View, next: View): Primitives {
  const added: string[] = [];
  const removed: string[] = [];
  const seen = { widened: false, narrowed: false, lost: false, gained: false, common: false };
  // strings and numbers may be in one list
  const lists = (view: View): boolean => [...view.primitives.values()].some((one) => one !== "all");
  for (const kind of primitiveKinds) {
    const a = old.primitives.get(kind);
    const b = next.primitives.get(kind);
    if (a === undefined && b === undefined) continue;
    if (a === "all" && b === "all") seen.common = true;
    else if (a === "all" && b !== undefined) seen.narrowed = seen.common = true;
    else if (b === "all" && a !== undefined) seen.widened = seen.common = true;
    else if (a === "all") seen.lost = true;
    else if (b === "all") seen.gained = true;
    else {
      const [was, is] = [a ?? noMembers, b ?? noMembers];
      if (was.size > 0 && is.size > 0) seen.common = true;
      if (was.size === 0 && !lists(old)) seen.gained = true;
      else added.push(...missingFrom(was, is));
      if (is.size === 0 && !lists(next)) seen.lost = true;
      else removed.push(...missingFrom(is, was));
    }
  }
  if (added.length + removed.length > 0 && lists(old) && lists(next)) seen.common = true;
  return { added: added.sort(), removed: removed.sort(), ...seen };
}

/** The members that one list has and the other lacks, as JSON. */
const missingFrom = <T>(list: ReadonlySet<T>, members: ReadonlySet<T>): readonly string[] =>
  [...members].filter((member) => !list.has(member)).map((member) => JSON.stringify(member));
