/** OpenAPI Overlay 1.0 and 1.1: checking one, and finding the documents that it is meant for. */
import path from "node:path";
import { JSONPathEnvironment, type JSONPathQuery } from "json-p3";
import type { Diagnostic } from "../base/diagnostics.js";
import { isArray, type JsonValue } from "../base/json.js";
import { formatPointer, getChild } from "../base/pointer.js";
import type { Source } from "./source.js";
import { isAddress, versionText } from "./text.js";
import { depthLimit } from "./yaml.js";

export interface Overlay {
  readonly source: Source;
  /** The document it is meant for: an absolute path or an address. */
  readonly extends: string | undefined;
  readonly actions: readonly Action[];
}

export interface Action {
  /** Where it stands in the overlay. */
  readonly pointer: readonly string[];
  readonly target: string;
  readonly query: JSONPathQuery;
  readonly change:
    | { readonly kind: "remove" }
    | { readonly kind: "update"; readonly value: JsonValue }
    | { readonly kind: "copy"; readonly from: string; readonly query: JSONPathQuery };
}

const environment = new JSONPathEnvironment({ maxRecursionDepth: depthLimit + 2 });

/** Checks an overlay; actions with a mistake are reported and left out. */
export function readOverlay(
  source: Source,
  report: (diagnostic: Diagnostic) => void,
): Overlay | undefined {
  const fail = (message: string, pointer: readonly string[], hint?: string): undefined => {
    const diagnostic: Diagnostic = {
      code: "invalid-overlay",
      severity: "error",
      message,
      location: source.locate(formatPointer(pointer)),
    };
    report(hint === undefined ? diagnostic : { ...diagnostic, hint });
    return undefined;
  };
  const version = versionText(source.value, "overlay");
  if (!/^1(\.\d+)*$/.test(version)) {
    return fail(`Overlay 1.0 and 1.1 are read; this says ${JSON.stringify(version)}.`, ["overlay"]);
  }
  const given = getChild(source.value, "actions");
  if (!isArray(given)) return fail("An overlay has a list of actions; this has none.", ["actions"]);
  const base = getChild(source.value, "extends");
  if (base !== undefined && typeof base !== "string") {
    return fail("`extends` is a path or an address.", ["extends"]);
  }

  const compile = (text: string, pointer: readonly string[]): JSONPathQuery | undefined => {
    try {
      return environment.compile(text);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return fail(
        `${JSON.stringify(text)} is not a JSONPath: ${reason}.`,
        pointer,
        "RFC 9535 says what is.",
      );
    }
  };
  const actions = given.map((action, index): Action | undefined => {
    const pointer = ["actions", String(index)];
    const target = getChild(action, "target");
    if (typeof target !== "string") return fail("An action has a `target`, a JSONPath.", pointer);
    const query = compile(target, [...pointer, "target"]);
    if (query === undefined) return undefined;
    const update = getChild(action, "update");
    const from = getChild(action, "copy");
    const remove = getChild(action, "remove");
    if (remove !== undefined && typeof remove !== "boolean") {
      return fail("`remove` is true or false.", [...pointer, "remove"]);
    }
    if (remove === true) return { pointer, target, query, change: { kind: "remove" } };
    if (update !== undefined) {
      return { pointer, target, query, change: { kind: "update", value: update } };
    }
    if (typeof from !== "string") {
      return fail("An action has an `update`, a `copy` (a JSONPath) or `remove: true`.", pointer);
    }
    const fromQuery = compile(from, [...pointer, "copy"]);
    if (fromQuery === undefined) return undefined;
    return { pointer, target, query, change: { kind: "copy", from, query: fromQuery } };
  });
  return {
    source,
    extends: base === undefined ? undefined : resolveExtends(source.id, base),
    actions: actions.filter((action) => action !== undefined),
  };
}

function resolveExtends(from: string, given: string): string {
  if (isAddress(given)) return given;
  return isAddress(from)
    ? new URL(given, from).href
    : path.resolve(path.dirname(from), decodeURI(given));
}

/**
 * Whether an overlay is meant for a document: it extends nothing, that very file, or (a published overlay beside
 * downloaded documents) an address or a path that ends as the file's does, no other document's sharing more with it.
 * @param among the ids of all documents
 */
export function isMeantFor(overlay: Overlay, id: string, among: readonly string[]): boolean {
  const wanted = overlay.extends;
  if (wanted === undefined || wanted === id) return true;
  if (among.includes(wanted)) return false;
  const shared = sharedSegments(wanted, id);
  return shared > 0 && among.every((other) => sharedSegments(wanted, other) <= shared);
}

/** How many names at the end of two paths or addresses are the same. */
function sharedSegments(a: string, b: string): number {
  const [left = [], right = []] = [a, b].map((text) =>
    (isAddress(text) ? new URL(text).pathname : text).split(/[\\/]/).reverse(),
  );
  const differs = left.findIndex((segment, index) => segment !== right[index]);
  return differs < 0 ? left.length : differs;
}
