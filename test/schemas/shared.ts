/** Schemas of some uses, as if each document had just those. */
import type { SchemaUse } from "../../generator/batch/model.js";
import { draftsOf } from "../../generator/schemas/drafts.js";
import type { ReadOptions } from "../../generator/schemas/read.js";
import { shareSchemas } from "../../generator/schemas/share.js";

/** `roots`: one for each use, in the order of the uses. */
export function sharedOf(uses: readonly SchemaUse[], options: ReadOptions = {}) {
  const specs = [...new Set(uses.map(({ spec }) => spec))];
  const documents = specs.map((spec) => ({
    document: spec.name,
    ...draftsOf(
      uses.filter((use) => use.spec === spec),
      options,
      // Each is a member of a reply of its own.
      uses.filter((use) => use.spec === spec).map((_, use) => [{ use, at: ["body"] }]),
    ),
  }));
  const { roots, schemas } = shareSchemas(documents);
  const order = specs.flatMap((spec) => uses.filter((use) => use.spec === spec));
  return {
    roots: uses.map((use) => roots[order.indexOf(use)] ?? -1),
    schemas,
    diagnostics: documents.flatMap(({ diagnostics }) => diagnostics),
    unknowns: documents.flatMap(({ unknowns }) => unknowns),
  };
}
