/** Exports `embed`, which copies what a document refers to in other files into it, so that every reference is local. */
import { bounds } from "../base/bounds.js";
import {
  isArray,
  isObject,
  setMember,
  type JsonObject,
  type JsonValue,
  type MutableObject,
} from "../base/json.js";
import { formatPointer, getAt, getChild, parsePointer } from "../base/pointer.js";
import {
  createEmbeddedValues,
  embedAliases,
  localRef,
  nameOf,
  type EmbeddedValues,
} from "./embedded.js";
import { homeOf, memberKind, type ObjectKind } from "./objects.js";
import { copyOrigins, setOrigin, type Origin, type Origins } from "./origin.js";
import { looksLikeReference, resolveId } from "./resolve.js";
import {
  createFinder,
  findTarget,
  reportAt,
  reportDangling,
  type EmbedOptions,
  type Finder,
  type Target,
  type Walk,
} from "./targets.js";

/** One call of `embed`. */
interface Embedding {
  readonly options: EmbedOptions;
  readonly finder: Finder;
  readonly embedded: EmbeddedValues;
  /** References that were replaced by their targets. */
  inlined: number;
}

/** A rewritten value; with its origin where it is not the file that is rewritten. */
interface Rewritten {
  readonly value: JsonValue;
  readonly origin?: Origin;
}

/**
 * The document with every reference made local. An embedded value keeps its own name where the document has that name
 * free. A reference without a target is reported, and stays as it is.
 */
export function embed(options: EmbedOptions): JsonObject {
  const { document, source, origins } = options;
  const finder = createFinder(options);
  const embedded = createEmbeddedValues(finder);
  const embedding: Embedding = { options, finder, embedded, inlined: 0 };
  const start: Walk = { source, file: document, at: [], resource: undefined, inlining: [] };
  embedAliases(embedded, start);
  // The references of aliases are rewritten here too, to themselves; their targets replace them below.
  let result = rewrite(embedding, document, "document", start);
  const owned = new WeakSet<object>();
  for (const { target, kind, at } of embedded.values) {
    const origin = { source: target.source, pointer: parsePointer(target.pointer) };
    const walk: Walk = { ...start, ...origin, file: target.source.value, at: origin.pointer };
    const content = rewrite(embedding, target.value, kind, walk);
    result = put(result, at, { value: content, origin }, { origins, owned });
  }
  return result as JsonObject; // a document is an object, and a rewritten object is one
}

