/** Exports `AppliedOverlay`: an overlay, and which of its actions found something in the documents. */
import { closestMatch } from "leven";
import type { Diagnostic } from "../base/diagnostics.js";
import { readOverlay, type Overlay } from "./overlay.js";
import { formatPointer } from "../base/pointer.js";
import type { Preset } from "./presets.js";
import type { Source } from "./source.js";

/** An overlay, the actions that found something, and how many documents it was applied to. */
export interface AppliedOverlay {
  readonly overlay: Overlay;
  /** The preset that it is the overlay of. */
  readonly preset?: Preset;
  /** The PATHs to whose documents it applies; `undefined`: to all. */
  readonly inputs: readonly number[] | undefined;
  /** Numbers of actions. */
  readonly matched: Set<number>;
  documents: number;
}

export function addOverlay(
  overlays: AppliedOverlay[],
  source: Source,
  inputs: readonly number[] | undefined,
  report: (diagnostic: Diagnostic) => void,
  preset?: Preset,
): void {
  const overlay = readOverlay(source, report);
  if (overlay === undefined) return;
  const given = preset && { preset };
  overlays.push({ overlay, inputs, matched: new Set(), documents: 0, ...given });
}

/**
 * Reports overlays that were applied to no document, and actions that found nothing.
 * @param paths returns the paths of all documents; called only for a target that names a path and found nothing
 */
export async function reportUnmatched(
  overlays: readonly AppliedOverlay[],
  paths: () => Promise<readonly string[]>,
  report: (diagnostic: Diagnostic) => void,
): Promise<void> {
  for (const { overlay, matched, documents, preset } of overlays) {
    if (preset !== undefined) {
      reportUnusedPreset(preset, overlay, matched, report);
      continue;
    }
    if (documents === 0) {
      report({
        code: "overlay-unused",
        severity: "warning",
        message:
          overlay.extends === undefined
            ? "There is no document that this overlay applies to."
            : "None of the documents is the one that this overlay extends.",
        location: overlay.source.locate(overlay.extends === undefined ? "" : "/extends"),
      });
      continue;
    }
    for (const [number, action] of overlay.actions.entries()) {
      if (matched.has(number)) continue;
      const [, quote = "", path = ""] = /^\$\.paths\[(["'])(.*?)\1\]/.exec(action.target) ?? [];
      const known = quote === "" ? [] : await paths();
      const near = closestMatch(path, known, { maxDistance: Math.ceil(path.length / 3) });
      report({
        code: "overlay-target-unmatched",
        severity: "warning",
        message: `${JSON.stringify(action.target)} matches nothing in any document that the overlay applies to.`,
        location: overlay.source.locate(formatPointer([...action.pointer, "target"])),
        ...(near === undefined
          ? {}
          : {
              hint:
                near === path
                  ? "A document has this path: compare its method, and what follows it."
                  : `The nearest path is ${JSON.stringify(near)}.`,
            }),
      });
    }
  }
}

/** A preset knows more operations than one document has: it is unused if all that it finds is the document itself. */
function reportUnusedPreset(
  { name }: Preset,
  { actions }: Overlay,
  matched: ReadonlySet<number>,
  report: (diagnostic: Diagnostic) => void,
): void {
  if (actions.some(({ target }, number) => target.trim() !== "$" && matched.has(number))) return;
  report({
    code: "preset-unused",
    severity: "warning",
    message: `The preset ${name} knows no operation of these documents.`,
    hint: `openapi-batch preset show ${name} lists what it knows.`,
  });
}
