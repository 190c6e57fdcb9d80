/** `readSchemas`: the first step. It reads schemas of OpenAPI 3.0, 3.1 and 3.2 into the forms of `Schema`. */
import type { Diagnostic } from "../base/diagnostics.js";
import { anything } from "./combine.js";
import { schemaAt } from "./compositions.js";
import { aliasOf, isAlias } from "./keywords.js";
import type { Place, Reading, ReadOptions } from "./reading.js";
import { addDraft, reference } from "./references.js";
import type { Draft, SchemaUse, Unknown } from "./schema.js";

export type { Int64, ReadOptions } from "./reading.js";

export interface ReadSchemas {
  readonly drafts: Map<string, Draft>;
  /** For each use, the key of its draft. */
  readonly roots: readonly string[];
  readonly diagnostics: Diagnostic[];
  readonly unknowns: Unknown[];
}

/** Reads all schemas that the uses reach. */
export function readSchemas(
  uses: readonly SchemaUse[],
  { openEnums = false, int64 = "string" }: ReadOptions = {},
): ReadSchemas {
  const reading: Reading = {
    openEnums,
    int64,
    drafts: new Map(),
    diagnostics: [],
    unknowns: [],
    queue: [],
    specs: new Map(),
    reported: new Set(),
    schemaAt: (raw, place) => schemaAt(reading, raw, place),
  };
  const roots = uses.map((use, index) => rootOf(reading, use, index));
  const { drafts, diagnostics, unknowns, queue } = reading;
  for (let next = queue.pop(); next; next = queue.pop()) next();
  return { drafts, roots, diagnostics, unknowns };
}

/** The key of a use's draft. */
function rootOf(reading: Reading, use: SchemaUse, index: number): string {
  const { spec, position, form, pointer, owner, schema: raw } = use;
  const ref = aliasOf(raw);
  if (ref !== undefined && isAlias(spec, raw)) {
    const place: Place = {
      spec,
      position,
      form,
      draft: "",
      base: pointer,
      path: [],
      inline: {},
      depth: 0,
    };
    const target = reference(reading, place, ref);
    if (target.$ref !== undefined) return target.$ref;
  }
  const key = `use ${index}`;
  const draft = {
    key,
    spec,
    pointer,
    position,
    form,
    ...(owner ? { owner } : {}),
    schema: anything,
  };
  addDraft(reading, draft, raw);
  return key;
}
