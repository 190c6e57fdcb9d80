/**
 * Exports `lookAtProject`: the project of a folder -> where a package for it goes, and in which form it works without
 * more ado. A file of its own because it knows what compilers, bundlers and package managers ask for.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { isObject, listOf, own, parseObject, type JsonObject } from "../../base/json.js";
import { readRegular } from "../../base/read-file.js";
import { createSourceStore } from "../../openapi/source.js";
import type { Ts } from "../../schemas/types/compiler.js";

export interface Project {
  /** The members of a configuration that say where the package goes and in which form. */
  readonly members: {
    readonly output: string;
    readonly layout?: "modules";
    readonly importExtensions?: "ts" | "none";
    readonly name?: string;
  };
  /** The ending of a configuration that the project's own compiler accepts. */
  readonly extension: "ts" | "mts" | "json";
}

type Compiler = typeof Ts;
type CompilerOptions = Ts.CompilerOptions;

/**
 * - With workspaces, the package is a further one, which is built.
 * - In a TypeScript project, it is a folder of modules among its sources, which its own compiler and bundler build.
 * - Elsewhere, and where the compiler of the project would refuse the modules, it is a package that is built.
 */
export async function lookAtProject(cwd: string): Promise<Project> {
  const manifest = objectIn(path.join(cwd, "package.json"));
  const name = packageName(manifest, cwd);
  const options = await compilerOptionsOf(cwd);
  const extension = options ? extensionOf(options, manifest, cwd) : "json";
  const workspaces = await workspaceFolder(cwd, manifest);
  if (workspaces !== undefined) {
    const output = `${workspaces}/${name.replace(/^@[^/]*\//, "")}`;
    return { members: { output, name }, extension };
  }
  if (options === undefined || !takesModules(options, manifest, cwd))
    return { members: { output: "generated", name }, extension };
  const importExtensions = endingOf(options);
  const members = {
    output: freeFolder(cwd),
    layout: "modules" as const,
    ...(importExtensions !== "js" && { importExtensions }),
  };
  return { members, extension };
}

/** The compiler's options, and what the files are that it compiles. */
interface Options {
  readonly ts: Compiler;
  readonly all: CompilerOptions;
  /** The options name a folder for all sources, and no list of them leaves out the rest. */
  readonly isRooted: boolean;
}

/**
 * The options of the `tsconfig.json` in a folder, with all that it extends; where it only refers to other projects, as
 * that of a new Vite project does, those of the one that compiles `src`. Undefined where there is none.
 */
async function compilerOptionsOf(cwd: string): Promise<Options | undefined> {
  const file = path.join(cwd, "tsconfig.json");
  if (!existsSync(file)) return undefined;
  const { ts } = await import("../../schemas/types/compiler.js");
  const parsed = parse(ts, file);
  const references = (parsed?.projectReferences ?? [])
    .slice(0, mostReferences)
    .flatMap((reference) => parse(ts, ts.resolveProjectReferencePath(reference)) ?? []);
  const isOfSources = ({ fileNames }: Ts.ParsedCommandLine): boolean =>
    fileNames.some((name) => !path.relative(path.join(cwd, "src"), name).startsWith(".."));
  const all = [...(parsed ? [parsed] : []), ...references];
  const found =
    all.find(isOfSources) ?? (parsed?.fileNames.length ? parsed : (references[0] ?? parsed));
  if (found === undefined) return undefined;
  // what the compiler has read, of any form
  const { include, files } = found.raw as { readonly include?: unknown; readonly files?: unknown };
  const isRooted =
    found.options.rootDir !== undefined && include === undefined && files === undefined;
  return { ts, all: found.options, isRooted };
}

const mostReferences = 20;

/** What is wrong with the file is for the compiler to say. */
function parse(ts: Compiler, file: string): Ts.ParsedCommandLine | undefined {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  return ts.getParsedCommandLineOfConfigFile(file, {}, host);
}

/** Whether TypeScript resolves modules as Node does now: by the kind of each file, ES module or CommonJS. */
const isOfNode = ({ ts, all: { module, moduleResolution } }: Options): boolean =>
  (module !== undefined && module >= ts.ModuleKind.Node16 && module <= ts.ModuleKind.NodeNext) ||
  moduleResolution === ts.ModuleResolutionKind.Node16 ||
  moduleResolution === ts.ModuleResolutionKind.NodeNext;

