/** The state of reading a document's schemas, and the place that is read. It exports `Reading`, `Place` and `report`. */
import type { Diagnostic } from "../base/diagnostics.js";
import { formatPointer } from "../base/pointer.js";
import type { JsonValue } from "../base/json.js";
import type { Spec } from "../openapi/spec.js";
import { anything } from "./combine.js";
import type { Draft, Inline, Schema, SchemaPosition, Unknown } from "./schema.js";

/** A place in a document. */
export interface Place {
  readonly spec: Spec;
  readonly position: SchemaPosition;
  /** Key of the draft that holds this place, and the pointer tokens below the draft's own. */
  readonly draft: string;
  readonly base: string;
  readonly path: readonly string[];
  readonly inline: Inline;
  readonly depth: number;
  /** Inside of a composition: it holds together with its siblings. */
  readonly part?: boolean;
}

export const pointerOf = (place: Place, ...tokens: readonly string[]): string =>
  place.base + formatPointer([...place.path, ...tokens]);
export const below = (place: Place, ...tokens: readonly string[]): Place => ({
  ...place,
  path: [...place.path, ...tokens],
  depth: place.depth + 1,
});

/** What 64-bit integers are, in TypeScript: JavaScript's numbers are exact up to 2^53 only. */
export type Int64 = "string" | "number" | "bigint";

export interface ReadOptions {
  /** Enums of responses may have values that they do not list. Default false. */
  readonly openEnums?: boolean;
  /** What 64-bit integers of responses are. Default `string`. */
  readonly int64?: Int64;
}

export interface Reading extends Required<ReadOptions> {
  readonly drafts: Map<string, Draft>;
  readonly diagnostics: Diagnostic[];
  readonly unknowns: Unknown[];
  /** What is left to do: schemas may refer to each other without end, so nothing follows a reference at once. */
  readonly queue: (() => void)[];
  readonly specs: Map<Spec, number>;
  /** What was reported, so that it is reported once. */
  readonly reported: Set<string>;
  /** The schema at a place: `schemaAt` of `compositions.ts`, which its own parts call. */
  readonly schemaAt: (raw: JsonValue | undefined, place: Place) => Schema;
}

/** A number for each document, for keys. */
export function specKey({ specs }: Reading, spec: Spec): number {
  const known = specs.get(spec);
  if (known !== undefined) return known;
  specs.set(spec, specs.size);
  return specs.size - 1;
}

/** Adds a diagnostic, once for each place. */
export function report(
  reading: Reading,
  place: Place,
  pointer: string,
  code: string,
  severity: Diagnostic["severity"],
  message: string,
  hint?: string,
): void {
  const once = `${specKey(reading, place.spec)} ${code} ${pointer}`;
  if (reading.reported.has(once)) return;
  reading.reported.add(once);
  const location = place.spec.locate(pointer);
  reading.diagnostics.push({ code, severity, message, location, ...(hint ? { hint } : {}) });
}

/** Anything; and the place, with tokens below it, is listed as one of which nothing is known. */
export function unknown(
  reading: Reading,
  place: Place,
  reason: Unknown["reason"],
  ...tokens: readonly string[]
): Schema {
  const pointer = pointerOf(place, ...tokens);
  const { spec } = place;
  const once = `${specKey(reading, spec)} ${reason} ${pointer}`;
  if (!reading.reported.has(once)) {
    reading.reported.add(once);
    reading.unknowns.push({
      reason,
      document: spec.name,
      pointer,
      location: spec.locate(pointer),
    });
  }
  return anything;
}
