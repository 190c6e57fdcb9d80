/** Exports the modules of a package: one for each resource, one for each schema that several share, and the indexes. */
import { byCodePoint } from "../base/order.js";
import type { BatchApi, SchemaModule } from "../batch/model.js";
import { byResource } from "../batch/surface.js";
import { declarationsOf } from "../schemas/types/types.js";
import { clientModule } from "./client.js";
import type { PackageForm } from "./form.js";
import { indexModules, versionsOf } from "./index-modules.js";
import type { Entry } from "./manifest.js";
import type { Module } from "./module.js";
import { resourceModule } from "./resource.js";
import { schemaModule } from "./schema-module.js";
import { servicesModule } from "./services.js";

export function modulesOf(api: BatchApi, { typesOnly = false }: PackageForm): readonly Module[] {
  const declarations = declarationsOf(api.modules, { typesOnly });
  const modules = new Map(api.modules.map((module) => [module.path, module]));
  const resources = [...byResource(api)].sort(([a], [b]) => byCodePoint(a, b));
  const own = resources.map(([path, endpoints]) =>
    resourceModule(path, endpoints, {
      api,
      modules,
      declarations: declarations.get(path) ?? [],
      typesOnly,
    }),
  );
  const users = documentsBySchema(api.modules, own);
  const paths = own.map(({ path }) => path);
  return [
    ...(typesOnly ? [] : [servicesModule(api), clientModule(api)]),
    ...own,
    ...api.modules
      .filter(({ path }) => !paths.includes(path))
      .map((module) =>
        schemaModule(module, declarations.get(module.path) ?? [], users.get(module.path) ?? []),
      ),
    ...indexModules(api, paths, typesOnly),
  ];
}

export function entriesOf(api: BatchApi, { typesOnly = false }: PackageForm): readonly Entry[] {
  const resources = [...byResource(api).keys()].sort(byCodePoint);
  return [
    { subpath: ".", module: "index" },
    ...(typesOnly ? [] : [{ subpath: "./client", module: "client" }]),
    ...versionsOf(resources).map((path) => ({ subpath: `./${path}`, module: `${path}/index` })),
    ...resources.map((path) => ({ subpath: `./${path}`, module: path })),
  ];
}

/** The documents of the resources that use each shared module. */
function documentsBySchema(
  modules: readonly SchemaModule[],
  resources: readonly Module[],
): ReadonlyMap<string, readonly string[]> {
  const documents = new Map(resources.map((resource) => [resource.path, resource.documents]));
  const found = new Map<string, Set<string>>();
  for (const { path, imports, others = [] } of modules)
    for (const { from } of [...imports, ...others]) {
      const names = found.get(from) ?? new Set();
      found.set(from, names);
      for (const name of documents.get(path) ?? []) names.add(name);
    }
  return new Map([...found].map(([path, names]) => [path, [...names].sort(byCodePoint)]));
}
