/**
 * The names that people type: `notes.update` for `POST /crm/v3/objects/notes/batch/update`. From the path, the
 * shortest that is unique; the newest stable version has the plain name, the others their own entry point
 * (`v3/notes`). Nothing here depends on the order of documents.
 */
import { createHash } from "node:crypto";
import { batchWords, camelCase, pascalCase, wordsOf } from "../../base/words.js";

/** What a name is made from. */
export interface Nameable {
  readonly method: string;
  readonly path: string;
  readonly operationId?: string;
  /** The document's title; where the path has no name of its own, this is it. */
  readonly title: string;
  /** The document's own name, such as `crm/notes.json`. */
  readonly document?: string;
  /** What the operation does, where that is known. */
  readonly kind?: string;
}

export interface Name {
  /** The module, such as `notes` or `v3/notes`. */
  readonly resource: string;
  /** The function in it, such as `update`. */
  readonly name: string;
}

const verbs = new Set([
  "activate", "add", "apply", "archive", "assign", "associate", "ban", "cancel", "change", "check", "clear", "clone",
  "complete", "convert", "create", "deactivate", "delete", "destroy", "disable", "disassociate", "enable", "estimate", "execute",
  "fetch", "find", "finish", "get", "import", "index", "ingest", "insert", "invite", "list", "lookup", "merge", "modify",
  "move", "patch", "post", "publish", "purge", "put", "query", "read", "register", "remove", "replace", "resolve",
  "restore", "retire", "retrieve", "run", "save", "search", "send", "set", "sync", "track", "trigger", "unban",
  "unassign", "unpublish", "unregister", "update", "upload", "upsert", "validate", "verify", "write", "mget", "msearch", "mtermvectors",
]); // prettier-ignore

/** Words that say batch and what is done in one. */
const batchVerbs = new Set(["mget", "msearch", "mtermvectors"]);

/** Words that say what an answer is, or what kind of program this is, and not what the thing is. */
const emptyWords = new Set(
  "api apis rest public reference specification spec service openapi swagger request response the".split(
    " ",
  ),
);

const methodVerb: Readonly<Record<string, string>> = {
  get: "read",
  put: "replace",
  patch: "update",
  delete: "delete",
  query: "read",
};

const version = /^(v\d+([a-z]+\d*)?|\d{4}-\d{2}(-\d{2})?(-[a-z]+\d*)?|\d{1,2})$/i;

interface Parts {
  /** Static segments as words, the batch word and the verb left out. */
  readonly family: readonly (readonly string[])[];
  readonly version?: string;
  /** The words of what is done, from the path. */
  readonly action: readonly string[];
  /** The word that says batch. */
  readonly batch: string;
  readonly templates: readonly string[];
}

/** A path taken apart. */
export function partsOf({ path, title }: Pick<Nameable, "path" | "title">): Parts {
  const family: { words: readonly string[]; afterTemplate: boolean }[] = [];
  const templates: string[] = [];
  let action: readonly string[] = [];
  let found: string | undefined;
  let batchWord = "batch";
  let afterTemplate = true;
  for (const segment of path.split(/[/#]/)) {
    if (segment === "") continue;
    if (found === undefined && version.test(segment)) {
      found = segment.toLowerCase();
      continue;
    }
    const [before = "", verb] = segment.split(/:(?=[^:]*$)/);
    for (const [, name = ""] of segment.matchAll(/\{([^}]*)\}/g)) templates.push(name);
    const fixed = before.replace(/\{[^}]*\}/g, " ").replace(/^.*=(?:[^.]*\.)?/, "");
    let words = wordsOf(fixed);
    const batch = batchWords(fixed);
    if (batch.some((word) => verbs.has(word))) {
      action = words;
      words = [];
    } else if (
      batch.length > 0 &&
      !(
        words.length > 1 &&
        plural(words) &&
        !words.some((word) => verbs.has(word)) &&
        (family.length === 0 || words[0] !== batch[0])
      )
    ) {
      batchWord = batch[0] ?? batchWord;
      words = words.filter((word) => !batch.includes(word) && !/^jobs?$/.test(word));
      const at = words.findIndex((word) => verbs.has(word));
      if (at >= 0) {
        action = words.slice(at);
        words = words.slice(0, at);
      } else if (action.length === 0 && words.length > 0 && family.length > 0) {
        action = words;
        words = [];
      }
    } else if (words.length === 1 && verbs.has(words[0] ?? "") && family.length > 0) {
      action = words;
      words = [];
    }
    if (
      batch.length === 0 &&
      action.some((word) => batchVerbs.has(word)) &&
      !segment.includes("{")
    ) {
      action = [...action, ...words];
      words = [];
    }
    if (verb !== undefined) action = withoutBatch(verb);
    if (/^\d/.test(words[0] ?? "")) {
      const said = new Set(family.flatMap((part) => part.words));
      words = titleWords(title).filter((word) => !said.has(word));
    }
    if (words.length > 0) family.push({ words, afterTemplate });
    afterTemplate = segment.includes("{");
  }
  return {
    family: joinFacets(family),
    ...(found === undefined ? {} : { version: found }),
    action,
    batch: batchWord,
    templates,
  };
}

