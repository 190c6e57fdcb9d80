/** From the model to the files of a package. */
import type { Texts } from "../build/incremental/texts.js";
import type { BatchApi, SchemaModule } from "../batch/model.js";
import { mapParts } from "../schemas/combine.js";
import type { Schema } from "../schemas/schema.js";
import type { PackageForm } from "./form.js";
import { withExtensions } from "./imports.js";
import { compilerSettings, packageJson } from "./manifest.js";
import { entriesOf, modulesOf } from "./modules.js";
import { formatTypeScript } from "./print.js";
import { readme } from "./readme.js";
import { runtimeFiles } from "./runtime.js";
import { namesIn } from "../schemas/types/names.js";

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
  /** Remembers declarations and formatted files. Default: nothing is remembered. */
  readonly texts?: Pick<Texts, "get" | "all">;
  onProgress?(done: number, total: number): void;
}

/** All files of the package, in code point order of their paths. */
export async function emitPackage(
  api: BatchApi,
  options: PackageOptions,
): Promise<readonly GeneratedFile[]> {
  const { name, fields = {}, texts = forgetful } = options;
  const { typesOnly = false, importExtensions = "js" } = options;
  const declarations = await declarationsOf(api.modules, texts, typesOnly);
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
    const text = await formatTypeScript(source, (part, format) =>
      texts.get("typescript", part, format),
    );
    files.push({ path: `src/${path}.ts`, text: withExtensions(text, importExtensions) });
    written.push(text);
    options.onProgress?.(written.length, sources.length);
  }
  for (const { path, text } of runtimeFiles(runtimeEntries(written)))
    files.push({ path: `src/runtime/${path}`, text: withExtensions(text, importExtensions) });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The source of each module's declarations. The compiler is loaded for those only that are not remembered. */
async function declarationsOf(
  modules: readonly SchemaModule[],
  texts: Pick<Texts, "all">,
  typesOnly: boolean,
): Promise<ReadonlyMap<string, string>> {
  const kind = typesOnly ? "types" : "declarations";
  const sources = await texts.all(kind, modules.map(contentOf), async (missing) => {
    const { emitSettled } = await import("../schemas/types/types.js");
    const wanted = missing.flatMap((index) => modules[index] ?? []);
    const made = await emitSettled(wanted, { typesOnly });
    return wanted.map(({ path }) => made.get(path) ?? "");
  });
  return new Map(modules.map(({ path }, index) => [path, sources[index] ?? ""]));
}

/** All that its declarations are printed from. Numbers of schemas differ from run to run, so names stand for them. */
function contentOf(module: SchemaModule): string {
  const names = namesIn(module);
  const named = (schema: Schema): Schema =>
    schema.$ref === undefined
      ? mapParts(schema, named)
      : { ...schema, $ref: names.get(Number(schema.$ref)) ?? "" };
  return JSON.stringify(
    module.declarations.map(({ name, schema, members }) => [name, named(schema), members ?? null]),
  );
}

/** Makes every text, every time. */
const forgetful: Pick<Texts, "get" | "all"> = {
  get: (_kind, _from, make) => make(),
  all: (_kind, from, make) => make([...from.keys()]),
};

/** The runtime files that the emitted modules import. */
const runtimeEntries = (texts: readonly string[]): ReadonlySet<string> =>
  new Set(
    texts.flatMap((text) =>
      [
        ...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "\.[./]*\/runtime\/([a-z0-9/-]+)\.js"/gm),
      ].map(([, name = ""]) => name),
    ),
  );

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
