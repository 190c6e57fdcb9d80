/**
 * `nameFunctions`: the function of each operation in its module, such as `update`. Operations that would have the same
 * name are told apart by ever more of what differs.
 */
import { createHash } from "node:crypto";
import { camelCase, wordsOf } from "../../base/words.js";
import { groupBy } from "./group-by.js";
import type { Nameable } from "./name.js";
import { isVerb, partsOf, titleWords, withoutBatch, type PathParts } from "./path-parts.js";

const methodVerb: Readonly<Record<string, string>> = {
  get: "read",
  put: "replace",
  patch: "update",
  delete: "delete",
  query: "read",
};

/** What is done, as a verb: from the path, the operationId, the kind, the method, or just `batch`. */
export function functionWords(operation: Nameable, parts: PathParts): readonly string[] {
  if (parts.action.some(isVerb)) return parts.action;
  const id = operation.operationId ?? "";
  if (usable(id)) {
    const resources = new Set(parts.family.flat().map(singular));
    const words = withoutBatch(id).filter((word) => !resources.has(singular(word)));
    const named = words[0] === operation.method ? words.slice(1) : words;
    if (isVerb(named[0] ?? "") && named.length <= 4) return named;
  }
  if (parts.action.length > 0) return parts.action;
  const kind = operation.kind === "mixed" ? undefined : operation.kind;
  return [kind ?? methodVerb[operation.method] ?? parts.batch];
}

/** An operationId that a person may have written: not a path, and not numbered. */
const usable = (id: string): boolean => id !== "" && !/[/\s{]|\d$/.test(id);

const singular = (word: string): string => word.replace(/ies$/, "y").replace(/s$/, "");

export interface UnnamedFunction {
  readonly operation: Nameable & { readonly identity: string };
  readonly templates: readonly string[];
  readonly resource: string;
  readonly words: readonly string[];
  /** The name that it has, and that the others keep clear of. */
  readonly kept?: string;
}

/** Ways to tell apart operations that would have one name, tried in this order until none has. */
const qualifiers: readonly ((
  one: UnnamedFunction,
  group: readonly UnnamedFunction[],
) => readonly string[])[] = [
  // The method, except for the one that people mean when they say nothing.
  ({ operation, words }, group) => {
    const order = ["post", "patch", "put", "get", "query", "delete"];
    const known = group.find(({ kept }) => kept !== undefined);
    const first =
      known?.operation.method ??
      order.find((method) => group.some((other) => other.operation.method === method));
    return operation.method === first ? words : [...words, operation.method];
  },
  // What the path asks for beyond what all of them ask for.
  ({ templates, words }, group) => {
    const more = templates.filter(
      (name) => !group.every((other) => other.templates.includes(name)),
    );
    return more.length > 0 ? [...words, "by", ...more.flatMap(wordsOf)] : words;
  },
  ({ operation, words }) => [...words, ...titleWords(operation.title)],
  ({ operation, words }) => [...words, ...partsOf(operation).family.flat()],
  ({ operation, words }) => [
    ...words,
    ...wordsOf((operation.document ?? "").replace(/^.*\/|\.[^./]*$/g, "")),
  ],
  ({ operation, words }) => {
    const id = operation.operationId ?? "";
    return usable(id) ? wordsOf(id) : words;
  },
  ({ operation, words }) => [...words, digest(operation.identity)],
];

/** Six hexadecimal digits that tell texts apart. */
export const digest = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 6);

export function nameFunctions(functions: readonly UnnamedFunction[]): readonly string[] {
  let current = [...functions];
  const keyOf = ({ resource, kept, words }: UnnamedFunction): string =>
    `${resource}.${kept ?? functionName(words)}`.toLowerCase();
  for (const qualify of qualifiers) {
    const groups = groupBy(current, keyOf);
    current = current.map((one) => {
      if (one.kept !== undefined) return one;
      const group = groups.get(keyOf(one)) ?? [];
      // Words that all of them would get tell nothing apart.
      const helps = new Set(group.map((other) => camelCase(qualify(other, group)))).size > 1;
      return helps ? { ...one, words: qualify(one, group) } : one;
    });
  }
  return current.map(({ words, kept }) => kept ?? functionName(words));
}

function functionName(words: readonly string[]): string {
  const name = camelCase(words);
  if (/^\d/.test(name) || name === "") return `do${name}`;
  // A module with an export called `then` hangs `await import()`; `default` means something else.
  return name === "then" || name === "default" ? `${name}Batch` : name;
}
