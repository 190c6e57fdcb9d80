/** Every pointer of an `x-batch` is walked through the schemas of its document. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { isArray, isObject, type JsonObject, type JsonValue } from "../../generator/base/json.js";
import { recogniseOperations } from "../../generator/batch/detect/recognise.js";
import { pointerFields } from "../../generator/batch/x-batch/pointer-fields.js";
import { createLocator } from "../../generator/openapi/locate.js";
import { read } from "../../generator/openapi/read.js";
import type { ReadResult } from "../../generator/openapi/spec.js";
import { makeFolder } from "../openapi/folder.js";

const text = { type: "string" };
const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: "object",
  properties,
  ...more,
});
const list = (items: JsonValue): JsonObject => ({ type: "array", items });
const json = (schema: JsonValue): JsonObject => ({ content: { "application/json": { schema } } });
const operation = (body: JsonObject, reply: JsonObject, more: JsonObject = {}): JsonObject => ({
  requestBody: json(body),
  responses: {
    "200": { description: "", ...json(reply) },
    "400": { description: "", ...json(object({ Message: text, policy: text })) },
  },
  ...more,
});

const letter = object({
  ...{ To: text, Text: text, Copies: list(text) },
  Mark: { type: "string", format: "uuid" },
});
const receipt = object({
  ...{ Code: { type: "integer" }, Note: text, Sent: { type: "boolean" } },
  Mood: { type: "string", enum: ["201 Good", "BAD"] },
});
const book = object({ isbn: text, title: text }, { additionalProperties: false });
const shelf = object(
  { Books: list(book), token: text, fields: list(text) },
  { required: ["Books"] },
);
const fate = object({ isbn: text, book, problem: object({ code: text }) });
const answer = object({
  stored: list(fate),
  refused: list(object({ isbn: text, why: text })),
  state: { type: "string", enum: ["DONE", "WAITING"] },
  ticket: text,
});

const paths: Readonly<Record<string, { readonly [method: string]: JsonObject }>> = {
  "/letters/batch": {
    post: operation(list({ $ref: "#/components/schemas/Letter" }), list(receipt)),
  },
  "/shelves/{shelf}/books/batch": {
    post: operation(shelf, answer, {
      parameters: [
        { name: "shelf", in: "path", required: true, schema: text },
        { name: "dryRun", in: "query", schema: { type: "boolean" } },
        { name: "Request-Key", in: "header", schema: text },
        { name: "ids", in: "query", schema: list(text) },
      ],
    }),
  },
  "/cells/batch": {
    post: operation(
      object({ Tables: { type: "object", additionalProperties: object({ Keys: list(letter) }) } }),
      object({ done: text }),
    ),
  },
  "/tickets/{ticket}": {
    get: {
      operationId: "getTicket",
      parameters: [{ name: "ticket", in: "path", required: true, schema: text }],
      responses: {
        "200": {
          description: "",
          ...json(
            object({ phase: { type: "string", enum: ["open", "closed"] }, rows: list(fate) }),
          ),
        },
      },
    },
  },
};

const letters = "/letters/batch";
const books = "/shelves/{shelf}/books/batch";
const cells = "/cells/batch";

/** A document in which one operation has this `x-batch`, on one line. */
function documentWith(path: string, xBatch: JsonValue): string {
  const others = Object.entries(paths).map(([name, item]) =>
    name === path
      ? `  ${JSON.stringify(name)}:\n    post:\n` +
        [...Object.entries(item["post"] ?? {}), ["x-batch", xBatch] as const]
          .map(([member, value]) => `      ${member}: ${JSON.stringify(value)}\n`)
          .join("")
      : `  ${JSON.stringify(name)}: ${JSON.stringify(item)}\n`,
  );
  const components = JSON.stringify({ schemas: { Letter: letter, Receipt: receipt } });
  return `openapi: 3.1.0\ninfo: { title: t, version: "1" }\ncomponents: ${components}\npaths:\n${others.join("")}`;
}

