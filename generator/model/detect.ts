/**
 * Which operations are batches, where no `x-batch` says so. A word in the path or the operationId (`batch`, `bulk`,
 * `multiGet`) and a list or map in the request make tier T1, the only one so far: on the labelled documents of forty
 * vendors it is right in more than nine cases of ten.
 */
import { carriersOf, type Carrier } from "./carriers.js";
import { text, type RawOperation } from "./operations.js";
import { batchWords, wordsOf } from "./words.js";

export type Detection =
  | { readonly recognised: true; readonly tier: "T1"; readonly carrier: Carrier }
  /** Seen and left alone. */
  | { readonly recognised: false; readonly reason: string; readonly carrier?: Carrier };

/** A word that more of a document's operations hold says nothing about any one of them. */
const tooCommon = 0.6;
/** Below this number of operations, a word in all of them may still mean something. */
const fewOperations = 12;

const segmentsOf = (path: string): readonly string[] =>
  path.split("/").filter((part) => part !== "");
const isTemplate = (segment: string): boolean => /^\{[^}]*\}$/.test(segment);

/** What must be known of the whole document before one of its operations can be judged. */
export interface DocumentWords {
  /** Segments that are followed by an id somewhere: `/batches/{id}` is a thing, not a way to send many. */
  readonly things: ReadonlySet<string>;
  /** Segments that nearly all paths begin with: the name of the API. */
  readonly prefix: ReadonlySet<string>;
}

export function documentWords(operations: readonly RawOperation[]): DocumentWords {
  const things = new Set<string>();
  const count = new Map<string, number>();
  for (const { path } of operations) {
    const segments = segmentsOf(path);
    segments.forEach((segment, index) => {
      const next = segments[index + 1];
      if (next !== undefined && isTemplate(next))
        things.add(segments.slice(0, index + 1).join("/"));
    });
    for (const segment of new Set(segments)) count.set(segment, (count.get(segment) ?? 0) + 1);
  }
  const common = operations.length >= fewOperations ? operations.length * tooCommon : Infinity;
  return {
    things,
    prefix: new Set([...count].flatMap(([segment, times]) => (times > common ? [segment] : []))),
  };
}

/** The segments of a path that say batch, and not the name of a thing or of the API. */
function pathSaysBatch(path: string, words: DocumentWords): boolean {
  const segments = segmentsOf(path);
  return segments.some(
    (segment, index) =>
      !isTemplate(segment) &&
      batchWords(segment).length > 0 &&
      !words.things.has(segments.slice(0, index + 1).join("/")) &&
      !words.prefix.has(segment),
  );
}

export function detect(operation: RawOperation, words: DocumentWords): Detection | undefined {
  const id = text(operation.value, "operationId") ?? "";
  // An operationId that repeats the path (`post-/a/batch/read_read`) would bring back what the path rule refused.
  const named = !id.includes("/") && batchWords(id).length > 0 && !namesThing(id);
  const word = pathSaysBatch(operation.path, words) || named;
  const carrier = carriersOf(operation)[0];
  if (!word) return undefined;
  if (!carrier) {
    return {
      recognised: false,
      reason: "no list of items in the request that the document describes",
    };
  }
  const refusal = refused(operation, carrier);
  return refusal === undefined
    ? { recognised: true, tier: "T1", carrier }
    : { recognised: false, reason: refusal, carrier };
}

/** `createFileBatch`, `listBatches`: the batch is what is made or listed. */
const namesThing = (id: string): boolean => {
  const words = wordsOf(id);
  return words.some(
    (word, index) => word === "batches" || (word === "batch" && index === words.length - 1),
  );
};

const replaces = (word: string): boolean => ["set", "replace", "overwrite"].includes(word);

function refused(operation: RawOperation, carrier: Carrier): string | undefined {
  const last = segmentsOf(operation.path).at(-1) ?? "";
  if (operation.method === "put" && isTemplate(last)) return "replaces one resource";
  const id = text(operation.value, "operationId") ?? "";
  if (operation.method === "put" && carrier.items.at === "" && wordsOf(id).some(replaces)) {
    return "replaces the whole set";
  }
  return undefined;
}
