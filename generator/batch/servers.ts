/** `placeOf` and `withoutServer`: the servers of an operation with an absolute URL, and the variables in their URLs. */
import type { Diagnostic } from "../base/diagnostics.js";
import { isObject, listOf, own, type JsonObject } from "../base/json.js";
import type { ServerTemplate, ServerVariable } from "./model.js";
import { text, type RawOperation } from "../openapi/operations.js";

/** The URL that requests go to by default, and the servers to choose from. */
export function placeOf(raw: RawOperation): {
  readonly baseUrl: string;
  readonly servers: readonly ServerTemplate[];
} {
  const servers = serversOf(raw);
  const [usual] = servers;
  const isChoice = servers.length > 1 || (usual?.variables.length ?? 0) > 0;
  return { baseUrl: (usual && filledIn(usual)) ?? "", servers: isChoice ? servers : [] };
}

/** @param raw the first operation of a document without an absolute server URL */
export function withoutServer(raw: RawOperation): Diagnostic {
  const [server] = raw.servers;
  const url = server && relativeUrl(server.value);
  const path = url !== undefined && url.startsWith("/") ? url : undefined;
  return {
    code: "no-server",
    severity: "info",
    message: `expected an absolute server URL, found ${url ? `\`${url}\`` : "none"}`,
    location: raw.spec.locate(server?.pointer ?? "/servers"),
    hint:
      "Callers of the generated package give `baseUrl` to `createClient`" +
      (path === undefined ? "." : `, one that ends in \`${path}\`.`),
  };
}

/** The servers with an absolute URL, the default first; one with `http` only if none has the same URL with `https`. */
function serversOf({ servers }: RawOperation): readonly ServerTemplate[] {
  const templates = servers.map(({ value }) => templateOf(value)).filter(isAbsolute);
  const urls = new Set(templates.map(({ url }) => url));
  const distinct = templates.filter(
    ({ url }, index) =>
      templates.findIndex((other) => other.url === url) === index &&
      !(url.startsWith("http:") && urls.has(url.replace("http:", "https:"))),
  );
  const usual = distinct.find((server) => filledIn(server) !== undefined);
  return usual ? [usual, ...distinct.filter((other) => other !== usual)] : distinct;
}

/** The URL with the defaults of its variables; undefined if one has no default. */
function filledIn({ url, variables }: ServerTemplate): string | undefined {
  if (variables.some((variable) => variable.default === undefined)) return undefined;
  return fill(url, variables, "");
}

/** The URL of a server that is not absolute, with the defaults of its variables. */
function relativeUrl(server: JsonObject): string {
  const { url, variables } = templateOf(server);
  return fill(url, variables, undefined);
}

function templateOf(server: JsonObject): ServerTemplate {
  const url = (text(server, "url") ?? "").replace(/^\/\//, "https://").replace(/(?<!\/)\/+$/, "");
  const declared = own(server, "variables");
  const names = [...new Set([...url.matchAll(/\{([\w.-]+)\}/g)].map(([, name = ""]) => name))];
  const variables = names.map((name): ServerVariable => {
    const found = isObject(declared) ? own(declared, name) : undefined;
    const variable = isObject(found) ? found : {};
    const usual = scalar(own(variable, "default"));
    const values = listOf(own(variable, "enum")).flatMap((value) => scalar(value) ?? []);
    const description = text(variable, "description");
    return {
      name,
      ...(usual === undefined ? {} : { default: usual }),
      ...(values.length > 0 ? { values: [...new Set(values)] } : {}),
      ...(description === undefined ? {} : { description }),
    };
  });
  const description = text(server, "description");
  return { url, variables, ...(description === undefined ? {} : { description }) };
}

const scalar = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;

/** @param otherwise the value of a variable without a default; undefined leaves its name */
const fill = (
  url: string,
  variables: readonly ServerVariable[],
  otherwise: string | undefined,
): string =>
  url.replace(/\{([\w.-]+)\}/g, (template, name: string) => {
    const variable = variables.find((one) => one.name === name);
    return variable?.default ?? otherwise ?? template;
  });

/** Variables count as filled in: one may be the scheme, or the host. */
function isAbsolute({ url, variables }: ServerTemplate): boolean {
  const filled = fill(url, variables, "x");
  return URL.canParse(filled) && /^https?:/i.test(filled);
}
