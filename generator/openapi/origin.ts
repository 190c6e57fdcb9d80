/**
 * Exports `Origins`: the files that the parts of a document are from: its own, an overlay, a file that it refers to.
 */
import type { JsonValue } from "../base/json.js";
import { getChild, parsePointer } from "../base/pointer.js";
import type { Source } from "./source.js";

export interface Origin {
  readonly source: Source;
  /** The tokens of the pointer in that file. */
  readonly pointer: readonly string[];
}

/** By container of the finished document: those of its members that are from other files. */
export type Origins = WeakMap<object, Map<string, Origin>>;

export function setOrigin(origins: Origins, container: object, key: string, origin: Origin): void {
  const members = origins.get(container);
  if (members === undefined) origins.set(container, new Map([[key, origin]]));
  else members.set(key, origin);
}

/** Gives a copy the origins of the original. */
export function copyOrigins(origins: Origins, from: object, to: object): void {
  const members = origins.get(from);
  if (members !== undefined) origins.set(to, new Map(members));
}

/** Follows `pointer` through `root`, which is the root of `source`, and through the origins of its members. */
export function originOf(
  origins: Origins,
  source: Source,
  root: JsonValue,
  pointer: string | readonly string[],
): Origin {
  let origin: { source: Source; pointer: string[] } = { source, pointer: [] };
  let value: JsonValue | undefined = root;
  for (const token of typeof pointer === "string" ? parsePointer(pointer) : pointer) {
    const moved: Origin | undefined =
      typeof value === "object" && value !== null ? origins.get(value)?.get(token) : undefined;
    if (moved !== undefined) origin = { source: moved.source, pointer: [...moved.pointer] };
    else origin.pointer.push(token);
    value = getChild(value, token);
  }
  return origin;
}
