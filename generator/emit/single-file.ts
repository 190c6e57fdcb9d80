/**
 * A package as one module. A resource is an object with its endpoints and a namespace with its types, under one name:
 * code that imports resources from the root of the package is the same for either form.
 */
import type { BatchApi, SchemaModule } from "../model/model.js";
import { enumNames, reexportsOf, sharedEnums } from "../model/surface.js";
import { clientExports, clientSource, hasOwnOptions, serverConstants } from "./client.js";
import { isOpen, localName, partsOf } from "./endpoints.js";
import type { PackageForm } from "./form.js";
import { resourcesOf } from "./modules.js";
import { withoutMarks } from "./layout.js";
import { anyLiteral } from "./print.js";
import { publicNames, runtimeSection, type RuntimeSection } from "./runtime-section.js";
import { enumValues } from "./schemas/enums.js";
import { asking, defaultsName, servicesSource } from "./services.js";
import { doc } from "./text.js";
import { endpointTypes } from "./types.js";

export interface SingleFile {
  /** Comes first, and is formatted already. */
  readonly runtime: string;
  readonly source: string;
}

/** @param declarations the source of each module's types, by its path; types only */
export function singleFileOf(
  api: BatchApi,
  declarations: ReadonlyMap<string, string>,
  { typesOnly = false }: PackageForm,
): SingleFile {
  const runtime = runtimeOf(api, typesOnly);
  const names = namesOf(api, runtime);
  const resources = resourcesOf(api);
  const modules = new Map(api.modules.map((module) => [module.path, module]));
  const types = { declarations, names, typesOnly };
  const namespaces = [
    ...resources.map((resource) => resourceTypes(api, resource, modules, types)),
    ...commonTypes(
      api.modules.filter(({ path }) => !resources.includes(path)),
      types,
    ),
  ];
  const values = typesOnly
    ? []
    : [
        withoutMarks(servicesSource(api, names.constant)).replace(/^export /gm, ""),
        ...api.modules.flatMap((module) => enumsOf(module, names)),
        ...resources.map((resource) => resourceObject(api, resource, modules, names)),
        clientSource(api, names.constant),
      ];
  const aliases = [...names.exported].flatMap(([local, name]) =>
    local === name ? [] : [`export ${typesOnly ? "type " : ""}{ ${local} as ${name} };\n`],
  );
  const source = [...namespaces, ...values, ...aliases].join("\n");
  // Most of it stands in something else here.
  return { runtime: runtime.text, source: withoutMarks(source) };
}

interface Types {
  /** The source of each module's types, by its path. */
  readonly declarations: ReadonlyMap<string, string>;
  readonly names: Names;
  readonly typesOnly: boolean;
}

function runtimeOf(api: BatchApi, typesOnly: boolean): RuntimeSection {
  const open = api.modules.some(isOpen) ? ["unlisted"] : [];
  if (typesOnly) return runtimeSection(open, {}, (name) => name === "Unlisted");
  const own = hasOwnOptions(api);
  const known = publicNames();
  const entries = api.endpoints
    .flatMap((endpoint) => partsOf(api, endpoint).imports)
    .flatMap(([from]) => (from.startsWith("runtime/") ? [from.slice("runtime/".length)] : []));
  return runtimeSection(
    [
      "index",
      "client",
      ...open,
      ...entries,
      ...(asking(api).size > 0 ? ["credentials"] : []),
      ...(serverConstants(api).length > 0 ? ["server"] : []),
    ],
    { createClient: "create", ...(own ? { ClientOptions: "CommonOptions" } : {}) },
    (name) => name === "Unlisted" || (known.has(name) && !(own && name === "ClientOptions")),
  );
}

interface Names {
  /** What a resource, or the module of a schema, is called: by its path. */
  readonly namespace: (path: string) => string;
  /** What a constant of `service.ts` is called. */
  readonly constant: (name: string) => string;
  /** What the type, the tuple and the guard of an enum are called: by its module and its name. */
  readonly enumOf: (path: string, name: string) => readonly [string, string, string];
  /** What a name is exported as: of the resources, and of the enums that the root of a package has. */
  readonly exported: ReadonlyMap<string, string>;
}

/** Names at the top of the module: none is that of something else in the runtime, or of another. */
function namesOf(api: BatchApi, runtime: RuntimeSection): Names {
  const own = clientExports(api).map((name) => name.replace("type ", ""));
  const taken = new Set([...runtime.names, ...own, ...serverConstants(api)]);
  const free = (wanted: string): string => {
    let name = localName(wanted);
    while (taken.has(name)) name += "_";
    taken.add(name);
    return name;
  };
  const outside = new Set<string>([...publicNames(), ...clientExports(api), "Credentials"]);
  const exported = new Map<string, string>();
  const publish = (wanted: string): string => {
    let name = wanted;
    while (outside.has(name)) name += "_";
    outside.add(name);
    const local = free(name);
    exported.set(local, name);
    return local;
  };
  const resources = resourcesOf(api);
  const namespaces = new Map(resources.map((path) => [path, publish(identifierOf(path))]));
  const folders = new Map<string, string>();
  const declared = new Set<string>();
  for (const { path, declarations } of api.modules) {
    if (namespaces.has(path)) continue;
    const folder = path.split("/").slice(0, -1).join("/");
    const clash = declarations.some(({ name }) => declared.has(`${folder} ${name}`));
    for (const { name } of declarations) declared.add(`${folder} ${name}`);
    const key = clash ? path : folder;
    if (!folders.has(key)) folders.set(key, publish(identifierOf(key)));
    namespaces.set(path, folders.get(key) ?? "");
  }
  const constants = new Map(
    api.services
      .flatMap(({ name }) => [name, defaultsName(name)])
      .map((name) => [name, free(name)] as const),
  );
  const shared = new Set(sharedEnums(api).map(({ path, name }) => `${path} ${name}`));
  const enums = new Map(
    api.modules.flatMap(({ path, declarations }) =>
      declarations
        .filter(({ members }) => members)
        .map(({ name }) => {
          const [, values, guard] = enumNames(name);
          const isShared = shared.has(`${path} ${name}`);
          const called = (one: string): string =>
            isShared ? publish(one) : free(identifierOf(`${path}/${one}`));
          const type = `${namespaces.get(path) ?? ""}.${name}`;
          return [`${path} ${name}`, [type, called(values), called(guard)] as const] as const;
        }),
    ),
  );
  return {
    namespace: (path) => namespaces.get(path) ?? "",
    constant: (name) => constants.get(name) ?? name,
    enumOf: (path, name) => enums.get(`${path} ${name}`) ?? ["", "", ""],
    exported,
  };
}