/** How files of the project import each other. */
function endingOf(options: Options): "js" | "ts" | "none" {
  const { allowImportingTsExtensions, rewriteRelativeImportExtensions } = options.all;
  if (allowImportingTsExtensions || rewriteRelativeImportExtensions) return "ts";
  return isOfNode(options) ? "js" : "none";
}

/** Whether files with the ending `.ts` are CommonJS. */
const isCommonJs = (options: Options, manifest: JsonObject): boolean =>
  isOfNode(options)
    ? own(manifest, "type") !== "module"
    : options.all.module === options.ts.ModuleKind.CommonJS;

/** A configuration is an ES module that imports the tool, which is one, too. */
function extensionOf(options: Options, manifest: JsonObject, cwd: string): Project["extension"] {
  const { rootDir = cwd } = options.all;
  // The compiler would find it outside of its root.
  if (options.isRooted && path.relative(cwd, rootDir) !== "") return "json";
  const isStrict = isOfNode(options) || options.all.verbatimModuleSyntax === true;
  return isStrict && isCommonJs(options, manifest) ? "mts" : "ts";
}

/** Whether the project's compiler takes the modules as they are: what they need, and what it forbids. */
function takesModules(options: Options, manifest: JsonObject, cwd: string): boolean {
  const { ES5, ES2022 } = options.ts.ScriptTarget;
  // These kinds of modules imply a target.
  const { target = isOfNode(options) ? ES2022 : ES5 } = options.all;
  const { lib, verbatimModuleSyntax, isolatedDeclarations } = options.all;
  if (verbatimModuleSyntax === true && isCommonJs(options, manifest)) return false;
  if (isolatedDeclarations === true) return false;
  if (lib === undefined) return target >= ES2022;
  const has = (pattern: RegExp): boolean => lib.some((name) => pattern.test(name));
  return (
    has(/^lib\.es(202[2-9]|next)\.d\.ts$/i) &&
    (has(/^lib\.dom\.d\.ts$/i) || hasNodeTypes(options, cwd))
  );
}

function hasNodeTypes({ all: { types } }: Options, cwd: string): boolean {
  if (types !== undefined && !types.includes("node")) return false;
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "node_modules/@types/node/package.json"))) return true;
    if (path.dirname(folder) === folder) return false;
  }
}

/** A folder that does not exist yet, among the sources. */
function freeFolder(cwd: string): string {
  const sources = existsSync(path.join(cwd, "src")) ? "src/" : "";
  const names = ["batch", "batch-client", "batch-generated"].map((name) => sources + name);
  return names.find((name) => !existsSync(path.join(cwd, name))) ?? `${sources}openapi-batch`;
}

/** The folder that all packages below are workspaces of, such as `packages`. */
async function workspaceFolder(cwd: string, manifest: JsonObject): Promise<string | undefined> {
  const declared = own(manifest, "workspaces");
  const pnpm = path.join(cwd, "pnpm-workspace.yaml");
  const source = existsSync(pnpm) ? (await createSourceStore(cwd).load(pnpm)).source : undefined;
  const others = source && isObject(source.value) ? own(source.value, "packages") : undefined;
  const patterns = [
    ...listOf(isObject(declared) ? own(declared, "packages") : declared),
    ...listOf(others),
  ];
  const folders = patterns.flatMap((pattern) => {
    const [, folder] =
      typeof pattern === "string" ? (/^(?:\.\/)?([^*!{}?]+)\/\*\*?$/.exec(pattern) ?? []) : [];
    return folder === undefined ? [] : [folder];
  });
  return folders.find((folder) => folder === "packages") ?? folders[0];
}

/** `@acme/app` and `app` give `@acme/app-batch` and `app-batch`. */
function packageName(manifest: JsonObject, cwd: string): string {
  const name = own(manifest, "name");
  const plain = path.basename(cwd).toLowerCase();
  const base =
    typeof name === "string" && /^(@[a-z0-9~.-]+\/)?[a-z0-9~._-]+$/.test(name)
      ? name
      : plain.replace(/[^a-z0-9-]+/g, "-").replace(/^-+|-+$/g, "");
  return base === "" ? "batch-client" : `${base}-batch`;
}

/** An empty object where there is no such file, or it is none. */
function objectIn(file: string): JsonObject {
  try {
    return parseObject(readRegular(file).toString()) ?? {};
  } catch {
    return {};
  }
}
