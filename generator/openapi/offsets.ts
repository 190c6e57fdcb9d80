/**
 * Exports `jsonOffsets` and `yamlOffsets`: where in a text the value of a JSON Pointer begins. A file of its own, since
 * it alone walks through texts and nodes: `locate.ts` makes lines and columns of the offsets.
 */
import type { JSONScanner } from "jsonc-parser";
import type { Document, Node } from "yaml";
import { jsonLibrary, yamlLibrary } from "./parsers.js";
import { parseYamlDocument } from "./yaml.js";

interface Found {
  readonly offset: number;
  /** How many tokens were followed. */
  readonly depth: number;
}

type FindOffset = (tokens: readonly string[]) => Found;

interface JsonMember {
  /** The offset of the name, or of the element. */
  readonly offset: number;
  readonly value: number;
}

interface JsonScan {
  readonly text: string;
  readonly scanner: JSONScanner;
  /** Members of the containers that were scanned, by the offset of the container. */
  readonly members: Map<number, ReadonlyMap<string, JsonMember>>;
}

/** Scans a container when a pointer first leads through it, and skips what the container holds. */
export function jsonOffsets(text: string): FindOffset {
  const scan: JsonScan = {
    text,
    scanner: jsonLibrary().createScanner(text, true),
    members: new Map(),
  };
  return (tokens) => {
    scan.scanner.setPosition(0);
    scan.scanner.scan();
    let offset = scan.scanner.getTokenOffset();
    let value = offset;
    let depth = 0;
    for (const token of tokens) {
      const member = membersAt(scan, value).get(token);
      if (member === undefined) break;
      ({ offset, value } = member);
      depth++;
    }
    return { offset, depth };
  };
}

function membersAt(scan: JsonScan, container: number): ReadonlyMap<string, JsonMember> {
  const known = scan.members.get(container);
  if (known !== undefined) return known;
  const members = new Map<string, JsonMember>();
  scan.members.set(container, members);
  const { scanner } = scan;
  scanner.setPosition(container);
  const open = next(scan);
  if (open !== "{" && open !== "[") return members;
  for (let index = 0; ; index++) {
    let token = next(scan);
    if (token === ",") token = next(scan);
    if (token === undefined || token === "}" || token === "]") return members;
    const offset = scanner.getTokenOffset();
    const name = open === "{" ? scanner.getTokenValue() : String(index);
    if (open === "{") {
      next(scan); // the colon
      token = next(scan);
    }
    members.set(name, { offset, value: scanner.getTokenOffset() }); // of two, the last counts, as in JSON.parse
    skipValue(scan, token);
  }
}

function skipValue(scan: JsonScan, first: string | undefined): void {
  let depth = 0;
  for (let token = first; token !== undefined; token = next(scan)) {
    if (token === "{" || token === "[") depth++;
    if (token === "}" || token === "]") depth--;
    if (depth <= 0) return;
  }
}

/** The first character of the next token; `undefined` at the end of the text. */
function next({ text, scanner }: JsonScan): string | undefined {
  scanner.scan();
  return text[scanner.getTokenOffset()];
}

interface YamlNodes {
  readonly contents: Document.Parsed["contents"];
  /** The node that each alias refers to. */
  readonly targets: ReadonlyMap<unknown, unknown>;
}

export function yamlOffsets(text: string): FindOffset {
  let nodes: YamlNodes | undefined;
  return (tokens) => {
    nodes ??= parseNodes(text);
    let node: unknown = nodes.contents;
    let offset = nodes.contents?.range[0] ?? 0;
    let depth = 0;
    for (const token of tokens) {
      const member = yamlMember(nodes, node, token, new Set());
      if (member === undefined) break;
      offset = member.offset ?? offset;
      node = member.value;
      depth++;
    }
    return { offset, depth };
  };
}

function parseNodes(text: string): YamlNodes {
  const document = parseYamlDocument(text);
  // Reading the document refused it, too.
  if (typeof document === "string") return { contents: null, targets: new Map() };
  return { contents: document.contents, targets: aliasTargets(document) };
}

/** In one pass: the library searches the whole document for each alias. */
function aliasTargets(document: Document.Parsed): ReadonlyMap<unknown, unknown> {
  const { visit } = yamlLibrary();
  const targets = new Map<unknown, unknown>();
  const anchors = new Map<string, unknown>();
  visit(document, {
    Alias: (_, alias) => void targets.set(alias, anchors.get(alias.source)),
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

/** @param seen nodes without the member: merge keys may lead to one node on very many ways */
function yamlMember(
  nodes: YamlNodes,
  node: unknown,
  token: string,
  seen: Set<unknown>,
): { readonly offset: number | undefined; readonly value: unknown } | undefined {
  if (seen.has(node)) return undefined;
  seen.add(node);
  const { isAlias, isMap, isScalar, isSeq } = yamlLibrary();
  if (isAlias(node)) return yamlMember(nodes, nodes.targets.get(node), token, seen);
  if (isSeq(node)) {
    const item = /^\d+$/.test(token) ? (node.items[Number(token)] as Node | undefined) : undefined; // of a list: nodes
    return item === undefined ? undefined : { offset: item.range?.[0], value: item };
  }
  if (!isMap(node)) return undefined;
  const merged: unknown[] = [];
  for (const { key, value } of node.items) {
    if (!isScalar(key)) continue;
    if (String(key.value) === token) return { offset: key.range?.[0], value };
    if (key.value === "<<") merged.push(...(isSeq(value) ? value.items : [value]));
  }
  for (const source of merged) {
    const member = yamlMember(nodes, source, token, seen);
    if (member !== undefined) return member;
  }
  return undefined;
}
