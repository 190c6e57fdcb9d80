/**
 * `limitIn`: the number of items that the description of a list allows, if one sentence says so beyond doubt. A smaller
 * limit than the service's only costs requests, but a number that counts something else may split what belongs together.
 */
import { wordsOf } from "../../base/words.js";

/** Words before the number, the longest first. */
const phrases = [
  "a maximum number of",
  "maximum number of items is",
  "maximum number of items:",
  "a maximum of",
  "maximum of",
  "no more than",
  "not more than",
  "limited to",
  "at most",
  "maximum:",
  "maximum",
  "up to",
  "max of",
  "max.",
  "max:",
  "max",
];
/** What the number may count, besides what the list is called after. */
const counted = new Set("items item entries elements objects records ids rows values".split(" "));
/** What may follow the thing that is counted. */
const endings = ["per request", "per call", "per batch", "at once", "at a time", "in one request"];
/** With one of these words, a sentence may speak of something else than the number of items in a request. */
const doubts = new Set(
  (
    "account average byte bytes char character characters chars concurrent daily day days default each every gb hour " +
    "hours if kb least length letters long mb min minimum minute minutes month per-page plan page pages recommend " +
    "recommended result results return returned returns second seconds size tier total unless version week when " +
    "without year years"
  ).split(" "),
);

/** Longer texts are not read. */
const longest = 2000;

/** @param name what the list is called in the request */
export function limitIn(description: string, name: string): number | undefined {
  if (description.length > longest) return undefined;
  const things = new Set([...counted, wordsOf(name).at(-1) ?? "", wordsOf(name).join("")]);
  const sentences = description.toLowerCase().split(/[.!?](?=\s|$)(?<!\bmax\.)|\n/);
  const found = new Set(sentences.flatMap((sentence) => limitOf(sentence.trim(), things) ?? []));
  const [limit] = found;
  return found.size === 1 ? limit : undefined;
}

function limitOf(sentence: string, things: ReadonlySet<string>): number | undefined {
  if (sentence.split(/[^\w-]+/).some((word) => doubts.has(word))) return undefined;
  for (const phrase of phrases) {
    const at = sentence.indexOf(`${phrase} `);
    if (at < 0 || /\w/.test(sentence.charAt(at - 1))) continue;
    const rest = /^(\d{1,3}(?:,\d{3}){1,2}|\d{1,7})(?: (.*)|[,;)].*|)$/.exec(
      sentence.slice(at + phrase.length + 1),
    );
    const limit = Number(rest?.[1]?.replaceAll(",", ""));
    if (!(limit > 0)) return undefined;
    const after = rest?.[2];
    // A number alone counts the items only where it is said of the list itself.
    const alone = /^$|[,;:(–—-]\s*$/.test(sentence.slice(0, at));
    return (after === undefined ? alone : isOfItems(after, things)) ? limit : undefined;
  }
  return undefined;
}

/** Whether the words after a number are what it counts, and nothing else. */
function isOfItems(after: string, things: ReadonlySet<string>): boolean {
  const [thing = "", closing, end = ""] = after.split(/([^\w]+)(.*)/s);
  if (!things.has(thing)) return false;
  return closing === undefined || /^\s*[,;)]/.test(closing) || endings.some((one) => end === one);
}
