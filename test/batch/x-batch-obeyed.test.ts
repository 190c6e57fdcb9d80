/**
 * Each field of `x-batch` changes what a run does: with it, a run sends other requests, or gives other outcomes, than
 * without it. The fields come from the JSON Schema, so none can be forgotten.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isObject, type JsonObject, type JsonValue } from "../../generator/base/json.js";
import { buildModel } from "../../generator/batch/build.js";
import { modelDocument } from "../../generator/batch/document.js";
import { makeKey } from "../../generator/runtime/encode/make-key.js";
import { multipart } from "../../generator/runtime/encode/multipart.js";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import type { Uses } from "../../generator/runtime/endpoint/uses.js";
import { selectEndpoint } from "../../generator/runtime/endpoint/select.js";
import { styles } from "../../generator/runtime/endpoint/styles.js";
import type {
  Job,
  Kind,
  Statuses,
  StatusRule,
  XBatch,
} from "../../generator/runtime/endpoint/x-batch.js";
import { readLines } from "../../generator/runtime/reply/json-lines.js";
import { findRemainder } from "../../generator/runtime/reply/remainder.js";
import { linked } from "../../generator/runtime/run/linked.js";
import { pollJob } from "../../generator/runtime/send/job.js";
import { encodings } from "../runtime/encodings.js";
import { clientFor, jumpingClock } from "../runtime/kit.js";
import { specOf } from "./spec.js";

const schema = JSON.parse(
  readFileSync(
    new URL("../../generator/batch/x-batch/x-batch.schema.json", import.meta.url),
    "utf8",
  ),
) as JsonObject; // our own file
const definitions = schema["$defs"] as Readonly<Record<string, JsonObject>>; // a map of schemas

/** The fields that a schema declares, however deep: `limit.when.present`. A list has the fields of its elements. */
function fieldsOf(part: JsonValue | undefined, at = ""): readonly string[] {
  if (!isObject(part)) return [];
  const ref = part["$ref"];
  if (typeof ref === "string") return fieldsOf(definitions[ref.replace("#/$defs/", "")], at);
  const properties = part["properties"];
  if (isObject(properties))
    return Object.entries(properties).flatMap(([name, inner]) =>
      fieldsOf(inner, at === "" ? name : `${at}.${name}`),
    );
  const choices = Array.isArray(part["allOf"]) ? (part["allOf"] as readonly JsonValue[]) : [];
  const inside = [part["items"], ...choices.flatMap((one) => (isObject(one) ? [one["then"]] : []))];
  const found = inside.flatMap((inner) => fieldsOf(inner, at)).filter((field) => field !== at);
  return [...new Set(found.length > 0 ? found : [at])];
}

interface Case {
  /** The `x-batch` of the operation without the field, and with it. */
  readonly without: Partial<XBatch>;
  readonly with: Partial<XBatch>;
  /** The replies, one after the other; the last one again and again. Default: 200 with an empty object. */
  readonly replies?: readonly (readonly [
    status: number,
    body: JsonValue | string,
    headers?: Record<string, string>,
  ])[];
  /** Default: two objects with ids. */
  readonly inputs?: readonly unknown[];
  readonly params?: object;
  readonly method?: "get" | "post";
  /** Default: 1. */
  readonly concurrency?: number;
  /** More members of the operation. */
  readonly operation?: JsonObject;
}

const ids = [{ id: "1" }, { id: "2" }];
const many = [{ id: "1" }, { id: "2" }, { id: "3" }];
const thirty = Array.from({ length: 30 }, (_, i) => ({ id: String(i) }));
const items: Partial<XBatch> = { items: { at: "/inputs" }, kind: "update", limit: { items: 2 } };
const results: Partial<XBatch> = { ...items, results: { at: "/results" } };
const matched: Partial<XBatch> = {
  ...results,
  match: [{ by: "value", request: "/id", result: "/id" }],
};
const failures: Partial<XBatch> = {
  ...matched,
  errors: { at: "/errors" },
  match: [{ by: "value", request: "/id", result: "/id", error: "/id" }],
};
const poll = { method: "GET", path: "/jobs/{job}/{part}", param: "job" };
const parts = { job: "a", part: "b" };
const job: Partial<XBatch> = {
  ...matched,
  job: { id: "/id", poll, state: { at: "/state", done: ["done"] }, results: { at: "/results" } },
};
const jobWith = (changes: Partial<NonNullable<XBatch["job"]>>): Partial<XBatch> => ({
  ...job,
  job: { ...job.job, ...changes },
});
const jobResults = (changes: JsonObject): Partial<XBatch> =>
  jobWith({ results: { at: "/results", ...changes } });
