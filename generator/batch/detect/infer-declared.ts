/**
 * `inferDeclared`: what the headers of replies, and the extensions of a document, say of rates and resends. Extensions are
 * known by their form, whoever made them.
 */
import { isObject, listOf, own, type JsonValue } from "../../base/json.js";
import { followObject, get, members, type Cursor } from "../../openapi/cursor.js";
import { text, type RawOperation } from "../../openapi/operations.js";
import type { Rate, XBatch } from "../../runtime/endpoint/x-batch.js";

type Reset = NonNullable<NonNullable<Rate["headers"]>["reset"]>;
type Retry = NonNullable<XBatch["retry"]>;

export function inferDeclared(raw: RawOperation): Pick<XBatch, "rate" | "retry"> {
  const headers = rateHeaders(raw);
  const windows = rateWindows(raw);
  const retry = declaredRetry(raw);
  const rate = { ...(windows && { windows }), ...(headers && { headers }) };
  return { ...(windows || headers ? { rate } : {}), ...(retry && { retry }) };
}

/** `RateLimit` and `RateLimit-Policy` need no data. */
const limitHeader = /^x-rate-?limit-limit$/i;
const remainingHeader = /^x-rate-?limit-remaining$/i;
const resetHeader = /^x-rate-?limit-reset$/i;
/** What the description of the header for the reset says of its form; the first that fits. */
const resetForms: readonly (readonly [RegExp, Reset["as"]])[] = [
  [
    /\b(unix|epoch)\b[^.]{0,80}\b(milliseconds?|ms)\b|\b(milliseconds?|ms)\b[^.]{0,80}\b(unix|epoch)\b/i,
    "epochMs",
  ],
  [/\b(unix|epoch)\b/i, "epoch"],
  [/\bseconds (until|before|left|remaining|to wait|after which)\b/i, "seconds"],
];

function rateHeaders(raw: RawOperation): Rate["headers"] {
  const declared = raw.replies.flatMap(({ response }) => members(get(response, "headers")));
  const find = (pattern: RegExp) => declared.find(([name]) => pattern.test(name));
  const [limit, remaining, reset] = [limitHeader, remainingHeader, resetHeader].map(find);
  if (!remaining) return undefined;
  const said = reset && descriptionOf(reset[1]);
  const as = resetForms.find(([form]) => form.test(said ?? ""))?.[1];
  return {
    ...(limit && { limit: limit[0] }),
    remaining: remaining[0],
    ...(reset && as && { reset: { name: reset[0], as } }),
  };
}

function descriptionOf(header: Cursor<JsonValue>): string {
  const target = followObject(header)?.value ?? {};
  return (text(target, "description") ?? "").slice(0, 500);
}

const msOf: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3 };

/** `{burst: "10/s", steady: "150/m"}`. */
function rateWindows({ value }: RawOperation): Rate["windows"] {
  const [, stated] =
    Object.entries(value).find(([name]) => /^x-(\w+-)?rate-?limit$/i.test(name)) ?? [];
  if (!isObject(stated)) return undefined;
  const windows = ["burst", "steady"].flatMap((name) => {
    const [, requests, unit = ""] =
      /^([1-9]\d{0,6})\/([smh])$/.exec(text(stated, name) ?? "") ?? [];
    const ms = msOf[unit];
    return ms === undefined ? [] : [{ requests: Number(requests), ms }];
  });
  return windows.length === 0 ? undefined : windows;
}

/**
 * `x-fern-idempotent` on the operation. Where the document lists headers for it, only a request with such a header may be
 * sent twice.
 */
function declaredRetry({ value, spec }: RawOperation): Retry | undefined {
  if (own(value, "x-fern-idempotent") !== true) return undefined;
  const [header, ...others] = listOf(own(spec.document, "x-fern-idempotency-headers"));
  if (header === undefined) return { safe: true };
  const name = isObject(header) ? text(header, "header") : undefined;
  return name === undefined || others.length > 0 ? undefined : { key: { in: "header", name } };
}
