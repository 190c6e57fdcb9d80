/** Exports `parseYamlDocument`: from YAML to nodes with positions, with the same options and limits everywhere. */
import type { Composer, CST, Document, Lexer, YAMLParseError } from "yaml";
import { bounds } from "../base/bounds.js";
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

/** The nodes of a text, or the limit that it exceeds. A text that is not YAML gives a document with `errors`. */
export function parseYamlDocument(text: string): Document.Parsed | "too deep" | "too large" {
  const { Lexer } = yamlLibrary();
  const document = parseWith(new Lexer(), text);
  if (typeof document === "string" || !document.errors.some(isOpenQuote)) return document;
  const lenient = parseWith(allowQuotedUnindent(new Lexer()), text);
  return typeof lenient === "object" && lenient.errors.length === 0 ? lenient : document;
}

const isOpenQuote = ({ code }: YAMLParseError): boolean => code === "MISSING_CHAR";

function parseWith(lexer: Lexer, text: string): Document.Parsed | "too deep" | "too large" {
  // The steps of the library's parseDocument, so that both limits are checked in between. Its last step recurses, and
  // near the end of the stack the process dies within a regular expression, which nothing can catch.
  const { Composer, Document: YamlDocument, Parser, YAMLParseError } = yamlLibrary();
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  for (const lexeme of lexer.lex(text)) {
    if (++lexemes > bounds.yamlTokens.most) return "too large";
    for (const token of parser.next(lexeme)) tokens.push(token);
  }
  for (const token of parser.end()) tokens.push(token);
  if (isDeeper(tokens, bounds.depth.most)) return "too deep";
  const composer = new Composer(options);
  stopAtErrors(composer);
  let document: Document.Parsed | undefined;
  let second: Document.Parsed | undefined;
  try {
    [document, second] = composer.compose(tokens, true, text.length);
  } catch (error) {
    if (!(error instanceof TooManyErrors)) throw error;
    document = new YamlDocument(null) as Document.Parsed; // without contents, as one that could not be parsed
    document.errors.push(...error.errors);
  }
  if (document === undefined) throw new Error("The YAML library gave no document.");
  for (const error of document.errors)
    if (error.code === "NON_STRING_KEY")
      error.message = "A key has to be a text; here it is a list or a map.";
  if (second !== undefined) {
    const [start, end] = second.range;
    const message = "A file holds one document; here a second one starts.";
    document.errors.push(new YAMLParseError([start, end], "MULTIPLE_DOCS", message));
  }
  return document;
}

class TooManyErrors extends Error {
  constructor(readonly errors: readonly YAMLParseError[]) {
    super();
  }
}

/** As many as are reported: for further ones, the library goes through the text again and again. */
const errorsKept = 10;

/** Makes a composer throw TooManyErrors. */
function stopAtErrors(composer: Composer): void {
  // What is private in the types is the one place that all errors pass.
  const inner = composer as unknown as {
    onError: (...given: unknown[]) => void;
    readonly errors: readonly YAMLParseError[];
  };
  const { onError } = inner;
  inner.onError = (...given) => {
    onError(...given);
    if (inner.errors.length >= errorsKept) throw new TooManyErrors(inner.errors);
  };
}

/**
 * A text in quotes may go on at any column, as in js-yaml and PyYAML: the library asks for more indentation than that of
 * the key, and refuses documents that other tools write.
 */
function allowQuotedUnindent(lexer: Lexer): Lexer {
  // What is private in the types is the one place where the library asks.
  const inner = lexer as unknown as {
    indentNext: number;
    parseQuotedScalar(): Generator<string, unknown>;
  };
  const parse = inner.parseQuotedScalar.bind(lexer);
  inner.parseQuotedScalar = function* () {
    const { indentNext } = inner;
    inner.indentNext = 0;
    const next = yield* parse();
    inner.indentNext = indentNext;
    return next;
  };
  return lexer;
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
