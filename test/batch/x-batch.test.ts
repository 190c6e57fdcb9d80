import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { mergeXBatch, parseXBatch } from "../../generator/batch/x-batch/x-batch.js";
import type { Location } from "../../generator/base/diagnostics.js";
import { isObject, type JsonObject, type JsonValue } from "../../generator/base/json.js";
import { getAt } from "../../generator/base/pointer.js";
import type {
  Counts,
  Errors,
  Items,
  Job,
  Limit,
  Match,
  Rate,
  Results,
  Retry,
  State,
  Statuses,
  XBatch,
} from "../../generator/runtime/endpoint/x-batch.js";

const text = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const schema = JSON.parse(text("generator/batch/x-batch/x-batch.schema.json")) as JsonObject; // our own file

const at = (pointer: string): Location => ({
  file: "api.yaml",
  line: 1,
  column: 1,
  pointer: `/x-batch${pointer}`,
});

/** Values in the shapes of real services. */
const good: readonly (readonly [string, JsonValue])[] = [
  ["nothing at all", {}],
  ["an operation switched off", false],
  ["a part, for other layers to complete", { limit: { items: 50 } }],
  [
    "a keyed map whose keys are idempotency keys",
    {
      items: { at: "/customers", as: "map" },
      kind: "create",
      limit: { items: 100 },
      results: { at: "/responses", as: "map", value: "/customer", error: "/errors" },
      match: [{ by: "mapKey", generate: "uuid" }],
      retry: { safe: true },
    },
  ],
  [
    "a root array with an error code in each element",
    {
      items: { at: "" },
      kind: "create",
      limit: { items: 500 },
      results: { at: "", status: "/ErrorCode", ok: [0], order: true },
      match: [{ by: "order" }],
    },
  ],
  [
    "line pairs",
    {
      items: { at: "", as: "pairs", without: ["delete"], mediaType: "application/x-ndjson" },
      kind: "mixed",
      limit: { bytes: 10_485_760 },
      results: {
        at: "/items",
        first: true,
        status: "/status",
        error: "/error",
        ok: ["2XX"],
        order: true,
      },
      match: [{ by: "order" }],
      errors: { retry: [{ at: "/status", in: [429] }] },
    },
  ],
  [
    "a job",
    {
      items: { at: "/data/attributes/profiles/data" },
      kind: "upsert",
      limit: { items: 10_000, bytes: 5_242_880 },
      job: {
        id: "/data/id",
        poll: { operationId: "get_job", param: "job_id" },
        state: { at: "/data/attributes/status" },
      },
    },
  ],
  ["ids in the query", { items: { in: "query", at: "ids", as: "csv" }, kind: "delete" }],
  ["a set that is replaced", { items: { at: "/tags" }, replace: true, split: "never" }],
  ["an index in the error", { match: [{ by: "index", error: "/position" }] }],
  ["escapes in a pointer", { items: { at: "/a~1b/~0c//d e" } }],
  [
    "partial results by a parameter",
    { mode: { switch: { in: "query", name: "partial", value: true } } },
  ],
  [
    "HTTP requests",
    {
      envelope: { method: "/method", path: "/url", response: { status: "/status", body: "/body" } },
    },
  ],
];

test.each(good)("is accepted: %s", (_, value) => {
  expect(parseXBatch(value, at)).toEqual({ value, diagnostics: [] });
});

interface Bad {
  readonly given: JsonValue;
  /** `[pointer, code, part of the message, part of the hint]` */
  readonly want: readonly (readonly [string, string, string, string?])[];
}

const unknown = "x-batch-unknown-field";
const type = "x-batch-type";
const value = "x-batch-value";
const missing = "x-batch-missing-field";
const combination = "x-batch-combination";

