/**
 * Exports `toSpec`: from a parsed document to a `Spec`. It applies overlays, embeds references, and converts versions.
 */
import type { Diagnostic, Location } from "../base/diagnostics.js";
import { bounds } from "../base/bounds.js";
import { applyOverlay } from "./apply-overlay.js";
import type { Entry } from "./entries.js";
import { originOf, type Origins } from "./origin.js";
import type { AppliedOverlay } from "./applied-overlays.js";
import { isMeantFor, type Action } from "./overlay.js";
import { presetsFor } from "./presets.js";
import { exceededBound, type DocumentBound } from "./parse.js";
import { isObject, type JsonObject } from "../base/json.js";
import { formatPointer, getChild } from "../base/pointer.js";
import { embed } from "./references.js";
import { needsEmbedding } from "./resolve.js";
import type { Source, SourceStore } from "./source.js";
import { versionText } from "./text.js";
import { loadReferenced } from "./targets.js";
import { describeUnsupported } from "./unsupported.js";
import { presetLayer, type Spec } from "./spec.js";

const installConverter =
  "npm install --save-dev swagger2openapi, or convert the document once: npx swagger2openapi FILE -o specs/api.json";

export interface Preparation {
  readonly entry: Entry;
  readonly source: Source;
  readonly sources: SourceStore;
  readonly overlays: readonly AppliedOverlay[];
  /** `Spec.name`. */
  readonly name: string;
  /** The ids of all documents. */
  readonly among: readonly string[];
  /** The ids of documents by the address that they give themselves. */
  readonly selves: ReadonlyMap<string, string>;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** A `Spec`, and the files and overlays that it is from, besides its own file. */
export interface Prepared {
  readonly spec: Spec;
  /** The ids of the files that it refers to. */
  readonly referred: readonly string[];
  /** By number: the overlays that were applied, each with the actions that found something. */
  readonly overlays: readonly (readonly [overlay: number, actions: readonly number[]])[];
}

/** `undefined` when an error was reported. */
export async function toSpec(preparation: Preparation): Promise<Prepared | undefined> {
  const { source, report } = preparation;
  const beyond = ({ code, most, of }: DocumentBound): undefined => {
    report({
      code,
      severity: "error",
      message: `With its overlays and references, this document exceeds the bound of ${most} ${of}.`,
      location: source.locate(""),
    });
  };
  try {
    const prepared = await prepare(preparation);
    const bound = prepared && exceededBound(prepared.spec.document);
    return bound ? beyond(bound) : prepared;
  } catch (error) {
    if (error instanceof RangeError) return beyond(bounds.depth); // the stack is used up
    throw error;
  }
}

async function prepare(preparation: Preparation): Promise<Prepared | undefined> {
  const { entry, source, sources, selves, report } = preparation;
  const version = versionOf(source, report);
  if (version === undefined || !isObject(source.value)) return undefined;
  const origins: Origins = new WeakMap();
  const overlaid = withOverlays(preparation, source.value, origins);
  let { document } = overlaid;
  let referred: readonly string[] = [];
  if (needsEmbedding(document)) {
    const options = {
      source,
      document,
      root: entry.root,
      sources,
      selves,
    };
    referred = await loadReferenced(options);
    document = embed({ ...options, origins, report });
  }
  const embedded = document;
  const locateEmbedded = (pointer: string): Location => {
    const origin = originOf(origins, source, embedded, pointer);
    return origin.source.locate(formatPointer(origin.pointer));
  };
  let locate = locateEmbedded;
  if (version === "2.0") {
    const { convertSwagger, swaggerPointer } = await import("./swagger.js");
    const converted = await convertSwagger(embedded, locateEmbedded, report);
    if ("reason" in converted) {
      const problem = { severity: "error", message: converted.reason } as const;
      const location = source.locate("/swagger");
      report(
        converted.isMissing
          ? { code: "swagger-converter", ...problem, location, hint: installConverter }
          : { code: "invalid-swagger", ...problem, location },
      );
      return undefined;
    }
    document = converted.document;
    locate = (pointer) => locateEmbedded(swaggerPointer(embedded, pointer));
  }
  const spec: Spec = {
    path: source.file,
    name: preparation.name,
    version: version === "2.0" ? "3.0" : version,
    document,
    hash: source.hash,
    locate: (pointer) => locate(pointer.startsWith("/") ? pointer : ""),
  };
  describeUnsupported(spec, report);
  return { spec, referred, overlays: overlaid.applied };
}

/** The document after the overlays that are meant for it, those of presets first; and which of their actions applied. */
function withOverlays(
  { entry, source, overlays, among, report }: Preparation,
  given: JsonObject,
  origins: Origins,
): { readonly document: JsonObject; readonly applied: Prepared["overlays"] } {
  let document = given;
  const applied: [number, number[]][] = [];
  const presets = presetsFor(
    document,
    overlays.flatMap(({ preset }) => preset ?? []),
  );
  for (const [number, { overlay, inputs, preset }] of overlays.entries()) {
    if (preset && !presets.includes(preset)) continue;
    if (inputs !== undefined && !inputs.some((input) => entry.inputs.includes(input))) continue;
    if (!isMeantFor(overlay, source.id, among)) continue;
    const found = new Set<number>();
    const matched = (action: Action): void => void found.add(action.number);
    const xBatchAs = preset ? presetLayer : "x-batch";
    document = applyOverlay(document, overlay, { source, origins, matched, xBatchAs, report });
    applied.push([number, [...found]]);
  }
  return { document, applied };
}

function versionOf(
  source: Source,
  report: (diagnostic: Diagnostic) => void,
): "2.0" | "3.0" | "3.1" | "3.2" | undefined {
  const member = getChild(source.value, "openapi") === undefined ? "swagger" : "openapi";
  const given = versionText(source.value, member); // unquoted, YAML reads 3.0 as 3
  const location = source.locate("/" + member);
  if (member === "swagger" && /^2(\.0)?$/.test(given)) return "2.0";
  const minor = member === "openapi" ? /^3(?:\.(\d+))?(?:[.-]|$)/.exec(given) : null;
  if (minor === null) {
    const message = `Swagger 2.0 and OpenAPI 3.0 to 3.2 are read; this is ${member} ${JSON.stringify(given)}.`;
    report({ code: "unsupported-version", severity: "error", message, location });
    return undefined;
  }
  const versions = ["3.0", "3.1", "3.2"] as const;
  const known = versions[Number(minor[1] ?? 0)];
  if (known === undefined) {
    const message = `OpenAPI ${given} is newer than this tool; it is read as 3.2.`;
    report({ code: "unsupported-version", severity: "warning", message, location });
  }
  return known ?? "3.2";
}
