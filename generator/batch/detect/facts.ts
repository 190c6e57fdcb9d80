/**
 * `factsOf`: what an operation says of itself, in words: the parts of its path, its operationId and its summary, beside one
 * list of its request. The signals of `signals.ts` are questions to these facts.
 */
import { batchWords, wordsOf } from "../../base/words.js";
import { text, type RawOperation } from "../../openapi/operations.js";
import { isTemplate, segmentsOf, type DocumentWords } from "./document-words.js";
import type { ItemsLocation } from "./items-locations.js";
import { nameOf, replySigns, type ReplySign } from "./reply-signs.js";

export interface Facts {
  readonly operation: RawOperation;
  /** Undefined for an operation whose request has no list that the document describes. */
  readonly location: ItemsLocation | undefined;
  readonly document: DocumentWords;
  readonly segments: readonly string[];
  /** The words of the end of the path: of its last static part. */
  readonly last: readonly string[];
  /** The path has a word for a batch. */
  readonly pathWord: boolean;
  /** The operationId has a word for a batch. */
  readonly idWord: boolean;
  readonly summary: string;
  readonly description: string;
  /** The verbs that the end of the path, the operationId and the summary begin with, or that the path ends in. */
  readonly verbs: readonly string[];
  /** The words for what the verb is done to, from the operationId or else the summary. */
  readonly object: readonly string[];
  /** The words of the list's name; none if it is the body. */
  readonly list: readonly string[];
  readonly reply: ReadonlySet<ReplySign>;
}

/** A longer text says nothing more of the operation. */
const longest = 2000;

export function factsOf(
  operation: RawOperation,
  location: ItemsLocation | undefined,
  document: DocumentWords,
): Facts {
  const { value, path, method } = operation;
  const segments = segmentsOf(path);
  const last = wordsOf(
    withoutTemplates(segments.at(-1) ?? "")
      .split(/[:=.#]/)
      .at(-1) ?? "",
  );
  const id = idWords(text(value, "operationId") ?? "", method);
  const summary = (text(value, "summary") ?? "").slice(0, longest);
  const description = (text(value, "description") ?? "").slice(0, longest);
  const title = wordsOf(summary === "" ? (/^[^.\n]*/.exec(description)?.[0] ?? "") : summary);
  return {
    operation,
    location,
    document,
    segments,
    last,
    pathWord: pathSaysBatch(segments, document),
    idWord: idSaysBatch(id),
    summary,
    description,
    verbs: [last, last.slice(-1), id, title].flatMap((words) => verbOf(words) ?? []),
    object: objectOf(id) ?? objectOf(title) ?? [],
    list: wordsOf(nameOf(location).replace(/:in$/, "")),
    reply: replySigns(operation, location),
  };
}

const withoutTemplates = (segment: string): string => segment.replace(/\{[^{}]*\}/g, " ");

/** The words of a segment, without those of its parameters. */
export const staticWords = (segment: string): readonly string[] =>
  wordsOf(withoutTemplates(segment));

/** The words of an operationId, from its verb on: the groups before it, and a method at its end, say nothing. */
function idWords(id: string, method: string): readonly string[] {
  if (id.includes("/")) return [];
  const parts = id.split(/[.]|(?<=[a-z])_(?=[a-z])|_(?=[A-Z])/);
  const words = parts.flatMap(wordsOf);
  return words.at(-1) === method && words.length > 2 ? words.slice(0, -1) : words;
}

const prepositions = new Set(
  "a an the by for from in into of on to with within at as that which using via and or".split(" "),
);
const fillers = new Set("new existing given specified selected all some these specific".split(" "));

/** The first word that is none for a batch, without the `s` of `Deletes`. */
function verbOf(words: readonly string[]): string | undefined {
  const said = batchWords(words.join("_"));
  const verb = words.find((word) => !said.includes(word));
  return verb && singular(verb);
}

/** The words after the verb, up to a preposition. */
function objectOf(words: readonly string[]): readonly string[] | undefined {
  const [, ...after] = words;
  const start = after.findIndex((word) => !fillers.has(word) && word !== "the");
  if (start < 0) return undefined;
  const end = after.findIndex((word, index) => index > start && prepositions.has(word));
  return after.slice(start, end < 0 ? undefined : end);
}

export const isPlural = (word: string | undefined): boolean =>
  word !== undefined && (/[^siu']s$/.test(word) || /^(people|children|data|media|ids)$/.test(word));

export const singular = (word: string): string =>
  word
    .replace(/ies$/, "y")
    .replace(/([sxz]|ch|sh)es$/, "$1")
    .replace(/([^s])s$/, "$1");

/** Whether a segment near the end of the path has a word for a batch that is neither a resource nor the API's name. */
const pathSaysBatch = (segments: readonly string[], document: DocumentWords): boolean =>
  segments.some(
    (segment, index) =>
      index >= segments.length - 3 &&
      !isTemplate(segment) &&
      batchWords(segment).length > 0 &&
      !document.resources.has(segments.slice(0, index + 1).join("/")) &&
      !document.prefix.has(segment),
  );

/** `createFileBatch`, `listBatches`: there the batch is a resource that the operation creates or lists. */
const idSaysBatch = (id: readonly string[]): boolean =>
  batchWords(id.join("_")).length > 0 &&
  !id.some((word, index) => word === "batches" || (word === "batch" && index === id.length - 1));
