/**
 * Exports `knownLetters` and `capital`: what a letter is in a name. A file of its own, since the answer is TypeScript's:
 * Node's tables are those of another Unicode, and differ from version to version.
 */
import { createRequire } from "node:module";

type Compiler = Pick<typeof import("typescript"), "isIdentifierPart" | "ScriptTarget">;

/** Loaded for the first letter beyond ASCII, as it takes a third of a second. */
let compiler: Compiler | undefined;

function isKnown(letter: string): boolean {
  compiler ??= createRequire(import.meta.url)("typescript") as Compiler; // the package has these types
  return compiler.isIdentifierPart(letter.codePointAt(0) ?? 0, compiler.ScriptTarget.ESNext);
}

/** A text with a space for each character beyond ASCII that TypeScript allows in no identifier. */
export const knownLetters = (text: string): string =>
  text.replace(/[^\0-\x7f]/gu, (letter) => (isKnown(letter) ? letter : " "));

/** The capital of a letter, unless Unicode has it only since later. */
function upper(letter: string): string {
  const found = letter.toUpperCase();
  return knownLetters(found) === found ? found : letter;
}

/** A word with a capital as its first letter. */
export function capital(word: string): string {
  const [first = ""] = word;
  return upper(first) + word.slice(first.length);
}
