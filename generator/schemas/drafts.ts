/**
 * `draftsOf`: the list of steps over the schemas of one document: read, require, break cycles, narrow unions, merge. The
 * steps over all documents follow: `shareSchemas`, `layOutModules` and `declarationsOf`.
 */
import { byCodePoint } from "../base/order.js";
import type { Diagnostic } from "../base/diagnostics.js";
import type { Place } from "../runtime/endpoint/operation.js";
import { refsOf, skeletonOf } from "./combine.js";
import { breakCycles, withRefs } from "./cycles.js";
import { findIntegers, type PlacedSchema } from "./int64.js";
import { digestsOf } from "./merge.js";
import { readSchemas, type ReadOptions } from "./read.js";
import type { DocumentSchemas, Draft, FinishedDraft, SchemaUse, Unknown } from "./schema.js";
import { resolveRequired } from "./require.js";
import { narrowUnions } from "./narrow-unions.js";

/** The place of a use in the replies of an operation: the tokens of a pointer, with `*` for every element. */
export interface PlacedUse {
  /** Its index. */
  readonly use: number;
  readonly at: readonly string[];
}

export interface FoundSchemas extends Omit<DocumentSchemas, "document"> {
  /** For each operation, where its replies contain 64-bit integers: `Operation.int64`. */
  readonly integers: readonly (readonly Place[])[];
  readonly diagnostics: readonly Diagnostic[];
  readonly unknowns: readonly Unknown[];
}

/**
 * All schemas that the uses of one document reach, in the forms of `Schema`. It throws nothing: mistakes are in
 * `diagnostics`, and places without a known type in `unknowns`.
 * @param replies for each operation, the uses that its replies contain
 */
export function draftsOf(
  uses: readonly SchemaUse[],
  options: ReadOptions = {},
  replies: readonly (readonly PlacedUse[])[] = [],
): FoundSchemas {
  const { drafts, roots, diagnostics, unknowns } = readSchemas(uses, options);
  resolveRequired(drafts, (spec, pointer) => {
    unknowns.push({
      reason: "unconstrained",
      document: spec.name,
      pointer,
      location: spec.locate(pointer),
    });
  });
  for (const key of breakCycles(drafts)) diagnostics.push(circular(drafts.get(key)));
  for (const key of narrowUnions(drafts)) diagnostics.push(wide(drafts.get(key)));

  const aliases = aliasesOf(drafts);
  const target = (key: string): string => aliases.get(key) ?? key;
  const live = reachable(drafts, roots.map(target), target);
  const places = new Map([...live.keys()].map((key, place) => [key, place]));
  const placeOf = (key: string): number => places.get(target(key)) ?? 0; // every target of a reference is live
  for (const draft of live.values())
    draft.schema = withRefs(draft.schema, (key) => String(placeOf(key)));
  const found = [...live.values()];
  const integers = integersIn(
    found,
    diagnostics,
    replies.map((group) =>
      group.map(({ use, at }) => ({
        schema: { $ref: String(placeOf(roots[use] ?? "")) },
        at,
      })),
    ),
  );
  const digests = digestsOf(new Map(found.map((draft, place) => [String(place), draft])));
  return {
    drafts: found.map((draft, place) => withDigest(draft, digests.get(String(place)) ?? "")),
    roots: roots.map(placeOf),
    integers,
    diagnostics: diagnostics.sort(byPlace),
    unknowns: distinctUnknowns(unknowns),
  };
}

/** Gives the 64-bit integers of replies the types that they arrive with, in place. */
function integersIn(
  drafts: readonly Draft[],
  diagnostics: Diagnostic[],
  groups: readonly (readonly PlacedSchema[])[],
): FoundSchemas["integers"] {
  const { places, arriving } = findIntegers(new Map(drafts.entries()), groups);
  for (const draft of drafts) {
    if (draft.position !== "response") continue;
    const schema = arriving(draft.schema);
    if (skeletonOf(schema) !== skeletonOf(draft.schema)) diagnostics.push(rounded(draft));
    draft.schema = schema;
  }
  return places;
}

function withDigest(
  { pointer, position, name, inline, isList, owner, isBase, schema }: Draft,
  digest: string,
): FinishedDraft {
  return {
    pointer,
    position,
    ...(name === undefined ? {} : { name }),
    ...(inline ? { inline } : {}),
    ...(isList ? { isList } : {}),
    ...(owner === undefined ? {} : { owner }),
    ...(isBase ? { isBase } : {}),
    schema,
    digest,
  };
}

/** From each draft that is only a reference to the draft that it refers to. */
function aliasesOf(drafts: ReadonlyMap<string, Draft>): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  for (const key of drafts.keys()) {
    const chain = new Set<string>();
    let last = key;
    while (!aliases.has(last) && !chain.has(last)) {
      const next = drafts.get(last)?.schema.$ref;
      if (next === undefined || !drafts.has(next)) break;
      chain.add(last);
      last = next;
    }
    const target = aliases.get(last) ?? last;
    for (const link of chain) if (link !== target) aliases.set(link, target);
  }
  return aliases;
}

function reachable(
  drafts: ReadonlyMap<string, Draft>,
  roots: readonly string[],
  target: (key: string) => string,
): ReadonlyMap<string, Draft> {
  const live = new Map<string, Draft>();
  const queue = [...roots];
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    const draft = drafts.get(key);
    if (!draft || live.has(key)) continue;
    live.set(key, draft);
    queue.push(...refsOf(draft.schema).map(target));
  }
  return live;
}

const byPlace = (a: Diagnostic, b: Diagnostic): number =>
  byCodePoint(a.location?.file ?? "", b.location?.file ?? "") ||
  byCodePoint(a.location?.pointer ?? "", b.location?.pointer ?? "") ||
  byCodePoint(a.code, b.code);

function circular(draft: Draft | undefined): Diagnostic {
  return {
    code: "circular-composition",
    severity: "info",
    message: `${draft?.name ?? "A schema"} is composed of itself; its type is written without the circle.`,
    ...(draft ? { location: draft.spec.locate(draft.pointer) } : {}),
  };
}

const rounded = ({ name, spec, pointer }: Draft): Diagnostic => ({
  code: "int64-as-number",
  severity: "info",
  message: `${name ?? "A schema"} has a 64-bit integer where a reply may also have another number; it arrives as a number, and is rounded beyond 2^53.`,
  location: spec.locate(pointer),
});

function wide(draft: Draft | undefined): Diagnostic {
  return {
    code: "wide-composition",
    severity: "info",
    message: `${draft?.name ?? "A schema"} combines unions into more alternatives than a compiler can handle; its type leaves some of them out.`,
    ...(draft ? { location: draft.spec.locate(draft.pointer) } : {}),
  };
}

function distinctUnknowns(unknowns: readonly Unknown[]): readonly Unknown[] {
  const distinct = new Map<string, Unknown>();
  for (const unknown of unknowns)
    distinct.set(JSON.stringify([unknown.pointer, unknown.reason]), unknown);
  return [...distinct].sort(([a], [b]) => byCodePoint(a, b)).map(([, unknown]) => unknown);
}
