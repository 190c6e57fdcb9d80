/**
 * Texts of documents in files and logs: control characters and marks that reorder a line stand nowhere raw, commands of
 * CI systems are none, and the values that code has are still those of the document.
 */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { load } from "../emit/compile.js";
import { command } from "./command.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "openapi-batch-printable-"));
  mkdirSync(join(folder, "specs"));
  writeFileSync(join(folder, "package.json"), "{}");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const evil =
  "a\u0000b\u001b[31mc\u0007d\u009be\u202ef\u2066g\u200eh\u2028i\u2029j\ufeffk##vso[task.setvariable variable=x]y##[error]z";

/** Nothing that a terminal, an editor or a CI system obeys. Line ends and tabs are layout. */
const raw =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;
const commands = /##\w*\[/;

const text = { type: "string", description: evil, title: evil, default: evil };
const document = {
  openapi: "3.1.0",
  info: { title: evil, version: evil, description: evil },
  servers: [{ url: "https://api.example.com", description: evil }],
  tags: [{ name: evil }],
  paths: {
    [`/${evil}/batch/create`]: {
      summary: evil,
      post: {
        operationId: evil,
        summary: evil,
        description: evil,
        externalDocs: { url: `https://example.com/${evil}` },
        parameters: [
          { name: evil, in: "query", description: evil, schema: text },
          { name: "nowhere", in: evil, schema: text }, // told in a diagnostic
        ],
        requestBody: {
          content: {
            "application/json": {
              schema: {
                type: "object",
                properties: {
                  inputs: {
                    type: "array",
                    items: {
                      type: "object",
                      properties: {
                        [evil]: text,
                        list: { type: "string", enum: [evil, "b"], description: evil },
                        ref: { $ref: `#/components/schemas/${evil}` },
                        gone: { $ref: `#/components/schemas/gone ${evil}` },
                      },
                    },
                  },
                },
              },
            },
          },
        },
        responses: { "200": { description: evil } },
      },
    },
  },
  components: { schemas: { [evil]: { type: "object", properties: { a: text } } } },
};

test("in the files of a package, and its lock", async () => {
  writeFileSync(join(folder, "specs/a.json"), JSON.stringify(document));
  expect((await command(folder, "generate", "--no-cache")).code).toBe(0);
  const files = readdirSync(join(folder, "generated"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const texts = new Map(
    files.map((file) => [
      file.slice(join(folder, "generated/").length),
      readFileSync(file, "utf8"),
    ]),
  );
  expect([...texts.keys()]).toEqual(
    expect.arrayContaining([
      "README.md",
      "openapi-batch.lock",
      "openapi-batch.api",
      "package.json",
    ]),
  );
  expect([...texts].filter(([, text]) => raw.test(text)).map(([path]) => path)).toEqual([]);
  const [module, source] = [...texts].find(([, text]) => /Values = \[/.test(text)) ?? ["", ""];
  expect(source).toContain("\\u202e");
  // The escape is the same character: code has the document's own values.
  const exported = await load(texts, module.replace(/\.ts$/, ""));
  expect(Object.values(exported)).toContainEqual([evil, "b"]);
});

test.each(["text", "json", "sarif", "github"])(
  "in the diagnostics of --reporter %s",
  async (reporter) => {
    const broken = JSON.stringify({
      ...document,
      info: 1,
      paths: { ...document.paths, [evil]: {} },
    });
    writeFileSync(join(folder, "specs/a.json"), broken);
    writeFileSync(join(folder, `specs/##vso[b] ##[c].yaml`), 'openapi: 3.1.0\n"\\e": [\n');
    const { stdout, stderr } = await command(
      folder,
      "generate",
      "--no-cache",
      "--reporter",
      reporter,
    );
    const printed = stdout + stderr;
    expect(printed).toContain("path-without-slash");
    expect(printed).toContain("vso");
    for (const line of printed.split("\n")) {
      expect(line).not.toMatch(raw);
      expect(line).not.toMatch(commands);
    }
  },
);

test("in what inspect prints", async () => {
  writeFileSync(join(folder, "specs/a.json"), JSON.stringify(document));
  for (const flags of [[], ["--all"], ["--json"], ["--suggest"]]) {
    const { stdout, stderr } = await command(folder, "inspect", ...flags);
    for (const line of (stdout + stderr).split("\n")) {
      expect(line).not.toMatch(raw);
      expect(line).not.toMatch(commands);
    }
  }
});
