/** Four times as much of each shape that was once slow costs at most nine times as much: linear is 4, quadratic 16. */
import { expect, test } from "vitest";
import type { JsonValue } from "../generator/base/json.js";
import { markdownOf } from "../generator/base/html.js";
import { linearRegExp } from "../generator/base/linear-regexp.js";
import { buildModel } from "../generator/batch/build.js";
import { modelDocument } from "../generator/batch/document.js";
import { emulatedOperations } from "../generator/emulator/operations.js";
import { createValidator } from "../generator/emulator/request/validate.js";
import { createRouter } from "../generator/emulator/routes.js";
import { compileQuery } from "../generator/openapi/json-path.js";
import { parse } from "../generator/openapi/parse.js";
import type { Spec } from "../generator/openapi/spec.js";
import { markdown } from "../generator/page/markdown.js";
import { readIntegers } from "../generator/runtime/reply/int64.js";
import { specOf } from "./batch/spec.js";

const lines = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join("\n");

const yaml = (make: (size: number) => string) => (size: number) => void parse(make(size), "yaml");

function overlayPath(path: string, size: number): void {
  const document = { paths: { "/a": { summary: "a".repeat(size) + "!" } } };
  compileQuery(path)(document, { left: Infinity });
}

/** A document with these paths, each with a batch that has these parameters and items. */
function batchOf(
  paths: readonly string[],
  parameters: readonly JsonValue[],
  item: JsonValue,
): Spec {
  const inputs = { type: "object", properties: { inputs: { type: "array", items: item } } };
  const post = {
    parameters,
    requestBody: { content: { "application/json": { schema: inputs } } },
    responses: { "200": { description: "" } },
    "x-batch": { items: { at: "/inputs" } },
  };
  return specOf({
    openapi: "3.1.0",
    info: { title: "t", version: "1" },
    servers: [{ url: "https://api.example.com" }],
    paths: Object.fromEntries(paths.map((path) => [path, { post }])),
  });
}

/** The model of a package, with its names. */
function model(
  paths: readonly string[],
  parameters: readonly JsonValue[] = [],
  item: JsonValue = { type: "object", properties: { id: { type: "string" } } },
): void {
  const { endpoints } = buildModel([modelDocument(batchOf(paths, parameters, item))]).api;
  if (endpoints.length !== paths.length) throw new Error("not all paths are recognised");
}

const list = <T>(size: number, make: (at: number) => T): T[] =>
  Array.from({ length: size }, (_, at) => make(at));

/** Texts that parsers of Markdown have been slow with, or that smuggle markup in. */
const descriptions = [
  "[",
  "![",
  "*a_ ",
  "`",
  "<",
  "- ",
  "|a",
  "&#x202e;",
  "[a](<",
  "> ",
  "\n# ",
  "**a",
  "a\n",
  "\\",
  "~~",
];

