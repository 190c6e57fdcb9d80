/** Exports the module `client`: `createClient` with what the services have in common, and with typed credentials. */
import {
  StructureKind,
  VariableDeclarationKind,
  type StatementStructures,
  type TypeAliasDeclarationStructure,
} from "ts-morph";
import { byCodePoint } from "../base/order.js";
import type { BatchApi } from "../batch/model.js";
import type { SecurityScheme } from "../runtime/endpoint/operation.js";
import { literal, propertyName } from "../schemas/text.js";
import { docs } from "./docs.js";
import type { Import, Module } from "./module.js";
import { serverOptions, type Property, type ServerOptions } from "./servers.js";
import { defaultsName } from "./services.js";
import { bracketed, intersectionType, objectType, unionType } from "./type-text.js";

const purpose =
  "A client for the endpoints of this package. It sends nothing until it is asked to, and shares nothing with other clients but what it is given.";

/** What the options of a client of this package depend on. */
interface ClientForm {
  /** By their names in the documents. Two services may mean different things by one name. */
  readonly schemes: ReadonlyMap<string, readonly SecurityScheme[]>;
  /** Every endpoint can be called without credentials. */
  readonly isAuthOptional: boolean;
  /** The options differ from those of the runtime. */
  readonly hasOptions: boolean;
  readonly servers: ServerOptions;
}

export function clientModule(api: BatchApi): Module {
  const form = formOf(api);
  const { schemes, hasOptions, servers } = form;
  return {
    path: "client",
    documents: api.sources.map(({ name }) => name),
    imports: importsOf(api, form),
    statements: [
      ...(schemes.size > 0 ? [credentialsType(api, schemes)] : []),
      ...servers.declarations,
      ...(hasOptions ? [optionsType(form)] : []),
      createClient(api, form),
    ],
  };
}

/** What the package's index exports of it. */
export function clientExports(
  api: BatchApi,
): readonly { readonly name: string; readonly isTypeOnly: boolean }[] {
  const { schemes, hasOptions, servers } = formOf(api);
  const types = [
    ...(hasOptions ? ["ClientOptions"] : []),
    ...(schemes.size > 0 ? ["Credentials"] : []),
    ...servers.types,
  ];
  return [
    { name: "createClient", isTypeOnly: false },
    ...types.map((name) => ({ name, isTypeOnly: true })),
  ];
}

function formOf(api: BatchApi): ClientForm {
  const schemes = schemesOf(api);
  const isAuthOptional = api.endpoints.length > 0 && api.endpoints.every(isAnonymous);
  const servers = serverOptions(api);
  const hasOptions =
    schemes.size > 0 ||
    isAuthOptional ||
    servers.member !== undefined ||
    servers.baseUrl !== undefined;
  return { schemes, isAuthOptional, hasOptions, servers };
}

/** An endpoint that needs no credentials. */
const isAnonymous = ({ operation: { auth } }: BatchApi["endpoints"][number]): boolean =>
  auth !== undefined && (auth.length === 0 || auth.some((names) => names.length === 0));

function schemesOf(api: BatchApi): ClientForm["schemes"] {
  const schemes = new Map<string, SecurityScheme[]>();
  for (const { service } of api.services)
    for (const [name, scheme] of Object.entries(service.security ?? {}))
      schemes.set(name, [...(schemes.get(name) ?? []), scheme]);
  return new Map([...schemes].sort(([a], [b]) => byCodePoint(a, b)));
}

function importsOf(api: BatchApi, { schemes, hasOptions, servers }: ClientForm): readonly Import[] {
  const client = "runtime/send/client";
  const isBasic = ({ type }: SecurityScheme): boolean => type === "basic";
  const named = [...schemes.values()].flat().some(isBasic);
  const auth = ["Auth", ...(named ? ["Credential"] : [])];
  return [
    ...(schemes.size > 0
      ? auth.map((name) => ({ from: "runtime/send/auth", name, isType: true }))
      : []),
    { from: client, name: "createClient", as: "create" },
    { from: client, name: "BatchClient", isType: true },
    {
      from: client,
      name: "ClientOptions",
      isType: true,
      ...(hasOptions ? { as: "CommonOptions" } : {}),
    },
    ...(servers.types.length > 0 ? [{ from: "runtime/endpoint/server", name: "serverUrl" }] : []),
    ...api.services.flatMap(({ name }) =>
      [defaultsName(name), name].map((constant) => ({ from: "service", name: constant })),
    ),
  ];
}

