/** A document to change, and packages made of it in memory. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emitPackage } from "../../generator/emit/package.js";
import { buildModel } from "../../generator/batch/build.js";
import { modelDocument } from "../../generator/batch/document.js";
import { describe } from "../../generator/diff/describe.js";
import type { Description } from "../../generator/diff/description.js";
import { read } from "../../generator/openapi/read.js";
import type { Files } from "../emit/compile.js";

/** A part of a document, to be changed in ways that its own type would not allow. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- every test changes another shape
type Loose = any;

/** The document before the change. Each call makes one to be changed at will. */
export function things() {
  const json = (schema: object) => ({ content: { "application/json": { schema } } });
  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  const results = { type: "array", items: ref("Thing") };
  return {
    openapi: "3.1.0",
    info: { title: "Things", version: "1" },
    servers: [{ url: "https://things.example" }],
    paths: {
      "/things/batch/update": {
        post: {
          "x-batch": {
            items: { at: "/inputs" },
            kind: "update",
            limit: { items: 100 },
            results: { at: "/results" },
          },
          parameters: [
            { name: "lang", in: "query", schema: { type: "string", enum: ["de", "en"] } },
            { name: "space", in: "query", required: true, schema: { type: "string" } },
          ] as object[],
          requestBody: json({
            type: "object",
            properties: { inputs: { type: "array", items: ref("ThingInput") } },
          }),
          responses: {
            "200": { description: "", ...json({ type: "object", properties: { results } }) },
            "207": { description: "", ...json({ type: "object", properties: { results } }) },
            default: { description: "", ...json(ref("Problem")) },
          } as Record<string, object>,
        } as Record<string, Loose>,
      },
    } as Record<string, Record<string, Loose>>,
    components: {
      schemas: {
        ThingInput: {
          type: "object",
          required: ["id"],
          properties: {
            id: { type: "string" },
            note: { type: "string" },
            mode: { type: "string", enum: ["hard", "soft"] },
            size: { type: ["number", "null"] },
            tags: { type: "array", items: { type: "string" } },
          },
        },
        Thing: {
          type: "object",
          required: ["id", "state", "extra", "shape"],
          properties: {
            id: { type: "string" },
            state: { type: "string", enum: ["made", "refused"] },
            url: { type: "string" },
            extra: { type: ["string", "number"] },
            shape: { oneOf: [ref("Circle"), ref("Square")] },
            parent: ref("Thing"),
            word: { type: "string" },
          },
        },
        Circle: {
          type: "object",
          required: ["kind", "radius"],
          properties: { kind: { const: "circle" }, radius: { type: "number" } },
        },
        Square: {
          type: "object",
          required: ["kind", "side"],
          properties: { kind: { const: "square" }, side: { type: "number" } },
        },
        Problem: {
          type: "object",
          required: ["message"],
          properties: { message: { type: "string" } },
        },
      } as Record<string, Loose>,
    },
  };
}

export type Things = ReturnType<typeof things>;

export interface Made {
  readonly description: Description;
  readonly files: Files;
}

export async function make(document: object, openEnums = false): Promise<Made> {
  const cwd = mkdtempSync(join(tmpdir(), "openapi-batch-"));
  try {
    writeFileSync(join(cwd, "things.json"), JSON.stringify(document));
    const found = await read({ cwd, paths: ["things.json"], overlays: [] });
    const { api, diagnostics } = buildModel(
      found.specs.map((spec) => modelDocument(spec, { openEnums })),
    );
    const mistakes = [...found.diagnostics, ...diagnostics].filter((d) => d.severity === "error");
    if (mistakes.length > 0) throw new Error(JSON.stringify(mistakes));
    const files = [...emitPackage(api, { name: "things" })];
    return {
      description: describe(api),
      files: new Map(files.map(({ path, text }) => [path, text])),
    };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
