/** JSON that services and overlays may hold, made by chance. */
import type { JsonValue } from "../../generator/base/json.js";
import type { Random } from "./random.js";

const scalars = [
  "", "a", "0", "-1", "1e12", "9".repeat(400), "\ud800", "\u0000", "\u2028", "\u202e", "..", "../x", "/", "~", "%2e%2e", "COMPLETE", "PENDING",
  "CANCELED", "k1", "https://other.example/x", "file:///etc/passwd", "a".repeat(3000), '{"a": 1', "[[[[", "\\".repeat(99), '"'.repeat(99),
  "##vso[task.setvariable]", "\u001b[31m", 0, -0, -1, 1e308, 5e-324, 2 ** 53 + 2, true, false, null,
] as const; // prettier-ignore

const names = [
  "id", "status", "results", "errors", "inputs", "message", "context", "ids", "category", "subCategory", "properties", "n", "__proto__", "constructor",
  "toString", "length", "then", "toJSON", "", "a/b", "~", "policyName", "objectWriteTraceId", "ErrorCode", "MessageID", "items", "paths", "get", "x-batch",
] as const; // prettier-ignore

export const scalar = (random: Random): JsonValue => random.pick<JsonValue>(scalars);
export const name = (random: Random): string => random.pick<string>(names);

export function value(random: Random, levels = 4): JsonValue {
  if (levels === 0 || random.chance(0.3)) return scalar(random);
  if (random.chance(0.02)) return deep(random.below(300));
  if (random.chance(0.4)) return random.list(4, () => value(random, levels - 1));
  return Object.fromEntries(random.list(5, () => [name(random), value(random, levels - 1)]));
}

function deep(levels: number): JsonValue {
  let value: JsonValue = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}
