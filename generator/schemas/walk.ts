/** Where the walk through a document's schemas is, and what its parts ask of each other. */
import { formatPointer } from "../base/pointer.js";
import type { JsonValue, Spec } from "../openapi/spec.js";
import type { SchemaPosition } from "./schema.js";
import type { Inline, Schema, Unknown } from "./schema.js";

/** Where the walk is. */
export interface Place {
  readonly spec: Spec;
  readonly position: SchemaPosition;
  /** Key of the draft that holds this place, and the pointer tokens below the draft's own. */
  readonly draft: string;
  readonly base: string;
  readonly path: readonly string[];
  readonly inline: Inline;
  readonly depth: number;
  /** Inside a composition: what it holds is said together with its siblings. */
  readonly part?: boolean;
}

export const pointerOf = (place: Place, ...tokens: readonly string[]): string =>
  place.base + formatPointer([...place.path, ...tokens]);
export const below = (place: Place, ...tokens: readonly string[]): Place => ({
  ...place,
  path: [...place.path, ...tokens],
  depth: place.depth + 1,
});

export interface Walk {
  /** The schema at a place, normalised. */
  schemaAt(raw: JsonValue | undefined, place: Place): Schema;
  /** Anything; and the place, with tokens below it, is listed as one of which nothing is known. */
  unknown(place: Place, reason: Unknown["reason"], ...tokens: readonly string[]): Schema;
}
