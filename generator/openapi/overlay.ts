/**
 * OpenAPI Overlay 1.0 and 1.1. Exports `readOverlay`, which checks one, and `isMeantFor`, which finds its documents. To
 * apply it is the work of `apply-overlay.ts`.
 */
import path from "node:path";
import { isAddress } from "../base/is-address.js";
import { messageOf } from "../base/message-of.js";
import type { Diagnostic } from "../base/diagnostics.js";
import { isArray, type JsonValue } from "../base/json.js";
import { formatPointer, getChild } from "../base/pointer.js";
import { compileQuery, type Query } from "./json-path.js";
import type { Source } from "./source.js";
import { versionText } from "./text.js";

export interface Overlay {
  readonly source: Source;
  /** The document that it is meant for, as an absolute path or an address. */
  readonly extends: string | undefined;
  readonly actions: readonly Action[];
}

export interface Action {
  /** Its index in the overlay. */
  readonly number: number;
  /** The tokens of its pointer in the overlay. */
  readonly pointer: readonly string[];
  readonly target: string;
  readonly query: Query;
  readonly change:
    | { readonly kind: "remove" }
    | { readonly kind: "update"; readonly value: JsonValue }
    | { readonly kind: "copy"; readonly from: string; readonly query: Query };
}

/** Reports a mistake at these tokens of the overlay. @returns undefined, in place of what has the mistake */
type Fail = (message: string, pointer: readonly string[], hint?: string) => undefined;

/** Checks an overlay; actions with a mistake are reported and left out. */
export function readOverlay(
  source: Source,
  report: (diagnostic: Diagnostic) => void,
): Overlay | undefined {
  const fail: Fail = (message, pointer, hint) => {
    const location = source.locate(formatPointer(pointer));
    report({
      code: "invalid-overlay",
      severity: "error",
      message,
      location,
      ...(hint !== undefined && { hint }),
    });
  };
  const version = versionText(source.value, "overlay");
  if (!/^1(\.\d+)*$/.test(version))
    return fail(`Overlay 1.0 and 1.1 are read; this says ${JSON.stringify(version)}.`, ["overlay"]);
  const given = getChild(source.value, "actions");
  if (!isArray(given)) return fail("An overlay has a list of actions; this has none.", ["actions"]);
  const base = getChild(source.value, "extends");
  if (base !== undefined && typeof base !== "string")
    return fail("`extends` is a path or an address.", ["extends"]);
  return {
    source,
    extends: base === undefined ? undefined : resolveExtends(source.id, base),
    actions: given
      .flatMap((action, i) => readAction(action, ["actions", String(i)], fail) ?? [])
      .map((action, number) => ({ ...action, number })),
  };
}

function readAction(
  action: JsonValue,
  pointer: readonly string[],
  fail: Fail,
): Omit<Action, "number"> | undefined {
  const target = getChild(action, "target");
  if (typeof target !== "string") return fail("An action has a `target`, a JSONPath.", pointer);
  const query = compile(target, [...pointer, "target"], fail);
  if (query === undefined) return undefined;
  const change = readChange(action, pointer, fail);
  return change && { pointer, target, query, change };
}

function readChange(
  action: JsonValue,
  pointer: readonly string[],
  fail: Fail,
): Action["change"] | undefined {
  const remove = getChild(action, "remove");
  if (remove !== undefined && typeof remove !== "boolean")
    return fail("`remove` is true or false.", [...pointer, "remove"]);
  if (remove === true) return { kind: "remove" };
  const value = getChild(action, "update");
  if (value !== undefined) return { kind: "update", value };
  const from = getChild(action, "copy");
  if (typeof from !== "string")
    return fail("An action has an `update`, a `copy` (a JSONPath) or `remove: true`.", pointer);
  const query = compile(from, [...pointer, "copy"], fail);
  return query && { kind: "copy", from, query };
}

function compile(text: string, pointer: readonly string[], fail: Fail): Query | undefined {
  try {
    return compileQuery(text);
  } catch (error) {
    const reason = messageOf(error);
    const message = `${JSON.stringify(text)} is not a JSONPath: ${reason}.`;
    return fail(message, pointer, "RFC 9535 says what is.");
  }
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
