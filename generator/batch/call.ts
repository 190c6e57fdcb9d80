/**
 * `callOf`: the code that runs an endpoint, to be copied. A file of its own because the README of a package and the page of
 * `inspect` show the same code.
 */
import { literal } from "../schemas/text.js";
import { needsChunkSize } from "./endpoint-data.js";
import type { BatchApi, Endpoint, NamedService } from "./model.js";
import { typesName } from "./surface.js";

/** The package that the code imports: its name, and the members of `PackageForm` that decide how it is imported. */
export interface CalledPackage {
  readonly packageName: string;
  readonly layout?: "package" | "modules";
  readonly importExtensions?: "js" | "ts" | "none";
  readonly typesOnly?: boolean;
}

/** One endpoint, called from outside the package. */
export interface Called {
  readonly api: BatchApi;
  readonly endpoint: Endpoint;
  readonly from: CalledPackage;
}

/** What stands after the path of a module in an import. */
export const endings: Readonly<Record<NonNullable<CalledPackage["importExtensions"]>, string>> = {
  js: ".js",
  ts: ".ts",
  none: "",
};

/** How code imports a module: by the name of the package, or by a path to its file. */
export function specifierOf(
  { packageName, layout, importExtensions = "js" }: CalledPackage,
  module: string,
): string {
  if (layout === "modules") return `./${module}${endings[importExtensions]}`;
  return module === "index" ? packageName : `${packageName}/${module}`;
}

/** The name under which the code imports the resource. */
export const namespaceOf = ({ resource }: Endpoint): string =>
  resource.split("/").at(-1) ?? resource;

const serviceOf = ({ api, endpoint }: Called): NamedService["service"] | undefined =>
  api.services.find(({ name }) => name === endpoint.service)?.service;

/** Imports the resource, and `names` from the root of the package. */
export const importsOf = (
  { endpoint, from }: Called,
  ...names: readonly string[]
): readonly string[] => [
  ...(names.length > 0
    ? [`import { ${names.join(", ")} } from ${literal(specifierOf(from, "index"))};`]
    : []),
  `import * as ${namespaceOf(endpoint)} from ${literal(specifierOf(from, endpoint.resource))};`,
];

/** Makes a client. A service without a server in its documents needs one from the program. */
export const clientOf = (called: Called, ...more: readonly string[]): string => {
  const baseUrl = serviceOf(called)?.baseUrl === "" ? ["baseUrl"] : [];
  return `const client = createClient({ ${["auth: token", ...more, ...baseUrl].join(", ")} });`;
};

/** The lines of a program that runs the endpoint; of a package of types only, one that sends a request of its own. */
export const callOf = (called: Called): readonly string[] =>
  called.from.typesOnly === true ? requestOf(called) : runOf(called);

function runOf(called: Called): readonly string[] {
  const { endpoint } = called;
  const { name, paramsOptional } = endpoint;
  const options = [
    ...(paramsOptional ? [] : ["params"]),
    ...(needsChunkSize(called.api, endpoint) ? ["chunkSize: 100"] : []),
  ].join(", ");
  return [
    ...importsOf(called, "createClient"),
    "",
    clientOf(called),
    "",
    "// Any number of inputs, exactly one outcome for each of them.",
    `for await (const outcome of client.run(${namespaceOf(endpoint)}.${name}, inputs${options && `, { ${options} }`})) {`,
    '  if (outcome.kind === "ok") console.log(outcome.result);',
    '  else if (outcome.kind === "failed") console.log(outcome.error.category, outcome.error.message);',
    "  else console.log(outcome.kind, outcome.reason);",
    "}",
  ];
}

function requestOf(called: Called): readonly string[] {
  const { name, operation } = called.endpoint;
  const type = `${namespaceOf(called.endpoint)}.${typesName(name)}`;
  const url = (serviceOf(called)?.baseUrl ?? "") + operation.path;
  const hasBody = operation.items.in !== "query";
  return [
    ...importsOf(called).map((line) => line.replace("import ", "import type ")),
    "",
    ...(hasBody ? [`const body: ${type}["body"] = inputs;`] : []),
    `const method: ${type}["method"] = ${literal(operation.method)};`,
    `const response = await fetch(${literal(url)}, {`,
    "  method,",
    `  headers: { authorization: \`Bearer \${token}\`${hasBody ? ', "content-type": "application/json"' : ""} },`,
    ...(hasBody ? ["  body: JSON.stringify(body),"] : []),
    "});",
    `const reply = { status: response.status, body: await response.json() } as ${type}["reply"];`,
  ];
}
