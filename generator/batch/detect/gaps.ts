/**
 * `findGaps`: what nobody says of an operation, and the document's own sentences that may say it. For `inspect --suggest`:
 * prose is quoted for people, and never obeyed.
 */
import { own } from "../../base/json.js";
import { parsePointer } from "../../base/pointer.js";
import { get, members, type Cursor } from "../../openapi/cursor.js";
import { lookUp } from "../../openapi/look-up.js";
import { text, type RawOperation } from "../../openapi/operations.js";
import type { XBatch } from "../../runtime/endpoint/x-batch.js";
import { bodyOf } from "../bodies.js";
import { successes } from "../replies.js";
import { preferred } from "./items-locations.js";

/** A field of `x-batch` that is missing. */
export interface Gap {
  readonly field: string;
  /** A value to fill in, as YAML in one line. */
  readonly example: string;
  /** Sentences of the document, and what else it declares. */
  readonly quotes: readonly string[];
}

/** A field, when it is missing, and which sentences may speak of it. */
interface Sign {
  readonly field: string;
  readonly isMissing: (xBatch: XBatch, raw: RawOperation) => boolean;
  readonly example: (quotes: readonly string[], xBatch: XBatch, raw: RawOperation) => string;
  readonly prose: RegExp;
  /** Names of headers, and of members of the operation, that speak of it. */
  readonly declared?: RegExp;
}

const quantity =
  /\b(?:at most|a? ?max(?:imum)?(?: number)?(?: of)?|up to|no more than|limited to|(?:between )?1(?: to | and |-|–)) ?([\d,]{1,9})\b/i;

const takesLater = (raw: RawOperation): boolean =>
  isLongRunning(raw) ||
  addressHeader(raw) !== undefined ||
  successes(raw).every(({ status }) => status === "202");

const isLongRunning = ({ value }: RawOperation): boolean =>
  own(value, "x-ms-long-running-operation") === true;

/** The header of a reply that has the address of its job. A `Location` may be that of a new resource. */
function addressHeader(raw: RawOperation): string | undefined {
  const names = (status?: string): readonly string[] =>
    successes(raw)
      .filter((reply) => status === undefined || reply.status === status)
      .flatMap(({ response }) => members(get(response, "headers")).map(([name]) => name));
  return (
    names().find((name) => /^(operation-location|[a-z]+-asyncoperation)$/i.test(name)) ??
    names(isLongRunning(raw) ? undefined : "202").find((name) => /^location$/i.test(name))
  );
}

const signs: readonly Sign[] = [
  {
    field: "limit",
    isMissing: ({ limit, split }) => limit?.items === undefined && split !== "never",
    example: (quotes) => {
      const found = quotes.flatMap((one) => quantity.exec(one)?.[1]?.replaceAll(",", "") ?? []);
      return `{ items: ${found[0] ?? 100} }`;
    },
    prose: quantity,
    declared: /^x-.*batch.*(size|limit|max)/i,
  },
  {
    field: "kind",
    isMissing: ({ kind }) => kind === undefined,
    example: () => "update # or read, create, upsert, delete, mixed",
    prose: /\b(idempotent|upsert|creates? or updates?|overwrit\w+|already exists?)\b/i,
  },
  {
    field: "results",
    isMissing: ({ results, match }) =>
      results?.as !== "none" && results !== undefined && !results.order && !match,
    example: (_, { results }) =>
      `${JSON.stringify({ ...results, order: true })} # if the service promises the order`,
    prose: /\b(same order|in order|order (of|in which|as)|matching array|corresponding)\b/i,
  },
  {
    field: "job",
    isMissing: ({ job }, raw) => job === undefined && takesLater(raw),
    example(_, __, raw) {
      const header = addressHeader(raw);
      const poll =
        header === undefined
          ? 'id: /id, poll: { operationId: "…" }'
          : `poll: { header: ${JSON.stringify(header)} }`;
      return `{ ${poll}, state: { at: /status, done: ["…"] } }`;
    },
    prose: /\b(asynchronous\w*|in the background|poll\w*|job|queued)\b/i,
    declared:
      /^(operation-location|[a-z]+-asyncoperation|location|x-(ms-)?long-running-operation.*)$/i,
  },
  {
    field: "retry",
    isMissing: ({ retry, kind }) =>
      retry?.key === undefined && retry?.safe === undefined && (kind ?? "create") === "create",
    example: () => "{ safe: false } # true, if a second request does nothing more",
    prose: /\b(idempoten\w+|safe to retry|duplicates?|retr(y|ies|ied))\b/i,
    declared: /^(x-)?idempoten\w*(-key)?$|^x-fern-idempoten\w*|^x-[\w-]*retries$/i,
  },
  {
    field: "rate",
    isMissing: ({ rate }) => rate === undefined,
    example: () => "{ windows: [{ requests: 10, ms: 1000 }] }",
    prose: /\b(rate limit\w*|requests per|per (second|minute)|throttl\w+)\b/i,
    declared: /^(x-)?rate-?limit(-\w+)*$|^retry-after$|^x-[\w-]*rate-?limit\w*$/i,
  },
];

