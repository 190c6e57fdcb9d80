/**
 * Whoever goes around the rules for text from outside is found: each regular expression of the generator and the runtime
 * takes time in proportion to the text, whatever the text repeats.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** Every regular expression that is written out in generator/, with its first place. */
function expressions(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const files = readdirSync(join(root, "generator"), { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".ts")).sort()) {
    const source = ts.createSourceFile(
      file,
      readFileSync(join(root, "generator", file), "utf8"),
      ts.ScriptTarget.ES2022,
    );
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node) && !found.has(node.text)) found.set(node.text, file);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

/** Characters that an expression looks for, or passes over. */
function lettersOf(source: string): readonly string[] {
  const classes = source
    .replace(/\\u\{?[\da-f]+\}?|\\[pP]\{\w+\}/gi, "")
    .replace(/\\s/g, " ")
    .replace(/\\d/g, "0")
    .replace(/\\[wb]/g, "a")
    .replace(/\\[nr]/g, "\n")
    .replace(/\\(.)/g, "$1");
  return [...new Set([...classes, "a", "A", " ", "\n", "0", "\\"])]
    .filter((letter) => !/[|?()^$]/.test(letter) || source.includes(`\\${letter}`))
    .slice(0, 24);
}

/** Milliseconds; the least of some tries. */
function cost(expression: RegExp, text: string): number {
  let least = Infinity;
  for (let tries = 0; tries < 6 && least > slow; tries++) {
    const start = performance.now();
    text.replace(expression, "");
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/** A text of so many characters takes some 0.03 ms in linear time, and 10 ms in quadratic time. */
const LENGTH = 4000;
const slow = 3;

/** The text that is slow, if there is one: what it repeats. */
function slowest(literal: string): string | undefined {
  const [, source = "", flags = ""] = /^\/(.*)\/(\w*)$/s.exec(literal) ?? [];
  const expression = new RegExp(source, flags.includes("g") ? flags : flags + "g");
  const letters = lettersOf(source);
  const units = [...letters, ...letters.flatMap((one) => letters.map((other) => one + other))];
  return units.find((unit) => {
    // Exponential time shows in a short one.
    for (const length of [20, LENGTH])
      if (cost(expression, unit.repeat(length / unit.length) + "\u0001") > slow) return true;
    return false;
  });
}

test("the search finds what is not linear", () => {
  for (const literal of ["/\\{[^}]*\\}/g", "/(a+)+$/", "/\\s+$/"])
    expect(slowest(literal), literal).toBeDefined();
  for (const literal of ["/\\{[^{}]*\\}/g", "/^a+$/", "/^\\s*\\{/"])
    expect(slowest(literal), literal).toBeUndefined();
});

test("every regular expression is linear", () => {
  const all = expressions();
  expect(all.size).toBeGreaterThan(150);
  const found = [...all].flatMap(([literal, file]) => {
    const unit = slowest(literal);
    return unit === undefined ? [] : [`${file}: ${literal} of ${JSON.stringify(unit)}`];
  });
  expect(found).toEqual([]);
});
