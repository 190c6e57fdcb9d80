/** Status codes, and what they mean for a request. */
import type { StatusPattern } from "../endpoint/x-batch.js";

/** Whether a status is among the patterns: `429` and `"429"` themselves, `"4XX"` a hundred of them. */
export const matches = (status: unknown, patterns: readonly StatusPattern[] = []): boolean =>
  patterns.some((pattern) => {
    const [text, wanted] = [String(status), String(pattern)];
    return (
      text === wanted || (/^\dXX$/i.test(wanted) && /^\d{3}$/.test(text) && text[0] === wanted[0])
    );
  });
