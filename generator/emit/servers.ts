/** Exports `serverOptions`: the option of a client that chooses a server, its type, and the table of servers. */
import {
  StructureKind,
  VariableDeclarationKind,
  type OptionalKind,
  type PropertySignatureStructure,
  type StatementStructures,
} from "ts-morph";
import type { BatchApi, NamedService, ServerTemplate, ServerVariable } from "../batch/model.js";
import { literal, propertyName } from "../schemas/text.js";
import { docs } from "./docs.js";
import { dataLiteral } from "./literals.js";
import { objectType, unionType } from "./type-text.js";

/** A choice of servers that needs code, and the services that have it. */
interface Choice {
  readonly servers: readonly ServerTemplate[];
  readonly services: readonly string[];
  /** The member for it among several. */
  readonly key: string;
  /** Its type and its constant. */
  readonly type: string;
  readonly constant: string;
  /** The caller must choose: no server has defaults for all of its variables. */
  readonly required: boolean;
}

export type Property = OptionalKind<PropertySignatureStructure>;

export interface ServerOptions {
  /** Declarations before the client's options; empty where there is no choice that needs code. */
  readonly declarations: readonly StatementStructures[];
  /** The member `server` of the options; absent where there is no such choice. */
  readonly member: Property | undefined;
  readonly required: boolean;
  /** The type of `baseUrl`, where there are servers without variables to choose from. */
  readonly baseUrl: string | undefined;
  /** The defaults of a service, with the address that was chosen for it, as an expression. */
  readonly defaults: (service: string, defaults: string) => string;
  readonly types: readonly string[];
}

export function serverOptions({ services }: BatchApi): ServerOptions {
  const choices = choicesOf(services);
  const [only] = choices;
  const alone = choices.length === 1 ? only : undefined;
  return {
    declarations: choices.flatMap(declarationsOf),
    member: memberFor(choices, alone),
    required: choices.some((choice) => choice.required),
    baseUrl: choices.length === 0 ? plainServers(services) : undefined,
    defaults(service, defaults) {
      const choice = choices.find((each) => each.services.includes(service));
      if (!choice) return defaults;
      const given = alone ? "server" : `server?.${choice.key}`;
      const by = selectorOf(choice.servers);
      const more = by === "url" ? "" : `, ${literal(by)}`;
      return `{ ...${defaults}, baseUrl: options.baseUrl ?? serverUrl(${choice.constant}, ${given}${more}) }`;
    },
    types: choices.map(({ type }) => type),
  };
}

function memberFor(choices: readonly Choice[], alone: Choice | undefined): Property | undefined {
  if (choices.length === 0) return undefined;
  const properties = choices.map(({ key, type, required }) => ({
    isReadonly: true,
    name: key,
    hasQuestionToken: !required,
    type,
  }));
  return {
    docs: docs([
      alone
        ? "Which server requests go to. Default: the first one, with the document's defaults of its variables."
        : "Which servers requests go to, by the names of the services. Default: the first ones, with the documents' defaults of their variables.",
    ]),
    isReadonly: true,
    name: "server",
    hasQuestionToken: !choices.some(({ required }) => required),
    type: alone ? alone.type : objectType(properties),
  };
}

function choicesOf(services: readonly NamedService[]): readonly Choice[] {
  const groups = new Map<string, NamedService[]>();
  for (const service of services)
    if (service.servers.some(({ variables }) => variables.length > 0)) {
      const key = JSON.stringify(service.servers);
      groups.set(key, [...(groups.get(key) ?? []), service]);
    }
  return [...groups.values()].map((members): Choice => {
    const [first] = members;
    const key = first?.name.replace(/Service$/, "") ?? "";
    const own = groups.size > 1 ? key : "";
    return {
      servers: first?.servers ?? [],
      services: members.map((member) => member.name),
      key,
      type: own === "" ? "Server" : `${own.charAt(0).toUpperCase()}${own.slice(1)}Server`,
      constant: own === "" ? "servers" : `${own}Servers`,
      required: first?.service.baseUrl === "",
    };
  });
}

/** Servers that all services have, as a type: an editor offers them, and any other text is taken. */
function plainServers(services: readonly NamedService[]): string | undefined {
  const lists = new Set(
    services.map(({ servers }) => JSON.stringify(servers.map(({ url }) => url))),
  );
  const [service] = services;
  if (!service || lists.size > 1 || service.servers.length < 2) return undefined;
  return [...service.servers.map(({ url }) => literal(url)), "(string & {})"].join(" | ");
}

/** The member that names the server: `url`, unless a variable has that name. */
const selectorOf = (servers: readonly ServerTemplate[]): string => {
  const names = new Set(servers.flatMap(({ variables }) => variables.map(({ name }) => name)));
  return ["url", "server", "template"].find((name) => !names.has(name)) ?? "serverUrl";
};

const span = (text: string): string => `\`${text.replaceAll("`", "'")}\``;

/** The type of a choice, and its table. */
function declarationsOf({ servers, type, constant }: Choice): readonly StatementStructures[] {
  const table = servers.map(({ url, variables }) => ({
    url,
    ...(variables.length > 0
      ? {
          variables: Object.fromEntries(
            variables.map((variable) => [variable.name, variable.default ?? null]),
          ),
        }
      : {}),
  }));
  // Servers that differ in their addresses only are one branch.
  const branches = new Map<string, ServerTemplate[]>();
  for (const server of servers) {
    const key = JSON.stringify(server.variables);
    branches.set(key, [...(branches.get(key) ?? []), server]);
  }
  const by = selectorOf(servers);
  return [
    {
      kind: StructureKind.TypeAlias,
      docs: docs(["A server of the document, and the variables in its address."]),
      isExported: true,
      name: type,
      type: unionType(
        [...branches.values()].map((members) => branchType(members, by, members[0] === servers[0])),
      ),
    },
    {
      kind: StructureKind.VariableStatement,
      declarationKind: VariableDeclarationKind.Const,
      declarations: [{ name: constant, initializer: dataLiteral(table) }],
    },
  ];
}

/** @param by the member that names the server */
function branchType(members: readonly ServerTemplate[], by: string, isDefault: boolean) {
  const [first] = members;
  const described = members.map(({ url, description }) =>
    description === undefined ? undefined : `${span(url)}: ${description}`,
  );
  return objectType([
    {
      docs: docs([isDefault ? `Default ${span(first?.url ?? "")}.` : undefined, ...described]),
      isReadonly: true,
      name: propertyName(by),
      hasQuestionToken: isDefault,
      type: members.map(({ url }) => literal(url)).join(" | "),
    },
    ...(first?.variables ?? []).map(variableMember),
  ]);
}

function variableMember(variable: ServerVariable): Property {
  const { name, default: usual, values, description } = variable;
  return {
    docs: docs([description, usual === undefined ? undefined : `Default ${span(usual)}.`]),
    isReadonly: true,
    name: propertyName(name),
    hasQuestionToken: usual !== undefined,
    type: values ? values.map(literal).join(" | ") : "string",
  };
}
