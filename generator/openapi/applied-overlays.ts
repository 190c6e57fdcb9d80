/** Exports `AppliedOverlay`: an overlay, and which of its actions found something in the documents. */
import { closestMatch } from "leven";
import type { Diagnostic } from "../base/diagnostics.js";
import { readOverlay, type Overlay } from "./overlay.js";
import { formatPointer } from "../base/pointer.js";
import type { Source } from "./source.js";

/** An overlay, the actions that found something, and how many documents it was applied to. */
export interface AppliedOverlay {
  readonly overlay: Overlay;
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
): void {
  const overlay = readOverlay(source, report);
  if (overlay !== undefined) overlays.push({ overlay, inputs, matched: new Set(), documents: 0 });
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
  for (const { overlay, matched, documents } of overlays) {
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
