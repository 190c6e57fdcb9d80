/** Exports `findTarget`: the target of a reference, or a diagnostic that says why it has none. */
import type { Diagnostic } from "../base/diagnostics.js";
import { originOf, type Origin, type Origins } from "./origin.js";
import type { JsonObject, JsonValue } from "../base/json.js";
import { formatPointer, getAt, resolveFragment } from "../base/pointer.js";
import { idsOf, referencesIn, refusal, resolveFile, resolveId, splitRef } from "./resolve.js";
import type { Source, SourceStore } from "./source.js";
import { isAddress } from "../base/is-address.js";

export interface EmbedOptions {
  readonly source: Source;
  /** The document with its overlays applied. */
  readonly document: JsonObject;
  readonly origins: Origins;
  /** Absolute real path of the folder that references may not leave. */
  readonly root: string;
  readonly sources: SourceStore;
  /** The ids of documents by the address that they give themselves (`$self` of OpenAPI 3.2). */
  readonly selves: ReadonlyMap<string, string>;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** Where a walk through one file is, and what references there are relative to. */
export interface Walk {
  readonly source: Source;
  /** The value at the root of the file. */
  readonly file: JsonValue;
  /** The pointer of the current value in the file. */
  readonly at: readonly string[];
  /** The schema around it that has an `$id`: references are relative to it. */
  readonly resource: { readonly base: string; readonly pointer: string } | undefined;
  /** The targets that replace a reference around the current value: none may replace one inside itself. */
  readonly inlining: readonly string[];
}

export interface Target {
  readonly source: Source;
  readonly pointer: string;
  readonly value: JsonValue;
}

/** Loads every file that a document refers to, directly or through others; their ids. */
export async function loadReferenced(
  options: Omit<EmbedOptions, "origins" | "report">,
): Promise<readonly string[]> {
  const seen = new Set([options.source.id]);
  const open: { source: Source; value: JsonValue }[] = [
    { source: options.source, value: options.document },
  ];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    for (const ref of referencesIn(entry.value)) {
      const id = targetFile(entry.source, ref, options);
      if (id === undefined || seen.has(id) || refusal(id, options) !== undefined) continue;
      seen.add(id);
      const { source } = await options.sources.load(id);
      if (source !== undefined) open.push({ source, value: source.value });
    }
  }
  return [...seen].slice(1);
}

/** The file that a reference leads to, where that is another than its own. */
function targetFile(
  from: Source,
  ref: string,
  options: Pick<EmbedOptions, "selves">,
): string | undefined {
  return options.selves.get(splitRef(ref).file) ?? resolveFile(from.id, ref);
}

/** Finds the targets of the references of one document, and reports each that has none, once. */
export interface Finder {
  readonly options: EmbedOptions;
  /** Code and location of what was reported. */
  readonly reported: Set<string>;
}

export const createFinder = (options: EmbedOptions): Finder => ({ options, reported: new Set() });

/** Reports at a member of the value that the walk is at, once for each location. */
export function reportAt(
  { options, reported }: Finder,
  walk: Walk,
  member: string,
  diagnostic: Omit<Diagnostic, "location">,
): undefined {
  const { document, origins, source } = options;
  const pointer = [...walk.at, member];
  const origin: Origin =
    walk.source === source
      ? originOf(origins, source, document, pointer)
      : { source: walk.source, pointer };
  const location = origin.source.locate(formatPointer(origin.pointer));
  const key = `${diagnostic.code} ${location.file} ${location.pointer}`;
  if (!reported.has(key)) options.report({ ...diagnostic, location });
  reported.add(key);
}

export function reportDangling(
  finder: Finder,
  ref: string,
  walk: Walk,
  member: string,
  reason: string,
): undefined {
  const message = `${JSON.stringify(ref)} leads nowhere: ${reason}.`;
  reportAt(finder, walk, member, { code: "dangling-reference", severity: "warning", message });
}

/** The target of `ref`; undefined, and reported, where it has none or may not be followed. */
export function findTarget(
  finder: Finder,
  ref: string,
  walk: Walk,
  member: string,
): Target | undefined {
  const inResource = findInResource(ref, walk);
  if (inResource !== undefined) return inResource;
  const file = findFile(finder, ref, walk, member);
  if (file === undefined) return undefined;
  const found = resolveFragment(file.value, splitRef(ref).fragment);
  if (found !== undefined) return { source: file.source, ...found };
  // The model reports local references of the document: it knows which of them an endpoint uses.
  const own = finder.options.source;
  return file.source !== own || walk.source !== own
    ? reportDangling(finder, ref, walk, member, "the file has no such value")
    : undefined;
}

/** The file that `ref` leads to, with the value at its root. */
function findFile(
  finder: Finder,
  ref: string,
  walk: Walk,
  member: string,
): { readonly source: Source; readonly value: JsonValue } | undefined {
  const { options } = finder;
  const id = targetFile(walk.source, ref, options);
  if (id === undefined && splitRef(ref).file !== "")
    return reportDangling(finder, ref, walk, member, "it names no file");
  if (id === undefined || id === walk.source.id) return { source: walk.source, value: walk.file };
  const reason = refusal(id, options);
  if (reason !== undefined)
    return reportAt(finder, walk, member, {
      code: "refused-reference",
      severity: isAddress(id) ? "warning" : "error",
      message: `${JSON.stringify(ref)} is not followed: ${reason}.`,
      hint: isAddress(id)
        ? "--allow-remote HOST fetches it, with the host named."
        : "Give the folder that holds both files.",
    });
  if (id === options.source.id) return { source: options.source, value: options.document };
  const loaded = options.sources.get(id);
  if (loaded?.source !== undefined) return { source: loaded.source, value: loaded.source.value };
  for (const diagnostic of loaded?.diagnostics ?? []) {
    if (diagnostic.code !== "unreadable-file") options.report(diagnostic);
  }
  return reportDangling(finder, ref, walk, member, "that file cannot be read");
}

/** The target of a reference that is relative to an `$id`, in the same file. */
function findInResource(ref: string, walk: Walk): Target | undefined {
  const { file, fragment } = splitRef(ref);
  const pointer =
    file === ""
      ? walk.resource?.pointer
      : idsOf(walk.file).get(resolveId(file, walk.resource?.base ?? ""));
  const root = pointer === undefined ? undefined : getAt(walk.file, pointer);
  const found = root === undefined ? undefined : resolveFragment(root, fragment);
  return pointer === undefined || found === undefined
    ? undefined
    : { source: walk.source, pointer: pointer + found.pointer, value: found.value };
}