const withoutBatch = (name: string): readonly string[] => {
  const batch = batchWords(name);
  return wordsOf(name).filter((word) => !batch.includes(word));
};

const titleWords = (title: string): readonly string[] => {
  const words = wordsOf(title).filter((word) => !emptyWords.has(word) && !/^(v?\d+)$/.test(word));
  return words.length > 0 ? words.slice(0, 4) : ["batch"];
};

/** `rows/draft`: a singular after a plural is a facet of it (`rowsDraft`), not a thing of its own. */
function joinFacets(
  family: readonly { words: readonly string[]; afterTemplate: boolean }[],
): readonly (readonly string[])[] {
  const segments = family.map(({ words }) => words);
  const [whole, facet] = segments.slice(-2);
  const joins =
    whole !== undefined &&
    facet?.length === 1 &&
    family.at(-1)?.afterTemplate === false &&
    plural(whole) &&
    !plural(facet);
  return joins ? [...segments.slice(0, -2), [...whole, ...facet]] : segments;
}

const plural = (words: readonly string[]): boolean =>
  words.some((word) => /s$/.test(word)) ||
  /(people|children|data|media|inventory|email)$/.test(words.at(-1) ?? "");

/** What is done, as a verb: from the path, the operationId, the kind, the method, or just `batch`. */
function functionWords(operation: Nameable, parts: Parts): readonly string[] {
  if (parts.action.some((word) => verbs.has(word))) return parts.action;
  const id = operation.operationId ?? "";
  if (usable(id)) {
    const things = new Set(parts.family.flat().map(singular));
    const words = withoutBatch(id).filter((word) => !things.has(singular(word)));
    const said = words[0] === operation.method ? words.slice(1) : words;
    if (verbs.has(said[0] ?? "") && said.length <= 4) return said;
  }
  if (parts.action.length > 0) return parts.action;
  const kind = operation.kind === "mixed" ? undefined : operation.kind;
  return [kind ?? methodVerb[operation.method] ?? parts.batch];
}

