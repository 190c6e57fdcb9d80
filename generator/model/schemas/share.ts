/** One declaration for schemas that many documents repeat. */
import { byCodePoint } from "../../code-point.js";
import type { Diagnostic } from "../../diagnostics.js";
import type { SchemaId, SchemaPosition, SchemaUse } from "../model.js";
import { refsOf } from "./combine.js";
import { breakCycles, withRefs } from "./cycles.js";
import { digestsOf, documented } from "./merge.js";
import { normalise, type NormaliseOptions } from "./normalise.js";
import type { Draft, Inline, SharedSchema, SharedSchemas, Unknown } from "./schema.js";
import { settle } from "./settle.js";
import { narrowUnions } from "./width.js";

/**
 * Everything that the uses reach, normalised, each distinct schema once. Two uses whose closures are equal in name and
 * structure get the same id, even from different documents. The ids, and all else, do not depend on the order of uses.
 * Throws nothing: what is wrong with a document is in `diagnostics`, and what no type can be given is in `unknowns`.
 */
export function shareSchemas(
  uses: readonly SchemaUse[],
  options: NormaliseOptions = {},
): SharedSchemas {
  const { drafts, roots, diagnostics, unknowns } = normalise(uses, options);
  settle(drafts, (spec, pointer) => {
    unknowns.push({
      reason: "unconstrained",
      document: spec.name,
      pointer,
      get location() {
        return spec.locate(pointer);
      },
    });
  });
  for (const key of breakCycles(drafts)) diagnostics.push(circular(drafts.get(key)));

  for (const key of narrowUnions(drafts)) diagnostics.push(wide(drafts.get(key)));

  joinInlineEnums(drafts);
  const aliases = aliasesOf(drafts);
  for (const draft of drafts.values())
    draft.schema = withRefs(draft.schema, (key) => aliases.get(key) ?? key);
  const live = reachable(
    drafts,
    roots.map((key) => aliases.get(key) ?? key),
  );
  const digests = digestsOf(live);

  const classes = new Map<string, Draft[]>();
  for (const [key, draft] of live) {
    const digest = digests.get(key) ?? "";
    const members = classes.get(digest);
    if (members) members.push(draft);
    else classes.set(digest, [draft]);
  }
  for (const members of classes.values()) members.sort(byPlace);
  const order = [...classes].sort(
    ([a, [first]], [b, [second]]) =>
      byCodePoint(first?.name ?? "", second?.name ?? "") || byCodePoint(a, b),
  );
  const ids = new Map<string, SchemaId>(order.map(([digest], index) => [digest, index]));
  const idOf = (key: string): SchemaId => ids.get(digests.get(aliases.get(key) ?? key) ?? "") ?? 0;

  const schemas = new Map<SchemaId, SharedSchema>();
  const requestOf = variants(live, idOf);
  order.forEach(([digest, members], id) => {
    const first = members[0];
    if (!first) return;
    const schema = members
      .slice(1, 50)
      .reduce((known, other) => documented(known, other.schema), first.schema);
    const positions = new Set<SchemaPosition>(members.map((member) => member.position));
    const response = requestOf.get(id);
    schemas.set(id, {
      id,
      digest,
      positions,
      ...(first.name === undefined ? {} : { name: first.name }),
      schema: withRefs(schema, (key) => String(idOf(key))),
      ...membersOf(first),
      inline: inlineOf(members),
      documents: [...new Set(members.map((member) => member.spec.name))].sort(),
      ...(response === undefined ? {} : { requestOf: response }),
    });
  });
  return {
    roots: roots.map(idOf),
    schemas,
    diagnostics: diagnostics.sort(byLocation),
    unknowns: distinctUnknowns(unknowns),
  };
}

