/** `matches`, `passes` and `fits`: compare statuses, values and whole replies with the patterns of `x-batch`. */
import { PATTERN_LENGTH } from "../limits.js";
import { get, isObject } from "../pointer.js";
import type { StatusPattern, StatusRule, Test } from "../endpoint/x-batch.js";

type Pattern = StatusPattern | boolean | null;

/** A text for the comparison: of a status with its reason, such as `201 Created`, the number. */
const plain = (value: unknown): string =>
  (isObject(value) ? "" : String(value))
    .replace(/^undefined$/, "null")
    .replace(/^(\d{3}) [A-Z][\w' -]*$/i, "$1");

/** Whether a pattern covers a status: `429` and `"429"` cover one, `"4XX"` a hundred, `null` one that is absent. */
export const matches = (status: unknown, patterns: readonly Pattern[] = []): boolean =>
  patterns.some((pattern) => {
    const [text, wanted] = [plain(status), String(pattern)];
    return (
      text === wanted || (/^\dXX$/i.test(wanted) && /^\d{3}$/.test(text) && text[0] === wanted[0])
    );
  });

/** Finds a regular expression of `x-batch` in a text; null if the value is no text or does not fit. */
export const find = (pattern: string, value: unknown): RegExpExecArray | null =>
  typeof value === "string" ? new RegExp(pattern, "u").exec(value.slice(0, PATTERN_LENGTH)) : null;

/** Whether the value that a test looks at passes it. */
export function passes({ at, in: allowed, pattern }: Test, body: unknown): boolean {
  const value = get(body, at);
  if (allowed) return matches(value, allowed);
  return pattern === undefined ? (value ?? null) !== null : find(pattern, value) !== null;
}

/** Whether a rule of `statuses` covers a reply. */
export const fits = (
  rules: readonly StatusRule[] | undefined = [],
  status: number,
  body: unknown,
): boolean =>
  rules.some((rule) =>
    typeof rule === "object"
      ? matches(status, [rule.status]) && passes(rule, body)
      : matches(status, [rule]),
  );
