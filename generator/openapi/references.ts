/** Embeds what other files hold into the document that refers to it, so that every reference is local. */
import path from "node:path";
import { homeOf, memberKind, unitAt, type ObjectKind } from "./objects.js";
import {
  copyOrigins,
  setMember,
  setOrigin,
  type MutableObject,
  type Origin,
  type Origins,
} from "./origin.js";
import { isArray, isObject, type JsonObject, type JsonValue } from "../base/json.js";
import { formatPointer, getAt, getChild, parsePointer } from "../base/pointer.js";
import { looksLikeReference, resolveId, splitRef } from "./resolve.js";
import type { Source } from "./source.js";
import { isAddress } from "./text.js";
import { createFinder, type EmbedOptions, type Target, type Walk } from "./targets.js";

/** Files that include each other twice double with each file: without a limit, a few of them never end. */
const inlineLimit = 10_000;

/**
 * The document with every reference made local. What is referred to keeps its own name where the document has that
 * name free. References that lead nowhere are reported, and left as they are.
 */
export function embed(options: EmbedOptions): JsonObject {
  const { document, origins, source: own } = options;
  const swagger = getChild(document, "swagger") !== undefined;
  /** By file and pointer: the tokens of the place in the document. */
  const places = new Map<string, readonly string[]>();
  const taken = new Set<string>();
  const waiting: { target: Target; kind: ObjectKind; place: readonly string[] }[] = [];
  const { find, report, dangles } = createFinder(options);
  let inlined = 0;
  /** The local reference that stands for a target; embeds it where it is not there yet. */
  function localRef(target: Target, kind: ObjectKind): string {
    if (target.source === own) return "#" + target.pointer;
    const tokens = parsePointer(target.pointer);
    const unit = unitAt(tokens) ?? { kind, tokens };
    const value = getAt(target.source.value, formatPointer(unit.tokens));
    const home = homeOf(unit.kind, swagger) ?? homeOf("schema", swagger);
    if (value === undefined || home === undefined) return "#" + target.pointer; // cannot be: the target exists
    const key = `${target.source.id}#${formatPointer(unit.tokens)}`;
    let place = places.get(key);
    if (place === undefined) {
      place = [...home, freeName(home, unit.tokens, target.source)];
      places.set(key, place);
      const unitTarget = { source: target.source, pointer: formatPointer(unit.tokens), value };
      waiting.push({ target: unitTarget, kind: unit.kind, place });
    }
    return "#" + formatPointer([...place, ...tokens.slice(unit.tokens.length)]);
  }

  function freeName(home: readonly string[], tokens: readonly string[], source: Source): string {
    const existing = getAt(document, formatPointer(home));
    const fileName = isAddress(source.id)
      ? new URL(source.id).pathname
      : nameOf(source, options.root);
    const folders = fileName
      .replace(/\.\w+$/, "")
      .split("/")
      .map(plainName)
      .filter(Boolean);
    const last = tokens.length === 0 ? undefined : plainName(lastWord(tokens));
    const candidates = folders.map((_, index) =>
      [...folders.slice(folders.length - 1 - index), ...(last === undefined ? [] : [last])].join(
        "_",
      ),
    );
    if (last !== undefined) candidates.unshift(last);
    for (let suffix = ""; ; suffix += "_") {
      for (const candidate of candidates) {
        const name = candidate + suffix;
        const pointer = formatPointer([...home, name]);
        if (name === "" || taken.has(pointer) || getChild(existing, name) !== undefined) continue;
        taken.add(pointer);
        return name;
      }
    }
  }

  function rewrite(value: JsonValue, kind: ObjectKind, walk: Walk): JsonValue {
    if (typeof value !== "object" || value === null) return value;
    const inner = isObject(value) ? enterResource(value, kind, walk) : walk;
    let copy: MutableObject | JsonValue[] | undefined;
    for (const key of Object.keys(value)) {
      const child = getChild(value, key);
      if (child === undefined) continue;
      const next = rewriteMember(value, key, child, kind, inner);
      if (next.value === child && next.origin === undefined) continue;
      if (copy === undefined) {
        copy = isArray(value) ? [...value] : { ...value };
        copyOrigins(origins, value, copy);
      }
      if (Array.isArray(copy)) copy[Number(key)] = next.value;
      else setMember(copy, key, next.value);
      if (next.origin !== undefined) setOrigin(origins, copy, key, next.origin);
    }
    return copy ?? value;
  }

  function rewriteMember(
    container: JsonValue,
    key: string,
    child: JsonValue,
    kind: ObjectKind,
    walk: Walk,
  ): { value: JsonValue; origin?: Origin } {
    if (key === "$ref" && typeof child === "string" && homeOf(kind, swagger) !== undefined) {
      const target = find(child, walk, key);
      if (target !== undefined) return { value: localRef(target, kind) };
      // A reference of another file must not come to mean something here.
      const foreign = walk.source !== own && child.startsWith("#");
      return { value: foreign ? nameOf(walk.source, options.root) + child : child };
    }
    const member = isArray(container) ? kind : memberKind(kind, key);
    const below = { ...walk, at: [...walk.at, key] };
    if (kind === "schema" && key === "discriminator")
      return { value: rewriteMapping(child, below) };
    if (member === undefined) return { value: child };
    const inlined =
      homeOf(member, swagger) === undefined ? inline(child, member, below) : undefined;
    return inlined ?? { value: rewrite(child, member, below) };
  }

  /** Puts what a path item (or a whole map, such as `properties: {$ref: …}`) refers to in its place. */
  function inline(
    value: JsonValue,
    kind: ObjectKind,
    walk: Walk,
  ): { value: JsonValue; origin: Origin } | undefined {
    const ref = isObject(value) ? getChild(value, "$ref") : undefined;
    if (!isObject(value) || typeof ref !== "string") return undefined;
    if (ref.startsWith("#") && walk.source === own) return undefined;
    const target = find(ref, walk, "$ref");
    if (target === undefined) return undefined;
    const key = `${target.source.id}#${target.pointer}`;
    if (walk.inlining.includes(key)) {
      dangles(ref, walk, "$ref", "it leads back to itself");
      return undefined;
    }
    if (++inlined > inlineLimit) {
      const message = `More than ${inlineLimit} references are to be replaced by what they lead to.`;
      if (inlined === inlineLimit + 1) {
        report(walk, { code: "too-many-references", severity: "error", message }, "$ref");
      }
      return undefined;
    }
    const there: Walk = {
      source: target.source,
      file: target.source === own ? document : target.source.value,
      at: parsePointer(target.pointer),
      resource: undefined,
      inlining: [...walk.inlining, key],
    };
    const origin = { source: target.source, pointer: there.at };
    const further = inline(target.value, kind, there);
    const content = further?.value ?? rewrite(target.value, kind, there);
    if (!isObject(content)) return { value: content, origin: further?.origin ?? origin };
    // What stands beside the reference counts more than what it leads to.
    const copy: MutableObject = { ...content };
    copyOrigins(origins, content, copy);
    for (const [name, beside] of Object.entries(value)) {
      if (name === "$ref") continue;
      const member = memberKind(kind, name);
      const below = { ...walk, at: [...walk.at, name] };
      setMember(copy, name, member === undefined ? beside : rewrite(beside, member, below));
      setOrigin(origins, copy, name, { source: walk.source, pointer: below.at });
    }
    return { value: copy, origin: further?.origin ?? origin };
  }

  function rewriteMapping(discriminator: JsonValue, walk: Walk): JsonValue {
    const mapping = getChild(discriminator, "mapping");
    if (!isObject(discriminator) || !isObject(mapping)) return discriminator;
    const copy: MutableObject = { ...mapping };
    const below = { ...walk, at: [...walk.at, "mapping"] };
    for (const [name, target] of Object.entries(mapping)) {
      if (typeof target !== "string") continue;
      const byName = getAt(walk.file, formatPointer(["components", "schemas", target]));
      const ref =
        byName === undefined ? target : "#" + formatPointer(["components", "schemas", target]);
      if (walk.source === own && (byName !== undefined || !looksLikeReference(target))) continue;
      if (byName === undefined && !looksLikeReference(target)) continue;
      const found = find(ref, below, name);
      if (found !== undefined) setMember(copy, name, localRef(found, "schema"));
    }
    return { ...discriminator, mapping: copy };
  }

  function enterResource(value: JsonObject, kind: ObjectKind, walk: Walk): Walk {
    const id = kind === "schema" ? getChild(value, "$id") : undefined;
    if (typeof id !== "string" || id.startsWith("#")) return walk;
    const base = resolveId(id, walk.resource?.base ?? "");
    return { ...walk, resource: { base, pointer: formatPointer(walk.at) } };
  }

  /** `components.schemas.Pet: {$ref: other.yaml#/…}` is the very place for what it refers to. */
  function placeAliases(walk: Walk): void {
    const kinds = swagger
      ? ["schema", "response", "parameter"]
      : Object.keys(getChild(document, "components") ?? {}).map(
          (name) => memberKind("components", name)?.slice(0, -2) ?? "",
        );
    for (const kind of kinds) {
      const home = homeOf(kind, swagger);
      const entries = home === undefined ? undefined : getAt(document, formatPointer(home));
      if (home === undefined || !isObject(entries)) continue;
      for (const [name, value] of Object.entries(entries)) {
        const ref = getChild(value, "$ref");
        if (typeof ref !== "string" || Object.keys(value as JsonObject).length !== 1) continue;
        const { file } = splitRef(ref);
        if (file === "") continue;
        const at = [...home, name];
        const target = find(ref, { ...walk, at }, "$ref");
        if (target === undefined || target.source === own) continue;
        const unit = unitAt(parsePointer(target.pointer));
        if (unit !== undefined && formatPointer(unit.tokens) !== target.pointer) continue;
        const key = `${target.source.id}#${target.pointer}`;
        if (places.has(key)) continue;
        places.set(key, at);
        waiting.push({ target, kind, place: at });
      }
    }
  }

  const start: Walk = { source: own, file: document, at: [], resource: undefined, inlining: [] };
  placeAliases(start);
  // Their own references are rewritten here too, to themselves; what they lead to replaces them below.
  let result = rewrite(document, "document", start);
  for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
    const { target, kind, place } = entry;
    const at = parsePointer(target.pointer);
    const walk: Walk = { ...start, source: target.source, file: target.source.value, at };
    const content = rewrite(target.value, kind, walk);
    result = put(result, place, content, { source: target.source, pointer: at }, origins);
  }
  return result as JsonObject; // a document is an object, and a rewritten object is one
}

/** The last token that says something: not an index, not `schema`. */
function lastWord(tokens: readonly string[]): string {
  return tokens.findLast((token) => !/^(\d+|schema|items)$/.test(token)) ?? "";
}

/** What may stand in the name of a component. */
function plainName(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^_+|_+$/g, "");
}

/** `document` with `value` at `place`, copying what is changed. */
function put(
  document: JsonValue | undefined,
  place: readonly string[],
  value: JsonValue,
  origin: Origin,
  origins: Origins,
): JsonValue {
  const [key, ...rest] = place;
  if (key === undefined) return value;
  const copy: MutableObject = isObject(document) ? { ...document } : {};
  if (isObject(document)) copyOrigins(origins, document, copy);
  setMember(copy, key, put(getChild(document, key), rest, value, origin, origins));
  if (rest.length === 0) setOrigin(origins, copy, key, origin);
  return copy;
}

/** The file's name, the same on every machine. */
function nameOf(source: Source, root: string): string {
  return isAddress(source.id) ? source.id : path.relative(root, source.id).replaceAll("\\", "/");
}