/** An operationId that a person may have written: not a path, and not numbered. */
const usable = (id: string): boolean => id !== "" && !/[/\s{]|\d$/.test(id);

const singular = (word: string): string => word.replace(/ies$/, "y").replace(/s$/, "");

type Identified = Nameable & { readonly identity: string };

/** Names that stand, whatever the others are called. */
export interface KeptNames {
  /** By identity. */
  readonly names: ReadonlyMap<string, Name>;
  /** Identities among them whose name somebody chose: it says nothing of the names of operations like it. */
  readonly chosen: ReadonlySet<string>;
  /** Names of operations that are gone: nothing else gets them. */
  readonly retired: readonly (Pick<Nameable, "method" | "path"> & { readonly name: Name })[];
}

const nothingKept: KeptNames = { names: new Map(), chosen: new Set(), retired: [] };

/**
 * Names for all, in the order given. Two get the same name if, and only if, their `identity` is the same. What is kept
 * stays, and the others get names beside it: in the same module, where it holds operations like them.
 */
export function nameAll(
  operations: readonly Identified[],
  kept: KeptNames = nothingKept,
): readonly Name[] {
  // Of documents that declare one operation alike, one speaks for all; which, must not depend on their order.
  const spokesmen = new Map<string, Identified>();
  for (const operation of operations) {
    const known = spokesmen.get(operation.identity);
    const before = known && sourceOf(known) <= sourceOf(operation);
    if (!before) spokesmen.set(operation.identity, operation);
  }
  const names = nameDistinct([...spokesmen.values()], kept);
  return operations.map(({ identity }) => names.get(identity) ?? { resource: "", name: "" });
}

const sourceOf = ({ title, document = "" }: Nameable): string => JSON.stringify([title, document]);

/** An operation with its path taken apart, and the name that it has already. */
interface Entry {
  readonly operation: Identified;
  readonly parts: Parts;
  readonly kept?: Name;
  /** The kept name tells where operations like this one stand. */
  readonly leads: boolean;
}

function nameDistinct(
  operations: readonly Identified[],
  { names, chosen, retired }: KeptNames,
): ReadonlyMap<string, Name> {
  const entry = (operation: Identified, kept: Name | undefined, leads: boolean): Entry => {
    const found = partsOf(operation);
    const parts =
      found.family.length > 0 ? found : { ...found, family: [titleWords(operation.title)] };
    return { operation, parts, leads, ...(kept ? { kept } : {}) };
  };
  const entries = [
    ...operations.map((operation) => {
      const kept = names.get(operation.identity);
      return entry(operation, kept, kept !== undefined && !chosen.has(operation.identity));
    }),
    ...retired.map(({ method, path, name }, i) =>
      entry({ method, path, title: "", identity: `retired ${i}` }, name, true),
    ),
  ];
  const resources = entryPoints(entries, nameFamilies(entries));
  const functions = separate(
    entries.map(({ operation, parts, kept }, i) => ({
      operation,
      templates: parts.templates,
      resource: kept?.resource ?? resources[i] ?? "",
      words: functionWords(operation, parts),
      ...(kept ? { kept: kept.name } : {}),
    })),
  );
  return new Map(
    operations.map(({ identity }, i) => [
      identity,
      {
        resource: entries[i]?.kept?.resource ?? resources[i] ?? "",
        name: functions[i] ?? "",
      },
    ]),
  );
}

/** `notes` of `v3/notes`. */
const baseOf = (resource: string): string => resource.replace(/^.*\//, "");

const unsafeModules = new Set(["client", "createClient", "default", "index", "service", "then"]);

/** The shortest ending of each family that no other family has: `notes`, `timelineEvents`. */
function nameFamilies(entries: readonly Entry[]): readonly string[] {
  const keyOf = ({ parts }: Entry): string => JSON.stringify(parts.family);
  const distinct = new Map(entries.map((entry) => [keyOf(entry), entry.parts.family]));
  const length = new Map([...distinct.keys()].map((key) => [key, 1]));
  const ending = (key: string): string => {
    const words = (distinct.get(key) ?? []).slice(-(length.get(key) ?? 1)).flat();
    const name = camelCase(words);
    return unsafeModules.has(name) || /^\d|^v\d+$/.test(name) ? camelCase(["the", ...words]) : name;
  };
  // A family keeps the name that it has; where it has several, the one that it would get today, or else the first.
  const keptNames = new Map<string, string>();
  const leaders = entries.filter(({ leads }) => leads);
  for (const [key, group] of groupBy(leaders, keyOf)) {
    const known = group.flatMap(({ kept }) => (kept ? [baseOf(kept.resource)] : [])).sort();
    const today = ending(key);
    keptNames.set(key, known.includes(today) ? today : (known[0] ?? today));
  }
  const taken = new Set([...keptNames.values()].map((name) => name.toLowerCase()));
  const nameOf = (key: string): string => keptNames.get(key) ?? ending(key);
  for (;;) {
    const byName = groupBy([...distinct.keys()], (key) => nameOf(key).toLowerCase());
    let grown = false;
    for (const [name, keys] of byName) {
      if (keys.length < 2 && !taken.has(name)) continue;
      for (const key of keys) {
        const size = length.get(key) ?? 1;
        if (!keptNames.has(key) && size < (distinct.get(key)?.length ?? 0)) {
          length.set(key, size + 1);
          grown = true;
        }
      }
    }
    if (!grown) break;
  }
  return entries.map((entry) => nameOf(keyOf(entry)));
}

/**
 * The newest stable version of a resource has the plain name, unless another one has it already; the others stand
 * below their version.
 */
function entryPoints(entries: readonly Entry[], bases: readonly string[]): readonly string[] {
  const versions = new Map<string, Set<string>>();
  const known = new Map<string, string>();
  const keyOf = (base: string, version: string): string => JSON.stringify([base, version]);
  entries.forEach(({ parts: { version = "" }, leads, kept }, i) => {
    const base = bases[i] ?? "";
    versions.set(base, (versions.get(base) ?? new Set()).add(version));
    if (!leads || !kept || baseOf(kept.resource) !== base) return;
    const before = known.get(keyOf(base, version));
    // The plain name, being the shortest, comes first.
    const first =
      before === undefined ||
      kept.resource.length < before.length ||
      (kept.resource.length === before.length && kept.resource < before);
    if (first) known.set(keyOf(base, version), kept.resource);
  });
  const given = new Set(known.values());
  const plain = new Map(
    [...versions].map(([base, all]) => [
      base,
      given.has(base) ? undefined : [...all].sort(newestFirst)[0],
    ]),
  );
  return entries.map(({ parts: { version = "" } }, i) => {
    const base = bases[i] ?? "";
    const below = `${version === "" ? "unversioned" : version}/${base}`;
    return known.get(keyOf(base, version)) ?? (plain.get(base) === version ? base : below);
  });
}

/** No version at all, then dates, then numbers; what is marked beta and the like behind everything stable. */
export function newestFirst(a: string, b: string): number {
  const rank = (version: string): readonly (number | string)[] => {
    const stable = /[a-z]{2,}\d*$/i.test(version) ? 0 : 1;
    const date = /^\d{4}-/.test(version) ? 1 : 0;
    const number = date === 1 ? 0 : Number(/\d+/.exec(version)?.[0] ?? 0);
    return [stable, version === "" ? 1 : 0, date, number, version];
  };
  const [left, right] = [rank(a), rank(b)];
  for (const [i, value] of left.entries()) {
    const other = right[i] ?? "";
    if (value !== other) return value > other ? -1 : 1;
  }
  return 0;
}

interface Candidate {
  readonly operation: Nameable & { readonly identity: string };
  readonly templates: readonly string[];
  readonly resource: string;
  readonly words: readonly string[];
  /** The name that it has, and that the others keep clear of. */
  readonly kept?: string;
}

/** Ways to tell apart operations that would have one name, tried in this order until none has. */
const qualifiers: readonly ((
  candidate: Candidate,
  group: readonly Candidate[],
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

export const digest = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 6);

function separate(candidates: readonly Candidate[]): readonly string[] {
  let current = [...candidates];
  const keyOf = (candidate: Candidate): string =>
    `${candidate.resource}.${candidate.kept ?? functionName(candidate.words)}`.toLowerCase();
  for (const qualify of qualifiers) {
    const groups = groupBy(current, keyOf);
    current = current.map((candidate) => {
      if (candidate.kept !== undefined) return candidate;
      const group = groups.get(keyOf(candidate)) ?? [];
      // Words that all of them would get tell nothing apart.
      const helps = new Set(group.map((other) => camelCase(qualify(other, group)))).size > 1;
      return helps ? { ...candidate, words: qualify(candidate, group) } : candidate;
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

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

/** The name of a type that belongs to a function: `UpdateParams` for `update`. */
export const typeName = (functionName: string, suffix: string): string =>
  pascalCase(wordsOf(functionName)) + suffix;
