/** What the tests of whole packages have in common: documents to packages, and what the compiler says of them. */
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import ts from "typescript";
import { withPositions } from "../../generator/base/positions.js";
import { generate, type Generated, type GenerateOptions } from "../../generator/build/generate.js";
import { compilerHost } from "../compiler-host.js";

const root = resolve(import.meta.dirname, "nowhere");
const runtime = resolve(import.meta.dirname, "../../generator/runtime");

/** Generates from documents by their file names: text as it is, everything else as JSON. */
export async function generateFrom(
  documents: Readonly<Record<string, unknown>>,
  options: Omit<GenerateOptions, "cwd" | "paths"> = {},
): Promise<Generated> {
  const cwd = mkdtempSync(join(tmpdir(), "openapi-batch-"));
  try {
    for (const [name, document] of Object.entries(documents)) {
      const file = join(cwd, "specs", name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof document === "string" ? document : JSON.stringify(document));
    }
    const form = { name: "fixture", output: "nowhere", format: false };
    const generated = await generate({ ...form, ...options, cwd });
    // Positions are looked up here: the files are removed afterwards.
    return { ...generated, diagnostics: withPositions(generated.diagnostics, generated.locate) };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** A program's files by their paths below the folder of a package. */
export type Files = ReadonlyMap<string, string>;

export const filesOf = ({ files }: Pick<Generated, "files">): Files =>
  new Map(files.map(({ path, text }) => [path, text]));

/**
 * What the compiler says of packages, by their names; nothing is written. All of them share one copy of the runtime,
 * unless `ownRuntime`: then each has what its own files import of it, and nothing may be missing.
 */
export function problems(
  packages: Readonly<Record<string, Files>>,
  { ownRuntime = false }: { readonly ownRuntime?: boolean } = {},
): readonly string[] {
  const texts = new Map(
    Object.entries(packages).flatMap(([name, files]) =>
      [...files]
        .filter(([path]) => ownRuntime || !path.startsWith("src/runtime/"))
        .map(([path, text]) => [resolve(root, name, path), text] as const),
    ),
  );
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: [],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    erasableSyntaxOnly: true,
    declaration: true,
    isolatedDeclarations: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    skipLibCheck: false,
    // TypeScript's own: `npm run typecheck` checks them once.
    skipDefaultLibCheck: true,
    noEmit: true,
  };
  const host = compilerHost(options);
  const { readFile, fileExists, getSourceFile, directoryExists } = host;
  const folders = new Set([...texts.keys()].map((file) => dirname(file)));
  host.directoryExists = (folder) =>
    folders.has(resolve(folder)) || (directoryExists?.(folder) ?? false);
  host.readFile = (file) => texts.get(resolve(file)) ?? readFile(file);
  host.fileExists = (file) => texts.has(resolve(file)) || fileExists(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = texts.get(resolve(file));
    return text === undefined
      ? getSourceFile(file, version, ...rest)
      : ts.createSourceFile(file, text, version);
  };
  if (!ownRuntime) {
    host.resolveModuleNameLiterals = (literals, containingFile) =>
      literals.map(({ text }) => {
        const wanted = resolve(dirname(containingFile), text).replace(/\.js$/, ".ts");
        const resolvedFileName = wanted.replace(/^.*\/src\/runtime\//, `${runtime}/`);
        return host.fileExists(resolvedFileName)
          ? { resolvedModule: { resolvedFileName, extension: ts.Extension.Ts } }
          : { resolvedModule: undefined };
      });
  }
  const program = ts.createProgram(
    [...texts.keys()].filter((file) => file.endsWith(".ts")),
    options,
    host,
  );
  // The runtime is checked where it stands: `npm run typecheck`.
  const checked = program
    .getSourceFiles()
    .filter((file) => !program.isSourceFileDefaultLibrary(file) && !isRuntime(file.fileName));
  const diagnostics = [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...checked.flatMap((file) => program.getSyntacticDiagnostics(file)),
    ...checked.flatMap((file) => program.getSemanticDiagnostics(file)),
  ];
  const found = diagnostics.map(({ file, start, messageText }) => {
    const name = (file?.fileName ?? "").replace(`${root}/`, "");
    const at = file ? file.getLineAndCharacterOfPosition(start ?? 0).line : -1;
    const line = file?.text.split("\n")[at]?.trim() ?? "";
    return `${name.startsWith("/") ? basename(name) : name}:${at + 1}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}\n  ${line}`;
  });
  return [...found, ...missingImports(texts)];
}

const isRuntime = (file: string): boolean => /[\\/](src|generator)[\\/]runtime[\\/]/.test(file);

/** What the files of a runtime import, and the package does not have. */
const missingImports = (texts: ReadonlyMap<string, string>): readonly string[] =>
  [...texts]
    .filter(([file]) => isRuntime(file))
    .flatMap(([file, text]) =>
      ts
        .preProcessFile(text, true, true)
        .importedFiles.map(({ fileName }) => resolve(dirname(file), fileName))
        .filter((imported) => !texts.has(imported.replace(/\.js$/, ".ts")))
        .map((imported) => `${file}: there is no ${imported}`),
    );

/** Runs a module of a package, such as `src/notes`; nothing stays on the disk. */
export async function load(
  files: Files,
  module: string,
): Promise<Readonly<Record<string, unknown>>> {
  const folder = mkdtempSync(join(tmpdir(), "openapi-batch-"));
  try {
    const result = await build({
      stdin: {
        contents: `export * from "./${module}.js"`,
        resolveDir: folder,
        loader: "ts",
      },
      bundle: true,
      write: false,
      format: "esm",
      outfile: "module.mjs",
      plugins: [
        {
          name: "memory",
          setup({ onResolve, onLoad }) {
            onResolve({ filter: /^\./ }, ({ path, importer }) => {
              const from = importer === "<stdin>" ? "" : dirname(importer);
              return { path: join(from, path).replace(/\.js$/, ".ts"), namespace: "package" };
            });
            onLoad({ filter: /.*/, namespace: "package" }, ({ path }) => ({
              contents: files.get(path) ?? "",
              loader: "ts",
            }));
          },
        },
      ],
    });
    const file = join(folder, "module.mjs");
    writeFileSync(file, result.outputFiles[0]?.text ?? "");
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>; // a module
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
