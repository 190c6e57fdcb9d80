/** The module that makes clients: `createClient` with what the services have in common, and with typed credentials. */
import type { BatchApi } from "../model/model.js";
import type { SecurityScheme } from "../runtime/operation.js";
import { settledIf, widest } from "./layout.js";
import { banner, print, type Statement } from "./print.js";
import { doc, propertyName } from "./text.js";

const purpose =
  "A client for the endpoints of this package. It sends nothing until it is asked to, and shares nothing with other clients but what it is given.";

/** @param defaultsName the constant of service.ts with the defaults of a service */
export function clientModule(api: BatchApi, defaultsName: (service: string) => string): string {
  const names = api.services.map(({ name }) => name);
  const services = `new Map([${names.map((name) => `[${name}, ${defaultsName(name)}]`).join(", ")}])`;
  const { schemes, optional, own } = needsOf(api);
  return (
    banner +
    print([
      ...(schemes.size > 0 ? [imported("./runtime/auth.js", ["Auth", "Credential"], true)] : []),
      imported("./runtime/client.js", [
        "createClient as create",
        "type BatchClient",
        `type ClientOptions${own ? " as CommonOptions" : ""}`,
      ]),
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
    (schemes.size > 0 ? credentials(api, schemes) : "") +
    (own ? options(schemes.size > 0, optional) : "") +
    made(
      `export const createClient = (options: ClientOptions${optional ? " = {}" : ""}): BatchClient =>`,
      `create(${optional ? "{ auth: { sign: (request) => request }, ...options }" : "options"}, ${services});`,
    )
  );
}

/** A function that is one expression. */
function made(head: string, body: string): string {
  const line = `${head} ${body}`;
  const text = line.length <= widest ? line : `${head}\n  ${body}`;
  return `${settledIf(text, line, doc([purpose]))}\n`;
}

const imported = (from: string, names: readonly string[], isTypeOnly = false): Statement => ({
  kind: "import",
  isTypeOnly,
  from,
  names: names.map((name) => ({ name })),
});

/** What the package's index has of it. */
export function clientExports(api: BatchApi): readonly string[] {
  const { schemes, own } = needsOf(api);
  return [
    "createClient",
    ...(own ? ["type ClientOptions"] : []),
    ...(schemes.size > 0 ? ["type Credentials"] : []),
  ];
}

interface Needs {
  readonly schemes: ReturnType<typeof schemesOf>;
  /** Anybody may call every endpoint. */
  readonly optional: boolean;
  /** The options differ from those of the runtime. */
  readonly own: boolean;
}

function needsOf(api: BatchApi): Needs {
  const schemes = schemesOf(api);
  const optional = api.endpoints.length > 0 && api.endpoints.every(isAnonymous);
  return { schemes, optional, own: schemes.size > 0 || optional };
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

function options(credentials: boolean, optional: boolean): string {
  const type = credentials
    ? "\n    Exclude<Auth, { readonly credentials: unknown }> | { readonly credentials: Credentials }"
    : ' CommonOptions["auth"]';
  const text =
    'export type ClientOptions = Omit<CommonOptions, "auth"> & {\n' +
    indented(
      doc([
        "How requests prove who is calling: a token, or credentials by the names of the documents.",
        optional ? "Left out: they do not say." : undefined,
      ]),
    ) +
    `  readonly auth${optional ? "?" : ""}:${type};\n};`;
  return `${settledIf(text, text)}\n\n`;
}