const taken = [202, { id: "j", state: "no", results: [] }] as const;
const ended = (body: JsonObject): NonNullable<Case["replies"]> => [
  taken,
  [200, { state: "done", status: "done", ...body }],
];
const both = [{ id: "1" }, { id: "2" }];
const key = (place: "header" | "body" | "item", name: string): Partial<XBatch> => ({
  ...items,
  kind: "create",
  retry: { key: { in: place, name } },
});
const learn = { status: 400, at: "/message", pattern: "at most (\\d+)" };
const learning = (changes: Partial<typeof learn> = {}): Partial<XBatch> => ({
  ...matched,
  limit: { items: 4, learn: { ...learn, ...changes } },
});
const tooMany: Case["replies"] = [
  [400, { message: "at most 1, or 3", other: "at most 2" }],
  [200, { results: both }],
];
const rate = (changes: XBatch["rate"]): Partial<XBatch> => ({
  ...items,
  limit: { items: 1 },
  rate: { windows: [{ requests: 1, ms: 10_000 }], ...changes },
});
const policies: Partial<XBatch> = {
  ...items,
  rate: { policies: { at: "/policy", values: { A: 70_000, B: 90_000 } } },
};
const throttled: Case["replies"] = [
  [429, { policy: "A", other: "B" }],
  [200, {}],
];
const switched = (
  place: "query" | "header" | "body",
  name: string,
  value: string,
): Partial<XBatch> => ({ ...items, mode: { switch: { in: place, name, value } } });
const selecting = {
  ...items,
  kind: "read",
  select: { request: "/fields", result: "/values" },
} as const;

const slow: Partial<XBatch> = { ...matched, errors: { retry: [{ at: "/error", in: ["busy"] }] } };
const resetting = (reset: NonNullable<NonNullable<XBatch["rate"]>["headers"]>["reset"]) =>
  rate({ windows: [], headers: { remaining: "x-left", ...(reset && { reset }) } });
const inOrder: Partial<XBatch> = {
  ...items,
  job: { ...job.job, results: { at: "/results", order: true } },
};
const tagged: Partial<XBatch> = {
  ...items,
  kind: "mixed",
  variants: { tag: "/do", kinds: { put: "upsert" } },
};
const requests = [{ method: "POST", path: "/a", body: { a: 1 } }];
const envelope = (changes: Partial<NonNullable<XBatch["envelope"]>>): Partial<XBatch> => ({
  ...items,
  kind: "mixed",
  results: { at: "/results" },
  envelope: {
    ...{ method: "/method", path: "/path" },
    response: { status: "/status", body: "/body" },
    ...changes,
  },
});

/** For each list of `statuses`: a status, and a reply to the second request. Without the list, a run does otherwise. */
const inList: Readonly<Record<keyof Statuses, readonly [Partial<XBatch>, JsonObject]>> = {
  rejected: [{ ...items, kind: "create" }, {}],
  throttled: [{ ...items, kind: "create" }, {}],
  ambiguous: [items, {}],
  wholeBatch: [items, {}],
  partial: [
    { ...items, errors: { at: "/errors" }, match: [{ by: "value", request: "/id", error: "/id" }] },
    { errors: [] },
  ],
};
const refused = { code: "x", errors: [{ id: "2" }], results: [{ id: "1" }] };
const rules = { status: 418, at: "/code", in: ["x"] } satisfies StatusRule;
const statusCases = Object.entries(inList).flatMap(([list, [base, answer]]) => {
  const replies: Case["replies"] = [
    [418, refused],
    [200, answer],
  ];
  const listed = (rule: StatusRule): Partial<XBatch> => ({ ...base, statuses: { [list]: [rule] } });
  const { in: _, ...fitting } = { ...rules, pattern: "x" };
  return [
    [`statuses.${list}`, base, listed(418)],
    [`statuses.${list}.status`, listed({ ...rules, status: 402 }), listed(rules)],
    [`statuses.${list}.at`, listed({ ...rules, at: "/other" }), listed(rules)],
    [`statuses.${list}.in`, listed({ ...rules, in: ["y"] }), listed(rules)],
    [`statuses.${list}.pattern`, listed({ ...fitting, pattern: "y" }), listed(fitting)],
  ].map(([name, without, given]) => [name, { without, with: given, replies }] as [string, Case]);
});

