/** Exports `emitPackage`: from the model to the files of a package, not yet formatted. */
import { byCodePoint } from "../base/order.js";
import type { BatchApi } from "../batch/model.js";
import type { GeneratedFile, PackageForm } from "./form.js";
import { byResource } from "../batch/surface.js";
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
  /** Counts modules of endpoints and schemas. */
  onProgress?(done: number, total: number): void;
}

/** All files of the package, in code point order of their paths. `formatFiles` gives them their layout. */
export function emitPackage(api: BatchApi, options: PackageOptions): readonly GeneratedFile[] {
  const { name, fields = {}, importExtensions = "js" } = options;
  const total = new Set([...api.modules.map(({ path }) => path), ...byResource(api).keys()]).size;
  const sources: GeneratedFile[] = [];
  const targets: string[] = [];
  for (const module of modulesOf(api, options)) {
    sources.push({ path: `src/${module.path}.ts`, text: sourceOf(module, importExtensions) });
    targets.push(...targetsOf(module));
    options.onProgress?.(Math.min(sources.length, total), total);
  }
  const files: readonly GeneratedFile[] = [
    {
      path: "package.json",
      text: json(packageJson(name, entriesOf(api, options), fields, options)),
    },
    { path: "README.md", text: readme(api, name, options) },
    {
      path: "sources.json",
      text: json({ documents: api.sources.map(({ hosts: _, ...source }) => source) }),
    },
    { path: "tsconfig.json", text: json(compilerSettings(options)) },
    ...sources,
    ...runtimeFiles(targets, importExtensions),
  ];
  return [...files].sort((a, b) => byCodePoint(a.path, b.path));
}

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