const bad: readonly (readonly [string, Bad])[] = [
  ["true", { given: true, want: [["", value, "`x-batch`: expected an object, or `false`"]] }],
  [
    "null",
    {
      given: null,
      want: [["", type, "expected an object, found null"]],
    },
  ],
  [
    "a mistyped field",
    {
      given: { item: { at: "" } },
      want: [["/item", unknown, 'has no field "item"', "Did you mean `items`?"]],
    },
  ],
  [
    "a field of another place",
    {
      given: { items: { at: "", zzzzzz: 1 } },
      want: [
        ["/items/zzzzzz", unknown, '`items` has no field "zzzzzz"', "Its fields are in, at, as"],
      ],
    },
  ],
  [
    "a hostile field",
    {
      given: JSON.parse('{"__proto__": {"kind": "read"}}') as JsonValue,
      want: [["/__proto__", unknown, "__proto__"]],
    },
  ],
  ["a field with a slash", { given: { "a/b": 1 }, want: [["/a~1b", unknown, "a/b"]] }],
  [
    "a field that is missing",
    { given: { results: {} }, want: [["/results", missing, "`results` lacks `at`"]] },
  ],
  [
    "a wrong type",
    {
      given: { limit: { items: "100" } },
      want: [["/limit/items", type, '`limit.items`: expected a whole number, found "100"']],
    },
  ],
  [
    "a limit of nothing",
    {
      given: { limit: { items: 0 } },
      want: [["/limit/items", value, "expected a whole number from 1 up, found 0"]],
    },
  ],
  [
    "a wrong word",
    {
      given: { kind: "updte" },
      want: [
        ["/kind", value, 'expected one of "read", "create", "update"', "Did you mean `update`?"],
      ],
    },
  ],
  [
    "a verb that is no kind",
    { given: { kind: "archive" }, want: [["/kind", value, "expected one of", "`delete`"]] },
  ],
  [
    "a word that is near another kind",
    { given: { kind: "insert" }, want: [["/kind", value, "expected one of", "`create`"]] },
  ],
  [
    "a wrong mode",
    {
      given: { mode: "atomc" },
      want: [["/mode", value, 'expected one of "atomic", "independent"', "`atomic`"]],
    },
  ],
  [
    "a pointer without a slash",
    {
      given: { items: { at: "inputs" } },
      want: [
        [
          "/items/at",
          value,
          "expected a JSON Pointer (RFC 6901), found",
          'Did you mean "/inputs"?',
        ],
      ],
    },
  ],
  [
    "a pointer with a bad escape",
    { given: { results: { at: "/a~2" } }, want: [["/results/at", value, "a JSON Pointer"]] },
  ],
  [
    "a range in small letters",
    {
      given: { statuses: { ambiguous: ["5xx"] } },
      want: [["/statuses/ambiguous/0", value, "expected an HTTP status such as 429"]],
    },
  ],
  [
    "no status",
    {
      given: { statuses: { ambiguous: [42] } },
      want: [["/statuses/ambiguous/0", value, "expected an HTTP status"]],
    },
  ],
  [
    "a header that is none",
    {
      given: { rate: { headers: { limit: "a\r\nb" } } },
      want: [["/rate/headers/limit", value, "the name of a header"]],
    },
  ],
  [
    "a policy that is none",
    {
      given: { rate: { policies: { at: "/p", values: { DAILY: "halt" } } } },
      want: [["/rate/policies/values/DAILY", value, 'milliseconds, or "stop", found "halt"']],
    },
  ],
  [
    "a hostile policy",
    {
      given: JSON.parse('{"rate":{"policies":{"at":"/p","values":{"__proto__":1}}}}') as JsonValue,
      want: [["/rate/policies/values", value, "a name other than __proto__"]],
    },
  ],
  [
    "replace and split",
    {
      given: { replace: true, split: "auto" },
      want: [["/split", combination, "`replace: true` cannot be combined with `split: auto`"]],
    },
  ],
  [
    "select of a write",
    {
      given: { kind: "update", select: { request: "/p", result: "/p" } },
      want: [["/kind", combination, "`select` is for `kind: read`"]],
    },
  ],
  [
    "envelope and variants",
    {
      given: {
        envelope: { method: "/m", path: "/p", response: { status: "/s", body: "/b" } },
        variants: { tag: "/t", kinds: {} },
      },
      want: [["/variants", combination, "exclude each other"]],
    },
  ],
  [
    "items that need each other, and have no ids",
    {
      given: {
        items: { at: "" },
        envelope: {
          ...{ method: "/m", path: "/p", after: "/n" },
          response: { status: "/s", body: "/b" },
        },
      },
      want: [["/envelope", combination, "`after` needs `id`"]],
    },
  ],
  [
    "a remainder of all or nothing",
    {
      given: { mode: "atomic", remainder: { at: "/rest" } },
      want: [["/remainder", combination, "`mode: atomic` cannot be combined with `remainder`"]],
    },
  ],
  [
    "a create that is taken for done",
    {
      given: { kind: "create", match: [{ by: "mapKey" }, { by: "mapKey", absent: "ok" }] },
      want: [["/match/1/absent", combination, "`absent` must be `unknown` for `kind: create`"]],
    },
  ],
  [
    "order without a promise",
    {
      given: { results: { at: "" }, match: [{ by: "order" }] },
      want: [["/results", combination, "`by: order` needs `results.order: true`"]],
    },
  ],
  [
    "without, and no pairs",
    {
      given: { items: { at: "", as: "lines", without: ["delete"] } },
      want: [["/items/as", combination, "`without` is for `as: pairs`"]],
    },
  ],
  [
    "a pointer in the query",
    {
      given: { items: { in: "query", at: "/ids" } },
      want: [["/items/at", combination, "`at` must be the name of a parameter"]],
    },
  ],
  [
    "lines in the query",
    {
      given: { items: { in: "query", at: "ids", as: "map" } },
      want: [["/items/as", combination, "Items in the query can only be"]],
    },
  ],
  [
    "lines inside a body",
    {
      given: { items: { at: "/docs", as: "lines" } },
      want: [["/items/at", combination, '`at` must be ""']],
    },
  ],
  [
    "entries that do not exist",
    {
      given: { results: { at: "", as: "none", value: "/x", order: true } },
      want: [["/results/value", combination, "`as: none` says that there are no entries"]],
    },
  ],
  [
    "ok of what",
    {
      given: { results: { at: "", ok: [0] } },
      want: [["/results", combination, "`ok` needs `status`"]],
    },
  ],
  [
    "the order of a map",
    {
      given: { results: { at: "", as: "map", order: true } },
      want: [["/results/order", combination, "a map has no order"]],
    },
  ],
  [
    "a match of nothing",
    {
      given: { match: [{ by: "key" }, { by: "value", request: "/id" }] },
      want: [
        ["/match/0", combination, "need `request`"],
        ["/match/1", combination, "need `request`"],
      ],
    },
  ],
  [
    "an index nowhere",
    { given: { match: [{ by: "index" }] }, want: [["/match/0", combination, "`by: index` needs"]] },
  ],
  [
    "order by a field",
    {
      given: { match: [{ by: "order", result: "/id" }] },
      want: [["/match/0/result", combination, "looks at no field"]],
    },
  ],
  [
    "a value made up",
    {
      given: { match: [{ by: "value", request: "/id", error: "/id", generate: "uuid" }] },
      want: [["/match/0/by", combination, "`generate` is for"]],
    },
  ],
  [
    "the case of a number",
    {
      given: { match: [{ by: "order", fold: "lower" }] },
      want: [["/match/0/by", combination, "`fold` is for"]],
    },
  ],
  ...["(a+)+b", "a*b*c*", "(?=a)", "(a)\\1", "(?:a|b){2,}"].map(
    (pattern) =>
      [
        `a pattern that some texts make slow: ${pattern}`,
        {
          given: { statuses: { rejected: [{ status: 400, at: "/a", pattern }] } },
          want: [["/statuses/rejected/0/pattern", value, "that no text makes slow", "At most two"]],
        },
      ] as const,
  ),
  [
    "a job that cannot be asked, and is",
    {
      given: { job: { fireAndForget: true, id: "/id" } },
      want: [["/job/id", combination, "`fireAndForget: true`"]],
    },
  ],
  [
    "a poll for nothing",
    {
      given: { job: { poll: { operationId: "get" } } },
      want: [["/job", combination, "`poll` needs `id` and `state`"]],
    },
  ],
  [
    "a report of nothing",
    {
      given: { job: { id: "/id", report: { operationId: "list" } } },
      want: [["/job", combination, "`report` needs `id` and `poll`"]],
    },
  ],
  [
    "a poll of an address and of an operation",
    {
      given: { job: { state: { at: "" }, poll: { header: "Location", operationId: "get" } } },
      want: [["/job/poll/operationId", combination, "A `header` has the whole address"]],
    },
  ],
  [
    "an idempotency key that would replace the body",
    {
      given: { retry: { key: { in: "body", name: "token" } } },
      want: [["/retry/key/name", value, "a JSON Pointer", 'Did you mean "/token"?']],
    },
  ],
  [
    "a switch that would replace the body",
    {
      given: { mode: { switch: { in: "body", name: "partial", value: true } } },
      want: [["/mode/switch/name", value, "a JSON Pointer", 'Did you mean "/partial"?']],
    },
  ],
  [
    "an operation with two names",
    {
      given: {
        job: {
          id: "/id",
          state: { at: "" },
          poll: { operationId: "get", method: "GET", path: "/x" },
        },
      },
      want: [["/job/poll/method", combination, "by `operationId`, or by `method` and `path`"]],
    },
  ],
  [
    "an operation with half a name",
    {
      given: { job: { id: "/id", state: { at: "" }, poll: { method: "GET" } } },
      want: [["/job/poll", combination, "by `operationId`, or by `method` and `path`"]],
    },
  ],
  [
    "a state that is two",
    {
      given: { state: { at: "/s", done: ["A"], failed: ["B", "A"] } },
      want: [["/state/failed", combination, '"A" cannot be both `done` and `failed`']],
    },
  ],
  [
    "a status that is two",
    {
      given: { statuses: { rejected: [503], ambiguous: ["503"] } },
      want: [["/statuses/ambiguous", combination, "503 cannot be both `rejected` and `ambiguous`"]],
    },
  ],
  [
    "a pattern without a group",
    {
      given: { limit: { learn: { status: 400, at: "", pattern: "at most \\d+" } } },
      want: [["/limit/learn/pattern", value, "a regular expression with a group"]],
    },
  ],
  [
    "a pattern that is none",
    {
      given: { limit: { learn: { status: 400, at: "", pattern: "(" } } },
      want: [["/limit/learn/pattern", value, "found no regular expression"]],
    },
  ],
  [
    "several at once",
    {
      given: { kind: "none", limits: {}, items: { at: 3 } },
      want: [
        ["/limits", unknown, "limits"],
        ["/items/at", type, "expected a text"],
        ["/kind", value, "expected one of"],
      ],
    },
  ],
];

