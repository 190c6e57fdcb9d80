/** Whatever a folder holds: reading comes to an end, with documents or diagnostics, and touches nothing. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { createLocator } from "../../generator/openapi/locate.js";
import type { JsonValue } from "../../generator/base/json.js";
import { readFiles } from "./folder.js";

const words = fc.constantFrom(
  "$ref", "$id", "$anchor", "openapi", "swagger", "overlay", "actions", "target", "update", "remove", "copy",
  "paths", "/a", "get", "parameters", "responses", "schema", "components", "schemas", "properties", "discriminator",
  "mapping", "definitions", "in", "body", "name", "__proto__", "constructor", "toString", "$self",
); // prettier-ignore
const texts = fc.constantFrom<JsonValue>(
  "#", "#/", "#/components/schemas/a", "#here", "b.json", "b.json#/definitions/x", "../b.json", "%", "#/%", "%00",
  "/etc/passwd", "http://", "file:///etc/passwd", "urn:x", "$", "$..*", "$.paths[?@.a", "body", "query", "3.1.0", "2.0",
  "1.0.0", "\u2028", "a\u0000b", null, true, 0, 3.1,
); // prettier-ignore
const value = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    texts,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(words, tie("value"), { maxKeys: 4, noNullPrototype: false }),
  ),
})).value;

it("holds for 300 folders of nonsense", async () => {
  const prototype = Object.getOwnPropertyNames(Object.prototype);
  await fc.assert(
    fc.asyncProperty(
      value,
      value,
      value,
      fc.constantFrom("3.0.0", "3.1.0", "3.2.0"),
      async (a, b, c, version) => {
        const body = {
          components: a,
          paths: b,
          ...(typeof c === "object" && !Array.isArray(c) ? c : {}),
        };
        const result = await readFiles({
          "a.json": { ...body, openapi: version },
          "b.json": { ...body, swagger: "2.0" },
          "c.json": {
            overlay: "1.1.0",
            actions: [c, { target: "$..*", update: a }, { target: "$.paths", remove: true }],
          },
          "d.yaml": `openapi: ${version}\npaths: ${JSON.stringify(b)}\n`,
        });
        const positionOf = createLocator(result.text);
        for (const { severity, code, message, location } of result.diagnostics) {
          expect(["error", "warning", "info"]).toContain(severity);
          expect(code).toMatch(/^[a-z-]+$/);
          expect(message).not.toMatch(/undefined|\[object|Cannot read prop/);
          expect(location && positionOf(location)?.line).toBeGreaterThan(0);
        }
        for (const spec of result.specs) {
          expect(positionOf(spec.locate("/paths/~1a/get"))?.line).toBeGreaterThan(0);
          expect(JSON.stringify(spec.document)).not.toContain("root:x:0"); // of /etc/passwd
        }
      },
    ),
    { numRuns: 300, seed: 20261122 },
  );
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototype);
});

const api = { openapi: "3.1.0", paths: {}, info: { a: {} } };

it.each<[string, Record<string, JsonValue>, string]>([
  [
    "an overlay that copies the document into itself, again and again",
    {
      "o.json": {
        overlay: "1.1.0",
        actions: Array.from({ length: 60 }, (_, at) => [
          { target: "$.info", update: { [`x${at}`]: {} } },
          { target: `$.info.x${at}`, copy: "$" },
        ]).flat(),
      },
    },
    "error overlay-too-large",
  ],
  [
    "an overlay that adds to all that it added",
    {
      "o.json": {
        overlay: "1.1.0",
        actions: Array.from({ length: 60 }, (_, at) => ({
          target: "$..*",
          update: { [`a${at}`]: { b: {} } },
        })),
      },
    },
    "error",
  ],
  [
    "an overlay that nests deeper with each action",
    {
      "o.json": {
        overlay: "1.1.0",
        actions: Array.from({ length: 500 }, (_, at) => ({
          target: "$.info" + ".a".repeat(at + 1),
          update: { a: {} },
        })),
      },
    },
    "error nested-too-deeply",
  ],
  [
    "an overlay that makes a path longer than a file may have",
    {
      "o.json": {
        overlay: "1.1.0",
        actions: [{ target: "$.paths", update: { ["/{p}".repeat(3000)]: {} } }],
      },
    },
    "error pointer-too-long",
  ],
  [
    "a chain of files, each within the next",
    {
      "api.json": { ...api, paths: { "/x": { $ref: "f0.json" } } },
      ...Object.fromEntries(
        Array.from({ length: 700 }, (_, at) => [
          `f${at}.json`,
          { get: { callbacks: { c: { e: { $ref: `f${at + 1}.json` } } } } },
        ]),
      ),
    },
    "error nested-too-deeply",
  ],
])("%s ends with an error", async (_, files, want) => {
  const { problems, specs } = await readFiles({ "api.json": api, ...files });
  expect(problems.filter((problem) => problem.startsWith(want))).not.toEqual([]);
  expect(specs.length).toBeLessThanOrEqual(1);
});
