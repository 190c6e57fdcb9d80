/** Exports the modules of a package: one for each resource, one for each schema that several share, and the indexes. */
import { byCodePoint } from "../base/order.js";
import type { BatchApi, SchemaModule } from "../batch/model.js";
import { byResource } from "../batch/surface.js";
import { createDeclarations } from "../schemas/types/types.js";
import { clientModule } from "./client.js";
import type { PackageForm } from "./form.js";
import { indexModules, versionsOf } from "./index-modules.js";
import type { Entry } from "./manifest.js";
import type { Module } from "./module.js";
import { resourceModule } from "./resource.js";
import { schemaModule } from "./schema-module.js";
import { servicesModule } from "./services.js";

/** One at a time: the structures of all of them would take more memory than the rest of a run. */
export function* modulesOf(
  api: BatchApi,
  { typesOnly = false }: PackageForm,
): Generator<Module, void, undefined> {
  const declarationsIn = createDeclarations(api.modules, { typesOnly });
  const modules = new Map(api.modules.map((module) => [module.path, module]));
  if (!typesOnly) yield* [servicesModule(api), clientModule(api)];
  const resources = [...byResource(api)].sort(([a], [b]) => byCodePoint(a, b));
  const documents = new Map<string, readonly string[]>();
  for (const [path, endpoints] of resources) {
    const schemas = modules.get(path);
    const declarations = schemas ? declarationsIn(schemas) : [];
    const module = resourceModule(path, endpoints, { api, modules, declarations, typesOnly });
    documents.set(path, module.documents);
    yield module;
  }
  const users = documentsBySchema(api.modules, documents);
  for (const module of api.modules)
    if (!documents.has(module.path))
      yield schemaModule(module, declarationsIn(module), users.get(module.path) ?? []);
  yield* indexModules(api, [...documents.keys()], typesOnly);
}

/** What a program imports only if it needs it: a subpath each, and nobody else's bytes. */
const optional: readonly Entry[] = [
  { subpath: "./codecs", module: "runtime/codecs" },
  ...["journal", "postgres", "redis", "sqlite"].map((name) => ({
    subpath: `./${name}`,
    module: `runtime/stores/${name}`,
  })),
];

export const optionalOf = ({ typesOnly = false }: PackageForm): readonly Entry[] =>
  typesOnly ? [] : optional;

export function entriesOf(api: BatchApi, form: PackageForm): readonly Entry[] {
  const { typesOnly = false } = form;
  const resources = [...byResource(api).keys()].sort(byCodePoint);
  return [
    { subpath: ".", module: "index" },
    ...(typesOnly ? [] : [{ subpath: "./client", module: "client" }]),
    ...versionsOf(resources).map((path) => ({ subpath: `./${path}`, module: `${path}/index` })),
    ...resources.map((path) => ({ subpath: `./${path}`, module: path })),
    ...optionalOf(form),
  ];
}

/**
 * The documents of the resources that use each shared module.
 * @param documents of each resource
 */
function documentsBySchema(
  modules: readonly SchemaModule[],
  documents: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { path, imports, others = [] } of modules)
    for (const { from } of [...imports, ...others]) {
      const names = found.get(from) ?? new Set();
      found.set(from, names);
      for (const name of documents.get(path) ?? []) names.add(name);
    }
  return new Map([...found].map(([path, names]) => [path, [...names].sort(byCodePoint)]));
}