/** The size at which a shape takes some 20 ms, and what is done with a size. */
const shapes: Readonly<Record<string, readonly [size: number, work: (size: number) => void]>> = {
  "tags that nobody closes": [8000, (size) => void markdownOf("<p><b><ul><li>".repeat(size))],
  "tags and links that nobody ends": [
    16_000,
    (size) =>
      void markdownOf(`<p>${'<a href="https://a.b">'.repeat(size)}${"<a href=".repeat(size)}`),
  ],
  ...Object.fromEntries(
    descriptions.map((piece) => [
      `a description of ${JSON.stringify(piece)}`,
      // A description is cut after 20,000 characters.
      [5000, (size: number) => void markdown(piece.repeat(size / piece.length))],
    ]),
  ),
  "keys of a map": [1000, yaml((size) => lines(size, (at) => `k${at}: 1`))],
  aliases: [800, yaml((size) => lines(size, (at) => `k${at}: &a${at} {b: 1}\nl${at}: *a${at}`))],
  "one alias, many times": [
    2000,
    yaml((size) => `a: &a {b: 1}\n${lines(size, (at) => `k${at}: *a`)}`),
  ],
  "merge keys": [
    1000,
    yaml((size) => `a: &a {b: 1}\n${lines(size, (at) => `k${at}: {<<: *a, c: 1}`)}`),
  ],
  "doubled keys": [1000, yaml((size) => lines(size, () => "k: 1"))],
  "quotes that do not end": [4000, yaml((size) => `a: "\n${lines(size, () => "  x 'y")}`)],
  "texts in quotes": [2000, yaml((size) => lines(size, (at) => `k${at}: "a\nb"`))],
  "escaped quotes of JSON": [
    100_000,
    (size) => void parse(`{"a": "${'\\"'.repeat(size)}"}`, "json"),
  ],
  "backslashes of JSON": [100_000, (size) => void parse(`{"a": "${"\\\\".repeat(size)}"}`, "json")],
  "integers of a reply that is cut off": [
    50_000,
    (size) => {
      const reply = `{"s": "${'{\\"a\\": '.repeat(size)}`;
      expect(() => readIntegers(reply, [{ id: true }])).toThrow(SyntaxError);
    },
  ],
  "match() of an overlay": [
    100_000,
    (size) => overlayPath("$..[?match(@.summary, '(a+)+')]", size),
  ],
  "search() of an overlay": [
    100_000,
    (size) => overlayPath("$..[?search(@.summary, '(a|a)*b')]", size),
  ],
  "a pattern": [200_000, (size) => void linearRegExp("^(a+)+$")?.test("a".repeat(size) + "!")],
  "paths whose names collide": [
    40,
    (size) => model(list(size, (at) => `/p${at}/things/batch/create`)),
  ],
  "paths whose names collide, but for a parameter": [
    40,
    (size) => model(list(size, (at) => `/things/{p${at}}/batch/create`)),
  ],
  "paths whose names are the same in lower case": [
    60,
    (size) =>
      model(
        list(
          size,
          (at) => `/${at.toString(2).replaceAll("0", "a").replaceAll("1", "A")}/batch/create`,
        ),
      ),
  ],
  "schemas whose names collide": [
    100,
    (size) =>
      model(["/things/batch/create"], [], {
        type: "object",
        properties: Object.fromEntries(
          list(size, (at) => [
            `p${at}`,
            { type: "object", title: "a", properties: { [`q${at}`]: { type: "string" } } },
          ]),
        ),
      }),
  ],
  // Longer paths are refused: `bounds.pointerCharacters`.
  "braces of a document's path": [800, (size) => model([`/${"{a".repeat(size)}/batch/create`])],
  "parameters of a document's path": [
    200,
    (size) =>
      model(
        [`/${list(size, (at) => `{p${at}}`).join("/")}/batch/create`],
        list(size, (at) => ({
          name: `p${at}`,
          in: "path",
          required: true,
          schema: { type: "string" },
        })),
      ),
  ],
  "parameters of a document's path that nobody declares": [
    200,
    (size) => model([`/${list(size, (at) => `{p${at}}`).join("/")}/batch/create`]),
  ],
  "parameters of a document's query": [
    400,
    (size) =>
      model(
        ["/things/batch/create"],
        list(size, (at) => ({ name: `p${at}`, in: "query", schema: { type: "string" } })),
      ),
  ],
  "parameters of a path": [
    400,
    (size) =>
      void createRouter([
        { method: "GET", path: `/${list(size, (at) => `{p${at}}`).join("/")}`, target: 0 },
      ]).find("GET", "/x".repeat(size + 1)),
  ],
  "operations of the emulator": [
    200,
    (size) => {
      const paths = list(size, (at) => `/things${at}/batch/create`);
      const { operations } = emulatedOperations([batchOf(paths, [], { type: "object" })]);
      if (operations.length !== size) throw new Error("the emulator has not all operations");
    },
  ],
  "a pattern of a schema": [
    20_000,
    (size) => {
      const text = { type: "string", pattern: "^(a|a?)+$" };
      const { operations } = emulatedOperations([
        batchOf(["/things/batch/create"], [], { type: "object", properties: { id: text } }),
      ]);
      const [operation] = operations;
      if (!operation) throw new Error("the emulator has no operation");
      createValidator(operation).body({ inputs: [{ id: "a".repeat(size) + "!" }] });
    },
  ],
  "braces of a path": [
    2000,
    (size) =>
      void createRouter([{ method: "GET", path: `/${"{a".repeat(size)}`, target: 0 }]).find(
        "GET",
        "/x",
      ),
  ],
};

/** Processor time in ms: other processes do not count. The least of several runs: the compiler and the collector do not. */
function cost(runs: number, work: () => void): number {
  const times = Array.from({ length: runs }, () => {
    const before = process.cpuUsage();
    work();
    return process.cpuUsage(before).user / 1000;
  });
  return Math.min(...times);
}

test.each(Object.entries(shapes))("%s", (_, [size, work]) => {
  work(size); // loads what it needs
  // What takes no time at all has no ratio.
  const ratio = (runs: number): number =>
    cost(runs, () => work(4 * size)) /
    Math.max(
      3,
      cost(runs, () => work(size)),
    );
  // A busy machine spoils a ratio now and then; a cost that is superlinear spoils all of them.
  let least = Infinity;
  for (const runs of [2, 4, 4, 8]) if (least >= 9) least = Math.min(least, ratio(runs));
  expect(least).toBeLessThan(9);
});
