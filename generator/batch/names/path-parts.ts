/**
 * `partsOf`: splits a path into its resource, its version, its verb and its word for a batch. Names are made from these
 * parts.
 */
import { batchWords, wordsOf } from "../../base/words.js";

const verbs = new Set([
  "activate", "add", "amend", "analyse", "analyze", "append", "apply", "approve", "archive", "assign", "associate", "attach",
  "ban", "cancel", "change", "check", "claim", "clear", "clone", "complete", "convert", "create", "deactivate", "delete",
  "destroy", "detach", "disable", "disassociate", "enable", "enhance", "enrich", "estimate", "execute", "export", "fetch", "find",
  "finish", "generate", "get", "import", "index", "infer", "ingest", "insert", "invite", "kill", "list", "lock", "lookup",
  "match", "merge", "modify", "move", "parse", "patch", "pause", "post", "publish", "purge", "put", "query", "read",
  "refresh", "register", "reject", "remove", "replace", "replay", "resolve", "restart", "restore", "resume", "retire",
  "retrieve", "retry", "revoke", "run", "sanitize", "save", "search", "send", "set", "subscribe", "suspend", "swap", "sync",
  "terminate", "track", "trigger", "unarchive", "unassign", "unban", "unlink", "unlock", "unpublish", "unregister", "unset",
  "unsubscribe", "update", "upload", "upsert", "validate", "verify", "write", "mget", "msearch", "mtermvectors",
]); // prettier-ignore

/** Verbs that are no nouns, either: a segment that begins with one names no resource, as `check-runs` may. */
const onlyVerbs = new Set(
  (
    "add append assign associate attach cancel create deactivate delete detach disassociate finish get insert modify " +
    "remove replace restart retrieve revoke send submit terminate unassign update upsert write"
  ).split(" "),
);

/** Words for a batch that are also verbs. */
const batchVerbs = new Set(["mget", "msearch", "mtermvectors"]);

export const isVerb = (word: string): boolean => verbs.has(word);

/** Words of titles and paths that name no resource. */
const emptyWords = new Set(
  "api apis rest public reference specification spec service openapi swagger request response the".split(
    " ",
  ),
);

const version = /^(v\d+([a-z]+\d*)?|\d{4}-\d{2}(-\d{2})?(-[a-z]+\d*)?|\d{1,2})$/i;

/** The words of one static segment, or of several that name one resource. */
type Words = readonly string[];

export interface PathParts {
  /** The resource, by segment: the static segments, without the word for a batch and the verb. */
  readonly family: readonly Words[];
  readonly version?: string;
  /** The verb and the words after it; empty if the path has no verb. */
  readonly action: Words;
  /** The word for a batch. */
  readonly batch: string;
  /** Names of the path's parameters. */
  readonly templates: readonly string[];
}

/** The parts of the segments read so far. */
interface Progress {
  readonly family: { words: Words; afterTemplate: boolean }[];
  readonly templates: string[];
  action: Words;
  version: string | undefined;
  batch: string;
}

