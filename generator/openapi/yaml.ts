/** Exports `parseYamlDocument`: from YAML to nodes with positions, with the same options and limits everywhere. */
import type { CST, Document } from "yaml";
import { yamlLibrary } from "./parsers.js";

/** YAML 1.2, whatever a `%YAML` directive says, plus merge keys. */
const options = {
  version: "1.2",
  schema: "core",
  merge: true,
  /** `!!timestamp`, `!!binary` and `!!set` would give objects that are not JSON. */
  resolveKnownTags: false,
  /** `200:` is the member "200". */
  stringKeys: true,
  /** The library compares each key with each; `parse.ts` finds duplicates in one pass, with both places. */
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: "error",
} as const;

/** Levels of collections. */
export const depthLimit = 400;
/** Scalars, marks and spaces: some 20 MB of ordinary YAML, for which the library needs about 1 GB of memory. */
export const lexemeLimit = 2_500_000;

/** The nodes of a text, or the limit that it exceeds. A text that is not YAML gives a document with `errors`. */
export function parseYamlDocument(text: string): Document.Parsed | "too deep" | "too large" {
  // The steps of the library's parseDocument, so that both limits are checked in between. Its last step recurses, and
  // near the end of the stack the process dies within a regular expression, which nothing can catch.
  const { Composer, Lexer, Parser, YAMLParseError } = yamlLibrary();
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++lexemes > lexemeLimit) return "too large";
    for (const token of parser.next(lexeme)) tokens.push(token);
  }
  for (const token of parser.end()) tokens.push(token);
  if (isDeeper(tokens, depthLimit)) return "too deep";
  const [document, second] = new Composer(options).compose(tokens, true, text.length);
  if (document === undefined) throw new Error("The YAML library gave no document.");
  if (second !== undefined) {
    const [start, end] = second.range;
    const message = "A file holds one document; here a second one starts.";
    document.errors.push(new YAMLParseError([start, end], "MULTIPLE_DOCS", message));
  }
  return document;
}

function isDeeper(tokens: readonly CST.Token[], limit: number): boolean {
  const open = tokens.map((token) => ({ token, depth: 0 }));
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { token, depth } = entry;
    if (token.type === "document" && token.value !== undefined)
      open.push({ token: token.value, depth });
    if (!("items" in token)) continue;
    if (depth >= limit) return true;
    for (const { key, value } of token.items) {
      if (key !== undefined && key !== null) open.push({ token: key, depth: depth + 1 });
      if (value !== undefined) open.push({ token: value, depth: depth + 1 });
    }
  }
  return false;
}