/** By field. */
const table: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(statusCases),
  "items.in": {
    without: { items: { at: "" }, kind: "read", limit: { items: 2 } },
    with: { items: { at: "ids", in: "query" }, kind: "read", limit: { items: 2 } },
    inputs: ["1", "2"],
  },
  "items.at": { without: { ...items, items: { at: "" } }, with: items },
  "items.as": { without: items, with: { ...items, items: { at: "/inputs", as: "columns" } } },
  "items.without": {
    without: { ...items, items: { at: "", as: "pairs" } },
    with: { ...items, items: { at: "", as: "pairs", without: ["delete"] } },
    inputs: [{ action: { delete: { id: "1" } } }],
  },
  "items.mediaType": {
    without: items,
    with: { ...items, items: { at: "/inputs", mediaType: "application/vnd.api+json" } },
  },
  kind: {
    without: { items: { at: "/inputs" }, limit: { items: 2 } },
    with: items,
    replies: [
      [502, {}],
      [200, {}],
    ],
  },
  "limit.items": { without: { ...items, limit: { items: 3 } }, with: items, inputs: many },
  "limit.bytes": {
    without: { ...items, limit: { items: 9 } },
    with: { ...items, limit: { items: 9, bytes: 40 } },
    inputs: many,
  },
  "limit.itemBytes": {
    without: items,
    with: { ...items, limit: { items: 2, itemBytes: 30 } },
    inputs: [{ id: "1", text: "x".repeat(40) }, { id: "2" }],
  },
  "limit.when.present": {
    without: { ...items, limit: { items: 2, when: [{ present: "/absent", items: 1 }] } },
    with: { ...items, limit: { items: 2, when: [{ present: "/fields", items: 1 }] } },
    params: { fields: ["a"] },
  },
  "limit.when.items": {
    without: { ...items, limit: { items: 3, when: [{ present: "/fields", items: 2 }] } },
    with: { ...items, limit: { items: 3, when: [{ present: "/fields", items: 1 }] } },
    params: { fields: ["a"] },
    inputs: many,
  },
  "limit.learn.status": {
    without: learning({ status: 422 }),
    with: learning(),
    replies: tooMany,
    inputs: many,
  },
  "limit.learn.at": {
    without: learning({ at: "/nothing" }),
    with: learning(),
    replies: tooMany,
    inputs: many,
  },
  "limit.learn.pattern": {
    without: learning({ pattern: "none (\\d+)" }),
    with: learning(),
    replies: tooMany,
    inputs: many,
  },
  mode: {
    without: results,
    with: { ...results, mode: "atomic" },
    replies: [[200, { results: [{ id: "9" }] }]],
  },
  "mode.switch.in": { without: switched("query", "p", "1"), with: switched("header", "p", "1") },
  "mode.switch.name": { without: switched("query", "p", "1"), with: switched("query", "q", "1") },
  "mode.switch.value": { without: switched("body", "/p", "1"), with: switched("body", "/p", "2") },
  split: { without: items, with: { ...items, split: "never" }, inputs: many },
  replace: { without: items, with: { ...items, replace: true }, inputs: many },
  "results.at": {
    without: { ...matched, results: { at: "/other" } },
    with: matched,
    replies: [[200, { results: both }]],
  },
  "results.as": {
    without: { ...matched, results: { at: "/results" } },
    with: { ...matched, results: { at: "/results", as: "map" } },
    replies: [[200, { results: { a: { id: "1" }, b: { id: "2" } } }]],
  },
  "results.first": {
    without: matched,
    with: { ...matched, results: { at: "/results", first: true } },
    replies: [[200, { results: [{ index: { id: "1" } }, { create: { id: "2" } }] }]],
  },
  "results.value": {
    without: matched,
    with: { ...matched, results: { at: "/results", value: "/thing" } },
    replies: [[200, { results: [{ thing: { id: "1" } }, { thing: { id: "2" } }] }]],
  },
  "results.status": {
    without: matched,
    with: { ...matched, results: { at: "/results", status: "/code" } },
    replies: [
      [
        200,
        {
          results: [
            { id: "1", code: 200 },
            { id: "2", code: 404 },
          ],
        },
      ],
    ],
  },
  "results.error": {
    without: matched,
    with: { ...matched, results: { at: "/results", error: "/error" } },
    replies: [[200, { results: [{ id: "1" }, { id: "2", error: "no" }] }]],
  },
  "results.ok": {
    without: { ...matched, results: { at: "/results", status: "/code" } },
    with: { ...matched, results: { at: "/results", status: "/code", ok: [0] } },
    replies: [
      [
        200,
        {
          results: [
            { id: "1", code: 0 },
            { id: "2", code: 0 },
          ],
        },
      ],
    ],
  },
  "results.order": {
    without: results,
    with: { ...results, results: { at: "/results", order: true } },
    replies: [[200, { results: both }]],
  },
  "errors.at": {
    without: matched,
    with: failures,
    replies: [[200, { results: [{ id: "1" }], errors: [{ id: "2" }] }]],
  },
  "errors.ignore.at": {
    without: { ...failures, errors: { at: "/errors", ignore: [{ at: "/other", equals: "x" }] } },
    with: { ...failures, errors: { at: "/errors", ignore: [{ at: "/code", equals: "x" }] } },
    replies: [[200, { results: [{ id: "1" }], errors: [{ id: "2", code: "x" }] }]],
  },
  "errors.ignore.equals": {
    without: { ...failures, errors: { at: "/errors", ignore: [{ at: "/code", equals: "y" }] } },
    with: { ...failures, errors: { at: "/errors", ignore: [{ at: "/code", equals: "x" }] } },
    replies: [[200, { results: [{ id: "1" }], errors: [{ id: "2", code: "x" }] }]],
  },
  "errors.retry.at": {
    without: { ...failures, errors: { at: "/errors", retry: [{ at: "/other", in: ["x"] }] } },
    with: { ...failures, errors: { at: "/errors", retry: [{ at: "/code", in: ["x"] }] } },
    replies: [
      [200, { results: [{ id: "1" }], errors: [{ id: "2", code: "x" }] }],
      [200, { results: [{ id: "2" }] }],
    ],
  },
  "errors.retry.in": {
    without: { ...failures, errors: { at: "/errors", retry: [{ at: "/code", in: ["y"] }] } },
    with: { ...failures, errors: { at: "/errors", retry: [{ at: "/code", in: ["x"] }] } },
    replies: [
      [200, { results: [{ id: "1" }], errors: [{ id: "2", code: "x" }] }],
      [200, { results: [{ id: "2" }] }],
    ],
  },
  "remainder.at": {
    without: items,
    with: { ...items, remainder: { at: "/rest" } },
    replies: [
      [200, { rest: [{ id: "2" }] }],
      [200, {}],
    ],
  },
  "match.by": {
    without: {
      ...results,
      results: { at: "/results", order: true },
      match: [{ by: "value", request: "/id", result: "/id" }],
    },
    with: { ...results, results: { at: "/results", order: true }, match: [{ by: "order" }] },
    replies: [[200, { results: [{ id: "2" }, { id: "1" }] }]],
  },
  "match.request": {
    without: { ...results, match: [{ by: "value", request: "/other", result: "/id" }] },
    with: matched,
    replies: [[200, { results: both }]],
  },
  "match.result": {
    without: { ...results, match: [{ by: "value", request: "/id", result: "/other" }] },
    with: matched,
    replies: [[200, { results: both }]],
  },
  "match.error": {
    without: { ...failures, match: [{ by: "value", request: "/id", result: "/id" }] },
    with: failures,
    replies: [[200, { results: [{ id: "1" }], errors: [{ id: "2" }] }]],
  },
  "match.fold": {
    without: matched,
    with: { ...results, match: [{ by: "value", request: "/id", result: "/id", fold: "lower" }] },
    inputs: [{ id: "A" }, { id: "B" }],
    replies: [[200, { results: [{ id: "a" }, { id: "b" }] }]],
  },
  "match.unless": {
    without: matched,
    with: { ...results, match: [{ by: "value", request: "/id", result: "/id", unless: "/kind" }] },
    inputs: [{ id: "1", kind: "email" }],
    replies: [[200, { results: both }]],
  },
  "match.generate": {
    without: { ...results, match: [{ by: "key", request: "/key", result: "/key" }] },
    with: {
      ...results,
      match: [{ by: "key", request: "/key", result: "/key", generate: "counter" }],
    },
  },
  "match.absent": {
    without: matched,
    with: { ...results, match: [{ by: "value", request: "/id", result: "/id", absent: "ok" }] },
    replies: [[200, { results: [{ id: "1" }] }]],
  },
  "retry.safe": {
    without: { ...items, kind: "create" },
    with: { ...items, kind: "create", retry: { safe: true } },
    replies: [
      [502, {}],
      [200, {}],
    ],
  },
  "retry.key.in": { without: key("header", "/key"), with: key("body", "/key") },
  "retry.key.name": { without: key("header", "one"), with: key("header", "two") },
  "rate.windows.requests": {
    without: rate({ windows: [{ requests: 20, ms: 10_000 }] }),
    with: rate({}),
    inputs: thirty,
  },
  "rate.windows.ms": {
    without: rate({ windows: [{ requests: 1, ms: 60_000 }] }),
    with: rate({}),
    inputs: many,
  },
  "rate.headers.limit": {
    without: rate({ windows: [{ requests: 20, ms: 10_000 }], headers: { remaining: "x-left" } }),
    with: rate({
      windows: [{ requests: 20, ms: 10_000 }],
      headers: { limit: "x-max", remaining: "x-left" },
    }),
    inputs: thirty,
    replies: [[200, {}, { "x-max": "40", "x-left": "39" }]],
  },
  "rate.headers.remaining": {
    without: rate({ windows: [{ requests: 10, ms: 10_000 }] }),
    with: rate({ windows: [{ requests: 10, ms: 10_000 }], headers: { remaining: "x-left" } }),
    inputs: thirty,
    replies: [[200, {}, { "x-left": "0" }]],
  },
  "rate.headers.intervalMs": {
    without: rate({
      windows: [{ requests: 10, ms: 10_000 }],
      headers: { limit: "x-max", remaining: "x-left" },
    }),
    with: rate({
      windows: [{ requests: 10, ms: 10_000 }],
      headers: { limit: "x-max", remaining: "x-left", intervalMs: "x-ms" },
    }),
    inputs: thirty,
    replies: [[200, {}, { "x-max": "10", "x-left": "0", "x-ms": "99000" }]],
  },
  "rate.policies.at": {
    without: {
      ...policies,
      rate: { policies: { at: "/other", values: { A: 70_000, B: 90_000 } } },
    },
    with: policies,
    replies: throttled,
  },
  "rate.policies.values": {
    without: { ...policies, rate: { policies: { at: "/policy", values: { A: 80_000 } } } },
    with: policies,
    replies: throttled,
  },
  "state.at": {
    without: { ...items, state: { at: "/other", pending: ["late"] } },
    with: { ...items, state: { at: "/state", pending: ["late"] } },
    replies: [[200, { state: "late" }]],
  },
  "state.done": {
    without: { ...items, state: { at: "/state" } },
    with: { ...items, state: { at: "/state", done: ["other"] } },
    replies: [[200, { state: "late" }]],
  },
  "state.pending": {
    without: { ...items, state: { at: "/state" } },
    with: { ...items, state: { at: "/state", pending: ["late"] } },
    replies: [[200, { state: "late" }]],
  },
  "state.failed": {
    without: { ...items, state: { at: "/state" } },
    with: { ...items, state: { at: "/state", failed: ["late"] } },
    replies: [[200, { state: "late" }]],
  },
  "job.id": { without: jobWith({ id: "/other" }), with: job, replies: ended({ results: both }) },
  "job.poll.operationId": {
    without: jobWith({ poll: { operationId: "none" } }),
    with: jobWith({ poll: { operationId: "getJob" } }),
    replies: ended({ results: both }),
  },
  "job.poll.method": {
    without: job,
    with: jobWith({ poll: { ...poll, method: "POST" } }),
    replies: ended({ results: both }),
  },
  "job.poll.path": {
    without: job,
    with: jobWith({ poll: { ...poll, path: "/others/{job}" } }),
    replies: ended({ results: both }),
  },
  "job.poll.param": {
    without: job,
    with: jobWith({ poll: { ...poll, param: "part" } }),
    replies: ended({ results: both }),
  },
  "job.state.at": {
    without: jobWith({ state: { at: "/other", done: ["done"] } }),
    with: job,
    replies: ended({ results: both }),
  },
  "job.state.done": {
    without: jobWith({ state: { at: "/state", done: ["other"] } }),
    with: job,
    replies: ended({ results: both }),
  },

  "job.state.failed": {
    without: jobWith({ state: { at: "/state", done: ["other"] } }),
    with: jobWith({ state: { at: "/state", done: ["other"], failed: ["done"] } }),
    replies: ended({ results: both }),
  },
  "job.results.at": {
    without: jobResults({ at: "/other" }),
    with: job,
    replies: ended({ results: both }),
  },
  "job.results.as": {
    without: job,
    with: jobResults({ as: "map" }),
    replies: ended({ results: { a: { id: "1" }, b: { id: "2" } } }),
  },
  "job.results.first": {
    without: job,
    with: jobResults({ first: true }),
    replies: ended({ results: [{ index: { id: "1" } }, { index: { id: "2" } }] }),
  },
  "job.results.value": {
    without: job,
    with: jobResults({ value: "/thing" }),
    replies: ended({ results: [{ thing: { id: "1" } }, { thing: { id: "2" } }] }),
  },
  "job.results.status": {
    without: job,
    with: jobResults({ status: "/code" }),
    replies: ended({
      results: [
        { id: "1", code: 200 },
        { id: "2", code: 404 },
      ],
    }),
  },
  "job.results.error": {
    without: job,
    with: jobResults({ error: "/error" }),
    replies: ended({ results: [{ id: "1" }, { id: "2", error: "no" }] }),
  },
  "job.results.ok": {
    without: jobResults({ status: "/code" }),
    with: jobResults({ status: "/code", ok: [0] }),
    replies: ended({
      results: [
        { id: "1", code: 0 },
        { id: "2", code: 0 },
      ],
    }),
  },
  "items.inner": {
    without: { ...items, items: { at: "/inputs", as: "lists" } },
    with: { ...items, items: { at: "/inputs", as: "lists", inner: "/list" } },
  },
  "items.keys": {
    without: { ...items, items: { at: "/inputs", as: "groups" } },
    with: { ...items, items: { at: "/inputs", as: "groups", keys: ["a"] } },
    inputs: [{ key: "b", value: {} }],
  },
  "limit.inner": {
    without: { ...items, items: { at: "/inputs", as: "lists" } },
    with: { ...items, items: { at: "/inputs", as: "lists" }, limit: { items: 2, inner: 1 } },
  },
  "limit.when.equals": {
    without: { ...items, limit: { items: 2, when: [{ present: "/fields", items: 1 }] } },
    with: { ...items, limit: { items: 2, when: [{ present: "/fields", equals: "b", items: 1 }] } },
    params: { fields: "a" },
  },
  "results.retryAfter": {
    without: { ...slow, results: { at: "/results", error: "/error" } },
    with: { ...slow, results: { at: "/results", error: "/error", retryAfter: "/wait" } },
    replies: [
      [200, { results: [{ id: "1" }, { id: "2", error: "busy", wait: 77 }] }],
      [200, { results: [{ id: "2" }] }],
    ],
  },
  "errors.message": {
    without: failures,
    with: { ...failures, errors: { at: "/errors", message: "/why" } },
    replies: [[200, { results: [{ id: "1" }], errors: [{ id: "2", why: "too long" }] }]],
  },
  "errors.category": {
    without: failures,
    with: { ...failures, errors: { at: "/errors", category: "/kind" } },
    replies: [[200, { results: [{ id: "1" }], errors: [{ id: "2", kind: "tooLong" }] }]],
  },
  "errors.retry.pattern": {
    without: { ...failures, errors: { at: "/errors", retry: [{ at: "/code", pattern: "y" }] } },
    with: { ...failures, errors: { at: "/errors", retry: [{ at: "/code", pattern: "x" }] } },
    replies: [
      [200, { results: [{ id: "1" }], errors: [{ id: "2", code: "x" }] }],
      [200, { results: [{ id: "2" }] }],
    ],
  },
  "counts.ok": {
    without: items,
    with: { ...items, counts: { ok: "/done" } },
    replies: [[200, { done: 1 }]],
  },
  "counts.failed": {
    without: items,
    with: { ...items, counts: { failed: "/bad" } },
    replies: [[200, { bad: 1 }]],
  },
  "retry.key.maxLength": {
    without: key("header", "one"),
    with: { ...key("header", "one"), retry: { key: { in: "header", name: "one", maxLength: 9 } } },
  },
  "retry.key.validMs": {
    without: key("header", "one"),
    with: { ...key("header", "one"), retry: { key: { in: "header", name: "one", validMs: 9 } } },
    replies: [
      [429, {}, { "retry-after": "60" }],
      [503, {}],
      [200, {}],
    ],
  },
  "rate.windows.remaining": {
    without: rate({ windows: [{ requests: 10, ms: 10_000 }] }),
    with: rate({ windows: [{ requests: 10, ms: 10_000, remaining: "x-left" }] }),
    inputs: thirty,
    replies: [[200, {}, { "x-left": "0" }]],
  },
  "rate.headers.reset.name": {
    without: resetting({ name: "x-other", as: "seconds" }),
    with: resetting({ name: "x-reset", as: "seconds" }),
    inputs: many,
    replies: [[200, {}, { "x-left": "0", "x-reset": "99" }]],
  },
  "rate.headers.reset.as": {
    without: resetting({ name: "x-reset", as: "epoch" }),
    with: resetting({ name: "x-reset", as: "seconds" }),
    inputs: many,
    replies: [[200, {}, { "x-left": "0", "x-reset": "99" }]],
  },
  "rate.concurrency": {
    without: { ...items, limit: { items: 1 } },
    with: { ...items, limit: { items: 1 }, rate: { concurrency: 2 } },
    inputs: many,
    concurrency: 3,
  },
  "rate.penaltyMs": {
    without: items,
    with: { ...items, rate: { penaltyMs: 30_000 } },
    replies: [
      [429, {}],
      [200, {}],
    ],
  },
  "job.poll.header": {
    without: job,
    with: jobWith({ poll: { header: "x-poll" } }),
    replies: ended({ results: both }),
  },
  "job.state.pending": {
    without: jobWith({ state: { at: "/state", done: ["end"] } }),
    with: jobWith({ state: { at: "/state", done: ["end"], pending: ["wait"] } }),
    replies: ended({ results: both }),
  },
  "job.results.order": {
    without: { ...inOrder, job: { ...inOrder.job, results: { at: "/results" } } },
    with: inOrder,
    replies: ended({ results: both }),
  },
  "job.results.retryAfter": {
    without: { ...jobResults({ error: "/error" }), errors: { retry: [{ at: "/error" }] } },
    with: {
      ...jobResults({ error: "/error", retryAfter: "/wait" }),
      errors: { retry: [{ at: "/error" }] },
    },
    replies: [
      taken,
      [200, { state: "done", results: [{ id: "1", error: "busy", wait: 77 }, { id: "2" }] }],
      taken,
      [200, { state: "done", results: [{ id: "1" }] }],
    ],
  },
  ...Object.fromEntries(
    Object.entries({
      operationId: [{ operationId: "getJob" }, { operationId: "listJob" }],
      method: [{ ...poll }, { ...poll, method: "POST" }],
      path: [{ ...poll }, { ...poll, path: "/report/{job}" }],
      param: [{ ...poll }, { ...poll, param: "part" }],
      next: [{ ...poll }, { ...poll, next: "/next" }],
    } satisfies Record<string, [NonNullable<Job["report"]>, NonNullable<Job["report"]>]>).map(
      ([name, [without, given]]) => [
        `job.report.${name}`,
        {
          without: jobWith({ report: without }),
          with: jobWith({ report: given }),
          replies: [
            ...ended({}),
            [200, { results: [{ id: "1" }], next: "/jobs/next" }],
            [200, { results: [{ id: "2" }] }],
          ],
        } satisfies Case,
      ],
    ),
  ),
  "envelope.method": {
    without: envelope({ method: "/other" }),
    with: envelope({}),
    inputs: requests,
  },
  "envelope.path": { without: envelope({ path: "/none" }), with: envelope({}), inputs: requests },
  "envelope.body": {
    without: envelope({ headers: "/headers" }),
    with: envelope({ headers: "/headers", body: "/body" }),
    inputs: requests,
  },
  "envelope.headers": {
    without: envelope({ body: "/body" }),
    with: envelope({ body: "/body", headers: "/headers" }),
    inputs: requests,
  },
  "envelope.id": {
    without: envelope({}),
    with: envelope({ id: "/id" }),
    inputs: requests,
  },
  "envelope.after": {
    without: envelope({ id: "/id" }),
    with: envelope({ id: "/id", after: "/needs" }),
    inputs: [{ id: "a" }, { id: "b" }, { id: "c", needs: ["b"] }].map((one) => ({
      ...{ method: "POST", path: "/a" },
      ...one,
    })),
  },
  "envelope.response.status": {
    without: envelope({ id: "/id", response: { status: "/none", body: "/body" } }),
    with: envelope({ id: "/id" }),
    inputs: requests,
    replies: [[200, { results: [{ id: "0", status: 404, body: { message: "gone" } }] }]],
  },
  "envelope.response.body": {
    without: envelope({ id: "/id", response: { status: "/status", body: "/none" } }),
    with: envelope({ id: "/id" }),
    inputs: requests,
    replies: [[200, { results: [{ id: "0", status: 404, body: { message: "gone" } }] }]],
  },
  "variants.tag": {
    without: { ...tagged, variants: { tag: "/other", kinds: { put: "upsert" } } },
    with: tagged,
    inputs: [{ do: "put" }],
    replies: [
      [502, {}],
      [200, {}],
    ],
  },
  "variants.kinds": {
    without: { ...tagged, variants: { tag: "/do", kinds: {} } },
    with: tagged,
    inputs: [{ do: "put" }],
    replies: [
      [502, {}],
      [200, {}],
    ],
  },
  "job.fireAndForget": {
    without: items,
    with: { ...items, job: { fireAndForget: true } },
    replies: [[202, {}]],
  },
  "select.request": {
    without: { ...selecting, select: { ...selecting.select, request: "/absent" } },
    with: selecting,
  },
};

