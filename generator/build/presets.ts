/**
 * Exports what a run says about presets: `offeredPresets`, those that would fit, and `lockedPresets`, for the lock; and
 * what a person asks about them: `describeShipped` and `describePreset`.
 */
import path from "node:path";
import type { Diagnostic } from "../base/diagnostics.js";
import { displayName } from "../base/display-name.js";
import type { SourceDocument } from "../batch/model.js";
import { isObject, listOf, own, type JsonObject, type JsonValue } from "../base/json.js";
import { aboutPreset, fits, givenPresets, isPath, shippedPresets } from "../openapi/presets.js";
import type { Preset } from "../openapi/presets.js";
import { createSourceStore } from "../openapi/source.js";
import type { ReadResult } from "../openapi/spec.js";

/**
 * An offer for each preset of the tool that fits a document which none of the chosen ones fits.
 * @param given as the caller named them; an empty list declines
 */
export function offeredPresets(
  documents: readonly Pick<SourceDocument, "hosts" | "title">[],
  chosen: readonly Preset[],
  given: readonly string[] | undefined,
): readonly Diagnostic[] {
  if (given?.length === 0) return [];
  const open = documents.filter((document) => !chosen.some((preset) => fits(preset, document)));
  if (open.length === 0) return [];
  return shippedPresets().flatMap((preset): readonly Diagnostic[] => {
    const number = open.filter((document) => fits(preset, document)).length;
    if (number === 0 || chosen.some(({ overlay }) => overlay === preset.overlay)) return [];
    const { name } = preset;
    return [
      {
        code: "preset-available",
        severity: "info",
        message: `The preset ${name} knows limits, matching and statuses of ${number === 1 ? "a document" : `${number} documents`} here.`,
        hint: `Choose it with --preset ${name}, or \`presets: ["${name}"]\`; an empty list declines. openapi-batch preset show ${name} has its sources.`,
      },
    ];
  });
}

/** The names of the chosen presets, and the SHA-256 of their overlays; a path is relative to the folder of the lock. */
export const lockedPresets = (
  { presets, hashes }: Pick<ReadResult, "presets" | "hashes">,
  folder: string,
): ReadonlyMap<string, string> =>
  new Map(
    presets.map(({ name, overlay }) => [
      isPath(name) ? displayName(folder, path.dirname(overlay)) : name,
      hashes.get(overlay) ?? "",
    ]),
  );

/** All that a preset says, in words. */
export interface DescribedPreset {
  readonly name: string;
  readonly service: string;
  readonly covers: string;
  /** Where the documents are that it was made for. */
  readonly documents: readonly string[];
  /** What could not be verified. */
  readonly unverified: readonly string[];
  /** What it says about the operations of a target, and where each value is from. */
  readonly actions: readonly {
    readonly target: string;
    readonly says: readonly string[];
    readonly sources: readonly string[];
  }[];
}

/** The presets of the tool. */
export const describeShipped = (): Promise<readonly DescribedPreset[]> =>
  Promise.all(shippedPresets().map((preset) => describe(preset, process.cwd())));

/** @throws UsageError if there is none of that name */
export async function describePreset(name: string, cwd: string): Promise<DescribedPreset> {
  const [preset] = givenPresets([name], cwd);
  if (preset === undefined) throw new RangeError("A name gives a preset."); // or a UsageError
  return describe(preset, cwd);
}

async function describe({ name, overlay }: Preset, cwd: string): Promise<DescribedPreset> {
  const about = aboutPreset(path.dirname(overlay));
  const { source } = await createSourceStore(cwd).load(overlay);
  const value = source && isObject(source.value) ? source.value : {};
  return {
    name,
    service: textOf(about, "service") ?? name,
    covers: textOf(about, "covers") ?? "",
    documents: objectsOf(about, "documents").map((document) =>
      ["source", "path", "commit", "sha256"]
        .flatMap((key) => textOf(document, key) ?? [])
        .join("  "),
    ),
    unverified: listOf(own(about, "unverified")).filter((text) => typeof text === "string"),
    actions: objectsOf(value, "actions").map((action) => {
      const update = objectAt(action, "update");
      return {
        target: textOf(action, "target") ?? "",
        says: [
          ...(textOf(action, "description")?.split("\n") ?? []),
          ...Object.entries(objectAt(update, "x-batch")).map(
            ([field, member]) => `${field}: ${JSON.stringify(member)}`,
          ),
        ],
        sources: Object.entries(objectAt(update, "x-sources")).map(([pointer, from]) => {
          const said = isObject(from) ? from : {};
          const words = ["how", "url", "date", "note"].flatMap((key) => textOf(said, key) ?? []);
          return `${pointer === "" ? "(all of it)" : pointer}  ${words.join("  ")}`;
        }),
      };
    }),
  };
}

const textOf = (value: JsonObject, key: string): string | undefined => {
  const found = own(value, key);
  return typeof found === "string" ? found.trim() : undefined;
};

const objectAt = (value: JsonObject, key: string): JsonObject => {
  const found: JsonValue | undefined = own(value, key);
  return isObject(found) ? found : {};
};

const objectsOf = (value: JsonObject, key: string): readonly JsonObject[] =>
  listOf(own(value, key)).filter(isObject);
