/**
 * Real documents: what they need for their batch endpoints is emitted, and its compiler finds no error. Of whole APIs
 * package.test.ts says the same.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { SchemaUse } from "../../generator/batch/model.js";
import { formatPointer, resolveRef } from "../../generator/base/pointer.js";
import type { JsonObject, JsonValue } from "../../generator/base/json.js";
import type { Spec } from "../../generator/openapi/spec.js";
import { chain, check } from "./chain.js";

const shared = new URL("../../../shared/", import.meta.url);
const present = existsSync(shared);

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function specsIn(folder: string): readonly Spec[] {
  const url = new URL(`${folder}/`, shared);
  return readdirSync(url)
    .sort()
    .flatMap((name): Spec[] => {
      const text = readFileSync(fileURLToPath(new URL(name, url)), "utf8");
      const document = (
        name.endsWith(".json") ? JSON.parse(text) : parse(text, { merge: true, maxAliasCount: -1 })
      ) as JsonObject; // of the corpora
      const version = /^3\.[012]/.exec(JSON.stringify(document["openapi"] ?? "").slice(1))?.[0];
      if (version !== "3.0" && version !== "3.1" && version !== "3.2") return [];
      const locate: Spec["locate"] = (pointer) => ({ file: name, line: 1, column: 1, pointer });
      return [{ path: name, name, version, document, hash: "", locate }];
    });
}

/** The bodies of every operation whose path says batch. */
function usesOf(spec: Spec): readonly (SchemaUse & { resource: string; hint: string })[] {
  const uses: (SchemaUse & { resource: string; hint: string })[] = [];
  const follow = (value: JsonValue | undefined): JsonValue | undefined =>
    isObject(value) && typeof value["$ref"] === "string"
      ? resolveRef(spec.document, value["$ref"])?.value
      : value;
  const add = (
    message: JsonValue | undefined,
    at: readonly string[],
    position: SchemaUse["position"],
  ): void => {
    const found = follow(message);
    const content = isObject(found) ? found["content"] : undefined;
    for (const [type, media] of Object.entries(isObject(content) ? content : {})) {
      const schema = isObject(media) ? media["schema"] : undefined;
      if (!isObject(schema)) continue;
      const pointer = formatPointer([...at, "content", type, "schema"]);
      const hint = pointer.replace(/\W+/g, "_");
      uses.push({
        spec,
        schema,
        pointer,
        position,
        resource: spec.name.replace(/\.\w+$/, ""),
        hint,
      });
    }
  };
  const { paths } = spec.document;
  for (const [path, item] of Object.entries(isObject(paths) ? paths : {}))
    for (const [method, operation] of Object.entries(isObject(item) ? item : {})) {
      if (!/batch|bulk/i.test(path) || !isObject(operation)) continue;
      add(operation["requestBody"], ["paths", path, method, "requestBody"], "request");
      const { responses } = operation;
      for (const [status, response] of Object.entries(isObject(responses) ? responses : {}))
        add(response, ["paths", path, method, "responses", status], "response");
    }
  return uses;
}

describe.skipIf(!present)("the corpora (skipped where ../shared is absent)", () => {
  it.each([["conformance", 27]])(
    "%s compiles",
    async (folder, atLeast) => {
      const specs = specsIn(folder);
      expect(specs.length).toBeGreaterThanOrEqual(atLeast);
      const uses = specs.flatMap(usesOf);
      const { shared, files } = await chain(uses);
      expect(check(files)).toEqual([]);
      const dangling = shared.diagnostics.filter(({ code }) => code === "dangling-reference");
      const unknown = shared.unknowns.filter(({ reason }) => reason === "dangling");
      expect(unknown.length).toBe(dangling.length);
      expect(shared.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    },
    120_000,
  );

  it("gives the batch endpoints of HubSpot the names that people expect", async () => {
    const { files } = await chain(specsIn("corpus/hubspot").flatMap(usesOf));
    const status = files.get("schemas/BatchStatus.ts") ?? "";
    expect(status).toContain(
      'export type BatchStatus = "CANCELED" | "COMPLETE" | "PENDING" | "PROCESSING";',
    );
    const all = [...files.values()].join("");
    expect(all.match(/"CANCELED" \| "COMPLETE" \| "PENDING" \| "PROCESSING"/g)).toHaveLength(1);
    expect(files.get("schemas/SimplePublicObjectBatchInput.ts")).toContain(
      "export interface SimplePublicObjectBatchInput {",
    );
  });
});
