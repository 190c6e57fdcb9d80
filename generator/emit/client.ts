/** The module that makes clients: `createClient` with what the services have in common, and with typed credentials. */
import type { BatchApi } from "../batch/model.js";
import type { SecurityScheme } from "../runtime/endpoint/operation.js";
import { settledIf, widest } from "./layout.js";
import { banner, print, type Statement } from "./print.js";
import { serverOptions, type ServerOptions } from "./servers.js";
import { defaultsName } from "./services.js";
import { doc, propertyName } from "../schemas/text.js";

const purpose =
  "A client for the endpoints of this package. It sends nothing until it is asked to, and shares nothing with other clients but what it is given.";

export function clientModule(api: BatchApi): string {
  const names = api.services.map(({ name }) => name);
  const { schemes, own, servers } = needsOf(api);
  return (
    banner +
    print([
      ...(schemes.size > 0 ? [imported("./runtime/send/auth.js", ["Auth", "Credential"], true)] : []),
      imported("./runtime/send/client.js", [
        "createClient as create",
        "type BatchClient",
        `type ClientOptions${own ? " as CommonOptions" : ""}`,
      ]),
      ...(servers.types.length > 0 ? [imported("./runtime/endpoint/server.js", ["serverUrl"])] : []),
      ...(names.length > 0
        ? [
            imported(
              "./service.js",
              names.flatMap((name) => [defaultsName(name), name]),
            ),
          ]
        : []),
    ]) +
    "\n" +
    clientSource(api)
  );
}

/**
 * The module without its imports. The runtime's function is `create` in it, and the runtime's options are
 * `CommonOptions` where the package has options of its own.
 * @param localOf what a constant of the package is called there. Default: as it is
 */
export function clientSource(
  api: BatchApi,
  localOf: (name: string) => string = (name) => name,
): string {
  const { schemes, optional, own, servers } = needsOf(api);
  const services = api.services
    .map(({ name }) => `[${localOf(name)}, ${servers.defaults(name, localOf(defaultsName(name)))}]`)
    .join(", ");
  const options = servers.types.length > 0 ? "{ server, ...options }" : "options";
  // Without `auth` and `server`, there is nothing that must be said.
  const none = optional && !servers.required ? " = {}" : "";
  return (
    (schemes.size > 0 ? credentials(api, schemes) : "") +
    servers.declarations +
    (own ? optionsType(schemes.size > 0, optional, servers) : "") +
    made(
      `export const createClient = (${options}: ClientOptions${none}): BatchClient =>`,
      `create(${optional ? "{ auth: { sign: (request) => request }, ...options }" : "options"}, new Map([${services}]));`,
      servers.types.length === 0,
    )
  );
}

/** A function that is one expression, which has lines of its own where it is not simple. */
function made(head: string, body: string, isSimple: boolean): string {
  const line = `${head} ${body}`;
  const text = line.length <= widest ? line : `${head}\n  ${body}`;
  return `${settledIf(isSimple ? text : undefined, line, doc([purpose]))}\n`;
}

const imported = (from: string, names: readonly string[], isTypeOnly = false): Statement => ({
  kind: "import",
  isTypeOnly,
  from,
  names: names.map((name) => ({ name })),
});

/** Whether the package has options of its own for a client. */
export const hasOwnOptions = (api: BatchApi): boolean => needsOf(api).own;

/** What it declares for the choice of a server, besides what it exports. */
export const serverConstants = (api: BatchApi): readonly string[] => needsOf(api).servers.constants;

/** What the package's index has of it. */
export function clientExports(api: BatchApi): readonly string[] {
  const { schemes, own, servers } = needsOf(api);
  return [
    "createClient",
    ...(own ? ["type ClientOptions"] : []),
    ...(schemes.size > 0 ? ["type Credentials"] : []),
    ...servers.types.map((type) => `type ${type}`),
  ];
}

interface Needs {
  readonly schemes: ReturnType<typeof schemesOf>;
  /** Anybody may call every endpoint. */
  readonly optional: boolean;
  /** The options differ from those of the runtime. */
  readonly own: boolean;
  readonly servers: ServerOptions;
}