/** @param title of the document: its words replace a segment that is a number */
export function partsOf({
  path,
  title,
}: {
  readonly path: string;
  readonly title: string;
}): PathParts {
  const progress: Progress = {
    family: [],
    templates: [],
    action: [],
    version: undefined,
    batch: "batch",
  };
  let afterTemplate = true;
  for (const segment of path.split(/\/|(?=#)/)) {
    if (segment === "") continue;
    if (segment.startsWith("#")) {
      // Operations of one path are told apart by what they do.
      progress.action = withoutBatch(segment.replace(/^.*=(?:[^.]*\.)?/, ""));
      continue;
    }
    if (progress.version === undefined && version.test(segment)) {
      progress.version = segment.toLowerCase();
      continue;
    }
    if (progress.family.length === 0 && /^(apis?|rest)$/i.test(segment)) continue;
    if (isByMany(wordsOf(segment))) {
      moveVerb(progress, isVerb);
      continue;
    }
    const words = readSegment(progress, segment, title);
    if (words.length > 0) progress.family.push({ words, afterTemplate });
    afterTemplate = segment.includes("{");
  }
  if (!afterTemplate) moveVerb(progress, (word) => onlyVerbs.has(word));
  takeLoneVerb(progress);
  return {
    family: joinAspect(progress.family),
    ...(progress.version === undefined ? {} : { version: progress.version }),
    action: progress.action,
    batch: progress.batch,
    templates: progress.templates,
  };
}

/** `by-ids`, `by-triggers`: a segment that says that the request has many. */
const isByMany = (words: Words): boolean =>
  words.length > 1 && words[0] === "by" && /[^s]s$/.test(words.at(-1) ?? "");

/** Makes the last segment, such as `change-status`, the action: the resource is what stands before the verb. */
function moveVerb(progress: Progress, begins: (word: string) => boolean): void {
  const { family, action } = progress;
  const last = family.at(-1);
  if (action.length > 0 || family.length < 2 || !begins(last?.words[0] ?? "")) return;
  family.pop();
  progress.action = withoutByIds(last?.words ?? []);
}

/** A path that is nothing but a verb, such as `/import`: the title of the document names the resource. */
function takeLoneVerb(progress: Progress): void {
  const { family, action } = progress;
  const [only, ...others] = family;
  if (action.length > 0 || others.length > 0 || only?.words.length !== 1) return;
  if (!isVerb(only.words[0] ?? "")) return;
  family.pop();
  progress.action = only.words;
}

/** `delete` of `deleteByIds`. */
const withoutByIds = (words: Words): Words =>
  words.length > 2 && words.at(-2) === "by" && words.at(-1) === "ids" ? words.slice(0, -2) : words;

/** Adds the verb of a segment to the action, and returns the words that name a resource. */
function readSegment(progress: Progress, segment: string, title: string): Words {
  const { family, templates } = progress;
  const [before = "", verb] = segment.split(/:(?=[^:]*$)/);
  for (const [, name = ""] of segment.matchAll(/\{([^{}]*)\}/g)) templates.push(name);
  const fixed = before.replace(/\{[^{}]*\}/g, " ").replace(/^.*=(?:[^.]*\.)?/, "");
  const batch = batchWords(fixed);
  let words = splitSegment(progress, wordsOf(fixed), batch);
  const batchVerb = progress.action.some((word) => batchVerbs.has(word));
  if (batch.length === 0 && batchVerb && !segment.includes("{")) {
    progress.action = [...progress.action, ...words];
    words = [];
  }
  if (verb !== undefined) progress.action = withoutByIds(withoutBatch(verb));
  if (!/^\d/.test(words[0] ?? "")) return words;
  const known = new Set(family.flatMap((part) => part.words));
  return titleWords(title).filter((word) => !known.has(word));
}

/** Moves the verb of a segment, and what follows it, to the action. */
function splitSegment(progress: Progress, words: Words, batch: Words): Words {
  const { family } = progress;
  if (batch.some(isVerb)) {
    progress.action = words;
    return [];
  }
  if (batch.length > 0 && !isPluralWithBatch(progress, words, batch)) {
    progress.batch = batch[0] ?? progress.batch;
    const rest = words.filter((word) => !batch.includes(word) && !/^jobs?$/.test(word));
    const at = rest.findIndex(isVerb);
    if (at >= 0) {
      progress.action = rest.slice(at);
      return rest.slice(0, at);
    }
    if (progress.action.length > 0 || rest.length === 0 || family.length === 0) return rest;
    progress.action = rest;
    return [];
  }
  if (words.length === 1 && isVerb(words[0] ?? "") && family.length > 0) {
    progress.action = words;
    return [];
  }
  return words;
}

/** Whether the name of a resource contains the word for a batch, such as `batch-payments`. */
const isPluralWithBatch = ({ family }: Progress, words: Words, batch: Words): boolean =>
  words.length > 1 &&
  isPlural(words) &&
  !words.some(isVerb) &&
  (family.length === 0 || words[0] !== batch[0]);

/** The words of a name, without those for a batch. */
export const withoutBatch = (name: string): readonly string[] => {
  const batch = batchWords(name);
  return wordsOf(name).filter((word) => !batch.includes(word));
};

/** The words of a title that name a resource. */
export const titleWords = (title: string): readonly string[] => {
  const words = wordsOf(title).filter((word) => !emptyWords.has(word) && !/^(v?\d+)$/.test(word));
  return words.length > 0 ? words.slice(0, 4) : ["batch"];
};

/** `rows/draft`: a singular after a plural is an aspect of it (`rowsDraft`), not a resource of its own. */
function joinAspect(
  family: readonly { words: readonly string[]; afterTemplate: boolean }[],
): readonly (readonly string[])[] {
  const segments = family.map(({ words }) => words);
  const [plural, aspect] = segments.slice(-2);
  const joins =
    plural !== undefined &&
    aspect?.length === 1 &&
    family.at(-1)?.afterTemplate === false &&
    isPlural(plural) &&
    !isPlural(aspect);
  return joins ? [...segments.slice(0, -2), [...plural, ...aspect]] : segments;
}

const isPlural = (words: readonly string[]): boolean =>
  words.some((word) => /s$/.test(word)) ||
  /(people|children|data|media|inventory|email)$/.test(words.at(-1) ?? "");