/** The value with its references rewritten; itself where it has none. */
function rewrite(embedding: Embedding, value: JsonValue, kind: ObjectKind, walk: Walk): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  const { origins } = embedding.options;
  const inner = isObject(value) ? enterResource(value, kind, walk) : walk;
  let copy: MutableObject | JsonValue[] | undefined;
  for (const key of Object.keys(value)) {
    const child = getChild(value, key);
    if (child === undefined) continue;
    const next = rewriteMember(embedding, { container: value, key, child, kind }, inner);
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

/** A schema with an `$id` is what the references inside are relative to. */
function enterResource(value: JsonObject, kind: ObjectKind, walk: Walk): Walk {
  const id = kind === "schema" ? getChild(value, "$id") : undefined;
  if (typeof id !== "string" || id.startsWith("#")) return walk;
  const base = resolveId(id, walk.resource?.base ?? "");
  return { ...walk, resource: { base, pointer: formatPointer(walk.at) } };
}

interface Member {
  readonly container: JsonObject | readonly JsonValue[];
  readonly key: string;
  readonly child: JsonValue;
  /** The kind of the container. */
  readonly kind: ObjectKind;
}

function rewriteMember(
  embedding: Embedding,
  { container, key, child, kind }: Member,
  walk: Walk,
): Rewritten {
  const { isSwagger } = embedding.embedded;
  if (key === "$ref" && typeof child === "string" && homeOf(kind, isSwagger) !== undefined)
    return { value: rewriteRef(embedding, child, kind, walk) };
  const member = isArray(container) ? kind : memberKind(kind, key);
  const below = { ...walk, at: [...walk.at, key] };
  if (kind === "schema" && key === "discriminator")
    return { value: rewriteDiscriminator(embedding, child, below) };
  if (member === undefined) return { value: child };
  const inlined =
    homeOf(member, isSwagger) === undefined ? inline(embedding, child, member, below) : undefined;
  return inlined ?? { value: rewrite(embedding, child, member, below) };
}

function rewriteRef(
  { options, finder, embedded }: Embedding,
  ref: string,
  kind: ObjectKind,
  walk: Walk,
): string {
  const target = findTarget(finder, ref, walk, "$ref");
  if (target !== undefined) return localRef(embedded, target, kind);
  // A reference of another file must not come to mean something here.
  const isForeign = walk.source !== options.source && ref.startsWith("#");
  return isForeign ? nameOf(walk.source, options.root) + ref : ref;
}

/** The mapping of a discriminator has references, and names of schemas. */
function rewriteDiscriminator(
  { options, finder, embedded }: Embedding,
  discriminator: JsonValue,
  walk: Walk,
): JsonValue {
  const mapping = getChild(discriminator, "mapping");
  if (!isObject(discriminator) || !isObject(mapping)) return discriminator;
  const copy: MutableObject = { ...mapping };
  const below = { ...walk, at: [...walk.at, "mapping"] };
  for (const [key, text] of Object.entries(mapping)) {
    if (typeof text !== "string") continue;
    const named = formatPointer(["components", "schemas", text]);
    const isName = getAt(walk.file, named) !== undefined;
    // The document's own names mean the same after as before.
    if (isName ? walk.source === options.source : !looksLikeReference(text)) continue;
    const target = findTarget(finder, isName ? "#" + named : text, below, key);
    if (target !== undefined) setMember(copy, key, localRef(embedded, target, "schema"));
  }
  return { ...discriminator, mapping: copy };
}

/** Replaces the reference of a path item (or of a whole map, such as `properties: {$ref: …}`) by its target. */
function inline(
  embedding: Embedding,
  value: JsonValue,
  kind: ObjectKind,
  walk: Walk,
): Required<Rewritten> | undefined {
  const ref = isObject(value) ? getChild(value, "$ref") : undefined;
  if (!isObject(value) || typeof ref !== "string") return undefined;
  const target = inlineTarget(embedding, ref, walk);
  if (target === undefined) return undefined;
  const { document, source } = embedding.options;
  const inside: Walk = {
    source: target.source,
    file: target.source === source ? document : target.source.value,
    at: parsePointer(target.pointer),
    resource: undefined,
    inlining: [...walk.inlining, keyOf(target)],
  };
  const further = inline(embedding, target.value, kind, inside);
  const content = further?.value ?? rewrite(embedding, target.value, kind, inside);
  const origin = further?.origin ?? { source: target.source, pointer: inside.at };
  return isObject(content)
    ? { value: withSiblings(embedding, content, value, kind, walk), origin }
    : { value: content, origin };
}

const keyOf = ({ source, pointer }: Target): string => `${source.id}#${pointer}`;

/** The target of a reference that is to be replaced by it; undefined, and reported, where that cannot be. */
function inlineTarget(embedding: Embedding, ref: string, walk: Walk): Target | undefined {
  const { finder, options } = embedding;
  if (ref.startsWith("#") && walk.source === options.source) return undefined;
  const target = findTarget(finder, ref, walk, "$ref");
  if (target === undefined) return undefined;
  if (walk.inlining.includes(keyOf(target)))
    return reportDangling(finder, ref, walk, "$ref", "it leads back to itself");
  const { most } = bounds.inlinedReferences;
  if (++embedding.inlined <= most) return target;
  if (embedding.inlined === most + 1) {
    const message = `More than ${most} references are to be replaced by what they lead to.`;
    reportAt(finder, walk, "$ref", { code: "too-many-references", severity: "error", message });
  }
  return undefined;
}

/** The members beside a reference override those of its target. */
function withSiblings(
  embedding: Embedding,
  content: JsonObject,
  value: JsonObject,
  kind: ObjectKind,
  walk: Walk,
): JsonObject {
  const { origins } = embedding.options;
  const copy: MutableObject = { ...content };
  copyOrigins(origins, content, copy);
  for (const [name, sibling] of Object.entries(value)) {
    if (name === "$ref") continue;
    const member = memberKind(kind, name);
    const below = { ...walk, at: [...walk.at, name] };
    const rewritten = member === undefined ? sibling : rewrite(embedding, sibling, member, below);
    setMember(copy, name, rewritten);
    setOrigin(origins, copy, name, { source: walk.source, pointer: below.at });
  }
  return copy;
}

interface Copies {
  readonly origins: Origins;
  /** Containers that `put` copied already, and may change. */
  readonly owned: WeakSet<object>;
}

/** `document` with a value at `at`. It copies each container on the way once, however many values it gets. */
function put(
  document: JsonValue | undefined,
  at: readonly string[],
  content: Required<Rewritten>,
  copies: Copies,
): JsonValue {
  const [key, ...rest] = at;
  if (key === undefined) return content.value;
  const copy = ownCopy(document, copies);
  setMember(copy, key, put(getChild(document, key), rest, content, copies));
  if (rest.length === 0) setOrigin(copies.origins, copy, key, content.origin);
  return copy;
}

function ownCopy(value: JsonValue | undefined, { origins, owned }: Copies): MutableObject {
  const original = isObject(value) ? value : {};
  if (owned.has(original)) return original;
  const copy: MutableObject = { ...original };
  copyOrigins(origins, original, copy);
  owned.add(copy);
  return copy;
}