test.each(bad)("is refused: %s", (_, { given, want }) => {
  const { value: parsed, diagnostics } = parseXBatch(given, at);
  expect(parsed).toBeUndefined();
  const found = diagnostics.map(({ location, code }) => `${location?.pointer} ${code}`);
  expect([...new Set(found)].sort()).toEqual(
    [...new Set(want.map(([pointer, code]) => `/x-batch${pointer} ${code}`))].sort(),
  );
  for (const [pointer, code, message, hint] of want) {
    const here = diagnostics.filter(
      (one) => one.location?.pointer === `/x-batch${pointer}` && one.code === code,
    );
    expect(here.map((one) => one.message).join("\n")).toContain(message);
    if (hint !== undefined) expect(here.map((one) => one.hint).join("\n")).toContain(hint);
    for (const one of here) expect(one.severity).toBe("error");
  }
});

test("`false` has no meaning at the root of a document", () => {
  const { value: parsed, diagnostics } = parseXBatch(false, at, { root: true });
  expect(parsed).toBeUndefined();
  expect(diagnostics).toMatchObject([{ code: value, location: { pointer: "/x-batch" } }]);
});

describe("mergeXBatch", () => {
  const table: readonly (readonly [
    string,
    { readonly given: readonly (Partial<XBatch> | undefined)[]; readonly want: Partial<XBatch> },
  ])[] = [
    ["no layers", { given: [], want: {} }],
    [
      "a later layer wins",
      { given: [{ kind: "read" }, undefined, { kind: "update" }], want: { kind: "update" } },
    ],
    [
      "objects field by field",
      {
        given: [{ limit: { items: 10, bytes: 5 }, items: { at: "/a" } }, { limit: { items: 20 } }],
        want: { limit: { items: 20, bytes: 5 }, items: { at: "/a" } },
      },
    ],
    [
      "lists as a whole",
      {
        given: [
          { match: [{ by: "order" }, { by: "mapKey" }], statuses: { rejected: [423] } },
          { match: [{ by: "mapKey" }], statuses: { ambiguous: [503] } },
        ],
        want: { match: [{ by: "mapKey" }], statuses: { rejected: [423], ambiguous: [503] } },
      },
    ],
    [
      "what names one operation as a whole",
      {
        given: [
          { job: { id: "/id", poll: { operationId: "get" } } },
          { job: { poll: { method: "GET", path: "/x" } } },
        ],
        want: { job: { id: "/id", poll: { method: "GET", path: "/x" } } },
      },
    ],
    [
      "a mode of one form over the other",
      {
        given: [{ mode: "atomic" }, { mode: { switch: { in: "query", name: "a", value: true } } }],
        want: { mode: { switch: { in: "query", name: "a", value: true } } },
      },
    ],
  ];
  test.each(table)("%s", (_, { given, want }) => {
    const before = structuredClone(given);
    expect(mergeXBatch(...given)).toEqual(want);
    expect(given).toEqual(before);
  });

  test("a hostile member pollutes nothing", () => {
    const hostile = JSON.parse('{"rate":{"__proto__":{"polluted":true}}}') as Partial<XBatch>; // what a document could say
    const merged = mergeXBatch({ rate: { windows: [] } }, hostile);
    expect(Object.getPrototypeOf(merged.rate)).toBe(Object.prototype);
    expect("polluted" in {}).toBe(false);
  });

  test("layers that are sound apart can be unsound together", () => {
    const merged = mergeXBatch({ results: { at: "/r" } }, { match: [{ by: "order" }] });
    const { diagnostics } = parseXBatch(merged as unknown as JsonValue, at); // plain data
    expect(diagnostics).toMatchObject([
      { code: combination, location: { pointer: "/x-batch/results" } },
    ]);
  });
});