export function findGaps(raw: RawOperation, xBatch: XBatch): readonly Gap[] {
  const missing = signs.filter(({ isMissing }) => isMissing(xBatch, raw));
  if (missing.length === 0) return [];
  const sentences = sentencesOf(raw, xBatch);
  const declared = declarationsOf(raw);
  return missing.map(({ field, prose, example, declared: names }) => {
    const said = sentences.filter((sentence) => prose.test(sentence)).slice(0, 3);
    const shown = declared.filter(([name]) => names?.test(name)).slice(0, 3);
    const quotes = [...said, ...shown.map(([name, value]) => `${name}: ${value}`)];
    return { field, example: example(said, xBatch, raw), quotes };
  });
}

/** Longer texts, and longer sentences, are not read. */
const longestText = 20_000;
const longestSentence = 300;

function sentencesOf(raw: RawOperation, { items, results }: XBatch): readonly string[] {
  const body = items.in === "query" ? undefined : bodyOf(raw, items)?.schema;
  const reply = successes(raw).flatMap(({ content }) => preferred(content)?.schema ?? []);
  const parameter = raw.parameters.filter(({ value }) => own(value, "name") === items.at);
  const at = (schemas: readonly (Cursor | undefined)[], pointer: string): readonly Cursor[] =>
    lookUp(
      schemas.flatMap((schema) => schema ?? []),
      parsePointer(pointer),
    ).schemas;
  const holders = [
    raw.value,
    ...parameter.map(({ value }) => value),
    ...[
      ...(body ? at([body as Cursor], "") : []),
      ...(body ? at([body as Cursor], items.at) : []),
    ].map(({ value }) => value),
    ...(results ? at(reply as Cursor[], results.at) : []).map(({ value }) => value),
  ];
  const texts = holders.flatMap((holder) =>
    ["summary", "description"].flatMap((name) => text(holder, name) ?? []),
  );
  const found = texts.flatMap((one) =>
    one
      .slice(0, longestText)
      .replace(/<[^<>]{0,200}>/g, " ")
      .split(/(?<=[.!?])\s+|\n+/)
      .map((sentence) => sentence.trim())
      .filter((sentence) => sentence.length > 0 && sentence.length <= longestSentence),
  );
  return [...new Set(found)];
}

/** The headers that the operation declares, and its extensions. */
function declarationsOf(raw: RawOperation): readonly (readonly [name: string, value: string])[] {
  const sent = raw.parameters.flatMap(({ value }) =>
    own(value, "in") === "header" ? [[text(value, "name") ?? "", "a header of the request"]] : [],
  );
  const back = raw.replies.flatMap(({ status, response }) =>
    members(get(response, "headers")).map(([name]) => [name, `a header of replies ${status}`]),
  );
  const extensions = [...Object.entries(raw.value), ...Object.entries(raw.spec.document)].flatMap(
    ([name, value]) =>
      name.startsWith("x-") && name !== "x-batch"
        ? [[name, JSON.stringify(value).slice(0, 120)]]
        : [],
  );
  const all = [...sent, ...back, ...extensions].map(
    ([name = "", value = ""]) => [name, value] as const,
  );
  return [...new Map(all)];
}