/** `v3/notes` is `v3Notes`, `2026-03/notes` is `v202603Notes`. */
export function identifierOf(path: string): string {
  const [first = "", ...rest] = path.split("/");
  const joined = first + rest.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("");
  const name = joined.replace(/[^\p{ID_Continue}$]/gu, "");
  return /^\d/.test(name) ? `v${name}` : name;
}

/** The types of a resource. */
function resourceTypes(
  api: BatchApi,
  resource: string,
  modules: ReadonlyMap<string, SchemaModule>,
  { declarations, names, typesOnly }: Types,
): string {
  const module = modules.get(resource);
  const endpoints = api.endpoints
    .filter((endpoint) => endpoint.resource === resource)
    .map((endpoint) =>
      typesOnly
        ? endpointTypes(api, endpoint)
        : partsOf(api, endpoint)
            .types.map((one) => `${one.doc}export type ${one.name} = ${one.types.join(" | ")};\n`)
            .join("\n"),
    );
  // What they are made of has a name there, too.
  const others = (module ? reexportsOf(module) : []).map(
    ({ from, name, as }) => `export type ${as} = ${names.namespace(from)}.${name};\n`,
  );
  const own = declarations.get(resource) ?? "";
  return namespace(resource, names, [...endpoints, others.join(""), own]);
}

/** The types that several have in common. One that knows another by a name of its own is in a block of its own. */
function commonTypes(modules: readonly SchemaModule[], { declarations, names }: Types): string[] {
  const together = new Map<string, string[]>();
  const apart: string[] = [];
  for (const { path, imports } of modules) {
    const local = names.namespace(path);
    const text = declarations.get(path) ?? "";
    const aliases = imports
      .filter(({ from, name, as }) => names.namespace(from) !== local || as !== name)
      .map(({ from, name, as }) => `type ${as} = ${names.namespace(from)}.${name};\n`);
    if (aliases.length > 0) apart.push(namespace(path, names, [aliases.join(""), text]));
    else if (!together.get(local)?.push(text)) together.set(local, [path, text]);
  }
  return [
    ...[...together.values()].map(([path = "", ...texts]) => namespace(path, names, texts)),
    ...apart,
  ];
}

function namespace(path: string, names: Names, parts: readonly string[]): string {
  const local = names.namespace(path);
  const isExported = names.exported.get(local) === local;
  const body = parts.filter((text) => text !== "").join("\n");
  return `${isExported ? "export " : ""}namespace ${local} {\n${body}}\n`;
}

function enumsOf({ path, declarations }: SchemaModule, names: Names): readonly string[] {
  return declarations.flatMap(({ name, members }) => {
    const [type, values, guard] = names.enumOf(path, name);
    if (!members) return [];
    const isExported = names.exported.get(values) === values;
    return enumValues(name, members, type, [values, guard]).map((text) =>
      isExported ? text : withoutMarks(text).replace(/^export /m, ""),
    );
  });
}

function resourceObject(
  api: BatchApi,
  resource: string,
  modules: ReadonlyMap<string, SchemaModule>,
  names: Names,
): string {
  const local = names.namespace(resource);
  const module = modules.get(resource);
  const endpoints = api.endpoints
    .filter((endpoint) => endpoint.resource === resource)
    .map((endpoint) => {
      const parts = partsOf(api, endpoint, (name) => `${local}.${name}`, names.constant);
      const [generic, ...parameters] = parts.type;
      const given = parts.data.map(anyLiteral).join(", ");
      const value = `/* @__PURE__ */ ${parts.make}<${generic}<${parameters.join(", ")}>>(${given})`;
      return `${parts.doc}${endpoint.name}: ${value},\n`;
    });
  const enums = [
    ...(module?.declarations ?? []).map(({ name }) => ({ from: resource, name, as: name })),
    ...(module ? reexportsOf(module) : []),
  ].flatMap(({ from, name, as }) => {
    const declared = modules.get(from)?.declarations.find((other) => other.name === name);
    if (!declared?.members || as !== name) return [];
    const [, values, guard] = names.enumOf(from, name);
    const [, plainValues, plainGuard] = enumNames(name);
    return [
      [plainValues, values],
      [plainGuard, guard],
    ].map(([plain, called]) => (plain === called ? `${plain},\n` : `${plain}: ${called},\n`));
  });
  const isExported = names.exported.get(local) === local;
  return (
    doc([`The endpoints of \`${resource}\`.`]) +
    `${isExported ? "export " : ""}const ${local} = {\n${[...endpoints, ...enums].join("")}};\n`
  );
}
