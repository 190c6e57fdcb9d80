/**
 * Runs one peer on many documents, in one process: `node peers.mjs TOOL PLAN`, where PLAN is a JSON file of
 * `{ documents: [{ path, output, operations }], filtered, together, formatted }`. It counts the documents that the peer
 * fails on and goes on with the others.
 *
 * - `filtered`: emit only `operations` of each document.
 * - `together`: pass all documents as one configuration, where the tool takes several.
 * - `formatted`: format each emitted TypeScript file with prettier in the same process. (The formatting option of hey-api
 *   starts a prettier process for each document, which costs more.)
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { filesBelow } from "./measure.mjs";

const [tool, planFile] = process.argv.slice(2);
const { documents, filtered, together, formatted } = JSON.parse(readFileSync(planFile, "utf8"));

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
    const configuration = ({ path, output, operations }) => ({
      input: path,
      output,
      logs: { level: "silent", file: false },
      ...(filtered && { parser: { filters: { operations: { include: operations } } } }),
    });
    return (given) =>
      createClient(Array.isArray(given) ? given.map(configuration) : configuration(given));
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
    return async ({ path, output, operations }) => {
      const include = operations.map((operation) => {
        const pattern = operation.split(" ")[1].replaceAll(/[^\w/-]/g, "\\$&");
        return { type: "path", pattern: new RegExp(`^${pattern}$`) };
      });
      const options = filtered ? { include } : {};
      const { error } = await build({
        config: {
          root: dirname(output),
          input: { path },
          output: { path: output, clean: false },
          plugins: [
            pluginOas({ generators: [] }),
            pluginTs(options),
            pluginClient({ client: "fetch", ...options }),
          ],
        },
      });
      if (error) throw error;
    };
  },
};

const log = console.log;
console.log = () => undefined; // some greet
const generate = await tools[tool]();
const wanted = documents.filter(({ operations }) => !filtered || operations.length > 0);
let lost = 0;
for (const given of together ? [wanted] : wanted) {
  try {
    await generate(given);
  } catch (error) {
    lost += together ? given.length : 1;
    if (together || documents.length === 1) console.error(error);
  }
}
if (formatted) {
  const { format } = await import("prettier");
  for (const file of wanted
    .filter(({ output }) => existsSync(output))
    .flatMap(({ output }) => filesBelow(output, /\.ts$/))) {
    const text = readFileSync(file, "utf8");
    writeFileSync(file, await format(text, { filepath: file }));
  }
}
log(JSON.stringify({ lost }));
if (lost === documents.length) process.exitCode = 1;
