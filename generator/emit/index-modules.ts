/** Exports the modules `index`: of the package, and of each version of an API. They only export other modules. */
import { StructureKind, type ExportDeclarationStructure, type StatementStructures } from "ts-morph";
import { byCodePoint } from "../base/order.js";
import type { BatchApi } from "../batch/model.js";
import { enumNames, sharedEnums } from "../batch/surface.js";
import { clientExports } from "./client.js";
import type { Import, Module } from "./module.js";
import { localName } from "./names.js";
import { isOpen, unlisted } from "./schema-module.js";

/** The folder of a resource: `v3` of `v3/notes`; empty where there is none. */
const versionOf = (resource: string): string => resource.split("/").slice(0, -1).join("/");

export const versionsOf = (resources: readonly string[]): readonly string[] =>
  [...new Set(resources.map(versionOf))].filter((version) => version !== "").sort(byCodePoint);

/** `index` has the client and the resources without a version; each version has an index of its own. */
export function indexModules(
  api: BatchApi,
  resources: readonly string[],
  typesOnly: boolean,
): readonly Module[] {
  const own = (version: string): Parts =>
    namespaces(
      resources.filter((resource) => versionOf(resource) === version),
      typesOnly,
    );
  const documents = api.sources.map(({ name }) => name);
  const root = own("");
  return [
    {
      path: "index",
      documents,
      imports: root.imports,
      statements: [
        ...(typesOnly ? [] : clientStatements(api)),
        ...(api.modules.some(isOpen)
          ? [exportOf(unlisted.from, [{ name: unlisted.name, isTypeOnly: true }])]
          : []),
        ...group(root.statements),
        ...group(enumExports(api, typesOnly)),
      ],
    },
    ...versionsOf(resources).map((version) => ({
      path: `${version}/index`,
      documents: documentsOf(api, version),
      ...own(version),
    })),
  ];
}

interface Parts {
  readonly imports: readonly Import[];
  readonly statements: readonly StatementStructures[];
}

/** A blank line stands before the first. */
const group = ([first, ...rest]: readonly StatementStructures[]): readonly StatementStructures[] =>
  first ? [{ ...first, leadingTrivia: "\n" }, ...rest] : [];

interface ExportedName {
  readonly name: string;
  readonly isTypeOnly: boolean;
}

const documentsOf = ({ endpoints }: BatchApi, version: string): readonly string[] =>
  [
    ...new Set(
      endpoints
        .filter(({ resource }) => versionOf(resource) === version)
        .flatMap(({ documents }) => documents),
    ),
  ].sort(byCodePoint);

/** Each resource under its name. A name that is a word of the language cannot be exported at once. */
function namespaces(resources: readonly string[], typesOnly: boolean): Parts {
  const named = resources.map((path) => ({ path, name: path.split("/").at(-1) ?? "" }));
  const isWord = (name: string): boolean => !typesOnly && localName(name) !== name;
  const words = named.filter(({ name }) => isWord(name));
  return {
    imports: words.map(({ path, name }) => ({ from: path, name: "*", as: localName(name) })),
    statements: named.map(({ path, name }): ExportDeclarationStructure => {
      const kind = StructureKind.ExportDeclaration;
      return isWord(name)
        ? { kind, namedExports: [{ name: localName(name), alias: name }] }
        : { kind, isTypeOnly: typesOnly, namespaceExport: name, moduleSpecifier: path };
    }),
  };
}

const clientStatements = (api: BatchApi): readonly StatementStructures[] => [
  exportOf("client", clientExports(api)),
  { kind: StructureKind.ExportDeclaration, moduleSpecifier: "runtime/index" },
];

/** The enums that several resources share, by their own names. */
const enumExports = (api: BatchApi, typesOnly: boolean): readonly StatementStructures[] =>
  sharedEnums(api).map(({ path, name }) => {
    const [type, values, guard] = enumNames(name);
    const exported = [
      ...(typesOnly ? [] : [values, guard].map((value) => ({ name: value, isTypeOnly: false }))),
      { name: type, isTypeOnly: true },
    ];
    return exportOf(path, exported);
  });

function exportOf(from: string, names: readonly ExportedName[]): ExportDeclarationStructure {
  const isTypeOnly = names.every((name) => name.isTypeOnly);
  return {
    kind: StructureKind.ExportDeclaration,
    isTypeOnly,
    moduleSpecifier: from,
    namedExports: names.map((one) => ({
      name: one.name,
      isTypeOnly: one.isTypeOnly && !isTypeOnly,
    })),
  };
}
