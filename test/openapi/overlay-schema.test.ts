/** `overlay.schema.json`: editors complete and check overlays by it. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { parse } from "yaml";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const json = (path: string) => JSON.parse(read(path)) as object; // our own files

const at = "generator/openapi/overlay.schema.json";
const xBatch = "generator/batch/x-batch/x-batch.schema.json";
const ajv = new Ajv2020({ strict: false });
ajv.addSchema(json(xBatch), `file:///${xBatch}`);
const check = ajv.compile({ ...json(at), $id: `file:///${at}` });

const presets = readdirSync(join(root, "presets"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `presets/${name}/overlay.yaml`);

test.each(presets)("%s is an overlay", (path) => {
  check(parse(read(path), { merge: true }));
  expect(check.errors ?? []).toEqual([]);
});

const overlay = (action: object) => ({
  overlay: "1.0.0",
  info: { title: "t", version: "1" },
  actions: [action],
});
const target = "$.paths['/a'].post";

test.each<[name: string, given: unknown, at: string]>([
  ["no actions", { overlay: "1.0.0", info: { title: "t", version: "1" } }, ""],
  ["another version", { ...overlay({ target }), overlay: "2.0.0" }, "/overlay"],
  ["a misspelt member of an action", overlay({ target, updat: {} }), "/actions/0"],
  ["a target that is no JSONPath", overlay({ target: "/paths" }), "/actions/0/target"],
  ["a misspelt field", overlay({ target, update: { "x-batch": { limits: {} } } }), "/actions/0/update/x-batch"],
  ["an x-batch that is deeper", overlay({ target: "$", update: { paths: { "/a": { post: { "x-batch": { kind: 1 } } } } } }), "/actions/0/update/paths/~1a/post/x-batch/kind"],
])("%s is a mistake", (_, given, where) => {
  expect(check(given)).toBe(false);
  expect(check.errors?.map(({ instancePath }) => instancePath)).toContain(where);
}); // prettier-ignore
