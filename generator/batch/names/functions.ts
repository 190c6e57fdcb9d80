/**
 * `functionWords` and `nameFunctions`: the name of each operation in its module, such as `update`. Operations that would
 * have the same name get more words, one kind after the other, until all names differ.
 */
import { createHash } from "node:crypto";
import { foldedName, shortened } from "../../base/file-name.js";
import { camelCase, wordsOf } from "../../base/words.js";
import { groupBy } from "../../base/group-by.js";
import type { Nameable } from "./name.js";
import { isVerb, partsOf, titleWords, withoutBatch, type PathParts } from "./path-parts.js";

const methodVerb: Readonly<Record<string, string>> = {
  get: "read",
  put: "update",
  patch: "update",
  delete: "delete",
  query: "read",
};

/**
 * The verb of an operation: from its path, or else its operationId, its kind, its summary, its method, or else the word for
 * a batch.
 */
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
  const verb = kind ?? firstVerb(operation.summary) ?? idVerb(id) ?? methodVerb[operation.method];
  return [verb ?? parts.batch];
}

/** `create` of "Creates many notes". A summary with several verbs, such as "Creates or updates notes", has no first. */
function firstVerb(summary: string | undefined): string | undefined {
  const [, word = ""] = /^\W*(\w+)(?!\s*[,/]|\s+(?:or|and)\b)\b/.exec(summary ?? "") ?? [];
  const [verb] = withoutBatch(word);
  return verb === undefined
    ? undefined
    : [verb, singular(verb), verb.replace(/es$/, "")].find(isVerb);
}

/** The verb that the last part of an operationId such as `teams/revoke` begins with. */
function idVerb(id: string): string | undefined {
  const [verb] = withoutBatch(id.split(/[/.]/).at(-1) ?? "");
  return verb !== undefined && isVerb(verb) && verb !== "post" && verb !== "put" ? verb : undefined;
}

/** Whether a person may have written an operationId: it is not a path, and has no number at its end. */
const usable = (id: string): boolean => id !== "" && !/[/\s{]|\d$/.test(id);

const singular = (word: string): string => word.replace(/ies$/, "y").replace(/s$/, "");

export interface UnnamedFunction {
  readonly operation: Nameable & { readonly identity: string };
  readonly templates: readonly string[];
  readonly resource: string;
  readonly words: readonly string[];
  /** The name that it must have; no other operation gets it. */
  readonly fixed?: string;
}

/**
 * The words that distinguish operations with the same name, for a group of such. They are added in this order until all
 * names differ.
 */
const qualifiers: readonly ((
  group: readonly UnnamedFunction[],
) => (one: UnnamedFunction) => readonly string[])[] = [
  // The method, except for the most usual one.
  (group) => {
    const order = ["post", "patch", "put", "get", "query", "delete"];
    const known = group.find(({ fixed }) => fixed !== undefined);
    const first =
      known?.operation.method ??
      order.find((method) => group.some((other) => other.operation.method === method));
    return ({ operation, words }) =>
      operation.method === first ? words : [...words, operation.method];
  },
  // The parameters of the path that not all of them have.
  (group) => {
    const counts = new Map<string, number>();
    for (const { templates } of group)
      for (const name of new Set(templates)) counts.set(name, (counts.get(name) ?? 0) + 1);
    return ({ templates, words }) => {
      const more = templates.filter((name) => counts.get(name) !== group.length);
      return more.length > 0 ? [...words, "by", ...more.flatMap(wordsOf)] : words;
    };
  },
  () =>
    ({ operation, words }) => [...words, ...titleWords(operation.title)],
  () =>
    ({ operation, words }) => [...words, ...partsOf(operation).family.flat()],
  () =>
    ({ operation, words }) => [
      ...words,
      ...wordsOf((operation.document ?? "").replace(/^.*\/|\.[^./]*$/g, "")),
    ],
  () =>
    ({ operation, words }) => {
      const id = operation.operationId ?? "";
      return usable(id) ? wordsOf(id) : words;
    },
  () =>
    ({ operation, words }) => [...words, digest(operation.identity)],
];

/** Six hexadecimal digits of the hash of a text. */
export const digest = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 6);

/** One name for each, in the order given. */
export function nameFunctions(functions: readonly UnnamedFunction[]): readonly string[] {
  let current = [...functions];
  const keyOf = ({ resource, fixed, words }: UnnamedFunction): string =>
    foldedName(`${resource}.${fixed ?? functionName(words)}`);
  for (const qualifier of qualifiers) {
    const qualified = new Map<UnnamedFunction, UnnamedFunction>();
    for (const group of groupBy(current, keyOf).values()) {
      if (group.length === 1) continue;
      const words = group.map(qualifier(group));
      // Words that all of them would get distinguish nothing.
      if (new Set(words.map(camelCase)).size === 1) continue;
      group.forEach((one, at) => {
        if (one.fixed === undefined) qualified.set(one, { ...one, words: words[at] ?? [] });
      });
    }
    current = current.map((one) => qualified.get(one) ?? one);
  }
  return current.map(({ words, fixed }) => fixed ?? functionName(words));
}

function functionName(words: readonly string[]): string {
  const name = shortened(camelCase(words));
  if (!/^\p{ID_Start}/u.test(name)) return shortened(`do${name}`);
  // A module with an export called `then` hangs `await import()`; `default` means something else.
  return name === "then" || name === "default" ? `${name}Batch` : name;
}
