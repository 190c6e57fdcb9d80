/** Exports `applyOverlay`, which applies an overlay to a document, and leaves the document as it was. */
import type { Diagnostic } from "../base/diagnostics.js";
import { copyOrigins, originOf, setOrigin, type Origin, type Origins } from "./origin.js";
import { TooDeep, TooManySteps, type Steps } from "./json-path.js";
import type { Action, Overlay } from "./overlay.js";
import { bounds } from "../base/bounds.js";
import { exceededBound } from "./parse.js";
import {
  isArray,
  isObject,
  setMember,
  type JsonObject,
  type JsonValue,
  type MutableObject,
} from "../base/json.js";
import { childrenOf, formatPointer, getChild, walk } from "../base/pointer.js";
import type { Source } from "./source.js";

export interface Patch {
  readonly source: Source;
  readonly origins: Origins;
  /** Called for each action that found its target. */
  readonly matched: (action: Action) => void;
  /** The name under which the document gets `x-batch` values. */
  readonly xBatchAs: string;
  /** Called for each mistake that shows only on a document. */
  readonly report: (diagnostic: Diagnostic) => void;
}

type Container = MutableObject | JsonValue[];

/** A document while an overlay is applied to it. */
interface Draft {
  root: JsonValue;
  readonly source: Source;
  readonly origins: Origins;
  readonly xBatchAs: string;
  /** Below the `x-batch` of a preset: as in all layers of `x-batch`, a later list replaces an earlier one. */
  readonly replacesLists: boolean;
  /** Containers that were copied, and may be changed. */
  readonly owned: WeakSet<object>;
  /** How many more values may be changed. */
  changes: number;
  readonly steps: Steps;
}

/** The document after the actions of an overlay, in their order. Copies what it changes, shares the rest. */
export function applyOverlay(document: JsonObject, overlay: Overlay, patch: Patch): JsonObject {
  const { source, origins, xBatchAs } = patch;
  const draft: Draft = {
    ...{ root: document, source, origins, owned: new WeakSet(), xBatchAs, replacesLists: false },
    changes: bounds.overlayChanges.most,
    steps: { left: bounds.overlaySteps.most },
  };
  for (const action of overlay.actions) {
    const place = JSON.stringify(action.target);
    const location = overlay.source.locate(formatPointer(action.pointer));
    const severity = "error";
    try {
      for (const reason of applyAction(draft, action, { overlay: overlay.source, patch })) {
        const message = `The action for ${place} cannot be applied: ${reason}.`;
        patch.report({ code: "invalid-overlay", severity, message, location });
      }
    } catch (error) {
      const bound = boundOf(error);
      if (!bound) throw error;
      const { most, of } = bound;
      const message = `The action for ${place} is one too many: the bound is ${most} ${of}.`;
      patch.report({ code: "overlay-too-large", severity, message, location });
      break;
    }
  }
  const bound = exceededBound(draft.root);
  if (bound) {
    const { code, most, of } = bound;
    const message = `The overlay is not applied: the document would exceed the bound of ${most} ${of}.`;
    patch.report({ code, severity: "error", message, location: overlay.source.locate("") });
    return document;
  }
  return isObject(draft.root) ? draft.root : document;
}

class TooMuch extends Error {}

function boundOf(error: unknown): { readonly most: number; readonly of: string } | undefined {
  if (error instanceof TooMuch) return bounds.overlayChanges;
  if (error instanceof TooManySteps) return bounds.overlaySteps;
  return error instanceof TooDeep ? bounds.depth : undefined;
}

/** Counts changed values before they are changed. @throws TooMuch */
function spend(draft: Draft, changes: number): void {
  draft.changes -= changes;
  if (draft.changes < 0) throw new TooMuch();
}

const countOf = (value: JsonValue): number => {
  let count = 1;
  for (const { value: container } of walk(value)) count += childrenOf(container).length;
  return count;
};

/**
 * @returns why it cannot be applied, for each location where that is so
 * @throws TooMuch, TooManySteps
 */
function applyAction(
  draft: Draft,
  action: Action,
  { overlay, patch }: { readonly overlay: Source; readonly patch: Patch },
): readonly string[] {
  const { change } = action;
  const found = action.query(draft.root, draft.steps);
  if (found.length === 0) return [];
  patch.matched(action);
  if (change.kind === "remove") return removeAll(draft, found);
  if (change.kind === "update") {
    spend(draft, found.length * countOf(change.value));
    const from = { source: overlay, pointer: [...action.pointer, "update"] };
    return found.flatMap((tokens) => update(draft, tokens, change.value, from) ?? []);
  }
  const [copied, ...more] = change.query(draft.root, draft.steps);
  const value = copied && getAtTokens(draft.root, copied);
  if (copied === undefined || value === undefined || more.length > 0) {
    const count = more.length > 0 ? "more than one value" : "nothing";
    return [`${JSON.stringify(change.from)} selects ${count}`];
  }
  spend(draft, (1 + found.length) * countOf(value));
  const from = originOf(draft.origins, draft.source, draft.root, copied);
  // A copy: a container that may be changed belongs to one location only.
  const copy = structuredClone<JsonValue>(value);
  return found.flatMap((tokens) => update(draft, tokens, copy, from) ?? []);
}

/** @returns why the update is wrong for that target */
function update(
  draft: Draft,
  tokens: readonly string[],
  value: JsonValue,
  from: Origin,
): string | undefined {
  const target = ownAt(draft, tokens);
  if (target === undefined) return replace(draft, tokens, value, from);
  if (!Array.isArray(target)) {
    if (!isObject(value)) return "it updates an object with something else";
    merge(draft, target, value, from);
  } else if (isArray(value)) appendAll(draft, target, value, from);
  else append(draft, target, value, from);
  return undefined;
}

