/**
 * Exports `Preset`: an overlay with what a vendor, or a protocol, does not say in its documents, and the documents that
 * it is for; `givenPresets` and `shippedPresets`, which find them; and `presetsFor` and `fits`, which choose. A preset is
 * a folder with `overlay.yaml` and `preset.json`: those of the tool are in `presets/`, and others wherever their authors
 * keep them.
 */
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { closestMatch } from "leven";
import { readRegular } from "../base/read-file.js";
import { isObject, listOf, own, type JsonObject, type JsonValue } from "../base/json.js";
import { UsageError } from "../base/usage-error.js";

export interface Preset {
  /** As it was given: `acme`, `npm:@acme/batch-preset`, `./presets/acme`. */
  readonly name: string;
  /** The real path of its overlay. */
  readonly overlay: string;
  /** The hosts of its service, and of its subdomains; and parts of the titles of its documents. Both empty: any. */
  readonly hosts: readonly string[];
  readonly titles: readonly string[];
}

/** The same path from `dist/` and from `generator/`. */
const shippedFolder = fileURLToPath(new URL("../../presets/", import.meta.url));

/** All that the tool has, in code point order. */
export const shippedPresets = (): readonly Preset[] => shippedNames().map(shipped);

const shippedNames = (): readonly string[] =>
  existsSync(shippedFolder)
    ? readdirSync(shippedFolder)
        .filter((name) => existsSync(path.join(shippedFolder, name, overlayName)))
        .sort()
    : [];

const overlayName = "overlay.yaml";
const shipped = (name: string): Preset => presetAt(name, path.join(shippedFolder, name));

/**
 * @param given names of presets of the tool; `npm:PACKAGE`, with a folder behind it if the package has several; or paths
 *   of a folder or an overlay
 * @throws UsageError if one does not exist
 */
export function givenPresets(given: readonly string[], cwd: string): readonly Preset[] {
  return [...new Set(given)].map((name) => {
    if (name.startsWith("npm:")) return presetAt(name, packageFolder(name, cwd));
    if (isPath(name)) return presetAt(name, path.resolve(cwd, name));
    if (shippedNames().includes(name)) return shipped(name);
    const maxDistance = Math.max(2, Math.floor(name.length / 3));
    const near = closestMatch(name, [...shippedNames()], { maxDistance });
    throw new UsageError(
      `There is no preset ${JSON.stringify(name)}.`,
      `${near === undefined ? "" : `Did you mean ${near}? `}openapi-batch preset list has all. A path of your own begins with ./`,
    );
  });
}

/** Whether a preset is named by its path, and not by its name or package. */
export const isPath = (name: string): boolean => /[./\\]/.test(name) && !name.startsWith("npm:");

/** @throws UsageError if there is no overlay */
function presetAt(name: string, place: string): Preset {
  const isFile = /\.(ya?ml|json)$/i.test(place);
  const overlay = isFile ? place : path.join(place, overlayName);
  if (!existsSync(overlay))
    throw new UsageError(
      `There is no preset ${JSON.stringify(name)}: expected ${isFile ? "the file" : `a folder with ${overlayName}`}.`,
    );
  const about = isFile ? {} : aboutPreset(place);
  const texts = (key: string): readonly string[] =>
    listOf(own(about, key)).filter((text) => typeof text === "string");
  return { name, overlay: realpathSync(overlay), hosts: texts("hosts"), titles: texts("titles") };
}

/** The `preset.json` of the folder of a preset; without members if it has none. @throws UsageError if it is no object */
export function aboutPreset(folder: string): JsonObject {
  const file = path.join(folder, "preset.json");
  if (!existsSync(file)) return {};
  let value: JsonValue | undefined;
  try {
    value = JSON.parse(readRegular(file).toString()) as JsonValue; // JSON
  } catch {
    value = undefined;
  }
  if (isObject(value)) return value;
  throw new UsageError(`${file} is no JSON object.`);
}

/** The folder that `npm:@acme/presets/billing` names, as an import from `cwd` finds its package. */
function packageFolder(name: string, cwd: string): string {
  const [, id = "", inner = ""] = /^npm:((?:@[^/]+\/)?[^/]+)(?:\/(.+))?$/.exec(name) ?? [];
  const folders = createRequire(path.join(cwd, "package.json")).resolve.paths(id) ?? [];
  const found = folders.map((folder) => path.join(folder, id)).find((folder) => existsSync(folder));
  if (id === "" || found === undefined)
    throw new UsageError(
      `There is no package for the preset ${JSON.stringify(name)}.`,
      id === "" ? "Write npm:PACKAGE." : `npm install --save-dev ${id}`,
    );
  return path.join(found, inner);
}

/**
 * The presets that apply to a document: those that it fits, and those for any document. A document that fits none may
 * come from a gateway with a name of its own: then all of them apply.
 */
export function presetsFor(document: JsonObject, presets: readonly Preset[]): readonly Preset[] {
  const identity = identityOf(document);
  const fitting = presets.filter((preset) => fits(preset, identity));
  const general = (preset: Preset): boolean => preset.hosts.length + preset.titles.length === 0;
  return fitting.length === 0
    ? presets
    : presets.filter((preset) => fitting.includes(preset) || general(preset));
}

/** What a preset is recognised by. */
export interface Identity {
  readonly hosts: readonly string[];
  readonly title: string;
}

/** Whether a document's title or the host of one of its servers is one that the preset knows. */
export const fits = ({ hosts, titles }: Preset, document: Identity): boolean =>
  document.hosts.some((host) =>
    hosts.some((known) => host === known || host.endsWith(`.${known}`)),
  ) || titles.some((known) => document.title.toLowerCase().includes(known.toLowerCase()));

/** The hosts and the title of a document, of Swagger 2.0 as well. */
export function identityOf(document: JsonObject): Identity {
  const info = own(document, "info");
  const title = isObject(info) ? own(info, "title") : undefined;
  const urls = listOf(own(document, "servers")).flatMap((server) =>
    isObject(server) ? (own(server, "url") ?? []) : [],
  );
  const host = own(document, "host");
  const all = [...urls, ...(typeof host === "string" ? [`https://${host}`] : [])];
  const hosts = all.flatMap((url) =>
    typeof url === "string" ? (/^(?:https?:)?\/\/([^/:?#]+)/i.exec(url)?.[1] ?? []) : [],
  );
  return {
    hosts: hosts.map((one) => one.toLowerCase()),
    title: typeof title === "string" ? title : "",
  };
}
