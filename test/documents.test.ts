/** `npm run documents`, which is for large documents that are not in the repository, on two small ones. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fetchDocuments, publicDocuments } from "../scripts/public-documents.js";

const root = join(import.meta.dirname, "..");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "openapi-batch-documents-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const document = (path: string) => ({
  openapi: "3.1.0",
  info: { title: "t", version: "1" },
  servers: [{ url: "https://api.example.com" }],
  paths: {
    [path]: {
      post: {
        requestBody: {
          content: {
            "application/json": {
              schema: {
                type: "object",
                properties: { inputs: { type: "array", items: { type: "object" } } },
              },
            },
          },
        },
        responses: { 200: { description: "" } },
      },
    },
  },
});

test("a row for each document, and 1 where one has an error", () => {
  writeFileSync(join(folder, "good.json"), JSON.stringify(document("/notes/batch/create")));
  writeFileSync(join(folder, "broken.json"), '{"openapi": "3.1.0", ');
  const args = ["scripts/run-ts.mjs", "scripts/documents.ts", folder];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  expect(stdout).toMatch(/^document +endpoints +errors/m);
  expect(stdout).toMatch(/^good\.json +1 +0 /m);
  expect(stdout).toMatch(/^broken\.json +0 +1 /m);
  expect(status).toBe(1);
});

test("--fetch gets each public document once, and tells which it cannot have", async () => {
  const asked: string[] = [];
  const get = (url: string): Promise<Response> => {
    asked.push(url);
    if (url.includes("stripe")) return Promise.reject(new TypeError("fetch failed"));
    return Promise.resolve(new Response("{}", { status: url.includes("square") ? 404 : 200 }));
  };
  const problems = await fetchDocuments(folder, publicDocuments, get);
  expect(problems.map((problem) => problem.replace(/^\S+ /, ""))).toEqual([
    "could not be fetched: Error: status 404",
    "could not be fetched: TypeError: fetch failed",
  ]);
  expect(readdirSync(folder)).toHaveLength(7);
  expect(readFileSync(join(folder, "netbox.json"), "utf8")).toBe("{}");
  expect(asked).toContain(
    "https://raw.githubusercontent.com/netbox-community/netbox/4926204c14d18709f6d3b656d8306cfb32f1df41/contrib/openapi.json",
  );
  await fetchDocuments(folder, publicDocuments, get);
  expect(asked).toHaveLength(11); // two again
});