/** Fields that may be a plain value or an object with fields of its own. */
const asOneValue = ["mode", ...Object.keys(inList).map((list) => `statuses.${list}`)];

/** It changes the type of a result, and nothing that a run does. */
const typesOnly = "select.result";

async function observe(
  { replies = [[200, {}]], inputs = ids, params, method = "post", concurrency = 1 }: Case,
  xBatch: Partial<XBatch>,
) {
  const { api, diagnostics } = buildModel([
    modelDocument(
      specOf({
        openapi: "3.1.0",
        info: { title: "Test API", version: "1" },
        servers: [{ url: "https://h" }],
        paths: {
          "/things/batch": {
            [method]: {
              "x-batch": xBatch as JsonValue,
              parameters: [
                { name: "ids", in: "query", schema: { type: "array", items: {} } },
                { name: "job", in: "query", schema: {} },
                { name: "part", in: "query", schema: {} },
              ],
              requestBody: {
                content: {
                  "application/json": {
                    schema: { type: ["object", "array"], properties: { fields: {}, inputs: {} } },
                  },
                },
              },
              responses: { "200": {}, "202": {} },
            },
          },
          "/jobs/{job}": { get: { operationId: "getJob", responses: {} } },
          "/other/{job}": { post: { operationId: "listJob", responses: {} } },
        },
      }),
    ),
  ]);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const [built] = api.endpoints;
  const [service] = api.services;
  if (!built || !service) throw new Error("no endpoint");
  const { as = "array", mediaType } = built.operation.items;
  const uses: Uses = {
    fill: styles,
    ...(as === "array" ? {} : { encode: encodings[as] }),
    ...(mediaType === "multipart/form-data" ? { write: multipart } : {}),
    ...(built.operation.job?.poll ? { pollJob } : {}),
    ...(built.operation.remainder ? { findRemainder } : {}),
    ...(built.operation.retry?.key ? { makeKey } : {}),
    ...(built.operation.results?.as === "lines" ? { readLines } : {}),
    ...(built.operation.envelope?.after === undefined ? {} : { linked }),
  };
  const operation = { ...built.operation, service: service.service };
  type Tested = Endpoint<{
    kind: Kind;
    input: unknown;
    params: object;
    result: unknown;
    reply: Reply;
  }>;
  const tested = operation.select
    ? selectEndpoint<Tested & { select(names: readonly string[]): Tested }>(operation, uses).select(
        ["a"],
      )
    : endpoint<Tested>(operation, uses);
  const requests: string[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  const fetch = async (request: Request): Promise<Response> => {
    mostAtOnce = Math.max(mostAtOnce, ++atOnce);
    const headers = JSON.stringify([...request.headers].sort());
    const text = await request.text();
    const [status, body, more] = replies[Math.min(requests.length, replies.length - 1)] ?? [
      200,
      {},
    ];
    requests.push(`${request.method} ${request.url} ${headers} ${text}`);
    await new Promise((resolve) => setImmediate(resolve));
    atOnce--;
    return new Response(typeof body === "string" ? body : JSON.stringify(body), {
      status,
      headers: { "content-type": "application/json", ...more },
    });
  };
  const clock = jumpingClock();
  const run = clientFor("https://h", { fetch, clock }).run(tested, inputs, {
    params: { ...parts, ...params },
    concurrency,
    order: "source",
  });
  const outcomes = (await run.collect()).map((outcome) => {
    const { kind } = outcome;
    const reason = "reason" in outcome ? outcome.reason : undefined;
    const result = "result" in outcome ? outcome.result : undefined;
    const { message, category } = "error" in outcome ? outcome.error : {};
    return [kind, reason, result, message, category];
  });
  const seen = JSON.stringify({ requests, mostAtOnce, outcomes, slept: clock.slept });
  return seen.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UUID");
}

describe("a run with the field differs from a run without it", () => {
  test("every field of the schema is in the table", () => {
    const fields = fieldsOf(definitions["batch"]);
    expect(fields).toContain("limit.when.present");
    expect(fields).toContain("mode.switch.name");
    const listed = Object.keys(table);
    expect([...listed].sort()).toEqual(
      [...new Set([...fields.filter((field) => field !== typesOnly), ...asOneValue])].sort(),
    );
  });

  test.each(Object.entries(table))("%s", async (_, one) => {
    expect(await observe(one, one.with)).not.toEqual(await observe(one, one.without));
  });
});
