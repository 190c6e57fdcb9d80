/** `hostileDocument`: documents made by chance, some of them mangled as text, through the whole generator. */
import fc from "fast-check";
import { MistakesError } from "../../generator/base/mistakes-error.js";
import { generateFrom } from "../emit/compile.js";
import { document } from "./documents.js";
import type { Finding } from "./finding.js";
import type { Random } from "./random.js";
import { strangers } from "./strangers.js";

const splices = [
  "\u0000", "\ufeff", "{", "}", "[", "]", '"', "'", ":", ",", "&a ", "*a", "<<: *a", "!!js/function ", "\n", "\t", "---\n", "%YAML 1.1\n", "#", "|\n", ">-\n",
  "null", "1e999", "\\u", "\\ud800", "[".repeat(500), "{\"a\":".repeat(500), "\u2028", "$ref", '"$ref": "#",',
] as const; // prettier-ignore

/** A text with pieces cut out, put in and doubled. */
function mangled(random: Random, text: string): string {
  let result = text;
  for (let times = 1 + random.below(4); times > 0; times--) {
    const at = random.below(result.length);
    const end = random.chance(0.5) ? at : at + random.below(40);
    const piece = random.chance(0.3) ? result.slice(at, at + 200) : random.pick<string>(splices);
    result = result.slice(0, at) + piece + result.slice(end);
  }
  return result;
}

export async function hostileDocument(random: Random, report: Finding): Promise<void> {
  const seed = random.below(2 ** 31);
  const given = fc.sample(document, { seed, numRuns: 1 + random.below(2) });
  const files = given.map((one, index) => {
    const text = JSON.stringify(one);
    const name = `d${index}.${random.pick(["json", "yaml"])}`;
    return [name, random.chance(0.3) ? mangled(random, text) : text] as const;
  });
  try {
    const { files: emitted } = await generateFrom(Object.fromEntries(files));
    for (const { path, text } of emitted) {
      if (!path.endsWith(".ts") || path.startsWith("src/runtime/")) continue;
      for (const strange of strangers(path, text)) report("code", strange);
    }
  } catch (error) {
    // Such as: there is no document without an error.
    if (!(error instanceof MistakesError)) throw error;
  }
}
