/**
 * One peer on many documents, in one process: `node peers.mjs TOOL PLAN`, where PLAN is a JSON file of
 * `{ documents: [{ path, output, operations }], filtered }`. A document that it cannot do is counted, and the others go on.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const [tool, planFile] = process.argv.slice(2);
const { documents, filtered } = JSON.parse(readFileSync(planFile, "utf8"));

const tools = {
  async "openapi-typescript"() {
    const { default: openapiTS, astToString } = await import("openapi-typescript");
    return async ({ path, output }) => {
      const text = astToString(await openapiTS(pathToFileURL(path), { silent: true }));
      mkdirSync(output, { recursive: true });
      writeFileSync(join(output, "index.ts"), text);
    };
  },
  async "hey-api"() {
    const { createClient } = await import("@hey-api/openapi-ts");
    return async ({ path, output, operations }) => {
      await createClient({
        input: path,
        output,
        logs: { level: "silent", file: false },
        ...(filtered && { parser: { filters: { operations: { include: operations } } } }),
      });
    };
  },
  async oazapfts() {
    const { generateSource } = await import("oazapfts");
    return async ({ path, output }) => {
      const text = await generateSource(path);
      mkdirSync(output, { recursive: true });
      writeFileSync(join(output, "index.ts"), text);
    };
  },
  async orval() {
    const { generate } = await import("orval");
    return async ({ path, output }) => {
      mkdirSync(output, { recursive: true });
      await generate(
        {
          input: { target: path },
          output: { target: join(output, "index.ts"), client: "fetch", mode: "single" },
        },
        dirname(output),
      );
    };
  },
  async kubb() {
    const { build } = await import("@kubb/core");
    const { pluginOas } = await import("@kubb/plugin-oas");
    const { pluginTs } = await import("@kubb/plugin-ts");
    const { pluginClient } = await import("@kubb/plugin-client");
    return async ({ path, output }) => {
      const { error } = await build({
        config: {
          root: dirname(output),
          input: { path },
          output: { path: output, clean: false },
          plugins: [pluginOas({ generators: [] }), pluginTs(), pluginClient({ client: "fetch" })],
        },
      });
      if (error) throw error;
    };
  },
};

const log = console.log;
console.log = () => undefined; // some greet
const generate = await tools[tool]();
let lost = 0;
for (const document of documents) {
  if (filtered && document.operations.length === 0) continue;
  try {
    await generate(document);
  } catch (error) {
    lost++;
    if (documents.length === 1) console.error(error);
  }
}
log(JSON.stringify({ lost }));
if (lost === documents.length) process.exitCode = 1;
