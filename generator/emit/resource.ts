/** Exports the module of one resource: its endpoints, their types, and the schemas that only they use. */
import { StructureKind, type ExportDeclarationStructure, type StatementStructures } from "ts-morph";
import { byCodePoint } from "../base/order.js";
import type { BatchApi, Endpoint, SchemaModule } from "../batch/model.js";
import { reexportsOf } from "../batch/surface.js";
import { guardName, valuesName } from "../schemas/names.js";
import { docs } from "./docs.js";
import { endpointConstant } from "./endpoint.js";
import { withDefaults } from "../batch/endpoint-data.js";
import { endpointDocs } from "./endpoint-docs.js";
import { endpointTypes } from "./endpoint-types.js";
import type { Import, Module } from "./module.js";
import { localName } from "./names.js";
import { schemaImports } from "./schema-module.js";

export interface ResourceOptions {
  readonly api: BatchApi;
  /** All modules of schemas, by their paths. */
  readonly modules: ReadonlyMap<string, SchemaModule>;
  /** The resource's own schemas. */
  readonly declarations: readonly StatementStructures[];
  readonly typesOnly: boolean;
}

export function resourceModule(
  path: string,
  endpoints: readonly Endpoint[],
  options: ResourceOptions,
): Module {
  const { modules, declarations, typesOnly } = options;
  const module = modules.get(path);
  const parts = endpoints.map((endpoint) =>
    typesOnly ? typesAlone(endpoint, options) : constantAndTypes(endpoint, options),
  );
  return {
    path,
    documents: [...new Set(endpoints.flatMap(({ documents }) => documents))].sort(byCodePoint),
    imports: [...parts.flatMap(({ imports }) => imports), ...(module ? schemaImports(module) : [])],
    statements: [
      ...parts.flatMap(({ statements }) => statements),
      ...(typesOnly ? [] : ownExports(endpoints)),
      ...(module ? reexports(module, modules, typesOnly) : []),
      ...declarations,
    ],
  };
}

interface Parts {
  readonly imports: readonly Import[];
  readonly statements: readonly StatementStructures[];
}

function constantAndTypes(endpoint: Endpoint, { api }: ResourceOptions): Parts {
  const constant = endpointConstant(api, endpoint);
  const link = docs([`The types of {@link ${localName(endpoint.name)}}.`]);
  const types = endpointTypes(api, endpoint, { typesOnly: false, docs: link });
  return {
    imports: [...constant.imports, ...types.imports],
    statements: [constant.statement, types.statement],
  };
}

function typesAlone(endpoint: Endpoint, { api }: ResourceOptions): Parts {
  const about = endpointDocs(endpoint, withDefaults(api, endpoint));
  const { imports, statement } = endpointTypes(api, endpoint, { typesOnly: true, docs: about });
  return { imports, statements: [statement] };
}

/** Endpoints whose names are words of the language. */
function ownExports(endpoints: readonly Endpoint[]): readonly ExportDeclarationStructure[] {
  const renamed = endpoints.map(({ name }) => name).filter((name) => localName(name) !== name);
  if (renamed.length === 0) return [];
  const namedExports = renamed.map((name) => ({ name: localName(name), alias: name }));
  return [{ kind: StructureKind.ExportDeclaration, namedExports }];
}

/** What a user of the module may want to name: every schema that its types are made of. */
function reexports(
  module: SchemaModule,
  modules: ReadonlyMap<string, SchemaModule>,
  typesOnly: boolean,
): readonly ExportDeclarationStructure[] {
  const byModule = new Map<string, { name: string; as: string }[]>();
  for (const { from, name, as } of reexportsOf(module)) {
    const names = byModule.get(from);
    if (names) names.push({ name, as });
    else byModule.set(from, [{ name, as }]);
  }
  return [...byModule]
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([from, names]) => {
      const exports = names
        .sort((a, b) => byCodePoint(a.as, b.as))
        .flatMap(({ name, as }) => {
          const type = { name, isType: true, ...(as === name ? {} : { alias: as }) };
          const declared = modules.get(from)?.declarations.find((other) => other.name === name);
          if (typesOnly || !declared?.members || as !== name) return [type];
          const values = [valuesName(name), guardName(name)];
          return [...values.map((value) => ({ name: value, isType: false })), type];
        });
      const isTypeOnly = exports.every(({ isType }) => isType);
      return {
        kind: StructureKind.ExportDeclaration,
        isTypeOnly,
        moduleSpecifier: from,
        namedExports: exports.map(({ isType, ...rest }) => ({
          ...rest,
          isTypeOnly: isType && !isTypeOnly,
        })),
      };
    });
}