/** Its diagnostics, each with the text that it points at. */
function problemsOf(found: ReadResult): readonly string[] {
  const locate = createLocator(found.text);
  return [
    ...found.diagnostics,
    ...found.specs.flatMap((spec) => recogniseOperations(spec).diagnostics),
  ]
    .filter(({ severity }) => severity !== "info")
    .map(({ severity, location, message, hint }) => {
      const at = location && locate(location);
      const line = found.text(location?.file ?? "")?.split("\n")[(at?.line ?? 0) - 1] ?? "";
      const place = line.slice((at?.column ?? 1) - 1).slice(0, 24);
      return [severity, place, message, hint ?? ""].join(" | ");
    });
}

async function problems(path: string, xBatch: JsonValue): Promise<readonly string[]> {
  const cwd = makeFolder({ "api.yaml": documentWith(path, xBatch) });
  return problemsOf(await read({ cwd, paths: ["."], overlays: [] }));
}

/** What is wrong, where, and each problem: severity, the text that it points at, and parts of message and hint. */
const mistakes: readonly (readonly [string, string, JsonObject, readonly (readonly string[])[]])[] =
  [
    [
      "items in a body that is a list",
      letters,
      { items: { at: "/letters" } },
      [
        [
          "error",
          '"at":"/letters"',
          "`/letters` is nothing in the request body",
          'Did you mean ""?',
        ],
      ],
    ],
    [
      "items under a name of another case",
      books,
      { items: { at: "/books" } },
      [["warning", '"at":"/books"', "its lists are `/Books`, `/fields`", 'Did you mean "/Books"?']],
    ],
    [
      "a list of items where a map is",
      cells,
      { items: { at: "/tables" } },
      [
        [
          "warning",
          '"at":"/tables"',
          "its maps are `/Tables`",
          'Did you mean "/Tables" with `as: map`?',
        ],
      ],
    ],
    [
      "a map over a list",
      letters,
      { items: { at: "", as: "map" } },
      [
        [
          "error",
          '"at":""',
          "expected a map, but the request body is a list",
          "Did you mean `as: array`?",
        ],
      ],
    ],
    [
      "groups over objects",
      cells,
      { items: { at: "/Tables", as: "groups" } },
      [
        [
          "error",
          '"at":"/Tables"',
          "expected a map of lists, but `/Tables` in the request body is a map",
          "`inner: /Keys`",
        ],
      ],
    ],
    [
      "items in a query parameter that is none",
      books,
      { items: { in: "query", at: "idz" } },
      [
        [
          "warning",
          '"at":"idz"',
          "`idz` is nothing in the query parameters",
          'Did you mean "ids"?',
        ],
      ],
    ],
    [
      "results in a reply that is a list, and a status that entries lack",
      letters,
      { items: { at: "" }, results: { at: "/data", status: "/Cod", ok: [0] } },
      [["error", '"at":"/data"', "`/data` is nothing in a success reply", 'Did you mean ""?']],
    ],
    [
      "a status that entries lack",
      letters,
      { items: { at: "" }, results: { at: "", status: "/Cod", ok: [0] } },
      [
        [
          "warning",
          '"status":"/Cod"',
          "plain values are `/Code`, `/Note`",
          'Did you mean "/Code"?',
        ],
      ],
    ],
    ...(
      [
        ["/Code", ["OK"], '"OK" never equals `/Code`, which is a whole number'],
        ["/Code", [true], "true never equals `/Code`, which is a whole number"],
        ["/Sent", ["2XX"], '"2XX" never equals `/Sent`, which is true or false'],
        ["/Sent", [0], "0 never equals `/Sent`, which is true or false"],
        ["/Mood", ["GOOD"], '"GOOD" never equals `/Mood`, which is one of "201 Good", "BAD"'],
        ["/Mood", ["4XX"], '"4XX" never equals `/Mood`, which is one of "201 Good", "BAD"'],
      ] as const
    ).map(
      ([status, ok, told]) =>
        [
          `${JSON.stringify(ok)} as the success of ${status}`,
          letters,
          { items: { at: "" }, results: { at: "", status, ok } },
          [["warning", JSON.stringify(ok[0]), told]],
        ] as const,
    ),
    [
      "a counter where a UUID is",
      letters,
      {
        items: { at: "" },
        match: [{ by: "key", request: "/Mark", error: "/Note", generate: "counter" }],
      },
      [["warning", '"counter"', "`/Mark` in an item is a UUID", 'Did you mean "uuid"?']],
    ],
    [
      "a result that is in another member of its entry",
      books,
      { items: { at: "/Books" }, results: { at: "/stored", value: "/boook", error: "/problems" } },
      [
        [
          "warning",
          '"value":"/boook"',
          "`/boook` is nothing in an entry of the results",
          '"/book"',
        ],
        ["warning", '"error":"/problems"', "`/problems` is nothing", 'Did you mean "/problem"?'],
      ],
    ],
    [
      "errors in a list that is called otherwise",
      books,
      { items: { at: "/Books" }, errors: { at: "/refusd" } },
      [
        [
          "warning",
          '"at":"/refusd"',
          "its lists are `/stored`, `/refused`",
          'Did you mean "/refused"?',
        ],
      ],
    ],
    [
      "errors that are compared by what they lack",
      books,
      {
        items: { at: "/Books" },
        errors: {
          at: "/refused",
          ignore: [{ at: "/wy", equals: "x" }],
          retry: [{ at: "/reason", in: ["x"] }],
        },
      },
      [
        [
          "warning",
          '"at":"/wy"',
          "`/wy` is nothing in a failure; its plain values are `/isbn`, `/why`",
          '"/why"',
        ],
        ["warning", '"at":"/reason"', "`/reason` is nothing in a failure"],
      ],
    ],
    [
      "a key that items cannot have",
      books,
      {
        items: { at: "/Books" },
        results: { at: "/stored" },
        match: [{ by: "key", request: "/id", result: "/isbm", generate: "uuid" }],
      },
      [
        [
          "error",
          '"request":"/id"',
          "`/id` is nothing in an item; its plain values are `/isbn`, `/title`",
        ],
        ["warning", '"result":"/isbm"', "`/isbm` is nothing in a result", 'Did you mean "/isbn"?'],
      ],
    ],
    [
      "an id that is an object",
      books,
      {
        items: { at: "/Books" },
        results: { at: "/stored" },
        match: [{ by: "value", request: "/isbn", result: "/problem" }],
      },
      [
        [
          "error",
          '"result":"/problem"',
          "expected a plain value, but `/problem` in a result is a map",
        ],
      ],
    ],
    [
      "a limit by a sibling that the body lacks",
      books,
      { items: { at: "/Books" }, limit: { items: 9, when: [{ present: "/field", items: 5 }] } },
      [
        [
          "warning",
          '"present":"/field"',
          "`/field` is nothing in the request body",
          'Did you mean "/fields"?',
        ],
      ],
    ],
    [
      "a limit learned from a text that errors lack",
      books,
      {
        items: { at: "/Books" },
        limit: { learn: { status: 400, at: "/message", pattern: "(\\d+)" } },
      },
      [
        [
          "warning",
          '"at":"/message"',
          "`/message` is nothing in an error reply",
          'Did you mean "/Message"?',
        ],
      ],
    ],
    [
      "policies that errors do not name",
      books,
      { items: { at: "/Books" }, rate: { policies: { at: "/polcy", values: { A: 1 } } } },
      [["warning", '"at":"/polcy"', "texts are `/Message`, `/policy`", 'Did you mean "/policy"?']],
    ],
    [
      "a remainder that replies cannot have",
      letters,
      { items: { at: "" }, remainder: { at: "/left" } },
      [
        [
          "error",
          '"at":"/left"',
          "`/left` is nothing in a success reply, which is a list",
          "Leave `remainder` out",
        ],
      ],
    ],
    [
      "a switch that is no parameter",
      books,
      { items: { at: "/Books" }, mode: { switch: { in: "query", name: "dryrun", value: true } } },
      [
        [
          "warning",
          '"name":"dryrun"',
          "`dryrun` is nothing in the query parameters",
          'Did you mean "dryRun"?',
        ],
      ],
    ],
    [
      "a switch that is no parameter of an operation without any",
      letters,
      { items: { at: "" }, mode: { switch: { in: "query", name: "partial", value: true } } },
      [["warning", '"name":"partial"', "`partial` is nothing in the query parameters"]],
    ],
    [
      "a switch in a body that is a list",
      letters,
      { items: { at: "" }, mode: { switch: { in: "body", name: "/partial", value: true } } },
      [
        [
          "error",
          '"name":"/partial"',
          "`/partial` is nothing in the request body, which is a list",
          "`in: header`",
        ],
      ],
    ],
    [
      "a key under a header of another name",
      books,
      { items: { at: "/Books" }, retry: { key: { in: "header", name: "Request-Keys" } } },
      [
        [
          "warning",
          '"name":"Request-Keys"',
          "nothing in the header parameters",
          'Did you mean "request-key"?',
        ],
      ],
    ],
    [
      "a state that the reply lacks, and one that it never has",
      books,
      { items: { at: "/Books" }, state: { at: "/state", done: ["DONE"], pending: ["WAIT"] } },
      [["warning", '"WAIT"', 'does not list "WAIT"; its values are "DONE", "WAITING"']],
    ],
    [
      "a job whose poll says nothing of the kind",
      books,
      {
        items: { at: "/Books" },
        job: {
          id: "/tickets",
          poll: { operationId: "getTicket", param: "job" },
          state: { at: "/phases", done: ["closed"] },
          results: { at: "/row", value: "/boook" },
        },
      },
      [
        [
          "warning",
          '"id":"/tickets"',
          "`/tickets` is nothing in a success reply",
          'Did you mean "/ticket"?',
        ],
        [
          "error",
          '"param":"job"',
          "nothing in the path of the poll; its members are `ticket`",
          'Did you mean "ticket"?',
        ],
        ["warning", '"at":"/phases"', "nothing in the reply to a poll", 'Did you mean "/phase"?'],
        [
          "warning",
          '"at":"/row"',
          "nothing in the reply about the end of the job; its lists are `/rows`",
          'Did you mean "/rows"?',
        ],
      ],
    ],
    [
      "an operation of a nearly equal name",
      books,
      {
        items: { at: "/Books" },
        job: { id: "/ticket", poll: { operationId: "getTickets" }, state: { at: "/phase" } },
      },
      [
        [
          "warning",
          '"operationId":"getTicket',
          "expected the operationId of an operation",
          "Did you mean `getTicket`?",
        ],
      ],
    ],
    [
      "a selection of what is not there",
      books,
      {
        items: { at: "/Books" },
        kind: "read",
        results: { at: "/stored" },
        select: { request: "/field", result: "/boook" },
      },
      [
        ["warning", '"request":"/field"', "nothing in the request body", '"/fields"'],
        ["warning", '"result":"/boook"', "nothing in a result", '"/book"'],
      ],
    ],
    [
      "an envelope around what is no HTTP request",
      books,
      {
        items: { at: "/Books" },
        results: { at: "/stored" },
        envelope: {
          ...{ method: "/m", path: "/p", id: "/isbn", after: "/needs" },
          response: { status: "/s", body: "/book" },
        },
      },
      [
        ["error", '"method":"/m"', "`/m` is nothing in an item", "Leave `envelope` out"],
        ["error", '"path":"/p"', "`/p` is nothing in an item"],
        ["error", '"after":"/needs"', "`/needs` is nothing in an item"],
        ["warning", '"status":"/s"', "`/s` is nothing in an entry of the results"],
      ],
    ],
    [
      "variants by a member that items lack",
      letters,
      { items: { at: "" }, variants: { tag: "/Too", kinds: { a: "create" } } },
      [["warning", '"tag":"/Too"', "`/Too` is nothing in an item", 'Did you mean "/To"?']],
    ],
    [
      "groups whose lists are elsewhere",
      cells,
      { items: { at: "/Tables", as: "groups", inner: "/Key" } },
      [
        [
          "warning",
          '"inner":"/Key"',
          "nothing in what holds a list of items",
          'Did you mean "/Keys"?',
        ],
      ],
    ],
    [
      "counts, texts of failures and times to wait that replies lack",
      books,
      {
        items: { at: "/Books" },
        results: { at: "/stored", retryAfter: "/aftr" },
        errors: { at: "/refused", message: "/wy", category: "/knd" },
        counts: { failed: "/refusd" },
      },
      [
        ["warning", '"retryAfter":"/aftr"', "nothing in an entry of the results"],
        ["warning", '"message":"/wy"', "nothing in a failure", 'Did you mean "/why"?'],
        ["warning", '"category":"/knd"', "nothing in a failure"],
        ["warning", '"failed":"/refusd"', "nothing in a success reply"],
      ],
    ],
    [
      "a status by a member of an error that is nearly called so",
      books,
      {
        items: { at: "/Books" },
        statuses: {
          throttled: [{ status: 400, at: "/Mesage", in: ["busy"] }],
          rejected: [{ status: 400, at: "/kind", in: ["locked"] }],
        },
      },
      [["warning", '"at":"/Mesage"', "nothing in a reply", 'Did you mean "/Message"?']],
    ],
  ];

