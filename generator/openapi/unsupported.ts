/** Exports `describeUnsupported`, which reports parts of a document that this tool leaves out. */
import type { Diagnostic } from "../base/diagnostics.js";
import { isObject } from "../base/json.js";
import { formatPointer, getChild } from "../base/pointer.js";
import type { Spec } from "./spec.js";

export function describeUnsupported(spec: Spec, report: (diagnostic: Diagnostic) => void): void {
  const webhooks = getChild(spec.document, "webhooks");
  if (isObject(webhooks) && Object.keys(webhooks).length > 0)
    report({
      code: "webhooks-left-out",
      severity: "info",
      message: "`webhooks` are left out: the generated package sends requests, and serves none.",
      location: spec.locate("/webhooks"),
    });
  const paths = getChild(spec.document, "paths");
  if (!isObject(paths)) return;
  for (const [path, item] of Object.entries(paths)) {
    if (!path.startsWith("/") && !path.startsWith("x-"))
      report({
        code: "path-without-slash",
        severity: "warning",
        message: `Expected a path that begins with a slash, found ${JSON.stringify(path)}; it is left out.`,
        location: spec.locate(formatPointer(["paths", path])),
      });
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
