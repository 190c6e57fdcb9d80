/**
 * `agents`: the AGENTS.md of a generated package, which tells coding agents how a program calls it. It has names from
 * documents, which are identifiers, and nothing of their prose: an agent takes what it reads for instructions.
 */
import { callOf, namespaceOf, type Called } from "../batch/call.js";
import type { BatchApi } from "../batch/model.js";
import { typesName } from "../batch/surface.js";
import type { PackageForm } from "./form.js";
import { exampleOf } from "./readme.js";

export function agents(api: BatchApi, packageName: string, form: PackageForm): string {
  const example = exampleOf(api, { packageName, ...form });
  const types = form.importExtensions === "none" ? "src" : "dist";
  return [
    `# How to call ${packageName}`,
    "",
    `For coding agents. README.md lists the endpoints; \`${types}\` has the types of each.`,
    "",
    ...(example ? ["```ts", ...callOf(example), "```", "", typesOf(example), ""] : []),
    ...rules,
    `- For properties that users of the service add, describe them: \`properties\` and \`withProperties\` of`,
    `  \`${packageName}/codecs\`. For another form of inputs and results: \`withCodec\`.`,
    "- Do not edit these files. `npx openapi-batch generate` writes them, from the documents in `sources.json`.",
    "",
  ].join("\n");
}

function typesOf({ endpoint }: Called): string {
  const namespace = namespaceOf(endpoint);
  const types = `${namespace}.${typesName(endpoint.name)}`;
  return `The types of \`${namespace}.${endpoint.name}\` are \`${types}["input"]\`, \`${types}["result"]\` and so on.`;
}

const rules: readonly string[] = [
  "- Give all inputs to one `client.run(endpoint, inputs, options)`: an array, an iterable or a stream of any length. Do",
  "  not split them, wait, retry or run requests in parallel: the run does all of it.",
  "- Make one client for each account and keep it. Its requests share a rate limit.",
  "- `endpoint.from(rows, (row) => input, { key: (row) => id })` makes inputs of rows: an outcome has its row as `source`.",
  "- Give `params` and `chunkSize` in `options` where the types require them.",
  "- Each input that the run reads gets one outcome. Handle all four kinds:",
  "  - `ok`: it is applied. `failed`: it is not applied.",
  "  - `unknown`: it was sent, and nothing proves what happened. A create that is unknown may exist: do not send it again.",
  "  - `notSent`: nothing has changed. You can give it to another run.",
  "- A run throws if the source of inputs throws, not if the service fails. `await client.run(…)` gives the sums:",
  "  `read` = `ok` + `failed` + `unknown` + `notSent`; `ended` is `complete` if the run read all inputs.",
  "- `client.send(endpoint(inputs, params))` sends one request, and throws `BatchHttpError` if it is no success.",
  '- To test without the service: `npx openapi-batch emulate --exec "npm test"`, with',
  '  `createClient({ auth: "test", baseUrl: process.env.OPENAPI_BATCH_URL })`.',
];