test.each(mistakes)("%s", async (_, path, xBatch, want) => {
  const found = await problems(path, xBatch);
  expect(found).toHaveLength(want.length);
  for (const [i, parts] of want.entries())
    for (const part of parts) expect(found[i]).toContain(part);
});

/** What is right, although a simpler check would find fault with it. */
const right: readonly (readonly [string, string, JsonObject])[] = [
  ["all of a body", letters, { items: { at: "" }, results: { at: "", status: "/Code", ok: [0] } }],
  ...(
    [
      ["/Code", ["2XX", "0", null]],
      ["/Sent", [true, "false"]],
      ["/Note", ["OK", 0, true, "2XX"]],
      ["/Mood", [201, "2XX", "BAD"]],
    ] as const
  ).map(
    ([status, ok]) =>
      [
        `${JSON.stringify(ok)} as the success of ${status}`,
        letters,
        { items: { at: "" }, results: { at: "", status, ok } },
      ] as const,
  ),
  [
    "a UUID where a UUID is, and a counter where a text is",
    letters,
    {
      items: { at: "" },
      match: [
        { by: "key", request: "/Mark", error: "/Note", generate: "uuid" },
        { by: "key", request: "/Text", error: "/Note", generate: "counter" },
      ],
    },
  ],
  [
    "a header in another case, a name in the query, and a key in the body",
    books,
    {
      items: { at: "/Books" },
      mode: { switch: { in: "query", name: "dryRun", value: false } },
      retry: { key: { in: "header", name: "REQUEST-KEY" } },
    },
  ],
  [
    "an id beside the part that is the result",
    books,
    {
      items: { at: "/Books" },
      results: { at: "/stored", value: "/book" },
      match: [{ by: "value", request: "/isbn", result: "/isbn" }],
    },
  ],
  [
    "values of a map",
    cells,
    {
      items: { at: "/Tables", as: "map" },
      limit: { when: [{ present: "/Tables/x/Keys", items: 1 }] },
    },
  ],
  [
    "what the document does not describe",
    cells,
    { items: { at: "/Tables", as: "map" }, errors: { retry: [{ at: "/any", in: [1] }] } },
  ],
];

