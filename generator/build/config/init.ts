/** Exports `planConfig`: the first configuration for a folder, with inputs for the documents in it. */
import { stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { configNames } from "./find-config.js";
import { findFiles } from "../../openapi/find-files.js";
import { createSourceStore } from "../../openapi/source.js";
import { kindOf } from "../../openapi/text.js";
import { isObject } from "../../base/json.js";
import { fits, givenPresets, identityOf, shippedPresets } from "../../openapi/presets.js";
import { UsageError } from "../../base/usage-error.js";
import { lookAtProject, type Project } from "./project.js";

export interface FirstConfig {
  /** Absolute. */
  readonly file: string;
  readonly text: string;
  /** The documents that were found, relative to the folder, in code point order. */
  readonly documents: readonly string[];
  readonly overlays: readonly string[];
  /** The names of presets that fit documents. */
  readonly presets: readonly string[];
  /** The presets of the configuration: those that its author chose. */
  readonly chosen: readonly string[];
  /** The inputs of the configuration, relative to the folder; `["specs"]` if no document was found. */
  readonly inputs: readonly string[];
  /** Where the package goes, relative to the folder, and in which form. */
  readonly members: Project["members"];
}

/**
 * Looks at `cwd` and all below it, and makes a configuration for it. Writes nothing.
 * @param given the file to make. Default: `openapi-batch.config.ts` in a TypeScript project (`.mts` where that is the
 * ending of ES modules), `.json` elsewhere
 * @param chosen presets for the configuration
 * @throws UsageError if a configuration exists, `given` has no extension of one, or there is no such preset
 */
export async function planConfig(
  cwd: string,
  given?: string,
  chosen: readonly string[] = [],
): Promise<FirstConfig> {
  givenPresets(chosen, cwd);
  const project = await lookAtProject(cwd);
  const file = path.resolve(cwd, given ?? `openapi-batch.config.${project.extension}`);
  const folder = path.dirname(file);
  const extension = path.extname(file).slice(1);
  if (!configNames.includes(`openapi-batch.config.${extension}`)) {
    throw new UsageError(
      `A configuration is a .ts, .mts, .js, .mjs, .json, .yaml or .yml file; not ${given ?? file}.`,
    );
  }
  for (const name of new Set([path.basename(file), ...configNames])) {
    if (!(await exists(path.join(folder, name)))) continue;
    throw new UsageError(
      `There is a configuration already: ${name}.`,
      "Edit it, or remove it first.",
    );
  }
  const { documents, overlays, presets } = await findDocuments(cwd);
  const inputs = documents.length > 0 ? inputsFor(documents) : ["specs"];
  const apart = overlays.filter(
    (overlay) => !inputs.some((input) => overlay === input || overlay.startsWith(`${input}/`)),
  );
  const here = (name: string): string =>
    path.relative(folder, path.resolve(cwd, name)).replaceAll("\\", "/") || ".";
  const config = {
    inputs: inputs.map(here),
    ...(apart.length > 0 ? { overlays: apart.map(here) } : {}),
    ...(chosen.length > 0 ? { presets: chosen } : {}),
    ...project.members,
    output: here(project.members.output),
  };
  const text = print(config, extension);
  return { file, text, documents, overlays, presets, inputs, chosen, members: project.members };
}

/** @throws UsageError if the file exists */
export async function writeNewFile(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: "wx" });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") throw new UsageError(`There is a file ${file} already.`);
    if (code === "ENOENT") throw new UsageError(`There is no folder ${path.dirname(file)}.`);
    throw error;
  }
}

const exists = async (file: string): Promise<boolean> =>
  (await stat(file).catch(() => undefined)) !== undefined;

async function findDocuments(
  cwd: string,
): Promise<Pick<FirstConfig, "documents" | "overlays" | "presets">> {
  const store = createSourceStore(cwd);
  const documents: string[] = [];
  const overlays: string[] = [];
  const fitting = new Set<string>();
  const presets = shippedPresets();
  const { input } = await findFiles(".", cwd);
  for (const id of input.files) {
    const source = (await store.loadDocument(id))?.source;
    const kind = source && kindOf(source.value);
    if (!source || !kind) continue;
    (kind === "openapi" ? documents : overlays).push(source.file);
    if (kind !== "openapi" || !isObject(source.value)) continue;
    const identity = identityOf(source.value);
    for (const preset of presets) if (fits(preset, identity)) fitting.add(preset.name);
  }
  return { documents, overlays, presets: [...fitting].sort() };
}

/** For each folder at the top the deepest one below it that holds all its documents; files at the top by name. */
function inputsFor(documents: readonly string[]): readonly string[] {
  const inputs = new Map<string, string>();
  for (const document of documents) {
    const [top = "", ...rest] = document.split("/");
    const folder = rest.length === 0 ? document : path.posix.dirname(document);
    const known = inputs.get(top);
    inputs.set(top, known === undefined ? folder : common(known, folder));
  }
  return [...inputs.values()];
}

function common(a: string, b: string): string {
  const [left, right] = [a.split("/"), b.split("/")];
  const end = left.findIndex((name, i) => name !== right[i]);
  return (end < 0 ? left : left.slice(0, end)).join("/");
}

type First = Readonly<Record<string, string | readonly string[]>>;

/** Strings of JSON are strings of YAML and of TypeScript. */
function print(config: First, extension: string): string {
  const members = Object.entries(config).map(
    ([key, value]) =>
      [key, typeof value === "string" ? JSON.stringify(value) : list(value)] as const,
  );
  const lines = members.map(([key, value]) => `  ${key}: ${value},\n`).join("");
  switch (extension) {
    case "json":
      return `${JSON.stringify({ $schema: "./node_modules/openapi-batch/generator/build/config/config.schema.json", ...config }, null, 2)}\n`;
    case "yaml":
    case "yml":
      return `# yaml-language-server: $schema=./node_modules/openapi-batch/generator/build/config/config.schema.json\n${members.map(([key, value]) => `${key}: ${value}\n`).join("")}`;
    case "ts":
    case "mts":
      return `import { defineConfig } from "openapi-batch";\n\nexport default defineConfig({\n${lines}});\n`;
    default:
      return `/** @type {import("openapi-batch").Config} */\nexport default {\n${lines}};\n`;
  }
}

const list = (values: readonly string[]): string =>
  `[${values.map((value) => JSON.stringify(value)).join(", ")}]`;
