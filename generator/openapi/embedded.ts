/**
 * Exports `EmbeddedValues`: the values of other files that a document embeds, and the name of each in the document. A
 * file of its own, since it decides on names alone: `references.ts` rewrites the values and puts them into the
 * document.
 */
import path from "node:path";
import { isObject, type JsonObject, type JsonValue } from "../base/json.js";
import { formatPointer, getAt, getChild, parsePointer } from "../base/pointer.js";
import { homeOf, memberKind, unitAt, type ObjectKind } from "./objects.js";
import { splitRef } from "./resolve.js";
import type { Source } from "./source.js";
import { findTarget, type Finder, type Target, type Walk } from "./targets.js";
import { isAddress } from "../base/is-address.js";

/** A value of another file, and where the document has it. */
interface EmbeddedValue {
  readonly target: Target;
  readonly kind: ObjectKind;
  /** The tokens of its pointer in the document. */
  readonly at: readonly string[];
}

export interface EmbeddedValues {
  readonly finder: Finder;
  readonly isSwagger: boolean;
  /** In the order in which references lead to them. It grows while they are rewritten. */
  readonly values: EmbeddedValue[];
  /** The tokens in the document, by file and pointer of the value. */
  readonly known: Map<string, readonly string[]>;
  /** Pointers of names that are given. */
  readonly taken: Set<string>;
  /** The suffix that the last value with the same candidates for a name got. */
  readonly suffixes: Map<string, string>;
}

export const createEmbeddedValues = (finder: Finder): EmbeddedValues => ({
  finder,
  isSwagger: getChild(finder.options.document, "swagger") !== undefined,
  values: [],
  known: new Map(),
  taken: new Set(),
  suffixes: new Map(),
});

const keyOf = (source: Source, pointer: string): string => `${source.id}#${pointer}`;

/** The local reference that replaces one to `target`. Embeds the target where the document does not have it yet. */
export function localRef(embedded: EmbeddedValues, target: Target, kind: ObjectKind): string {
  const { finder, isSwagger, known, values } = embedded;
  const { source } = target;
  if (source === finder.options.source) return "#" + target.pointer;
  const tokens = parsePointer(target.pointer);
  const unit = unitAt(tokens) ?? { kind, tokens };
  const pointer = formatPointer(unit.tokens);
  const value = getAt(source.value, pointer);
  const home = homeOf(unit.kind, isSwagger) ?? homeOf("schema", isSwagger);
  if (value === undefined || home === undefined) return "#" + target.pointer; // cannot be: the target exists
  let at = known.get(keyOf(source, pointer));
  if (at === undefined) {
    at = [...home, freeName(embedded, home, unit.tokens, source)];
    known.set(keyOf(source, pointer), at);
    values.push({ target: { source, pointer, value }, kind: unit.kind, at });
  }
  return "#" + formatPointer([...at, ...tokens.slice(unit.tokens.length)]);
}

/** A name that `home` has free. It depends on the value's own name and file, and not on the machine. */
function freeName(
  { finder, taken, suffixes }: EmbeddedValues,
  home: readonly string[],
  tokens: readonly string[],
  source: Source,
): string {
  const { document, root } = finder.options;
  const existing = getAt(document, formatPointer(home));
  const candidates = nameCandidates(source, root, tokens);
  const key = JSON.stringify([home, candidates]);
  // Names are never freed, so those before the last suffix are still taken: many values with one name cost no search.
  for (let suffix = suffixes.get(key) ?? ""; ; suffix += "_") {
    for (const candidate of candidates) {
      const name = candidate + suffix;
      const pointer = formatPointer([...home, name]);
      if (name === "" || taken.has(pointer) || getChild(existing, name) !== undefined) continue;
      taken.add(pointer);
      suffixes.set(key, suffix);
      return name;
    }
  }
}

/** The value's own name, then that with ever more of the file's path before it. */
function nameCandidates(
  source: Source,
  root: string,
  tokens: readonly string[],
): readonly string[] {
  const fileName = isAddress(source.id) ? new URL(source.id).pathname : nameOf(source, root);
  const folders = fileName
    .replace(/\.\w+$/, "")
    .split("/")
    .map(plainName)
    .filter(Boolean);
  const own = tokens.length === 0 ? [] : [plainName(lastWord(tokens))];
  const qualified = folders.map((_, index) =>
    [...folders.slice(folders.length - 1 - index), ...own].join("_"),
  );
  const candidates = [...own, ...qualified];
  return candidates.length > 0 ? candidates : [""]; // a file whose name has none of the characters
}

/** The last token that is a name: not an index, not `schema`. */
function lastWord(tokens: readonly string[]): string {
  return tokens.findLast((token) => !/^(\d+|schema|items)$/.test(token)) ?? "";
}

/** Without the characters that the name of a component may not have. */
function plainName(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^_+|_+$/g, "");
}

/** The file's name, the same on every machine. */
export function nameOf(source: Source, root: string): string {
  return isAddress(source.id) ? source.id : path.relative(root, source.id).replaceAll("\\", "/");
}

/**
 * Components that are only a reference to another file: `Pet: {$ref: other.yaml#/…}` gives the target the name `Pet`.
 * @param start the walk at the root of the document
 */
export function embedAliases(embedded: EmbeddedValues, start: Walk): void {
  const { finder, isSwagger } = embedded;
  const { document } = finder.options;
  for (const kind of kindsOfComponents(document, isSwagger)) {
    const home = homeOf(kind, isSwagger);
    const components = home === undefined ? undefined : getAt(document, formatPointer(home));
    if (home === undefined || !isObject(components)) continue;
    for (const [name, value] of Object.entries(components)) {
      embedAlias(embedded, value, kind, { ...start, at: [...home, name] });
    }
  }
}

function embedAlias(
  { finder, known, values }: EmbeddedValues,
  value: JsonValue,
  kind: ObjectKind,
  walk: Walk,
): void {
  const ref = isObject(value) && Object.keys(value).length === 1 ? getChild(value, "$ref") : false;
  if (typeof ref !== "string" || splitRef(ref).file === "") return;
  const target = findTarget(finder, ref, walk, "$ref");
  if (target === undefined || target.source === finder.options.source) return;
  const unit = unitAt(parsePointer(target.pointer));
  if (unit !== undefined && formatPointer(unit.tokens) !== target.pointer) return;
  const key = keyOf(target.source, target.pointer);
  if (known.has(key)) return;
  known.set(key, walk.at);
  values.push({ target, kind, at: walk.at });
}

const kindsOfComponents = (document: JsonObject, isSwagger: boolean): readonly ObjectKind[] =>
  isSwagger
    ? ["schema", "response", "parameter"]
    : Object.keys(getChild(document, "components") ?? {}).map(
        (name) => memberKind("components", name)?.slice(0, -2) ?? "",
      );
