/**
 * Exports `linearRegExp`: a regular expression that a document has, on an engine that needs time in proportion to the
 * text. `RegExp` tries every way to match, which takes years for some patterns. Loaded at its first use.
 */
import { createRequire } from "node:module";
import { bounds } from "./bounds.js";

export interface LinearRegExp {
  /** Whether some part of the text matches. */
  test(text: string): boolean;
  /** Whether the whole text matches. */
  testWhole(text: string): boolean;
  /** The most steps that one character of a text takes. */
  readonly size: number;
}

const require = createRequire(import.meta.url);

/** @returns undefined if the pattern is too long, wrong, or needs to backtrack, as `(?=a)` and `\1` do */
export function linearRegExp(pattern: string): LinearRegExp | undefined {
  if (pattern.length > bounds.patternCharacters.most) return undefined;
  const { RE2JS } = require("re2js") as typeof import("re2js"); // `require` is typed `any`
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
    return {
      test: (text) => compiled.test(text),
      testWhole: (text) => compiled.testExact(text),
      size: compiled.programSize(),
    };
  } catch {
    return undefined;
  }
}
