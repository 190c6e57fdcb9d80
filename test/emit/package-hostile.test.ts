/**
 * Whole documents made by chance, with hostile text wherever a document has text. Whatever they hold: the package is
 * parsed by TypeScript, and its syntax tree shows that every statement and every expression is one that the emitter
 * makes. `HOSTILE_RUNS` and `HOSTILE_SEED` ask for more.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { document } from "../hostile/documents.js";
import { strangers } from "../hostile/strangers.js";
import { filesOf, generateFrom, problems, type Files } from "./compile.js";

/** Markdown without its code: what is left may hold no tag of HTML, and no link of a document's. */
const markup = (markdown: string): readonly string[] =>
  markdown
    .replace(/^```[^\n]*\n[\s\S]*?\n```$/gm, "")
    .replace(/`[^`\n]*`/g, "")
    .match(/(?<!\\)<[^\n]*|(?<!\\)\]\((?!https:\/\/www\.npmjs\.com)[^\n]*/g) ?? [];

const given = (name: string, otherwise: number): number =>
  Number(process.env[name] ?? String(otherwise));

describe("hostile documents", () => {
  test("give a package in which nothing is theirs but strings and comments", async () => {
    const prototype = Object.getOwnPropertyNames(Object.prototype);
    const some: Record<string, Files> = {};
    let endpoints = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: 2 }), async (documents) => {
        const generated = await generateFrom(
          Object.fromEntries(documents.map((one, i) => [`d${i}.json`, one])),
        );
        const own = generated.files.filter(({ path }) => !path.startsWith("src/runtime/"));
        for (const { path, text } of own) {
          // Neither out of the folder, nor a name that some system does not take.
          expect(path).toMatch(/^(?!.*\.\.)(\.gitignore|[\p{L}\p{N}][\p{L}\p{N}\p{M}._/-]*)$/u);
          if (path.endsWith(".ts")) expect(strangers(path, text)).toEqual([]);
          if (path.endsWith(".json")) expect(() => JSON.parse(text) as unknown).not.toThrow();
          if (path.endsWith(".md")) expect(markup(text)).toEqual([]);
        }
        expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototype);
        const recognised = generated.rows.filter(({ recognised }) => recognised);
        endpoints += recognised.length;
        const name = `p${Object.keys(some).length}`;
        if (Object.keys(some).length < 40 && recognised.length > 0) some[name] = filesOf(generated);
      }),
      { numRuns: given("HOSTILE_RUNS", 60), seed: given("HOSTILE_SEED", 7), endOnFailure: true },
    );
    expect(endpoints).toBeGreaterThan(50);
    expect(problems(some)).toEqual([]);
  });

  test("a text that ends in a backslash ends there, and what looks like a comment after it is none", async () => {
    const list = { enum: ["\\", "*/ evil(); /*", "`"], description: 'ends in "\\"' };
    const properties = { a: { const: "\\" }, "b\\": { const: "/* " }, list };
    const results = { type: "array", items: { type: "object", properties } };
    const generated = await generateFrom({
      "a.json": {
        openapi: "3.1.0",
        info: { title: "t", version: "1" },
        servers: [{ url: "https://api.example.com" }],
        paths: {
          "/things/batch/read": {
            post: {
              requestBody: {
                content: {
                  "application/json": {
                    schema: { type: "object", properties: { inputs: results } },
                  },
                },
              },
              responses: {
                200: {
                  description: "",
                  content: {
                    "application/json": { schema: { type: "object", properties: { results } } },
                  },
                },
              },
            },
          },
        },
        components: { schemas: { List: list } },
      },
    });
    const own = generated.files.filter(
      ({ path }) => path.endsWith(".ts") && !path.startsWith("src/runtime/"),
    );
    expect(own.flatMap(({ path, text }) => strangers(path, text))).toEqual([]);
    expect(problems({ backslashes: filesOf(generated) })).toEqual([]);
  });
});
