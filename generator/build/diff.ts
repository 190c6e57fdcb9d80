/**
 * Exports `diff`: what changed for code that uses the generated package. This is also the library: `import { diff }
 * from "openapi-batch/diff"`.
 */
import { stat } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { readRegular } from "../base/read-file.js";
import type { Diagnostic } from "../base/diagnostics.js";
import type { GenerateOptions } from "./generate.js";
import { packageKey, readLock } from "./lock/lock.js";
import { lockName } from "./lock/lock-name.js";
import { MistakesError } from "../base/mistakes-error.js";
import { buildModel } from "../batch/build.js";
import { modelDocument } from "../batch/document.js";
import { bumpOf, type Bump, type Change } from "../diff/changes.js";
import { compareDescriptions } from "../diff/compare.js";
import { describe } from "../diff/describe.js";
import { descriptionName, parseDescription, type Description } from "../diff/description.js";
import { nothingLocked, type Locked } from "../batch/names/lock.js";
import { checkOverrides } from "./config/overrides.js";
import { withPositions } from "../base/positions.js";
import { createLocator } from "../openapi/locate.js";
import { isPath } from "../openapi/presets.js";
import { read } from "../openapi/read.js";
import { checkOut, type CheckedOut } from "../openapi/revision.js";
import { UsageError } from "../base/usage-error.js";

export type { Bump, Change, ChangeCode } from "../diff/changes.js";
export { bumpOf } from "../diff/changes.js";
export { descriptionName } from "../diff/description.js";
export { UsageError } from "../base/usage-error.js";

export interface DiffOptions extends Pick<
  GenerateOptions,
  "allowRemote" | "int64" | "locate" | "openEnums" | "presets" | "rename" | "typesOnly" | "xBatch"
> {
  /** What relative paths are relative to. Default: the working directory of the process. */
  readonly cwd?: string;
  /**
   * Before and after, each of them a file or a folder of documents, a generated package (or its `openapi-batch.api`), or a git
   * revision of such: `REV:path`, or `REV` for the same path as the other side, or else `specs`.
   */
  readonly old: string;
  readonly new: string;
  /** OpenAPI Overlays for the documents of both sides. */
  readonly overlays?: readonly string[];
  /** The folder of the package. Default `generated`. */
  readonly output?: string;
  /** The file with the names of the package. Default `openapi-batch.lock` in `output`. */
  readonly lock?: string;
}

