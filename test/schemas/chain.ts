/** What the tests of schemas have in common: from schemas to TypeScript, and what its compiler says of it. */
import ts from "typescript";
import { printStatements } from "../../generator/schemas/types/print.js";
import { declarationsOf } from "../../generator/schemas/types/types.js";
import type { SchemaModule, SchemaPosition, SchemaUse } from "../../generator/schemas/schema.js";
import {
  layOutModules,
  type ModuleLayout,
  type TypeUse,
} from "../../generator/schemas/module-layout.js";
import { compilerHost } from "../compiler-host.js";
import { sharedOf } from "./shared.js";
import type { JsonObject } from "../../generator/base/json.js";
import type { Spec } from "../../generator/openapi/spec.js";

export function specOf(
  schemas: JsonObject,
  version: Spec["version"] = "3.0",
  name = "a.json",
): Spec {
  return {
    path: name,
    name,
    version,
    document: { openapi: `${version}.0`, info: {}, paths: {}, components: { schemas } },
    hash: "",
    locate: (pointer) => ({ file: name, line: 1, column: 1, pointer }),
  };
}

export const useOf = (
  spec: Spec,
  name: string,
  position: SchemaPosition = "response",
): SchemaUse => ({
  spec,
  schema: { $ref: `#/components/schemas/${name}` },
  pointer: `/components/schemas/${name}`,
  position,
});

/** The source of each module's declarations, unformatted, by the module's path. */
export const sourcesOf = (modules: readonly SchemaModule[]): Promise<ReadonlyMap<string, string>> =>
  new Promise((resolve) => {
    const sources = [...declarationsOf(modules)].map(
      ([path, statements]) => [path, printStatements(statements)] as const,
    );
    resolve(new Map(sources));
  });

export interface Chain {
  readonly shared: ReturnType<typeof sharedOf>;
  readonly placed: ModuleLayout;
  /** Files of TypeScript by path, with their imports. */
  readonly files: ReadonlyMap<string, string>;
}

/** Uses with the resource and the hint of each. */
export async function chain(
  uses: readonly (SchemaUse & { readonly resource: string; readonly hint?: string })[],
): Promise<Chain> {
  const shared = sharedOf(uses);
  const typeUses = uses.map(({ resource, hint = "Hint" }, use): TypeUse => ({
    use,
    resource,
    hint,
  }));
  const placed = layOutModules(shared, typeUses);
  const sources = await sourcesOf(placed.modules);
  const files = new Map<string, string>();
  for (const { path, imports } of placed.modules) {
    const up = "../".repeat(path.split("/").length - 1) || "./";
    const lines = imports.map(
      ({ name, as, from }) =>
        `import type { ${name === as ? name : `${name} as ${as}`} } from "${up}${from}.js";\n`,
    );
    files.set(`${path}.ts`, `${lines.join("")}${sources.get(path) ?? ""}\nexport {};\n`);
  }
  return { shared, placed, files };
}

export interface Complaint {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** What the compiler says of files that exist in memory only. */
export function check(files: ReadonlyMap<string, string>, root = "/memory"): readonly Complaint[] {
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    isolatedModules: true,
    verbatimModuleSyntax: true,
    forceConsistentCasingInFileNames: true,
    skipLibCheck: false,
    // TypeScript's own: `npm run typecheck` checks them once.
    skipDefaultLibCheck: true,
    noEmit: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const host = compilerHost(options);
  const at = (file: string): string | undefined => files.get(file.replace(`${root}/`, ""));
  const real = { ...host };
  host.directoryExists = (path) => path.startsWith(root) || (real.directoryExists?.(path) ?? false);
  host.fileExists = (file) =>
    file.startsWith(root)
      ? at(file) !== undefined || file === `${root}/package.json`
      : real.fileExists(file);
  host.readFile = (file) =>
    file === `${root}/package.json` ? '{"type":"module"}' : (at(file) ?? real.readFile(file));
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (file, target) => {
    const text = file.startsWith(root) ? at(file) : undefined;
    return text === undefined ? read(file, target) : ts.createSourceFile(file, text, target, true);
  };
  const program = ts.createProgram(
    [...files.keys()].map((file) => `${root}/${file}`),
    options,
    host,
  );
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => ({
    file: diagnostic.file?.fileName.replace(`${root}/`, "") ?? "",
    line: (diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? -1) + 1,
    message: ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"),
  }));
}