/** Every field of the types: the compiler sees to it that none is missing, the tests that the schema has the same. */
type Full<T> = { [K in keyof Required<T>]: unknown };
const fields = {
  batch: {
    items: 0,
    kind: 0,
    limit: 0,
    mode: 0,
    split: 0,
    replace: 0,
    results: 0,
    errors: 0,
    remainder: 0,
    counts: 0,
    match: 0,
    retry: 0,
    statuses: 0,
    rate: 0,
    state: 0,
    job: 0,
    select: 0,
    envelope: 0,
    variants: 0,
  } satisfies Full<XBatch>,
  items: { in: 0, at: 0, as: 0, inner: 0, keys: 0, without: 0, mediaType: 0 } satisfies Full<Items>,
  limit: { items: 0, bytes: 0, itemBytes: 0, inner: 0, when: 0, learn: 0 } satisfies Full<Limit>,
  learn: { status: 0, at: 0, pattern: 0 } satisfies Full<NonNullable<Limit["learn"]>>,
  results: {
    at: 0,
    as: 0,
    first: 0,
    value: 0,
    status: 0,
    error: 0,
    retryAfter: 0,
    ok: 0,
    order: 0,
  } satisfies Full<Results>,
  errors: { at: 0, message: 0, category: 0, ignore: 0, retry: 0 } satisfies Full<Errors>,
  match: {
    by: 0,
    request: 0,
    result: 0,
    error: 0,
    fold: 0,
    unless: 0,
    generate: 0,
    absent: 0,
  } satisfies Full<Match>,
  retry: { safe: 0, key: 0 } satisfies Full<Retry>,
  counts: { ok: 0, failed: 0 } satisfies Full<Counts>,
  idempotencyKey: { in: 0, name: 0, maxLength: 0, validMs: 0 } satisfies Full<
    NonNullable<Retry["key"]>
  >,
  statuses: {
    rejected: 0,
    throttled: 0,
    ambiguous: 0,
    wholeBatch: 0,
    partial: 0,
  } satisfies Full<Statuses>,
  rate: { windows: 0, headers: 0, concurrency: 0, penaltyMs: 0, policies: 0 } satisfies Full<Rate>,
  rateHeaders: { limit: 0, remaining: 0, intervalMs: 0, reset: 0 } satisfies Full<
    NonNullable<Rate["headers"]>
  >,
  policies: { at: 0, values: 0 } satisfies Full<NonNullable<Rate["policies"]>>,
  state: { at: 0, done: 0, pending: 0, failed: 0 } satisfies Full<State>,
  job: { id: 0, poll: 0, state: 0, results: 0, report: 0, fireAndForget: 0 } satisfies Full<Job>,
  poll: { operationId: 0, method: 0, path: 0, param: 0, header: 0 } satisfies Full<
    NonNullable<Job["poll"]>
  >,
  remainder: { at: 0 } satisfies Full<NonNullable<XBatch["remainder"]>>,
  select: { request: 0, result: 0 } satisfies Full<NonNullable<XBatch["select"]>>,
  envelope: {
    after: 0,
    method: 0,
    path: 0,
    body: 0,
    headers: 0,
    id: 0,

    response: 0,
  } satisfies Full<NonNullable<XBatch["envelope"]>>,
  variants: { tag: 0, kinds: 0 } satisfies Full<NonNullable<XBatch["variants"]>>,
};

