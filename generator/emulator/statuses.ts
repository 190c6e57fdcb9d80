/** Statuses in `x-batch`, for the emulator: what it sends where a rule of a list asks for it. */
import type { JsonValue } from "../base/json.js";
import type { StatusRule } from "../runtime/endpoint/x-batch.js";

const patternOf = (rule: StatusRule) => (typeof rule === "object" ? rule.status : rule);

/** The status of a rule; of a range the first one. */
export function exactStatus(rule: StatusRule): number {
  const pattern = patternOf(rule);
  return typeof pattern === "number" ? pattern : Number(pattern.replace(/XX$/i, "00"));
}

/** The rule of a list for a status. */
export const ruleFor = (
  rules: readonly StatusRule[] | undefined,
  status: number,
): StatusRule | undefined => rules?.find((rule) => exactStatus(rule) === status);

/** The members that the body must have, by pointer, so that a status means what its rule says. */
export function membersFor(rule: StatusRule | undefined): Readonly<Record<string, JsonValue>> {
  if (typeof rule !== "object") return {};
  const { at, in: allowed = [], pattern } = rule;
  return { [at]: allowed[0] ?? (pattern === undefined ? true : plainText(pattern)) };
}

/** A text that fits the pattern, if that is literal text with a few operators. */
const plainText = (pattern: string): string =>
  pattern.replace(/\\([^\w\s])/g, "$1").replace(/[\^$]|\.[*+]\??/g, "");
