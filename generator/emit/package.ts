/** Exports `emitPackage`: from the model to the files of a package, not yet formatted. */
import { byCodePoint } from "../base/order.js";
import type { BatchApi } from "../batch/model.js";
import type { GeneratedFile, PackageForm } from "./form.js";
import { compilerSettings, packageJson } from "./manifest.js";
import { sourceOf, targetsOf } from "./module.js";
import { entriesOf, modulesOf } from "./modules.js";
import { readme } from "./readme.js";
import { runtimeFiles } from "./runtime.js";

export type { GeneratedFile } from "./form.js";

export interface PackageOptions extends PackageForm {
  /** The name in `package.json`. */
  readonly name: string;
  /** The fields of `package.json` that are its owner's. Default: none. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Counts modules. */
  onProgress?(done: number, total: number): void;
}

/** All files of the package, in code point order of their paths. `formatFiles` gives them their layout. */
export function emitPackage(api: BatchApi, options: PackageOptions): readonly GeneratedFile[] {
  const { name, fields = {}, importExtensions = "js" } = options;
  const modules = modulesOf(api, options);
  const sources = modules.map((module, index): GeneratedFile => {
    const text = sourceOf(module, importExtensions);
    options.onProgress?.(index + 1, modules.length);
    return { path: `src/${module.path}.ts`, text };
  });
  const files: readonly GeneratedFile[] = [
    {
      path: "package.json",
      text: json(packageJson(name, entriesOf(api, options), fields, options)),
    },
    { path: "README.md", text: readme(api, name, options) },
    { path: "sources.json", text: json({ documents: api.sources }) },
    { path: "tsconfig.json", text: json(compilerSettings(options)) },
    ...sources,
    ...runtimeFiles(modules.flatMap(targetsOf), importExtensions),
  ];
  return [...files].sort((a, b) => byCodePoint(a.path, b.path));
}

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