test.each(right)("no word about %s", async (_, path, xBatch) => {
  expect(await problems(path, xBatch)).toEqual([]);
});

test("what the document leaves out is declared in an overlay", async () => {
  const undeclared = { errors: { at: "/failures" } };
  const actions = [
    {
      target: `$.paths['${books}'].post`,
      update: { "x-batch": { items: { at: "/Books" }, ...undeclared } },
    },
    {
      target: `$.paths['${books}'].post.responses['200'].content['application/json'].schema`,
      update: { properties: { failures: list(object({})) } },
    },
  ];
  const overlay = (some: typeof actions): JsonValue => ({
    overlay: "1.0.0",
    info: { title: "t", version: "1" },
    actions: some as unknown as JsonValue, // plain JSON
  });
  const given = async (some: typeof actions): Promise<readonly string[]> => {
    const cwd = makeFolder({ "api.yaml": documentWith(letters, false), "o.json": overlay(some) });
    return problemsOf(await read({ cwd, paths: ["."], overlays: [] }));
  };
  const [told = ""] = await given(actions.slice(0, 1));
  expect(told).toContain("If the service has it, declare it in an overlay.");
  expect(await given(actions)).toEqual([]);
});

test("defaults at the root are for many operations: only a name that is nearly right is told", async () => {
  const given = async (defaults: JsonObject): Promise<readonly string[]> => {
    const api = `${documentWith(books, { items: { at: "/Books" } })}x-batch: ${JSON.stringify(defaults)}\n`;
    const cwd = makeFolder({ "api.yaml": api });
    return problemsOf(await read({ cwd, paths: ["."], overlays: [] }));
  };
  expect(
    await given({
      errors: { at: "/problems" },
      rate: { policies: { at: "/name", values: { A: 1 } } },
    }),
  ).toEqual([]);
  const [told = ""] = await given({ errors: { at: "/refuse" } });
  expect(told).toContain('"at":"/refuse"');
  expect(told).toContain('Did you mean "/refused"?');
});

