/**
 * Which operations are batches, where no `x-batch` says so. A word in the path or the operationId (`batch`, `bulk`,
 * `multiGet`) and a list or map in the request make tier T1, the only one so far: on the labelled documents of forty
 * vendors it is right in more than nine cases of ten.
 */
import { carriersOf, isBatchType, isLines, type Carrier } from "./items-locations.js";
import { evidenceOf } from "./response-signs.js";
import type { Tier } from "../model.js";
import { text, type RawOperation } from "../../openapi/operations.js";
import { shapeAt } from "../../openapi/schema-view.js";
import { batchWords, wordsOf } from "../../base/words.js";

export type RecognisedTier = Exclude<Tier, "x-batch" | "low">;

export type Detection =
  | {
      readonly recognised: true;
      readonly tier: RecognisedTier;
      readonly carrier: Carrier;
      /** What speaks for it, as a sentence without a full stop. */
      readonly evidence: string;
    }
  | LeftAlone;

/** Seen, and no batch for all that the document says. */
export interface LeftAlone {
  readonly recognised: false;
  readonly reason: string;
  readonly carrier?: Carrier;
  /** It may well be one: only nothing says so. */
  readonly likely?: boolean;
}

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
  readonly paths: ReadonlySet<string>;
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
    paths: new Set(operations.map(({ path }) => path)),
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
  const carriers = carriersOf(operation);
  const [carrier] = carriers;
  if (saysBatch(operation, words)) {
    if (!carrier) return leftAlone("no list of items in the request that the document describes");
    const refusal = refused(operation, carrier);
    return refusal === undefined
      ? found("T1", carrier, "its path or operationId says so")
      : leftAlone(refusal, carrier);
  }
  // Only a list that the request is about is looked at further: most operations have none.
  const guesses = carriers
    .filter(({ dominant, main }) => dominant || main)
    .flatMap((one) => guessed(operation, one, words) ?? []);
  return guesses.find(({ recognised }) => recognised) ?? guesses[0];
}

const found = (tier: RecognisedTier, carrier: Carrier, evidence: string): Detection => ({
  recognised: true,
  tier,
  carrier,
  evidence,
});
const leftAlone = (reason: string, carrier?: Carrier, likely = false): LeftAlone => ({
  recognised: false,
  reason,
  ...(carrier ? { carrier } : {}),
  ...(likely ? { likely } : {}),
});

/** A word for a batch in the path or the operationId, which is not the name of a thing or of the API. */
function saysBatch(operation: RawOperation, words: DocumentWords): boolean {
  const id = text(operation.value, "operationId") ?? "";
  // An operationId that repeats the path (`post-/a/batch/read_read`) would bring back what the path rule refused.
  const named = !id.includes("/") && batchWords(id).length > 0 && !namesThing(id);
  return pathSaysBatch(operation.path, words) || named;
}

/** A list that the request is about, in an operation without a word for it: what else speaks for a batch. */
function guessed(
  operation: RawOperation,
  carrier: Carrier,
  words: DocumentWords,
): Detection | undefined {
  const { items } = carrier;
  const query = items.in === "query";
  const body = operation.body.find((media) => isLines(media) || isBatchType(media));
  if (!query && body && carrier.main) return found("T3", carrier, `its media type is ${body.name}`);
  const veto = vetoed(operation, carrier, words);
  if (veto !== undefined) return leftAlone(veto, carrier);
  const summary = sayMany(text(operation.value, "summary") ?? "");
  if (summary !== undefined && (carrier.main || carrier.structured))
    return found("T6", carrier, `its summary says "${summary}"`);
  if (!query && items.at === "" && carrier.structured && items.as !== "map")
    return found("T2", carrier, "its request body is a list");
  const evidence = evidenceOf(operation, carrier);
  if (evidence && operation.method === "put" && /\{.*\/[^{}/]+$/.test(operation.path))
    return leftAlone("a PUT below one resource, which may replace the whole set", carrier);
  if (evidence && (evidence.strong || (carrier.main && items.as === undefined)))
    return found("T4", carrier, evidence.what);
  if (!carrier.main && carrier.structured) return undefined;
  const list = `a list of ${carrier.structured ? "objects" : "ids"} in its ${query ? "query" : "request"}`;
  return leftAlone(`${list}, and no reply that tells of each`, carrier, true);
}

/** Lists of words or references that belong to the thing which the request is about. */
const attributes = new Set(
  (
    "scope role tag rule permission label feature field filter keyword domain column metadata setting option attribute " +
    "include expand threshold error uri url capability"
  ).split(" "),
);
/** Verbs that take a list to give one answer. */
const oneAnswer = new Set(
  "search query find filter estimate merge calculate simulate preview price rank sql reorder split combine".split(
    " ",
  ),
);
const singular = (word: string): string => word.replace(/ies$/, "y").replace(/s$/, "");
const isId = (name: string): boolean =>
  ["id", "uid", "guid", "sid", "key", "uri", "serial", "number"].includes(
    singular(wordsOf(name.replace(/:in$/, "")).at(-1) ?? ""),
  ) || /ids?$/i.test(name);

/** Why a list in the request is no list of items. */
function vetoed(
  operation: RawOperation,
  { items, item, structured }: Carrier,
  words: DocumentWords,
): string | undefined {
  const { method, path, spec } = operation;
  const segments = segmentsOf(path);
  const last = segments.at(-1) ?? "";
  const id = text(operation.value, "operationId") ?? "";
  const said = [...wordsOf(last), ...(id.includes("/") ? [] : wordsOf(id))];
  // A verb begins a name: `StreamSet` and `createPriceLists` set and price nothing.
  const verbs = [last, ...(id.includes("/") ? [] : id.split(/[_.]/))].flatMap((part) =>
    wordsOf(part).slice(0, 1),
  );
  const name = items.at.split("/").at(-1) ?? "";
  if (items.in === "query" && !["get", "delete", "query"].includes(method))
    return "its items are in the query, and it is no GET or DELETE";
  if (
    isTemplate(last) &&
    (/(id|key|code|uuid|slug)\}$/i.test(last) ||
      words.paths.has("/" + segments.slice(0, -1).join("/")))
  )
    return "its path ends in the id of one resource";
  const verb = verbs.find((word) => oneAnswer.has(word) || word.startsWith("searchby"));
  if (verb !== undefined) return `${JSON.stringify(verb)} takes a list and gives one answer`;
  const named = name === "" && method === "put" && path.includes("{") ? last : name;
  if (attributes.has(singular(wordsOf(named).at(-1) ?? "")))
    return `\`${named}\` is an attribute of one thing`;
  if (method === "put" && !said.some((word) => putAdds.has(word)))
    return "a PUT that may replace the whole set";
  if (verbs.some(replaces)) return "replaces the whole set";
  if (structured) {
    const members = item && shapeAt(spec, item).properties;
    if (members?.has("op") && members.has("path")) return "its items are a patch of one resource";
  } else if (!isId(name) && items.at !== "") return `\`${name}\` is a list of plain values`;
  return undefined;
}

const putAdds = new Set(["create", "upsert", "add", "insert", "update"]);

/** The words of a summary that say that many things are taken at once. */
function sayMany(summary: string): string | undefined {
  return /\b(multiple|bulk|batch(es)?|one or (more|many))\b/i.exec(summary)?.[0];
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
