/**
 * Words for a batch (`batch`, `bulk`, `multiGet`) in paths and operationIds. One word says nothing by itself: `/batches`
 * may be a resource, and `bulk` the name of the API. So the paths of the whole document are counted first.
 */
import { batchWords, wordsOf } from "../../base/words.js";
import { text, type RawOperation } from "../../openapi/operations.js";

/** A word that more of a document's operations hold says nothing about any one of them. */
const tooCommon = 0.6;
/** Below this number of operations, a word in all of them may still mean something. */
const fewOperations = 12;

/** What the paths of a document say together: needed before one of its operations can be judged. */
export interface DocumentWords {
  /** Segments that are followed by an id somewhere: with `/batches/{id}`, `/batches` is a resource. */
  readonly resources: ReadonlySet<string>;
  /** Segments that nearly all paths begin with: the name of the API. */
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

/** Whether the path or the operationId has a word for a batch that names neither a resource nor the API. */
export function namesBatch(operation: RawOperation, words: DocumentWords): boolean {
  const id = text(operation.value, "operationId") ?? "";
  // An operationId that repeats the path (`post-/a/batch/read_read`) would bring back what the path rule refused.
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

/** `createFileBatch`, `listBatches`: a batch is what the operation makes or lists. */
function namesResource(id: string): boolean {
  const words = wordsOf(id);
  return words.some(
    (word, index) => word === "batches" || (word === "batch" && index === words.length - 1),
  );
}