export interface Diff {
  /** Breaking ones first. */
  readonly changes: readonly Change[];
  /** The version that they require. */
  readonly bump: Bump | "none";
  /** Diagnostics of the documents of both sides. Locations have a line and a column. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compares what the packages of two sets of documents offer to code that uses them.
 * @throws UsageError if a side is neither a path nor a revision
 * @throws MistakesError if `rename` or `xBatch` has mistakes
 */
export async function diff(options: DiffOptions): Promise<Diff> {
  const { cwd = process.cwd() } = options;
  const sides: Side[] = [];
  try {
    const fallback = async (other: string): Promise<string> =>
      (await isThere(cwd, other)) ? relative(cwd, resolve(cwd, other)) || "." : defaultPath;
    const before = await locate(cwd, options.old, () => fallback(options.new));
    sides.push(before);
    const after = await locate(cwd, options.new, () => fallback(options.old));
    sides.push(after);
    const old = await load(before, options, await lockedNames(cwd, options));
    // Names once given stay, as they do when the package is generated again.
    const next = await load(after, options, old.lock);
    const changes = compareDescriptions(old.description, next.description);
    const diagnostics = [...old.diagnostics, ...next.diagnostics];
    return { changes, bump: bumpOf(changes), diagnostics };
  } finally {
    for (const { checkedOut } of sides) await checkedOut?.remove();
  }
}

/**
 * What changed from one `openapi-batch.api` to another.
 * @returns undefined if one of them is no `openapi-batch.api`, or is from a version with another format
 */
export function changesBetween(old: string, next: string): readonly Change[] | undefined {
  if (old === next) return [];
  const [before, after] = [parseDescription(old), parseDescription(next)];
  return before && after ? compareDescriptions(before, after) : undefined;
}

const defaultPath = "specs";

/** One side, before it is read. */
interface Side {
  readonly cwd: string;
  readonly path: string;
  /** The beginning of the names of its files in messages. */
  readonly label: string;
  readonly checkedOut?: CheckedOut;
}

const isThere = async (cwd: string, path: string): Promise<boolean> =>
  (await stat(resolve(cwd, path)).catch(() => undefined)) !== undefined;

async function locate(cwd: string, given: string, otherPath: () => Promise<string>): Promise<Side> {
  if (await isThere(cwd, given)) return { cwd, path: given, label: "" };
  const colon = given.indexOf(":");
  const revision = colon > 0 ? given.slice(0, colon) : given;
  const checkedOut = await checkOut(cwd, revision);
  if (!checkedOut)
    throw new UsageError(
      `${JSON.stringify(given)} is neither a path nor a git revision.`,
      "A side is a file, a folder, REV or REV:path, such as HEAD~1 or main:specs.",
    );
  const { folder, prefix } = checkedOut;
  // As for git: from the root of the repository, unless it begins with a dot.
  const path = colon > 0 ? given.slice(colon + 1) || "." : await otherPath();
  const start = colon > 0 && !/^\.{1,2}(\/|$)/.test(path) ? folder : join(folder, prefix);
  const side = { cwd: start, path, label: `${revision}:`, checkedOut };
  if (await isThere(start, path)) return side;
  await checkedOut.remove();
  throw new UsageError(
    `The revision ${JSON.stringify(revision)} has no documents at ${JSON.stringify(path)}.`,
    "Paths of REV:path begin at the root of the repository, or with ./ at the working directory.",
  );
}

interface Loaded {
  readonly description: Description;
  readonly diagnostics: readonly Diagnostic[];
  readonly lock: Locked;
}

function descriptionIn(file: string): Description | undefined {
  try {
    return parseDescription(readRegular(file).toString());
  } catch {
    return undefined; // it is not there, or no file: then there are documents
  }
}

async function load(side: Side, options: DiffOptions, locked: Locked): Promise<Loaded> {
  const { overlays = [], cwd = process.cwd(), allowRemote = [] } = options;
  const { path, label } = side;
  for (const file of [path, join(path, descriptionName)]) {
    if (basename(file) !== descriptionName) continue;
    const description = descriptionIn(resolve(side.cwd, file));
    if (!description) continue;
    const own = await lockedNames(side.cwd, { output: join(file, "..") });
    return { description, diagnostics: [], lock: own.endpoints.length > 0 ? own : locked };
  }
  const found = await read({
    cwd: side.cwd,
    paths: [path],
    overlays: overlays.map((overlay) => resolve(cwd, overlay)),
    presets: options.presets?.map((name) => (isPath(name) ? resolve(cwd, name) : name)),
    allowRemote,
  });
  const {
    renames,
    batches,
    diagnostics: mistakes,
  } = checkOverrides(options, (pointer) => options.locate?.(pointer));
  if (mistakes.length > 0) throw new MistakesError(mistakes, () => undefined);
  const { openEnums = false } = options;
  const int64 = options.int64 ?? (options.typesOnly === true ? "number" : "string");
  const documents = found.specs.map((spec) => modelDocument(spec, { batches, openEnums, int64 }));
  const model = buildModel(documents, { locked, renames, int64 });
  // A changed name is a change here, and `rename` need not match operations of both sides.
  const aboutNames = ["name-changed", "name-vanished", "rename-unused"];
  const diagnostics = [...found.diagnostics, ...model.diagnostics].filter(
    ({ code }) => !aboutNames.includes(code),
  );
  return {
    description: describe(model.api),
    // Positions are looked up here: the files of a revision are removed afterwards.
    diagnostics: withPositions(diagnostics, createLocator(found.text)).map(
      ({ location, ...rest }) =>
        location ? { ...rest, location: { ...location, file: label + location.file } } : rest,
    ),
    lock: model.lock,
  };
}

/** The names in the lock of a package; none without a lock that can be read. */
async function lockedNames(
  cwd: string,
  { output = "generated", lock }: Pick<DiffOptions, "output" | "lock">,
): Promise<Locked> {
  const folder = resolve(cwd, output);
  const file = resolve(cwd, lock ?? join(folder, lockName));
  try {
    return (await readLock(file, cwd)).lock.get(packageKey(file, folder)) ?? nothingLocked;
  } catch {
    return nothingLocked; // generate reports its mistakes
  }
}
