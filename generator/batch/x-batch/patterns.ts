/** `patternProblem`: why a regular expression of `x-batch` is refused. Servers choose the texts that it reads. */

/** So many repetitions without an end take at most the cube of a text's length, which is bounded. */
const mostRepetitions = 2;
const mostTimes = 100;

const token =
  /\\k|\\[1-9]|\\(?:[^]|$)|\[(?:\\[^]|[^\]\\])*\]?|\(\?<?[=!]|[()]|[*+]|\{(\d+)(,(\d*))?\}|[^]/g;

/** As part of a sentence; undefined if there is none. */
export function patternProblem(pattern: string): string | undefined {
  let before = "";
  let repetitions = 0;
  for (const [part, , open, most = ""] of pattern.matchAll(token)) {
    if (/^\\(k|[1-9])$/.test(part)) return "a backreference";
    if (/^\(\?<?[=!]/.test(part)) return "a lookaround";
    const endless =
      /^[*+]$/.test(part) || (open !== undefined && (most === "" || +most > mostTimes));
    if (endless && before === ")") return "a repetition of a group";
    if (endless) repetitions++;
    before = part;
  }
  if (repetitions > mostRepetitions) return `${repetitions} repetitions without an end`;
  try {
    new RegExp(pattern, "u");
  } catch {
    return "no regular expression";
  }
  return undefined;
}
