/** Exports `docs`: a comment as ts-morph's structures take it. */
import { docText, type Tag } from "../schemas/text.js";

/** @param prose paragraphs, of documents too. No comment where there is no text. */
export function docs(prose: readonly (string | undefined)[], tags?: readonly Tag[]): string[] {
  const text = docText(prose, tags);
  return text === undefined ? [] : [text];
}