describe("x-batch.schema.json", () => {
  test("is a valid schema of JSON Schema 2020-12, without an unknown keyword", () => {
    const strict = {
      strict: true,
      strictTypes: false,
      strictRequired: false,
      allowUnionTypes: true,
    };
    expect(() => new Ajv2020(strict).compile(schema)).not.toThrow();
  });

  test.each(Object.entries(fields))("has the fields of the type: %s", (name, known) => {
    const properties = getAt(schema, `/$defs/${name}/properties`);
    expect(Object.keys(isObject(properties) ? properties : {}).sort()).toEqual(
      Object.keys(known).sort(),
    );
  });
});

describe("docs/x-batch.md", () => {
  const page = text("docs/x-batch.md");
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));

  test.each(Object.entries(fields))("has a row for each field: %s", (name, known) => {
    const section =
      {
        batch: "",
        idempotencyKey: "retry.key.",
        learn: "limit.learn.",
        rateHeaders: "rate.headers.",
        policies: "rate.policies.",
        poll: "job.poll.",
      }[name] ?? `${name}.`;
    const lacking = Object.keys(known).filter(
      (field) => !rows.some((row) => row.startsWith(`| \`${section}${field}\``)),
    );
    expect(lacking).toEqual([]);
  });

  test("every rule of the schema is on the page", () => {
    const rules = [
      ...JSON.stringify(schema).matchAll(/\{"description":("(?:[^"\\]|\\.)*"),"if"/g),
    ].map(([, quoted]) => JSON.parse(quoted ?? '""') as string);
    expect(rules.length).toBeGreaterThan(15);
    expect(rules.filter((rule) => !page.replaceAll(/\s+/g, " ").includes(rule))).toEqual([]);
  });

  test("its examples are sound", async () => {
    const { parse } = await import("yaml");
    const examples = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(
      ([, yaml]) => parse(yaml ?? "") as JsonObject | null,
    ); // YAML of a mapping, or of comments
    expect(examples.length).toBeGreaterThanOrEqual(5);
    for (const example of examples) {
      const said = example?.["x-batch"];
      if (said !== undefined)
        expect(parseXBatch(said, at).diagnostics, JSON.stringify(said)).toEqual([]);
    }
  });
});