test("a target that matches nothing names the nearest path", async () => {
  const overlay = {
    overlay: "1.0.0",
    info: { title: "t", version: "1" },
    actions: [
      { target: '$.paths["/letter/batch"].post', update: { "x-batch": { items: { at: "" } } } },
    ],
  };
  const cwd = makeFolder({ "api.yaml": documentWith(letters, false), "o.json": overlay });
  const [told = ""] = problemsOf(await read({ cwd, paths: ["."], overlays: [] }));
  expect(told).toContain('The nearest path is "/letters/batch".');
});

const root = join(import.meta.dirname, "..", "..");
const schema = JSON.parse(
  readFileSync(join(root, "generator/batch/x-batch/x-batch.schema.json"), "utf8"),
) as JsonObject; // our own file

/** The fields that are pointers; `*` is any element of a list. */
function pointersIn(part: JsonValue | undefined, at: string): readonly string[] {
  if (isArray(part)) return part.flatMap((one) => pointersIn(one, at));
  if (!isObject(part)) return [];
  const ref = part["$ref"];
  const definitions = schema["$defs"] as JsonObject; // a map of schemas
  if (ref === "#/$defs/pointer") return [at];
  const under = (name: string): string => (at === "" ? name : `${at}.${name}`);
  const members = isObject(part["properties"]) ? Object.entries(part["properties"]) : [];
  return [
    ...(typeof ref === "string" ? pointersIn(definitions[ref.replace("#/$defs/", "")], at) : []),
    ...members.flatMap(([name, member]) => pointersIn(member, under(name))),
    ...["allOf", "anyOf", "oneOf", "if", "then", "else"].flatMap((key) =>
      pointersIn(part[key], at),
    ),
    ...["items", "additionalProperties"].flatMap((key) => pointersIn(part[key], under("*"))),
  ];
}

