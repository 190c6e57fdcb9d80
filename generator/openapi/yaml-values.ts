/**
 * Exports `readYamlNodes`: from the nodes of a YAML document to plain JSON, in one pass. The library's own `toJS` searches
 * the document for each alias, and copies what aliases repeat without a bound.
 */
import type { Alias, Pair, YAMLMap } from "yaml";
import { bounds } from "../base/bounds.js";
import { setMember, type JsonValue, type MutableObject } from "../base/json.js";
import { getChild } from "../base/pointer.js";
import { duplicateKey, type Problem } from "./problem.js";
import { yamlLibrary } from "./parsers.js";

/** A node that was read. */
interface ReadNode {
  /** Of an alias, the very value of its anchor. */
  readonly value: JsonValue;
  /** The values in it with its aliases written out. */
  size: number;
  /** Whether it is still being read. */
  isOpen: boolean;
}

interface Reading {
  readonly problems: Problem[];
  readonly anchors: Map<string, ReadNode>;
  /** How many members merge keys have copied. */
  merged: number;
}

class TooManyValues extends Error {}

/** The value, and mistakes: duplicate keys, aliases of nothing or of themselves, too many values. */
export function readYamlNodes(root: unknown): {
  readonly value: JsonValue;
  readonly problems: readonly Problem[];
} {
  const reading: Reading = { problems: [], anchors: new Map(), merged: 0 };
  const { most } = bounds.yamlValues;
  try {
    const { value, size } = readNode(root, reading);
    if (size > most) throw new TooManyValues();
    return { value, problems: reading.problems };
  } catch (error) {
    if (!(error instanceof TooManyValues)) throw error;
    const message = `With its aliases written out, this document has more than ${most} values.`;
    reading.problems.push({ code: "yaml-alias-bomb", severity: "error", message, offset: 0 });
    return { value: null, problems: reading.problems };
  }
}

function readNode(node: unknown, reading: Reading): ReadNode {
  const { isAlias, isMap, isScalar, isSeq } = yamlLibrary();
  if (isAlias(node)) return readAlias(node, reading);
  const items: JsonValue[] = [];
  const members: MutableObject = {};
  // With the options of `parseYamlDocument`, a scalar is JSON.
  const scalar = isScalar(node) ? (node.value as JsonValue) : null;
  const value = isMap(node) ? members : isSeq(node) ? items : scalar;
  const read: ReadNode = { value, size: 1, isOpen: true };
  if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined)
    reading.anchors.set(node.anchor, read);
  if (isMap(node)) readMembers(node, members, read, reading);
  if (isSeq(node))
    for (const item of node.items) {
      const child = readNode(item, reading);
      read.size += child.size;
      items.push(child.value);
    }
  read.isOpen = false;
  return read;
}

function readAlias({ source, range }: Alias, { problems, anchors }: Reading): ReadNode {
  const read = anchors.get(source);
  const problem = { severity: "error", offset: range?.[0] ?? 0 } as const;
  if (read === undefined)
    problems.push({
      code: "invalid-yaml",
      message: `The alias *${source} names no anchor before it.`,
      ...problem,
    });
  if (read?.isOpen === true)
    problems.push({
      code: "yaml-alias-cycle",
      message: `The alias *${source} is inside the value that it names.`,
      ...problem,
    });
  return read?.isOpen === false ? read : { value: null, size: 1, isOpen: false };
}

function readMembers(
  { items }: YAMLMap,
  members: MutableObject,
  read: ReadNode,
  reading: Reading,
): void {
  const { isScalar } = yamlLibrary();
  const offsets = new Map<string, number>();
  for (const pair of items) {
    const { key } = pair;
    const child = readNode(pair.value, reading);
    read.size += 1 + child.size;
    if (isMerge(pair)) {
      merge(members, pair, child.value, reading);
      continue;
    }
    const name = isScalar(key) ? String(key.value) : "";
    const offset = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
    const other = offsets.get(name);
    if (other !== undefined) reading.problems.push(duplicateKey(name, offset, other));
    else offsets.set(name, offset);
    setMember(members, name, child.value);
  }
}

function isMerge({ key }: Pair): boolean {
  const { isScalar } = yamlLibrary();
  return isScalar(key) && key.value === "<<" && (key.type === undefined || key.type === "PLAIN");
}

/** Members that a map has itself, or from an earlier source, win. @throws TooManyValues */
function merge(members: MutableObject, { key }: Pair, value: JsonValue, reading: Reading): void {
  const { isScalar } = yamlLibrary();
  const sources = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  for (const source of sources) {
    if (typeof source !== "object" || source === null || Array.isArray(source)) {
      const offset = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
      const message = "The key << takes a map, an alias of one, or a list of them.";
      reading.problems.push({ code: "invalid-yaml", severity: "error", message, offset });
      continue;
    }
    const names = Object.keys(source);
    reading.merged += names.length;
    if (reading.merged > bounds.yamlValues.most) throw new TooManyValues();
    for (const name of names)
      if (!Object.hasOwn(members, name)) setMember(members, name, getChild(source, name) ?? null);
  }
}
