/** From the model to the files of a package. */
import type { BatchApi, SchemaModule } from "../batch/model.js";
import type { PackageForm } from "./form.js";
import { withExtensions } from "./imports.js";
import { compilerSettings, packageJson } from "./manifest.js";
import { entriesOf, modulesOf } from "./modules.js";
import { formatTypeScript } from "./print.js";
import { readme } from "./readme.js";
import { runtimeFiles } from "./runtime.js";

/** A file of the package: its path below the output folder, with forward slashes, and its text. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

export interface PackageOptions extends PackageForm {
  /** The name in `package.json`. */
  readonly name: string;
  /** The fields of `package.json` that are its owner's. Default: none. */
  readonly fields?: Readonly<Record<string, unknown>>;
  onProgress?(done: number, total: number): void;
}

/** All files of the package, in code point order of their paths. */
export async function emitPackage(
  api: BatchApi,
  options: PackageOptions,
): Promise<readonly GeneratedFile[]> {
  const { name, fields = {} } = options;
  const { typesOnly = false, importExtensions = "js" } = options;
  const declarations = await declarationsOf(api.modules, typesOnly);
  const sources = modulesOf(api, declarations, options);
  const entries = entriesOf(api, options);
  const files: GeneratedFile[] = [
    { path: "package.json", text: json(packageJson(name, entries, fields, options)) },
    { path: "README.md", text: readme(api, name, options) },
    { path: "sources.json", text: json({ documents: api.sources }) },
    { path: "tsconfig.json", text: json(compilerSettings(options)) },
  ];
  const written: string[] = [];
  for (const [path, source] of sources) {
    const text = await formatTypeScript(source);
    files.push({ path: `src/${path}.ts`, text: withExtensions(text, importExtensions) });
    written.push(text);
    options.onProgress?.(written.length, sources.length);
  }
  for (const { path, text } of runtimeFiles(runtimeEntries(written)))
    files.push({ path: `src/runtime/${path}`, text: withExtensions(text, importExtensions) });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The source of each module's declarations. */
async function declarationsOf(
  modules: readonly SchemaModule[],
  typesOnly: boolean,
): Promise<ReadonlyMap<string, string>> {
  const { emitSettled } = await import("../schemas/types/types.js");
  return emitSettled(modules, { typesOnly });
}

/** The runtime files that the emitted modules import. */
const runtimeEntries = (texts: readonly string[]): ReadonlySet<string> =>
  new Set(
    texts.flatMap((text) =>
      [
        ...text.matchAll(
          /^(?:import|export)\b[^;]*?\bfrom "\.[./]*\/runtime\/([a-z0-9/-]+)\.js"/gm,
        ),
      ].map(([, name = ""]) => name),
    ),
  );

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
