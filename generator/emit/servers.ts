/** The option of a client that says which server: its type, and the table of servers that it chooses from. */
import type { BatchApi, NamedService, ServerTemplate, ServerVariable } from "../batch/model.js";
import { dataLiteral } from "./print.js";
import { doc, literal, propertyName } from "../schemas/text.js";

/** What services that have the same servers, and a choice of them that needs code, have in common. */
interface Choice {
  readonly servers: readonly ServerTemplate[];
  readonly services: readonly string[];
  /** The member for it among several. */
  readonly key: string;
  /** Its type and its constant. */
  readonly type: string;
  readonly constant: string;
  /** Something has to be said: no server has defaults for all of its variables. */
  readonly required: boolean;
}

export interface ServerOptions {
  /** Declarations before the client's options; empty where there is nothing to choose that needs code. */
  readonly declarations: string;
  /** The member `server` of the options, in the source of a type; empty where there is none. */
  readonly member: string;
  readonly required: boolean;
  /** The type of `baseUrl`, where there are servers without variables to choose from. */
  readonly baseUrl: string | undefined;
  /** The defaults of a service, with the address that was chosen for it. */
  readonly defaults: (service: string, defaults: string) => string;
  readonly types: readonly string[];
  readonly constants: readonly string[];
}

export function serverOptions({ services }: BatchApi): ServerOptions {
  const choices = choicesOf(services);
  const [only] = choices;
  const alone = choices.length === 1 ? only : undefined;
  const required = choices.some((choice) => choice.required);
  const members = choices.map(
    ({ type, key, required }) => `readonly ${key}${required ? "" : "?"}: ${type};\n`,
  );
  return {
    declarations: choices.map(declared).join(""),
    member:
      choices.length === 0
        ? ""
        : doc([
            alone
              ? "Which server requests go to. Default: the first one, its variables as the document says."
              : "Which servers requests go to, by the names of the services. Default: the first ones, their variables as the documents say.",
          ]) +
          `readonly server${required ? "" : "?"}: ${alone ? alone.type : `{\n${members.join("")}}`};\n`,
    required,
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
    constants: choices.map(({ constant }) => constant),
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

/** The member that says which server: `url`, unless a variable is called so. */
const selectorOf = (servers: readonly ServerTemplate[]): string => {
  const names = new Set(servers.flatMap(({ variables }) => variables.map(({ name }) => name)));
  return ["url", "server", "template"].find((name) => !names.has(name)) ?? "serverUrl";
};

function declared({ servers, type, constant }: Choice): string {
  const by = selectorOf(servers);
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
  const types = [...branches.values()].map((members) => {
    const [first] = members;
    const urls = members.map(({ url }) => literal(url)).join(" | ");
    const usual = first === servers[0];
    const described = members.map(({ url, description }) =>
      description === undefined ? undefined : `\`${url.replaceAll("`", "'")}\`: ${description}`,
    );
    return (
      `{\n${doc([usual ? `Default \`${first?.url.replaceAll("`", "'") ?? ""}\`.` : undefined, ...described])}` +
      `readonly ${propertyName(by)}${usual ? "?" : ""}: ${urls};\n` +
      (first?.variables ?? []).map(member).join("") +
      "}"
    );
  });
  return (
    doc(["A server of the document, and the variables in its address."]) +
    `export type ${type} = ${types.join(" | ")};\n\n` +
    `const ${constant} = ${dataLiteral(table)};\n\n`
  );
}

function member({ name, default: usual, values, description }: ServerVariable): string {
  const told = usual === undefined ? undefined : `Default \`${usual.replaceAll("`", "'")}\`.`;
  return (
    doc([description, told]) +
    `readonly ${propertyName(name)}${usual === undefined ? "" : "?"}: ` +
    `${values ? values.map(literal).join(" | ") : "string"};\n`
  );
}