function needsOf(api: BatchApi): Needs {
  const schemes = schemesOf(api);
  const optional = api.endpoints.length > 0 && api.endpoints.every(isAnonymous);
  const servers = serverOptions(api);
  const { member, baseUrl } = servers;
  const own = schemes.size > 0 || optional || member !== "" || baseUrl !== undefined;
  return { schemes, optional, own, servers };
}

/** An endpoint that may be called by anybody. */
const isAnonymous = ({ operation: { auth } }: BatchApi["endpoints"][number]): boolean =>
  auth !== undefined && (auth.length === 0 || auth.some((names) => names.length === 0));

/** What services mean by a name; two may mean different things by one. */
function schemesOf(api: BatchApi): ReadonlyMap<string, readonly SecurityScheme[]> {
  const schemes = new Map<string, SecurityScheme[]>();
  for (const { service } of api.services)
    for (const [name, scheme] of Object.entries(service.security ?? {}))
      schemes.set(name, [...(schemes.get(name) ?? []), scheme]);
  return new Map([...schemes].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The alternatives, where all endpoints have the same; else any of the credentials. */
function credentials(
  api: BatchApi,
  schemes: ReadonlyMap<string, readonly SecurityScheme[]>,
): string {
  const asked = new Set(api.endpoints.map(({ operation }) => JSON.stringify(operation.auth)));
  const [only] = api.endpoints;
  const alternatives = asked.size === 1 ? only?.operation.auth : undefined;
  const member = (name: string, required: boolean): string =>
    indented(doc([...new Set((schemes.get(name) ?? []).map(told))])) +
    `  readonly ${propertyName(name)}${required ? "" : "?"}: ${
      (schemes.get(name) ?? []).some(({ type }) => type === "basic") ? "Credential" : "string"
    };\n`;
  const types = alternatives
    ? alternatives
        .filter((names) => names.length > 0)
        .map((names) => `{\n${names.map((name) => member(name, true)).join("")}}`)
    : [`{\n${[...schemes.keys()].map((name) => member(name, false)).join("")}}`];
  const text = `export type Credentials = ${types.join(" | ")};`;
  const about = doc(["Credentials by the names of the documents' security schemes."]);
  return `${settledIf(types.length === 1 ? text : undefined, text, about)}\n\n`;
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, "  ");

function told(scheme: SecurityScheme): string {
  if (scheme.type === "basic") return "A user's name and password (HTTP basic).";
  if (scheme.type === "bearer") return "A bearer token.";
  const place = { header: "header", query: "query parameter", cookie: "cookie" }[scheme.in];
  return `An API key, sent in the ${place} \`${scheme.name.replaceAll("`", "'")}\`.`;
}

function optionsType(
  credentials: boolean,
  optional: boolean,
  { member, baseUrl, required }: ServerOptions,
): string {
  const type = credentials
    ? "Exclude<Auth, { readonly credentials: unknown }> | { readonly credentials: Credentials }"
    : 'CommonOptions["auth"]';
  const replaced = [
    ...(credentials || optional ? ["auth"] : []),
    ...(baseUrl === undefined ? [] : ["baseUrl"]),
  ];
  const common =
    replaced.length > 0
      ? `Omit<CommonOptions, ${replaced.map((name) => JSON.stringify(name)).join(" | ")}>`
      : "CommonOptions";
  const about = doc([
    "How requests prove who is calling: a token, or credentials by the names of the documents.",
    optional ? "Left out: they do not say." : undefined,
  ]);
  const auth = `readonly auth${optional ? "?" : ""}:`;
  if (replaced.length === 1 && replaced[0] === "auth" && member === "") {
    const space = credentials ? "\n    " : " ";
    const text = `export type ClientOptions = ${common} & {\n${indented(about)}  ${auth}${space}${type};\n};`;
    return `${settledIf(text, text)}\n\n`;
  }
  const members =
    (credentials || optional ? `${about}${auth} ${type};\n` : "") +
    (baseUrl === undefined
      ? ""
      : doc(["Where requests go. Default: the first of the servers that the document names."]) +
        `readonly baseUrl?: ${baseUrl};\n`) +
    (required ? "" : member);
  return (
    `export type ClientOptions = ${common}` +
    (members === "" ? "" : ` & {\n${members}}`) +
    // Whoever says where requests go needs no server of the document.
    (required ? ` & ({\n${member}} | { readonly baseUrl: string; readonly server?: never })` : "") +
    ";\n\n"
  );
}
