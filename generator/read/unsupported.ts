/** What a version of OpenAPI has and this tool does not carry over: said, never dropped in silence. */
import type { Diagnostic } from "../diagnostics.js";
import { formatPointer, getChild, isObject } from "./pointer.js";
import type { Spec } from "./spec.js";

export function describeUnsupported(spec: Spec, report: (diagnostic: Diagnostic) => void): void {
  const paths = getChild(spec.document, "paths");
  if (!isObject(paths)) return;
  for (const [path, item] of Object.entries(paths)) {
    const more = getChild(item, "additionalOperations");
    if (!isObject(more) || Object.keys(more).length === 0) continue;
    report({
      code: "additional-operations",
      severity: "warning",
      message: `The operations with methods of their own (${Object.keys(more).join(", ")}) are left out.`,
      location: spec.locate(formatPointer(["paths", path, "additionalOperations"])),
    });
  }
}
