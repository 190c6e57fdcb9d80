/** What a reference leads to, or the diagnostic that says why it leads nowhere. */
import type { Diagnostic } from "../base/diagnostics.js";
import { originOf, type Origin, type Origins } from "./origin.js";
import type { JsonObject, JsonValue } from "../base/json.js";
import { formatPointer, getAt, resolveFragment } from "../base/pointer.js";
import { idsOf, referencesIn, refusal, resolveFile, resolveId, splitRef } from "./resolve.js";
import type { Source, SourceStore } from "./source.js";
import { isAddress } from "./text.js";

export interface EmbedOptions {
  readonly source: Source;
  /** The document with its overlays applied. */
  readonly document: JsonObject;
  readonly origins: Origins;
  /** Absolute real path of the folder that references may not leave. */
  readonly root: string;
  readonly allowRemote: boolean;
  readonly store: SourceStore;
  /** The ids of documents by the address that they give themselves (`$self` of OpenAPI 3.2). */
  readonly selves: ReadonlyMap<string, string>;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** What a walk through one file has to know. */
export interface Walk {
  readonly source: Source;
  /** The value at the root of the file. */
  readonly file: JsonValue;
  /** Where the value at hand stands in the file. */
  readonly at: readonly string[];
  /** The schema around it that has an `$id`: references are relative to it. */
  readonly resource: { readonly base: string; readonly pointer: string } | undefined;
  /** What is being put in place of a reference, so that none is put into itself. */
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
      const { source } = await options.store.load(id);
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

export interface Finder {
  /** What `ref` leads to; a diagnostic and `undefined` when that is nothing, or not allowed. */
  readonly find: (ref: string, walk: Walk, member: string) => Target | undefined;
  /** Reports at the member of what the walk is at, once for each place. */
  readonly report: (walk: Walk, diagnostic: Omit<Diagnostic, "location">, member: string) => void;
  readonly dangles: (ref: string, walk: Walk, member: string, reason: string) => void;
}

export function createFinder(options: EmbedOptions): Finder {
  const { document, origins, source: own } = options;
  const reported = new Set<string>();

  function report(walk: Walk, diagnostic: Omit<Diagnostic, "location">, member: string): void {
    const origin: Origin =
      walk.source === own
        ? originOf(origins, own, document, [...walk.at, member])
        : { source: walk.source, pointer: [...walk.at, member] };
    const location = origin.source.locate(formatPointer(origin.pointer));
    const key = `${diagnostic.code} ${location.file} ${location.pointer}`;
    if (!reported.has(key)) options.report({ ...diagnostic, location });
    reported.add(key);
  }

  function find(ref: string, walk: Walk, member: string): Target | undefined {
    const { fragment } = splitRef(ref);
    const inResource = findInResource(ref, walk);
    if (inResource !== undefined) return inResource;
    const id = targetFile(walk.source, ref, options);
    let source = walk.source;
    let value = walk.file;
    if (id !== undefined && id !== walk.source.id) {
      const reason = refusal(id, options);
      if (reason !== undefined) {
        const hint = isAddress(id)
          ? "--allow-remote fetches it."
          : "Give the folder that holds both files.";
        report(
          walk,
          {
            code: "refused-reference",
            severity: isAddress(id) ? "warning" : "error",
            message: `${JSON.stringify(ref)} is not followed: ${reason}.`,
            hint,
          },
          member,
        );
        return undefined;
      }
      if (id === own.id) {
        source = own;
        value = document;
      } else {
        const loaded = options.store.get(id);
        if (loaded?.source === undefined) {
          for (const diagnostic of loaded?.diagnostics ?? []) {
            if (diagnostic.code !== "unreadable-file") options.report(diagnostic);
          }
          dangles(ref, walk, member, "that file cannot be read");
          return undefined;
        }
        source = loaded.source;
        value = source.value;
      }
    } else if (id === undefined && splitRef(ref).file !== "") {
      dangles(ref, walk, member, "it names no file");
      return undefined;
    }
    const found = resolveFragment(value, fragment);
    if (found !== undefined) return { source, ...found };
    // Whether a local reference matters only the model knows: it sees what the endpoints reach.
    if (source !== own || walk.source !== own) {
      dangles(ref, walk, member, "the file has no such value");
    }
    return undefined;
  }

  function dangles(ref: string, walk: Walk, member: string, reason: string): void {
    const message = `${JSON.stringify(ref)} leads nowhere: ${reason}.`;
    report(walk, { code: "dangling-reference", severity: "warning", message }, member);
  }

  /** References relative to an `$id`, to what stands in the same file. */
  function findInResource(ref: string, walk: Walk): Target | undefined {
    const { file, fragment } = splitRef(ref);
    const base = walk.resource?.base ?? "";
    let pointer: string | undefined;
    if (file === "") pointer = walk.resource?.pointer;
    else pointer = idsOf(walk.file).get(resolveId(file, base));
    if (pointer === undefined) return undefined;
    const root = getAt(walk.file, pointer);
    const found = root === undefined ? undefined : resolveFragment(root, fragment);
    return found === undefined
      ? undefined
      : { source: walk.source, pointer: pointer + found.pointer, value: found.value };
  }

  return { find, report, dangles };
}