/** Replaces a value that is no container. */
function replace(
  draft: Draft,
  tokens: readonly string[],
  value: JsonValue,
  from: Origin,
): string | undefined {
  const parent = ownAt(draft, tokens.slice(0, -1));
  const key = tokens.at(-1);
  if (parent === undefined || key === undefined || getChild(parent, key) === undefined)
    return undefined;
  if (typeof value === "object" && value !== null)
    return "it updates a string, number, boolean or null with an object or a list";
  assign(parent, key, value);
  setOrigin(draft.origins, parent, key, from);
  return undefined;
}

function merge(draft: Draft, target: MutableObject, update: JsonObject, from: Origin): void {
  for (const key of Object.keys(update)) {
    const name = key === "x-batch" ? draft.xBatchAs : key;
    const value = getChild(update, key) ?? null;
    const old = getChild(target, name);
    const origin = { source: from.source, pointer: [...from.pointer, key] };
    // Null for an object or a list is a key left empty in YAML, as in the specification's own examples.
    if (value === null && typeof old === "object" && old !== null) continue;
    if (isObject(value) && isObject(old)) {
      const copy = own(draft, old) as MutableObject; // the copy of an object is one
      setMember(target, name, copy);
      const replacesLists = draft.replacesLists || (name !== key && key === "x-batch");
      merge({ ...draft, replacesLists }, copy, value, origin);
    } else if (isArray(value) && isArray(old) && !draft.replacesLists) {
      const copy = own(draft, old) as JsonValue[]; // the copy of a list is one
      setMember(target, name, copy);
      appendAll(draft, copy, value, origin);
    } else {
      setMember(target, name, value);
      setOrigin(draft.origins, target, name, origin);
    }
  }
}

const appendAll = (
  draft: Draft,
  list: JsonValue[],
  items: readonly JsonValue[],
  from: Origin,
): void =>
  items.forEach((item, index) =>
    append(draft, list, item, { ...from, pointer: [...from.pointer, String(index)] }),
  );

function append(
  { origins }: Pick<Draft, "origins">,
  list: JsonValue[],
  item: JsonValue,
  origin: Origin,
): void {
  setOrigin(origins, list, String(list.length), origin);
  list.push(item);
}

/** @returns why a value cannot be removed */
function removeAll(draft: Draft, found: readonly string[][]): readonly string[] {
  const byParent = new Map<string, { at: readonly string[]; keys: string[] }>();
  for (const tokens of found) {
    const key = tokens.at(-1);
    if (key === undefined) continue;
    const at = tokens.slice(0, -1);
    const pointer = formatPointer(at);
    const group = byParent.get(pointer);
    if (group) group.keys.push(key);
    else byParent.set(pointer, { at, keys: [key] });
  }
  // The deepest first: a list from which elements are removed gives the others new indexes.
  const groups = [...byParent.values()].sort((a, b) => b.at.length - a.at.length);
  spend(draft, found.length);
  for (const { at, keys } of groups) removeMembers(draft, at, keys);
  return found.some(({ length }) => length === 0) ? ["the whole document cannot be removed"] : [];
}

function removeMembers(draft: Draft, at: readonly string[], keys: readonly string[]): void {
  const { origins } = draft;
  const parent = ownAt(draft, at);
  if (parent === undefined) return;
  if (Array.isArray(parent)) {
    spend(draft, parent.length); // those behind a removed one move
    return removeElements(draft, parent, at, new Set(keys.map(Number)));
  }
  for (const key of keys) {
    delete parent[key];
    origins.get(parent)?.delete(key);
  }
}

function removeElements(
  { origins, source, root }: Draft,
  list: JsonValue[],
  at: readonly string[],
  removed: ReadonlySet<number>,
): void {
  const first = [...removed].reduce((a, b) => Math.min(a, b), list.length);
  const moved = list.flatMap((item, index) =>
    index < first || removed.has(index)
      ? []
      : [{ item, origin: originOf(origins, source, root, [...at, String(index)]) }],
  );
  for (let index = first; index < list.length; index++) origins.get(list)?.delete(String(index));
  list.length = first;
  for (const { item, origin } of moved) append({ origins }, list, item, origin);
}

/** The container at `tokens`, copied with all above it; `undefined` when an earlier change removed it. */
function ownAt(draft: Draft, tokens: readonly string[]): Container | undefined {
  if (typeof draft.root !== "object" || draft.root === null) return undefined;
  let container = own(draft, draft.root);
  draft.root = container;
  for (const token of tokens) {
    const child = getChild(container, token);
    if (typeof child !== "object" || child === null) return undefined;
    const copy = own(draft, child);
    assign(container, token, copy);
    container = copy;
  }
  return container;
}

/** The container itself if it is a copy already, or else a copy. */
function own({ origins, owned }: Draft, container: JsonObject | readonly JsonValue[]): Container {
  if (owned.has(container)) return container as unknown as Container; // a copy, which is mutable
  const copy: Container = isArray(container) ? [...container] : { ...container };
  copyOrigins(origins, container, copy);
  owned.add(copy);
  return copy;
}

function assign(container: Container, key: string, value: JsonValue): void {
  if (Array.isArray(container)) container[Number(key)] = value;
  else setMember(container, key, value);
}

function getAtTokens(value: JsonValue, tokens: readonly string[]): JsonValue | undefined {
  return tokens.reduce<JsonValue | undefined>((at, token) => getChild(at, token), value);
}