/** An enum written out where a named one of the same document set has the same members is that one. */
function joinInlineEnums(drafts: Map<string, Draft>): void {
  const named = new Map<string, Set<string>>();
  for (const draft of drafts.values())
    if (draft.schema.enum && draft.name !== undefined) {
      const members = JSON.stringify(draft.schema.enum);
      named.set(members, (named.get(members) ?? new Set()).add(draft.name));
    }
  for (const [key, draft] of drafts) {
    if (!draft.inline || !draft.schema.enum) continue;
    const names = named.get(JSON.stringify(draft.schema.enum));
    const [name] = names ?? [];
    if (names?.size !== 1 || name === undefined) continue;
    const { inline: _, ...rest } = draft;
    drafts.set(key, { ...rest, name });
  }
}

/** Drafts that are nothing but a reference to another one, and the one that they stand for. */
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
): Map<string, Draft> {
  const live = new Map<string, Draft>();
  const queue = [...roots];
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    const draft = drafts.get(key);
    if (!draft || live.has(key)) continue;
    live.set(key, draft);
    queue.push(...refsOf(draft.schema));
  }
  return live;
}

/** Schemas of requests that differ from what the same schema of the document is in responses. */
function variants(
  drafts: ReadonlyMap<string, Draft>,
  idOf: (key: string) => SchemaId,
): Map<SchemaId, SchemaId> {
  const responses = new Map<string, SchemaId>();
  const places = new Map<Draft, string>();
  for (const [key, draft] of drafts) {
    const place = JSON.stringify([draft.spec.name, draft.pointer, draft.name]);
    places.set(draft, place);
    if (draft.name !== undefined && draft.position === "response") responses.set(place, idOf(key));
  }
  const found = new Map<SchemaId, SchemaId>();
  for (const [key, draft] of drafts) {
    if (draft.name === undefined || draft.position !== "request") continue;
    const id = idOf(key);
    const response = responses.get(places.get(draft) ?? "");
    const before = found.get(id);
    if (response !== undefined && response !== id)
      found.set(id, Math.min(before ?? response, response));
  }
  return found;
}

function membersOf(draft: Draft): { members?: readonly (string | number)[] } {
  const members = draft.schema.enum?.filter((member) => typeof member !== "boolean");
  const closed = members && members.length === draft.schema.enum?.length && members.length >= 2;
  return closed ? { members } : {};
}

function inlineOf(members: readonly Draft[]): readonly Inline[] {
  const distinct = new Map<string, Inline>();
  for (const { inline } of members)
    if (inline)
      distinct.set(
        JSON.stringify([inline.owner ?? "", inline.within ?? "", inline.property ?? ""]),
        inline,
      );
  return [...distinct].sort(([a], [b]) => byCodePoint(a, b)).map(([, inline]) => inline);
}

const byPlace = (a: Draft, b: Draft): number =>
  byCodePoint(a.spec.name, b.spec.name) ||
  byCodePoint(a.pointer, b.pointer) ||
  byCodePoint(b.position, a.position);

const byLocation = (a: Diagnostic, b: Diagnostic): number =>
  byCodePoint(a.location?.file ?? "", b.location?.file ?? "") ||
  (a.location?.line ?? 0) - (b.location?.line ?? 0) ||
  (a.location?.column ?? 0) - (b.location?.column ?? 0) ||
  byCodePoint(a.code, b.code);

function circular(draft: Draft | undefined): Diagnostic {
  return {
    code: "circular-composition",
    severity: "info",
    message: `${draft?.name ?? "A schema"} is composed of itself; its type is written without the circle.`,
    ...(draft ? { location: draft.spec.locate(draft.pointer) } : {}),
  };
}

function wide(draft: Draft | undefined): Diagnostic {
  return {
    code: "wide-composition",
    severity: "info",
    message: `${draft?.name ?? "A schema"} combines unions into more alternatives than a compiler holds; its type leaves some of them out.`,
    ...(draft ? { location: draft.spec.locate(draft.pointer) } : {}),
  };
}

function distinctUnknowns(unknowns: readonly Unknown[]): readonly Unknown[] {
  const distinct = new Map<string, Unknown>();
  for (const unknown of unknowns)
    distinct.set(JSON.stringify([unknown.document, unknown.pointer, unknown.reason]), unknown);
  return [...distinct].sort(([a], [b]) => byCodePoint(a, b)).map(([, unknown]) => unknown);
}
