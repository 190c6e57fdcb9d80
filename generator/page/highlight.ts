/** `tokensOf`: TypeScript in colours, by the lexical classifier of the compiler. */
import ts from "typescript";

/** A text of one kind; a string alone has no colour. The kinds are classes of the page's style sheet. */
export type Token = string | readonly [kind: TokenKind, text: string];
type TokenKind = "comment" | "keyword" | "number" | "string";

const kinds: ReadonlyMap<number, TokenKind> = new Map<number, TokenKind>([
  [ts.ClassificationType.comment, "comment"],
  [ts.ClassificationType.keyword, "keyword"],
  [ts.ClassificationType.numericLiteral, "number"],
  [ts.ClassificationType.bigintLiteral, "number"],
  [ts.ClassificationType.stringLiteral, "string"],
]);

const classifier = ts.createClassifier();

/** The texts of the tokens, one after the other, are the source. */
export function tokensOf(source: string): readonly Token[] {
  const { None } = ts.EndOfLineState;
  // Threes of numbers: where a token starts, its length, its kind.
  const { spans } = classifier.getEncodedLexicalClassifications(source, None, true);
  const tokens: Token[] = [];
  let end = 0;
  for (let index = 0; index < spans.length; index += 3) {
    const [start = 0, length = 0, type = 0] = spans.slice(index, index + 3);
    const kind = kinds.get(type);
    const next = start + length;
    // `type: string` is a property, whatever its name means elsewhere.
    if (!kind || (kind === "keyword" && /^\??:/.test(source.slice(next, next + 2)))) continue;
    if (start > end) tokens.push(source.slice(end, start));
    tokens.push([kind, source.slice(start, next)]);
    end = next;
  }
  return end < source.length ? [...tokens, source.slice(end)] : tokens;
}
