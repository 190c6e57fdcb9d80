/**
 * Exports `fetchInputs`: the documents at addresses among the inputs, each as the lock pins it by its SHA-256. A pinned
 * document is taken from the cache, where it lies by its hash; one that the cache does not have is fetched again, and
 * refused if it is another by now.
 */
import { join } from "node:path";
import { messageOf } from "../base/message-of.js";
import type { Diagnostic } from "../base/diagnostics.js";
import { MistakesError } from "../base/mistakes-error.js";
import { hidePasswords } from "../base/printable.js";
import { readRegular } from "../base/read-file.js";
import { addressId } from "../openapi/entries.js";
import { hostsOf } from "../openapi/read.js";
import { createRemote } from "../openapi/remote.js";
import { isAddress } from "../base/is-address.js";
import { writeWhole } from "./incremental/disk.js";
import { sha256 } from "./incremental/hash.js";

export interface FetchedInputs {
  /** The bytes by address. */
  readonly fetched: ReadonlyMap<string, Uint8Array>;
  /** The SHA-256 of each by address, for the lock. */
  readonly pins: ReadonlyMap<string, string>;
}

export interface PinnedInputs {
  readonly paths: readonly string[];
  /** Those of the lock. */
  readonly pins: ReadonlyMap<string, string>;
  /** Fetch what is pinned, too, and pin what is there now. */
  readonly update: boolean;
  readonly allowRemote: readonly string[];
  /** The folder of the cache. Undefined: everything is fetched. */
  readonly cache: string | undefined;
}

/**
 * @throws MistakesError if a document cannot be fetched, or is not the one that is pinned: a package without its endpoints
 * would be worse than none
 */
export async function fetchInputs(inputs: PinnedInputs): Promise<FetchedInputs> {
  const { paths, update, allowRemote, cache } = inputs;
  const fetched = new Map<string, Uint8Array>();
  const pins = new Map<string, string>();
  const problems: Diagnostic[] = [];
  const remote = createRemote([...allowRemote, ...hostsOf(paths)]);
  for (const given of paths) {
    if (!isAddress(given) || !URL.canParse(given)) continue;
    const id = addressId(given);
    const pin = update ? undefined : inputs.pins.get(id);
    try {
      const copy = copyOf(cache, pin);
      const bytes = copy ?? (await remote.fetch(id));
      const hash = sha256(bytes);
      problems.push(...problemsOf(id, hash, pin));
      fetched.set(id, bytes);
      pins.set(id, hash);
      if (!copy && cache !== undefined) writeWhole(copyPath(cache, hash), bytes, cache);
    } catch (error) {
      const reason = messageOf(error);
      problems.push(problem("unreadable-file", `${id} cannot be read: ${reason}.`));
    }
  }
  if (problems.length > 0) throw new MistakesError(problems, () => undefined);
  return { fetched, pins };
}

function problemsOf(id: string, hash: string, pin: string | undefined): readonly Diagnostic[] {
  if (pin === undefined || pin === hash) return [];
  const message = `${id} has changed: its SHA-256 is ${short(hash)}, and the lock has ${short(pin)}.`;
  const hint =
    "openapi-batch generate --update takes what is there now; git shows what it changes.";
  return [problem("input-changed", message, hint)];
}

const short = (hash: string): string => `${hash.slice(0, 12)}…`;

const problem = (code: string, message: string, hint?: string): Diagnostic => ({
  code,
  severity: "error",
  message: hidePasswords(message),
  ...(hint !== undefined && { hint }),
});

const copyPath = (cache: string, hash: string): string => join(cache, "inputs", hash);

/** A copy is believed if it has the hash, whoever wrote it. */
function copyOf(cache: string | undefined, pin: string | undefined): Uint8Array | undefined {
  if (cache === undefined || pin === undefined || !/^[0-9a-f]{64}$/.test(pin)) return undefined;
  try {
    const bytes = readRegular(copyPath(cache, pin));
    return sha256(bytes) === pin ? bytes : undefined;
  } catch {
    return undefined;
  }
}
