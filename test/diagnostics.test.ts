/** docs/diagnostics.md has every code that the sources can give, and no other. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const severities = new Set(["error", "warning", "info"]);
const kebab = /^[a-z]+(-[a-z0-9]+)+$/;

/** Strings in an expression, both sides of a choice included. */
function strings(node: ts.Node): readonly string[] {
  if (ts.isStringLiteral(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(strings);
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return strings(node.expression);
  return [];
}

/** Functions that make a diagnostic, or a part of one, and take its code among their arguments. */
const makers = /^(report|problem|fail|tell|syntaxProblem|mistake)$/;

/** `diff` has a page of its own, and what the runtime throws is no diagnostic. */
const elsewhere = /^(runtime|emulator|diff)\//;

const sources = readdirSync(join(root, "generator"), { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".ts") && !elsewhere.test(path));

function codesIn(path: string): readonly string[] {
  const text = readFileSync(join(root, "generator", path), "utf8");
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === "code")
      found.push(...strings(node.initializer));
    if (ts.isCallExpression(node) && makers.test(node.expression.getText()))
      found.push(...node.arguments.flatMap(strings).filter((one) => kebab.test(one)));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Mistakes in `x-batch`, configuration and faults have the subject before their kind. */
const subjects = ["x-batch", "config", "faults"];
const kinds = ["unknown-field", "missing-field", "type", "value", "combination"];

const page = readFileSync(join(root, "docs/diagnostics.md"), "utf8");
const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` +\| ([a-z, ]+?) +\| (.+) \| (.+) \|$/gm)];
const documented = rows.map(([, code = ""]) => code);

describe("docs/diagnostics.md", () => {
  test("has a row for each code of the sources", () => {
    const codes = new Set(sources.flatMap(codesIn));
    const whole = [...codes].filter((code) => !kinds.includes(code) && !subjects.includes(code));
    expect(whole.length).toBeGreaterThan(40);
    expect(whole.filter((code) => !documented.includes(code))).toEqual([]);
    const made = subjects.flatMap((subject) => kinds.map((kind) => `${subject}-${kind}`));
    expect(made.filter((code) => !documented.includes(code))).toEqual([]);
  });

  test("has no code that the sources do not have", () => {
    const made = new Set(subjects.flatMap((subject) => kinds.map((kind) => `${subject}-${kind}`)));
    const all = readdirSync(join(root, "generator"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => readFileSync(join(root, "generator", path), "utf8"))
      .join("\n");
    expect(documented.filter((code) => !made.has(code) && !all.includes(`"${code}"`))).toEqual([]);
  });

  test("names severities, and each code once", () => {
    expect(
      rows.flatMap(([, , all = ""]) => all.split(", ")).filter((one) => !severities.has(one)),
    ).toEqual([]);
    expect(documented.filter((code, at) => documented.indexOf(code) !== at)).toEqual([]);
  });
});