test("each pointer of the JSON Schema has a row in the table", () => {
  const pointers = [...new Set(pointersIn(schema["$defs"] && { $ref: "#/$defs/batch" }, ""))];
  expect(pointers).toContain("items.at");
  expect(pointers).toContain("match.*.request");
  expect(pointers.filter((field) => !Object.hasOwn(pointerFields, field))).toEqual([]);
});

test("the overlay of this repository gives no false alarm", async () => {
  expect(problemsOf(await read({ cwd: root, paths: ["specs"], overlays: [] }))).toEqual([]);
});

const shared = join(root, "..", "shared");
const isShared = existsSync(shared);

describe.skipIf(!isShared)("documents in ../shared (skipped where they are not)", () => {
  // Larger ones take long to read, and have nothing that these have not.
  const documents: Readonly<Record<string, string>> = {
    "algolia-search.yml": "algolia",
    "google-bigquery.json": "bigquery",
    "aws-dynamodb.json": "dynamodb",
    "aws-firehose.json": "firehose",
    "google-people.json": "people",
    "pinecone-db-data.yaml": "pinecone",
    "postmark-server.json": "postmark",
    "resend.yaml": "resend",
  };

  test.each(Object.entries(documents))(
    "%s: its overlay gives no false alarm",
    async (file, name) => {
      const paths = [join("corpus/vendors", file)];
      const overlays = [`cases/overlays/${name}.overlay.yaml`];
      const found = problemsOf(await read({ cwd: shared, paths, overlays }));
      const told = found.filter((one) => / nothing in | expected a /.test(one));
      // its document declares neither that header nor that list: the overlay has to
      const true_ = told.filter((one) => /`x-batch-validation`|`\/errors`/.test(one));
      expect(told).toEqual(name === "resend" ? true_ : []);
    },
  );

  interface Mistake {
    readonly what: string;
    readonly target?: string;
    readonly "x-batch"?: JsonObject;
  }
  // This runs even where its tests are skipped.
  const mistakes = isShared
    ? readFileSync(join(shared, "cases/vendors/mistakes.yaml"), "utf8")
    : "[]";
  const listed = parse(mistakes) as readonly Mistake[]; // a list of such objects

  test.each(listed.map((one) => [one.what, one] as const))("told: %s", async (what, mistake) => {
    const groups = what.startsWith("groups");
    const file = groups ? "aws-dynamodb.json" : "postmark-server.json";
    const target = groups
      ? "$.paths['/#X-Amz-Target=DynamoDB_20120810.BatchGetItem'].post"
      : (mistake.target ?? '$.paths["/email/batch"].post');
    const value = mistake["x-batch"] ? JSON.stringify(mistake["x-batch"]) : '{ items: { at: "" }';
    const overlay = `overlay: 1.0.0
info: { title: t, version: "1" }
actions:
  - target: ${JSON.stringify(target)}
    update:
      x-batch: ${value}
`;
    const api = readFileSync(join(shared, "corpus/vendors", file), "utf8");
    const cwd = makeFolder({ [file]: api, "o.yaml": overlay });
    const found = await read({ cwd, paths: [file], overlays: ["o.yaml"] });
    const locate = createLocator(found.text);
    const told = [
      ...found.diagnostics,
      ...found.specs.flatMap((spec) => recogniseOperations(spec).diagnostics),
    ].filter(({ severity, location }) => severity !== "info" && location?.file === "o.yaml");
    expect(told).not.toEqual([]);
    for (const { location } of told) expect(location && locate(location)?.line).toBeGreaterThan(3);
    expect(told.some(({ hint }) => hint) || what.startsWith("a flow mapping")).toBe(true);
  });
});
