/** Exports `emitPackage`: from the model to the files of a package, not yet formatted. */
import type { BatchApi } from "../batch/model.js";
import type { GeneratedFile, PackageForm } from "./form.js";
import { byResource } from "../batch/surface.js";
import { agents } from "./agents.js";
import { compilerSettings, ignored, packageJson } from "./manifest.js";
import { folderOf, sourceOf, targetsOf } from "./module.js";
import { entriesOf, modulesOf, optionalOf } from "./modules.js";
import { readme } from "./readme.js";
import { runtimeFiles } from "./runtime.js";

export type { GeneratedFile } from "./form.js";

export interface PackageOptions extends PackageForm {
  /** The name in `package.json`; of a folder of modules, the title of its README. */
  readonly name: string;
  /** The fields of `package.json` that are its owner's. Default: none. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Counts modules of endpoints and schemas. */
  onProgress?(done: number, total: number): void;
}

/** All files of the package, each as soon as it is made. `formatFiles` gives them their layout. */
export function* emitPackage(api: BatchApi, options: PackageOptions): Generator<GeneratedFile> {
  const { name, fields = {}, importExtensions = "js" } = options;
  const total = new Set([...api.modules.map(({ path }) => path), ...byResource(api).keys()]).size;
  // First, because Markdown takes long to format.
  yield { path: "README.md", text: readme(api, name, options) };
  if (options.layout !== "modules") {
    const manifest = packageJson(name, entriesOf(api, options), fields, options);
    if (!options.typesOnly) yield { path: "AGENTS.md", text: agents(api, name, options) };
    yield { path: "package.json", text: json(manifest) };
    yield { path: "tsconfig.json", text: json(compilerSettings(options)) };
    yield* ignored(options);
  }
  const documents = api.sources.map(({ hosts: _, ...source }) => source);
  yield { path: "sources.json", text: json({ documents }) };
  const folder = folderOf(options);
  const targets = optionalOf(options).map(({ module }) => module);
  let done = 0;
  for (const module of modulesOf(api, options)) {
    yield { path: `${folder}${module.path}.ts`, text: sourceOf(module, importExtensions) };
    targets.push(...targetsOf(module));
    options.onProgress?.(Math.min(++done, total), total);
  }
  for (const { path, text } of runtimeFiles(targets, importExtensions))
    yield { path: folder + path, text };
}

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
