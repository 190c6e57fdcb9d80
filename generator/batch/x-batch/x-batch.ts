/** `parseXBatch` and `mergeXBatch`: check `x-batch` values, and merge their layers. See docs/x-batch.md. */
import { readFileSync } from "node:fs";
import type { ValidateFunction } from "ajv/dist/2020.js";
import type { Diagnostic, Location } from "../../base/diagnostics.js";
import type { JsonObject, JsonValue } from "../../base/json.js";
import { newAjv } from "../../base/new-ajv.js";
import type { StatusRule, XBatch } from "../../runtime/endpoint/x-batch.js";
import { patternProblem } from "./patterns.js";
import { inWords, isRecord, shown, type Mistake } from "./mistakes.js";

export interface ParsedXBatch {
  /** `false`: the operation is no batch. Undefined: the value has mistakes. */
  readonly value: Partial<XBatch> | false | undefined;
  /** Errors only. Empty if, and only if, `value` is defined. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Checks an `x-batch` value against x-batch.schema.json and the rules that a schema cannot express. It throws nothing.
 *
 * Every field may be missing, even `items`, because another layer may have it. Check the result of `mergeXBatch` again:
 * layers that are valid may contradict each other.
 *
 * @param at returns the location of a member, by its JSON Pointer relative to the value (`""` is the value itself)
 * @param options.root the value is at the root of a document, where `false` has no meaning. Default false.
 */
export function parseXBatch(
  value: JsonValue,
  at: (pointer: string) => Location,
  options: { readonly root?: boolean } = {},
): ParsedXBatch {
  if (value === false && options.root !== true) return { value, diagnostics: [] };
  const mistakes = value === false ? [offAtRoot] : mistakesIn(value);
  if (mistakes.length === 0) {
    // The schema has just proved it, and a test compares the schema with the type.
    return { value: value as Partial<XBatch>, diagnostics: [] };
  }
  const diagnostics = mistakes.map(({ pointer, ...rest }) => ({
    ...rest,
    severity: "error" as const,
    location: at(pointer),
  }));
  return { value: undefined, diagnostics };
}

/** Objects that name one thing. A later layer replaces them, because a mixture of two would name nothing. */
const indivisible = new Set(["mode", "learn", "key", "poll", "report", "envelope"]);

/**
 * Merges layers: a later one wins. Objects are merged field by field. A list is replaced, and so is an object that names
 * one thing (an operation, an idempotency key, an error whose text contains the limit). Undefined layers and members are
 * ignored. No argument is changed.
 */
export function mergeXBatch(...layers: readonly (Partial<XBatch> | undefined)[]): Partial<XBatch> {
  // Members of one type merge into a member of that type.
  return layers.reduce<object>((lower, upper) => mergeObjects(lower, upper ?? {}), {});
}

function mergeObjects(lower: object, upper: object): object {
  // A map, because a document can have a member called `__proto__`.
  const merged = new Map<string, unknown>(Object.entries(lower));
  for (const [name, value] of Object.entries(upper)) {
    if (value === undefined) continue;
    const before = merged.get(name);
    const both = isRecord(before) && isRecord(value) && !indivisible.has(name);
    merged.set(name, both ? mergeObjects(before, value) : value);
  }
  return Object.fromEntries(merged);
}

const offAtRoot: Mistake = {
  code: "x-batch-value",
  message:
    "expected an object at the root of a document, found `false`, which switches a single operation off",
  hint: "Move it to the operations, or remove it.",
  pointer: "",
};

function mistakesIn(value: JsonValue): readonly Mistake[] {
  const validate = validator();
  if (validate(value)) return beyondSchema(value as Partial<XBatch>); // proved by `validate`
  return inWords(validate.errors ?? []);
}

/** Compiled at the first `x-batch` value: documents without one do not pay for loading the validator. */
const validator = once((): ValidateFunction => {
  // The path is the same from dist/ and from generator/.
  const file = new URL("../../../generator/batch/x-batch/x-batch.schema.json", import.meta.url);
  const schema = JSON.parse(readFileSync(file, "utf8")) as JsonObject; // our own file
  // A test compiles the schema in strict mode, against its meta-schema. That takes 0.3 s.
  return newAjv({ allErrors: true, verbose: true, meta: false }).compile(schema);
});

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The rules that JSON Schema cannot express: lists without common values, and a regular expression with a group. */
function beyondSchema(value: Partial<XBatch>): readonly Mistake[] {
  const { statuses, state, job, limit } = value;
  const mistakes: Mistake[] = [];
  const clash = (pointer: string, first: string, second: string, values: unknown[]): void => {
    for (const value of new Set(values)) {
      const message = `${shown(value)} cannot be both \`${first}\` and \`${second}\``;
      const hint = `Keep it in one of them.`;
      mistakes.push({
        code: "x-batch-combination",
        message,
        hint,
        pointer: `${pointer}/${second}`,
      });
    }
  };
  const common = (first: readonly unknown[] = [], second: readonly unknown[] = []): unknown[] =>
    first.filter((value) => second.map(String).includes(String(value)));
  // A rule with a test says something about some replies only.
  const plain = (rules: readonly StatusRule[] = []) =>
    rules.filter((rule) => typeof rule !== "object");
  const exclusive = ["rejected", "wholeBatch", "partial", "ambiguous"] as const;
  for (const [i, first] of exclusive.entries())
    for (const second of exclusive.slice(i + 1))
      clash(
        "/statuses",
        first,
        second,
        common(plain(statuses?.[first]), plain(statuses?.[second])),
      );
  for (const [pointer, one] of [
    ["/state", state],
    ["/job/state", job?.state],
  ] as const) {
    clash(pointer, "done", "pending", common(one?.done, one?.pending));
    clash(pointer, "done", "failed", common(one?.done, one?.failed));
    clash(pointer, "pending", "failed", common(one?.pending, one?.failed));
  }
  for (const [at, pattern] of patternsIn(value)) {
    const problem = patternProblem(pattern);
    if (problem === undefined) continue;
    const message = `\`${at.slice(1).replaceAll("/", ".")}\`: expected a regular expression that no text makes slow, found ${problem}`;
    const hint = "At most two of `*`, `+` and `{n,}`, none of them after a group.";
    mistakes.push({ code: "x-batch-value", message, hint, pointer: at });
  }
  if (mistakes.some(({ pointer }) => pointer === "/limit/learn/pattern")) return mistakes;
  const pattern = limit?.learn?.pattern;
  if (pattern !== undefined && groupsIn(pattern) === 0) {
    const message = `\`limit.learn.pattern\`: expected a regular expression with a group, found ${shown(pattern)}`;
    const hint = "The group holds the number, as in `at most (\\d+) items`.";
    mistakes.push({ code: "x-batch-value", message, hint, pointer: "/limit/learn/pattern" });
  }
  return mistakes;
}

/** Every member called `pattern`, with its pointer. */
function patternsIn(value: unknown, at = ""): readonly (readonly [string, string])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    name === "pattern" && typeof inner === "string"
      ? [[`${at}/${name}`, inner] as const]
      : patternsIn(inner, `${at}/${name}`),
  );
}

/** The number of groups; 0 if the text is no regular expression. */
function groupsIn(pattern: string): number {
  try {
    return (new RegExp(`${pattern}|`, "u").exec("")?.length ?? 1) - 1;
  } catch {
    return 0;
  }
}
