/** `heldAgainst`: a preset of the tool, and documents of its vendor -> what the preset says that is not so any more. */
import { resolve } from "node:path";
import {
  recogniseOperations,
  type RecognisedOperation,
} from "../generator/batch/detect/recognise.js";
import { preferred } from "../generator/batch/detect/items-locations.js";
import type { Severity } from "../generator/base/diagnostics.js";
import { parsePointer } from "../generator/base/pointer.js";
import { read } from "../generator/openapi/read.js";
import { followObject, type Cursor } from "../generator/openapi/cursor.js";
import { isSuccess, type MediaType } from "../generator/openapi/operations.js";
import { viewOf, walk } from "../generator/openapi/schema-view.js";

/** @param documents a folder, or a file */
export async function heldAgainst(
  name: string,
  documents: string,
): Promise<{
  readonly summary: string;
  readonly problems: readonly string[];
  /** What only some of the documents lack. */
  readonly notes: readonly string[];
}> {
  const paths = [resolve(documents)];
  const cwd = process.cwd();
  // As an overlay, each of its actions is reported if it finds nothing.
  const overlays = [`presets/${name}/overlay.yaml`];
  const overlaid = await read({ cwd, paths, overlays });
  const unmatched = overlaid.diagnostics
    .filter(({ code }) => code === "overlay-target-unmatched")
    .map(({ message }) => message);
  const presets = [`./presets/${name}`];
  const { specs, diagnostics } = await read({ cwd, paths, overlays: [], presets });
  const refused = diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message, location }) => `${message} (${location?.file ?? ""})`);
  const all = specs.flatMap((spec) => recogniseOperations(spec).operations);
  const known = all.filter(({ signs }) => signs === "a preset says so");
  const count = (what: (one: RecognisedOperation) => boolean): number => known.filter(what).length;
  const told = overlaid.specs
    .flatMap((spec) => recogniseOperations(spec).diagnostics)
    .filter(({ code }) => code.startsWith("x-batch"));
  const wordsOf = (wanted: Severity): readonly string[] =>
    told
      .filter(({ severity }) => severity === wanted)
      .map(
        ({ message, location }) => `${message} (${location?.file ?? ""}${location?.pointer ?? ""})`,
      );
  return {
    summary: `${all.length} batch operations, ${known.length} known; ${count(({ xBatch }) => xBatch.kind === undefined)} without kind, ${count(({ xBatch }) => xBatch.limit?.items === undefined && xBatch.limit?.bytes === undefined)} without limit`,
    problems: [
      ...(specs.length === 0 ? ["there is no document"] : []),
      ...new Set([...refused, ...unmatched, ...wordsOf("error"), ...known.flatMap(differences)]),
    ],
    notes: [...new Set(wordsOf("warning"))],
  };
}

/** Where the schemas of an operation say something else. */
function differences({ raw, xBatch }: RecognisedOperation): readonly string[] {
  const place = `${raw.method.toUpperCase()} ${raw.path}`;
  const problems: string[] = [];
  const body = xBatch.items.in === "query" ? undefined : preferred(raw.body)?.schema;
  const items = at(body, xBatch.items.at);
  const most = items && viewOf(items).maxItems;
  const limit = xBatch.limit?.items;
  if (most !== undefined && limit !== undefined && most !== limit)
    problems.push(`${place}: maxItems is ${most}, and the preset has ${limit}`);
  const { state } = xBatch;
  for (const { status, content } of raw.replies) {
    if (!state || !isSuccess(status)) continue;
    const target = at(preferred(content)?.schema, state.at);
    const allowed = target && viewOf(target).allowed;
    const listed = [...(state.done ?? []), ...(state.pending ?? []), ...(state.failed ?? [])];
    const strange =
      allowed?.filter((value) => typeof value === "string" && !listed.includes(value)) ?? [];
    if (strange.length > 0)
      problems.push(`${place}: the preset does not know the states ${JSON.stringify(strange)}`);
  }
  return problems;
}

/** The schema at a pointer into what a schema describes. */
function at(schema: MediaType["schema"], pointer: string): Cursor | undefined {
  const root = schema && followObject(schema);
  return root && walk(root, parsePointer(pointer)).target;
}
