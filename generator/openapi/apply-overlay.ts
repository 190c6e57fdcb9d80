/** Applies an overlay to a document, without changing what the document was read as. */
import type { JSONPathQuery } from "json-p3";
import type { Diagnostic } from "../base/diagnostics.js";
import {
  copyOrigins,
  originOf,
  setMember,
  setOrigin,
  type MutableObject,
  type Origin,
  type Origins,
} from "./origin.js";
import type { Action, Overlay } from "./overlay.js";
import { formatPointer, getChild, isArray, isObject, walk } from "../base/pointer.js";
import type { Source } from "./source.js";
import type { JsonObject, JsonValue } from "./spec.js";

export interface Patch {
  readonly source: Source;
  readonly origins: Origins;
  /** Told of each action that found its target, and of mistakes that show only on a document. */
  readonly matched: (action: Action) => void;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** Places that one overlay may change in one document: actions that feed on each other's results grow without end. */
const workLimit = 300_000;

/** The document after the actions of an overlay, in their order. Copies what it changes, shares the rest. */
export function applyOverlay(document: JsonObject, overlay: Overlay, patch: Patch): JsonObject {
  const { origins } = patch;
  /** Containers made here, which may be changed. */
  const owned = new WeakSet<object>();
  let root: JsonValue = document;

  function own(container: JsonObject | readonly JsonValue[]): MutableObject | JsonValue[] {
    if (owned.has(container)) return container as unknown as MutableObject; // made below, as mutable
    const copy: MutableObject | JsonValue[] = isArray(container)
      ? [...container]
      : { ...container };
    copyOrigins(origins, container, copy);
    owned.add(copy);
    return copy;
  }

  function assign(container: MutableObject | JsonValue[], key: string, value: JsonValue): void {
    if (Array.isArray(container)) container[Number(key)] = value;
    else setMember(container, key, value);
  }

  /** The container at `tokens`, made changeable with all above it; `undefined` when an earlier change took it away. */
  function ownAt(tokens: readonly string[]): MutableObject | JsonValue[] | undefined {
    if (typeof root !== "object" || root === null) return undefined;
    let container = own(root);
    root = container;
    for (const token of tokens) {
      const child = getChild(container, token);
      if (typeof child !== "object" || child === null) return undefined;
      const copy = own(child);
      assign(container, token, copy);
      container = copy;
    }
    return container;
  }

  function merge(target: MutableObject, update: JsonObject, from: Origin): void {
    for (const key of Object.keys(update)) {
      const value = getChild(update, key) ?? null;
      const old = getChild(target, key);
      const origin = { source: from.source, pointer: [...from.pointer, key] };
      // Null for an object or a list is a key left empty in YAML, as in the specification's own examples.
      if (value === null && typeof old === "object" && old !== null) continue;
      if (isObject(value) && isObject(old)) {
        const copy = own(old) as MutableObject; // the copy of an object is one
        setMember(target, key, copy);
        merge(copy, value, origin);
      } else if (isArray(value) && isArray(old)) {
        const copy = own(old) as JsonValue[]; // the copy of a list is one
        setMember(target, key, copy);
        value.forEach((item, index) =>
          append(copy, item, { ...origin, pointer: [...origin.pointer, String(index)] }),
        );
      } else {
        setMember(target, key, value);
        setOrigin(origins, target, key, origin);
      }
    }
  }

  function append(list: JsonValue[], item: JsonValue, origin: Origin): void {
    setOrigin(origins, list, String(list.length), origin);
    list.push(item);
  }

  /** @returns what is wrong with the update for that target */
  function update(tokens: readonly string[], value: JsonValue, from: Origin): string | undefined {
    const target = ownAt(tokens);
    if (target === undefined) {
      const parent = ownAt(tokens.slice(0, -1));
      const key = tokens.at(-1);
      if (parent === undefined || key === undefined || getChild(parent, key) === undefined)
        return undefined;
      if (typeof value === "object" && value !== null) {
        return "it updates a string, number, boolean or null with an object or a list";
      }
      assign(parent, key, value);
      setOrigin(origins, parent, key, from);
    } else if (Array.isArray(target)) {
      // A list is appended to: an entry, or each entry of a list of them.
      if (!isArray(value)) append(target, value, from);
      else
        value.forEach((item, index) =>
          append(target, item, { ...from, pointer: [...from.pointer, String(index)] }),
        );
    } else if (isObject(value)) merge(target, value, from);
    else return "it updates an object with something else";
    return undefined;
  }

  function remove(tokens: readonly string[]): void {
    const parent = ownAt(tokens.slice(0, -1));
    const key = tokens.at(-1);
    if (parent === undefined || key === undefined) return;
    if (!Array.isArray(parent)) {
      delete parent[key];
      origins.get(parent)?.delete(key);
      return;
    }
    const index = Number(key);
    const at = tokens.slice(0, -1);
    const moved = parent
      .slice(index + 1)
      .map((_, offset) =>
        originOf(origins, patch.source, root, [...at, String(index + 1 + offset)]),
      );
    parent.splice(index, 1);
    origins.get(parent)?.delete(String(parent.length));
    moved.forEach((origin, offset) => setOrigin(origins, parent, String(index + offset), origin));
  }

  let work = 0;
  for (const action of overlay.actions) {
    const places = find(action.query, root);
    if (places.length === 0) continue;
    work += places.length;
    patch.matched(action);
    const complain = (reason: string): void =>
      patch.report({
        code: "invalid-overlay",
        severity: "error",
        message: `The action for ${JSON.stringify(action.target)} cannot be applied: ${reason}.`,
        location: overlay.source.locate(formatPointer(action.pointer)),
      });
    const { change } = action;
    if (work > workLimit) {
      complain(`with it, the overlay changes more than ${workLimit} places of one document`);
      break;
    }
    if (change.kind === "remove") {
      // The last first: a list closes up behind what is removed.
      for (const place of places.sort(compareLocations).reverse()) {
        if (place.length === 0) complain("the whole document cannot be removed");
        else remove(place);
      }
      continue;
    }
    let value: JsonValue;
    let from: Origin;
    if (change.kind === "update") {
      value = change.value;
      from = { source: overlay.source, pointer: [...action.pointer, "update"] };
    } else {
      const [source, ...more] = find(change.query, root);
      const found = source === undefined ? undefined : getAtTokens(root, source);
      if (source === undefined || found === undefined || more.length > 0) {
        complain(
          `${JSON.stringify(change.from)} selects ${more.length > 0 ? "more than one value" : "nothing"}`,
        );
        continue;
      }
      for (const _ of walk(found)) work++;
      value = structuredClone<JsonValue>(found); // containers that may be changed stand in one place only
      from = originOf(origins, patch.source, root, source);
    }
    for (const place of places) {
      const reason = update(place, value, from);
      if (reason !== undefined) complain(reason);
    }
  }
  return isObject(root) ? root : document;
}

function getAtTokens(value: JsonValue, tokens: readonly string[]): JsonValue | undefined {
  return tokens.reduce<JsonValue | undefined>((at, token) => getChild(at, token), value);
}

/** Locations of what a query selects, each once. */
function find(query: JSONPathQuery, root: JsonValue): string[][] {
  const found = new Map<string, string[]>();
  // The library's JSON type is the same with mutable arrays; it does not change what it searches.
  for (const node of query.query(root as Parameters<JSONPathQuery["query"]>[0]).nodes) {
    const location = node.location.map(String);
    found.set(formatPointer(location), location);
  }
  return [...found.values()];
}

function compareLocations(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const left = a[index] ?? "";
    const right = b[index] ?? "";
    if (left === right) continue;
    const byNumber = Number(left) - Number(right);
    return Number.isNaN(byNumber) || byNumber === 0 ? (left < right ? -1 : 1) : byNumber;
  }
  return a.length - b.length;
}
