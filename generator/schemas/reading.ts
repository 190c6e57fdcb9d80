/** `Reading`: the state while the schemas of a document are read; and `Place`: the schema that is being read. */
import type { Diagnostic } from "../base/diagnostics.js";
import { formatPointer } from "../base/pointer.js";
import type { JsonValue } from "../base/json.js";
import type { Spec } from "../openapi/spec.js";
import { anything } from "./combine.js";
import type { Draft, FormPart, Inline, Schema, SchemaPosition, Unknown } from "./schema.js";

/** A place in a document. */
export interface Place {
  readonly spec: Spec;
  readonly position: SchemaPosition;
  readonly form?: FormPart | undefined;
  /** The key and the pointer of the draft that contains this place. */
  readonly draft: string;
  readonly base: string;
  /** Pointer tokens from the draft to this place. */
  readonly path: readonly string[];
  readonly inline: Inline;
  readonly depth: number;
  /** It is a part of a composition, so its siblings apply, too. */
  readonly part?: boolean;
}

export const pointerOf = (place: Place, ...tokens: readonly string[]): string =>
  place.base + formatPointer([...place.path, ...tokens]);
export const below = (place: Place, ...tokens: readonly string[]): Place => ({
  ...place,
  path: [...place.path, ...tokens],
  depth: place.depth + 1,
});

/** A member of an object. Files are in the members of a form, and not deeper. */
export const memberPlace = (place: Place, ...tokens: readonly string[]): Place => ({
  ...below(place, ...tokens),
  part: false,
  form: place.form === "body" ? "part" : undefined,
});

/** The type of 64-bit integers in TypeScript, because JavaScript's numbers are exact only up to 2^53. */
export type Int64 = "string" | "number" | "bigint";

export interface ReadOptions {
  /** Enums of responses accept values that they do not list. Default false. */
  readonly openEnums?: boolean;
  /** The type of 64-bit integers in responses. Default `string`. */
  readonly int64?: Int64;
}

export interface Reading extends Required<ReadOptions> {
  readonly drafts: Map<string, Draft>;
  readonly diagnostics: Diagnostic[];
  readonly unknowns: Unknown[];
  /** The work that is left. Targets of references are read from here, because chains of references can be long. */
  readonly queue: (() => void)[];
  readonly specs: Map<Spec, number>;
  /** Keys of what was reported, so that nothing is reported twice. */
  readonly reported: Set<string>;
  /** `schemaAt` of `compositions.ts`. It is here because the files that it imports call it. */
  readonly schemaAt: (raw: JsonValue | undefined, place: Place) => Schema;
}

/** A number for each document, for keys. */
function specKey({ specs }: Reading, spec: Spec): number {
  const known = specs.get(spec);
  if (known !== undefined) return known;
  specs.set(spec, specs.size);
  return specs.size - 1;
}

/** The key of the draft for the schema at `pointer`. */
export const draftKey = (
  reading: Reading,
  { spec, position, form }: Pick<Place, "spec" | "position" | "form">,
  pointer: string,
): string => `${specKey(reading, spec)} ${position} ${form ?? ""} ${pointer}`;

/** Adds a diagnostic, at most once for each place. */
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

/** The schema `anything`, for a place of unknown type, which is added to `unknowns`. @param tokens below the place */
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
