/** `shareSchemas`: one schema for equal schemas of several documents. */
import { byCodePoint } from "../base/order.js";
import type { SchemaId, SchemaPosition } from "./schema.js";
import { skeletonOf } from "./combine.js";
import { withRefs } from "./cycles.js";
import { digestsOf, documented } from "./merge.js";
import type {
  DocumentSchemas,
  Inline,
  SchemaPlace,
  FinishedDraft,
  SharedSchema,
  SharedSchemas,
} from "./schema.js";

/**
 * Joins the schemas of all documents. Schemas of several documents become one if their names and structures are equal,
 * and those of all schemas that they refer to. The result does not depend on the order of the documents.
 */
export function shareSchemas(documents: readonly DocumentSchemas[]): SharedSchemas {
  const joined = joinInlineEnums(documents);
  const classes = new Map<string, Member[]>();
  joined.forEach(({ document, drafts }, at) => {
    for (const draft of drafts) {
      const members = classes.get(draft.digest);
      if (members) members.push({ document, at, draft });
      else classes.set(draft.digest, [{ document, at, draft }]);
    }
  });
  for (const members of classes.values()) members.sort(byPlace);
  const order = [...classes].sort(
    ([a, [first]], [b, [second]]) =>
      byCodePoint(first?.draft.name ?? "", second?.draft.name ?? "") || byCodePoint(a, b),
  );
  const ids = new Map<string, SchemaId>(order.map(([digest], index) => [digest, index]));
  const idsIn = joined.map(({ drafts }) => drafts.map(({ digest }) => ids.get(digest) ?? 0));
  // Every target of a draft's references is in the list of its document.
  const idOf = (at: number, place: number): SchemaId => idsIn[at]?.[place] ?? 0;

  const schemas = new Map<SchemaId, SharedSchema>();
  const requestOf = variants(joined, idOf);
  order.forEach(([digest, members], id) => {
    const [first] = members;
    if (!first) return;
    const { at, draft } = first;
    const schema = members
      .slice(1, mostDocumented)
      .reduce((known, { draft: other }) => documented(known, other.schema), draft.schema);
    const positions = new Set<SchemaPosition>(members.map((member) => member.draft.position));
    const response = requestOf.get(id);
    schemas.set(id, {
      id,
      digest,
      positions,
      ...(draft.name === undefined ? {} : { name: draft.name }),
      schema: withRefs(schema, (place) => String(idOf(at, Number(place)))),
      ...membersOf(draft),
      inline: inlineOf(members),
      documents: [...new Set(members.map((member) => member.document))].sort(),
      places: members.flatMap(placesOf),
      ...(response === undefined ? {} : { requestOf: response }),
    });
  });
  return {
    roots: joined.flatMap(({ roots }, at) => roots.map((place) => idOf(at, place))),
    schemas,
  };
}

/** The documentation of a shared schema comes from so many documents at most; the first that documents a part wins. */
const mostDocumented = 50;

interface Member {
  readonly document: string;
  /** The index of the document. */
  readonly at: number;
  readonly draft: FinishedDraft;
}

/** An inline enum with the members of exactly one named enum of any document becomes that enum. */
function joinInlineEnums(documents: readonly DocumentSchemas[]): readonly DocumentSchemas[] {
  const named = new Map<string, Set<string>>();
  const drafts = documents.flatMap((one) => one.drafts);
  for (const { schema, name } of drafts)
    if (schema.enum && name !== undefined) {
      const members = skeletonOf(schema);
      named.set(members, (named.get(members) ?? new Set()).add(name));
    }
  const nameOf = ({ inline, schema }: FinishedDraft): string | undefined => {
    const [name, ...others] = (inline && named.get(skeletonOf(schema))) ?? [];
    return others.length === 0 ? name : undefined;
  };
  return documents.map((one) => {
    if (!one.drafts.some((draft) => nameOf(draft) !== undefined)) return one;
    const joined = one.drafts.map((draft): FinishedDraft => {
      const name = nameOf(draft);
      const { inline: _, ...rest } = draft;
      return name === undefined ? draft : { ...rest, name };
    });
    // The digests of schemas that refer to it change, too.
    const digests = digestsOf(new Map(joined.map((draft, place) => [String(place), draft])));
    return {
      ...one,
      drafts: joined.map((draft, place) => ({
        ...draft,
        digest: digests.get(String(place)) ?? "",
      })),
    };
  });
}

/** The schemas of requests that differ from those of responses although the document declares one schema. */
function variants(
  documents: readonly DocumentSchemas[],
  idOf: (at: number, place: number) => SchemaId,
): Map<SchemaId, SchemaId> {
  const found = new Map<SchemaId, SchemaId>();
  documents.forEach(({ drafts }, at) => {
    const placeOf = ({ pointer, isBase = false }: FinishedDraft): string => `${isBase} ${pointer}`;
    const responses = new Map<string, SchemaId>();
    drafts.forEach((draft, place) => {
      if (draft.name !== undefined && draft.position === "response")
        responses.set(placeOf(draft), idOf(at, place));
    });
    drafts.forEach((draft, place) => {
      if (draft.name === undefined || draft.position !== "request") return;
      const id = idOf(at, place);
      const response = responses.get(placeOf(draft));
      const before = found.get(id);
      if (response !== undefined && response !== id)
        found.set(id, Math.min(before ?? response, response));
    });
  });
  return found;
}

function membersOf(draft: FinishedDraft): { members?: readonly (string | number)[] } {
  const members = draft.schema.enum?.filter((member) => typeof member !== "boolean");
  const closed = members && members.length === draft.schema.enum?.length && members.length >= 2;
  return closed ? { members } : {};
}

function inlineOf(members: readonly Member[]): readonly Inline[] {
  const distinct = new Map<string, Inline>();
  for (const {
    draft: { inline },
  } of members)
    if (inline)
      distinct.set(
        JSON.stringify([inline.owner ?? "", inline.within ?? "", inline.property ?? ""]),
        inline,
      );
  return [...distinct].sort(([a], [b]) => byCodePoint(a, b)).map(([, inline]) => inline);
}

function placesOf({ document, draft }: Member): readonly SchemaPlace[] {
  const { pointer, position, name, isBase = false, isList = false } = draft;
  const declared = name !== undefined || isList;
  return declared ? [{ document, pointer, position, base: isBase, inline: isList }] : [];
}

const byPlace = (a: Member, b: Member): number =>
  byCodePoint(a.document, b.document) ||
  byCodePoint(a.draft.pointer, b.draft.pointer) ||
  byCodePoint(b.draft.position, a.draft.position);
