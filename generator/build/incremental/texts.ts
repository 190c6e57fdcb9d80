/** Texts that are dear to make, by what they were made from: formatted files, declarations of schemas. */
import { sha256 } from "./hash.js";

export interface Texts {
  /** What `make` gave for the same `kind` and `from` in the last run, or gives now. */
  readonly get: (kind: string, from: string, make: () => Promise<string>) => Promise<string>;
  /** As `get`, for many at once: `make` is given the places in `from` of those that are not known. */
  readonly all: (
    kind: string,
    from: readonly string[],
    make: (missing: readonly number[]) => Promise<readonly string[]>,
  ) => Promise<readonly string[]>;
  /** What was asked for in this run: what is not asked for any more is forgotten. */
  readonly used: ReadonlyMap<string, string>;
}

/** @param known what an earlier run used */
export function createTexts(known: ReadonlyMap<string, string> = new Map()): Texts {
  const used = new Map<string, string>();
  const all: Texts["all"] = async (kind, from, make) => {
    const keys = from.map((text) => sha256(`${kind}\n${text}`));
    const texts = keys.map((key) => used.get(key) ?? known.get(key));
    const missing = [...keys.keys()].filter((index) => texts[index] === undefined);
    const made = missing.length === 0 ? [] : await make(missing);
    missing.forEach((index, nth) => (texts[index] = made[nth]));
    return texts.map((text, index) => {
      if (text === undefined) throw new Error(`nothing was made for a text of kind ${kind}`);
      used.set(keys[index] ?? "", text);
      return text;
    });
  };
  return {
    get: async (kind, from, make) => (await all(kind, [from], async () => [await make()]))[0] ?? "",
    all,
    used,
  };
}
