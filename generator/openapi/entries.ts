/** Exports `findEntries`: the files under all PATHs, each once; and `nameEntries`: their names in the output. */
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { Diagnostic } from "../base/diagnostics.js";
import { UsageError } from "../base/usage-error.js";
import { byCodePoint } from "../base/order.js";
import { findFiles, type Input } from "./find-files.js";
import { isAddress } from "../base/is-address.js";

/** A file under one or more PATHs. */
export interface Entry {
  readonly id: string;
  /** The outermost folder that it was found under. */
  readonly root: string;
  /** Which PATHs it was found under. */
  readonly inputs: readonly number[];
  /** A PATH names it. */
  readonly named: boolean;
}

/** In code point order, whatever the order of the PATHs. */
export async function findEntries(
  paths: readonly string[],
  cwd: string,
  report: (diagnostic: Diagnostic) => void,
): Promise<Entry[]> {
  const entries = new Map<string, Entry>();
  for (const [number, given] of paths.entries()) {
    const { input, diagnostics } = elsewhere(given, cwd) ?? (await findFiles(given, cwd));
    diagnostics.forEach(report);
    for (const id of input.files) {
      const known = entries.get(id);
      const outer =
        known === undefined || input.root.length < known.root.length ? input.root : known.root;
      entries.set(id, {
        id,
        root: outer,
        inputs: [...(known?.inputs ?? []), number],
        named: input.single || (known?.named ?? false),
      });
    }
  }
  return [...entries.values()].sort((a, b) => byCodePoint(a.id, b.id));
}

/** The PATH that is standard input. */
export const standardInput = "-";

/** The id of standard input: a path that no file has. */
export const standardInputId = (cwd: string): string => path.join(cwd, "<stdin>");

/** The id of a document at an address: without a fragment. @throws TypeError if it is no URL */
export const addressId = (given: string): string => new URL(given).href.replace(/#.*$/s, "");

/** The input of a PATH that is no file. */
function elsewhere(
  given: string,
  cwd: string,
): { readonly input: Input; readonly diagnostics: readonly [] } | undefined {
  const single = (id: string, root: string) => ({
    input: { root, files: [id], single: true },
    diagnostics: [] as const,
  });
  if (given === standardInput) return single(standardInputId(cwd), cwd);
  if (!isAddress(given)) return undefined;
  if (!URL.canParse(given))
    throw new UsageError(
      `${JSON.stringify(given)} is no address.`,
      "An address is a URL of http(s).",
    );
  const id = addressId(given);
  return single(id, new URL(".", id).href);
}

/** @throws UsageError if one does not exist */
export async function givenOverlays(overlays: readonly string[], cwd: string): Promise<string[]> {
  const ids: string[] = [];
  for (const given of overlays) {
    const absolute = path.resolve(cwd, given);
    const found = await stat(absolute).catch(() => undefined);
    if (found?.isFile() !== true) throw new UsageError(`There is no overlay file ${given}.`);
    ids.push(await realpath(absolute));
  }
  return ids;
}

/** Relative to the root; with the root's own name where two roots give the same name. */
export function nameEntries(entries: readonly Entry[]): ReadonlyMap<string, string> {
  const short = ({ root, id }: Entry): string =>
    isAddress(id)
      ? new URL(id).pathname.replace(/^.*\//, "") || new URL(id).host
      : path.relative(root, id).replaceAll("\\", "/");
  const long = (entry: Entry): string => path.posix.join(path.basename(entry.root), short(entry));
  const count = (nameOf: (entry: Entry) => string): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const entry of entries) counts.set(nameOf(entry), (counts.get(nameOf(entry)) ?? 0) + 1);
    return counts;
  };
  const shorts = count(short);
  const longs = count(long);
  return new Map(
    entries.map((entry) => {
      if (shorts.get(short(entry)) === 1) return [entry.id, short(entry)];
      if (longs.get(long(entry)) === 1) return [entry.id, long(entry)];
      // The roots have the same name, too: the names of their parents differ.
      const parents = path.dirname(entry.root).split(path.sep);
      return [entry.id, path.posix.join(parents.at(-1) ?? "", long(entry))];
    }),
  );
}
