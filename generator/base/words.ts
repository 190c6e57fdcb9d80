/** Exports functions that split names, such as those of paths and operationIds, into words, and join words to names. */
import { capital, knownLetters } from "./letters.js";

/** `batchGetByDataFilter`, `bulk-retrieve`, `feedback_submissions` and `HTTPServer` as lower-case words. */
export const wordsOf = (name: string): readonly string[] =>
  (knownLetters(name.normalize("NFC")).match(wordPattern) ?? []).map((word) => word.toLowerCase());

/** Capitals, or letters after at most one capital, or digits, of any script; every one of them may be in an identifier. */
const wordPattern =
  /[\p{Lu}\p{Lt}]+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nl}]+|\p{Nd}+/gu;

export const pascalCase = (words: readonly string[]): string => words.map(capital).join("");

export const camelCase = (words: readonly string[]): string =>
  words.map((word, index) => (index === 0 ? word : capital(word))).join("");

/** Whether a word means that an operation takes many things at once. */
const saysBatch = (word: string): boolean =>
  /^(batch|bulk)/.test(word) ||
  ["mass", "mget", "msearch", "mtermvectors", "multiple"].includes(word);

/** Verbs that `multi` makes a batch of: `multiGet`; but not `multicast`, `multipart`, `multi-factor`. */
const verbs = new Set([
  "add", "change", "check", "create", "delete", "get", "insert", "read", "remove", "retrieve",
  "search", "send", "set", "update", "upsert", "write",
]); // prettier-ignore

/** The words of a name that mean a batch; for some, that depends on the words beside them. */
export function batchWords(name: string): readonly string[] {
  const words = wordsOf(name);
  return words.filter((word, index) => {
    if (saysBatch(word)) return true;
    if (word === "many") return words[index - 1] !== "to" && words[index + 1] !== "to";
    return word === "multi" && verbs.has(words[index + 1] ?? "");
  });
}
