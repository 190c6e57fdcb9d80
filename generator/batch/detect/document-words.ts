/**
 * `documentWords` and `namesBatch`: words for a batch (`batch`, `bulk`, `multiGet`) in paths and operationIds. A single
 * path shows too little: `/batches` may be a resource, and `bulk` the name of the API. So the words of all paths of the
 * document are counted first.
 */
import { batchWords, wordsOf } from "../../base/words.js";
import { text, type RawOperation } from "../../openapi/operations.js";

/** If a larger share of a document's operations contains a word, the word says nothing about any of them. */
const tooCommon = 0.6;
/** With fewer operations, a word in all of them may still be a sign. */
const fewOperations = 12;

/** What all paths of a document show together. */
export interface DocumentWords {
  /** Beginnings of paths that have an id after them: because of `/batches/{id}`, `/batches` is a resource. */
  readonly resources: ReadonlySet<string>;
  /** Segments of most paths, such as the name of the API. */
  readonly prefix: ReadonlySet<string>;
  readonly paths: ReadonlySet<string>;
}

export const segmentsOf = (path: string): readonly string[] =>
  path.split("/").filter((part) => part !== "");

export const isTemplate = (segment: string): boolean => /^\{[^}]*\}$/.test(segment);

export function documentWords(operations: readonly RawOperation[]): DocumentWords {
  const resources = new Set<string>();
  const count = new Map<string, number>();
  for (const { path } of operations) {
    const segments = segmentsOf(path);
    segments.forEach((segment, index) => {
      const next = segments[index + 1];
      if (next !== undefined && isTemplate(next))
        resources.add(segments.slice(0, index + 1).join("/"));
    });
    for (const segment of new Set(segments)) count.set(segment, (count.get(segment) ?? 0) + 1);
  }
  const common = operations.length >= fewOperations ? operations.length * tooCommon : Infinity;
  return {
    resources,
    paths: new Set(operations.map(({ path }) => path)),
    prefix: new Set([...count].flatMap(([segment, times]) => (times > common ? [segment] : []))),
  };
}

/** Whether the path or the operationId has a word for a batch that is neither a resource nor the name of the API. */
export function namesBatch(operation: RawOperation, words: DocumentWords): boolean {
  const id = text(operation.value, "operationId") ?? "";
  // An operationId that repeats the path (`post-/a/batch/read_read`) has no words of its own.
  const inId = !id.includes("/") && batchWords(id).length > 0 && !namesResource(id);
  return pathNamesBatch(operation.path, words) || inId;
}

function pathNamesBatch(path: string, words: DocumentWords): boolean {
  const segments = segmentsOf(path);
  return segments.some(
    (segment, index) =>
      !isTemplate(segment) &&
      batchWords(segment).length > 0 &&
      !words.resources.has(segments.slice(0, index + 1).join("/")) &&
      !words.prefix.has(segment),
  );
}

/** `createFileBatch`, `listBatches`: the batch is a resource that the operation creates or lists. */
function namesResource(id: string): boolean {
  const words = wordsOf(id);
  return words.some(
    (word, index) => word === "batches" || (word === "batch" && index === words.length - 1),
  );
}