function createClient(api: BatchApi, { isAuthOptional, servers }: ClientForm): StatementStructures {
  const services = api.services
    .map(({ name }) => `[${name}, ${servers.defaults(name, defaultsName(name))}]`)
    .join(", ");
  const options = servers.types.length > 0 ? "{ server, ...options }" : "options";
  const otherwise = isAuthOptional && !servers.required ? " = {}" : "";
  const given = isAuthOptional ? "{ auth: { sign: (request) => request }, ...options }" : "options";
  return {
    kind: StructureKind.VariableStatement,
    docs: docs([purpose]),
    isExported: true,
    declarationKind: VariableDeclarationKind.Const,
    declarations: [
      {
        name: "createClient",
        initializer: `(${options}: ClientOptions${otherwise}): BatchClient => create(${given}, new Map([${services}]))`,
      },
    ],
  };
}

/** The alternatives, where all endpoints have the same; else any of the credentials. */
function credentialsType(
  api: BatchApi,
  schemes: ClientForm["schemes"],
): TypeAliasDeclarationStructure {
  const requirements = new Set(
    api.endpoints.map(({ operation }) => JSON.stringify(operation.auth)),
  );
  const [only] = api.endpoints;
  const alternatives = requirements.size === 1 ? only?.operation.auth : undefined;
  const member = (name: string, isRequired: boolean): Property => {
    const meanings = schemes.get(name) ?? [];
    return {
      docs: docs([...new Set(meanings.map(describe))]),
      isReadonly: true,
      name: propertyName(name),
      hasQuestionToken: !isRequired,
      type: meanings.some(({ type }) => type === "basic") ? "Credential" : "string",
    };
  };
  const types = alternatives
    ? alternatives
        .filter((names) => names.length > 0)
        .map((names) => objectType(names.map((name) => member(name, true))))
    : [objectType([...schemes.keys()].map((name) => member(name, false)))];
  return {
    kind: StructureKind.TypeAlias,
    docs: docs(["Credentials by the names of the documents' security schemes."]),
    isExported: true,
    name: "Credentials",
    type: unionType(types),
  };
}

function describe(scheme: SecurityScheme): string {
  if (scheme.type === "basic") return "A user's name and password (HTTP basic).";
  if (scheme.type === "bearer") return "A bearer token.";
  const place = { header: "header", query: "query parameter", cookie: "cookie" }[scheme.in];
  return `An API key, sent in the ${place} \`${scheme.name.replaceAll("`", "'")}\`.`;
}

function optionsType({
  schemes,
  isAuthOptional,
  servers: { member, baseUrl, required },
}: ClientForm): TypeAliasDeclarationStructure {
  const hasAuth = schemes.size > 0 || isAuthOptional;
  const replaced = [...(hasAuth ? ["auth"] : []), ...(baseUrl === undefined ? [] : ["baseUrl"])];
  const common =
    replaced.length > 0
      ? `Omit<CommonOptions, ${replaced.map(literal).join(" | ")}>`
      : "CommonOptions";
  const properties: readonly Property[] = [
    ...(hasAuth ? [authMember(schemes.size > 0, isAuthOptional)] : []),
    ...(baseUrl === undefined ? [] : [baseUrlMember(baseUrl)]),
    ...(required || member === undefined ? [] : [member]),
  ];
  return {
    kind: StructureKind.TypeAlias,
    isExported: true,
    name: "ClientOptions",
    type: intersectionType([
      common,
      ...(properties.length > 0 ? [objectType(properties)] : []),
      // With an address of its own, a client needs no server of the document.
      ...(required && member !== undefined
        ? [
            bracketed(
              unionType([
                objectType([member]),
                "{ readonly baseUrl: string; readonly server?: never }",
              ]),
            ),
          ]
        : []),
    ]),
  };
}

const authMember = (hasCredentials: boolean, isOptional: boolean): Property => ({
  docs: docs([
    "How requests prove who is calling: a token, or credentials by the names of the documents.",
    isOptional ? "Default: requests are anonymous." : undefined,
  ]),
  isReadonly: true,
  name: "auth",
  hasQuestionToken: isOptional,
  type: hasCredentials
    ? "Exclude<Auth, { readonly credentials: unknown }> | { readonly credentials: Credentials }"
    : 'CommonOptions["auth"]',
});

const baseUrlMember = (type: string): Property => ({
  docs: docs(["Where requests go. Default: the first of the servers that the document names."]),
  isReadonly: true,
  name: "baseUrl",
  hasQuestionToken: true,
  type,
});
