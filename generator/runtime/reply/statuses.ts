/** `matches`: compares statuses with the patterns of `x-batch`. */
import type { StatusPattern } from "../endpoint/x-batch.js";

/** Whether a pattern covers a status: `429` and `"429"` cover one, `"4XX"` a hundred. */
export const matches = (status: unknown, patterns: readonly StatusPattern[] = []): boolean =>
  patterns.some((pattern) => {
    const [text, wanted] = [String(status), String(pattern)];
    return (
      text === wanted || (/^\dXX$/i.test(wanted) && /^\d{3}$/.test(text) && text[0] === wanted[0])
    );
  });
