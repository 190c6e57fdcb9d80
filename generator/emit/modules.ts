/** A package as modules: one for each resource, one for each schema that several share. */
import type { BatchApi, SchemaModule } from "../batch/model.js";
import { guardName, valuesName } from "../schemas/place.js";
import { byResource, sharedEnums } from "../batch/surface.js";
import { clientExports, clientModule } from "./client.js";
import { isOpen, localName, resourceModule, schemaImports, typesModule } from "./endpoints.js";
import type { PackageForm } from "./form.js";
import { isPlain, settled } from "./layout.js";
import type { Entry } from "./manifest.js";
import { banner, print } from "./print.js";
import { servicesModule } from "./services.js";
import { endpointTypes } from "./types.js";

export type Source = readonly [path: string, text: string];

/** @param declarations the source of each module's types, by its path */
export function modulesOf(
  api: BatchApi,
  declarations: ReadonlyMap<string, string>,
  { typesOnly = false }: PackageForm,
): readonly Source[] {
  const modules = new Map(api.modules.map((module) => [module.path, module]));
  const resources = resourcesOf(api);
  const endpoints = byResource(api);
  const resourceSource = (resource: string): string => {
    const own = endpoints.get(resource) ?? [];
    const types = declarations.get(resource) ?? "";
    if (!typesOnly) return resourceModule(api, modules, resource, types, own);
    const texts = own.map((endpoint) => endpointTypes(api, endpoint));
    return typesModule(modules, resource, types, texts.join("\n"));
  };
  return [
    ...(typesOnly
      ? []
      : ([
          ["service", servicesModule(api)],
          ["client", clientModule(api)],
        ] as const)),
    ...resources.map((resource) => [resource, resourceSource(resource)] as const),
    ...api.modules
      .filter(({ path }) => !resources.includes(path))
      .map(
        (module) =>
          [module.path, schemaModule(module, declarations.get(module.path) ?? "")] as const,
      ),
    ...indexModules(api, resources, typesOnly),
  ];
}

export function entriesOf(api: BatchApi, { typesOnly = false }: PackageForm): readonly Entry[] {
  const resources = resourcesOf(api);
  return [
    { subpath: ".", module: "index" },
    ...(typesOnly ? [] : [{ subpath: "./client", module: "client" }]),
    ...versionsOf(resources).map((path) => ({ subpath: `./${path}`, module: `${path}/index` })),
    ...resources.map((path) => ({ subpath: `./${path}`, module: path })),
  ];
}

export const resourcesOf = ({ endpoints }: BatchApi): readonly string[] =>
  [...new Set(endpoints.map(({ resource }) => resource))].sort();

/** A schema that several resources share, or several that refer to each other. */
function schemaModule(module: SchemaModule, declarations: string): string {
  return `${banner}${print(schemaImports(module))}\n${declarations}`;
}

const versionOf = (resource: string): string => resource.split("/").slice(0, -1).join("/");

const versionsOf = (resources: readonly string[]): readonly string[] =>
  [...new Set(resources.map(versionOf))].filter((version) => version !== "").sort();

/** `index` has the client and the plain names; each version has an index of its own. */
function indexModules(
  api: BatchApi,
  resources: readonly string[],
  typesOnly: boolean,
): readonly Source[] {
  const namespaces = (version: string): string =>
    resources
      .filter((resource) => versionOf(resource) === version)
      .map((resource) => resource.split("/").at(-1) ?? "")
      .map((name) =>
        typesOnly
          ? `export type * as ${name} from "./${name}.js";\n`
          : localName(name) !== name
            ? line(`import * as ${localName(name)} from "./${name}.js";`) +
              line(`export { ${localName(name)} as ${name} };`)
            : line(`export * as ${name} from "./${name}.js";`),
      )
      .join("");
  const unlisted = api.modules.some(isOpen)
    ? line('export type { Unlisted } from "./runtime/endpoint/unlisted.js";')
    : "";
  const client =
    exported("./client.js", clientExports(api)) + line('export * from "./runtime/index.js";');
  return [
    [
      "index",
      `${banner}${typesOnly ? "" : client}${unlisted}\n${namespaces("")}\n${enumExports(api, typesOnly)}`,
    ],
    ...versionsOf(resources).map(
      (version) => [`${version}/index`, `${banner}${namespaces(version)}`] as const,
    ),
  ];
}

/** The enums that several resources share, by their own names. */
const enumExports = (api: BatchApi, typesOnly: boolean): string =>
  sharedEnums(api)
    .map(({ path, name }) =>
      typesOnly
        ? line(`export type { ${name} } from "./${path}.js";`)
        : exported(`./${path}.js`, [valuesName(name), guardName(name), `type ${name}`]),
    )
    .join("");

/** A statement that stands on one line, however long. */
const line = (text: string): string => `${isPlain(text) ? settled(text) : text}\n`;

const exported = (from: string, names: readonly string[]): string =>
  print([{ kind: "export", from, names: names.map((name) => ({ name })) }]);
