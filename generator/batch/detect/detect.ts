/**
 * `detect`: decides whether an operation without an `x-batch` is a batch operation. Each signal that is seen adds its
 * weight to a score, and two thresholds divide the scores: recognised, suggested, left alone.
 */
import type { RawOperation } from "../../openapi/operations.js";
import type { Tier } from "../model.js";
import type { DocumentWords } from "./document-words.js";
import { factsOf } from "./facts.js";
import { itemsLocations, type ItemsLocation } from "./items-locations.js";
import { signals, type Signal } from "./signals.js";
import { start, weights } from "./weights.js";

/** The least score of a recognised operation, and of one that may be a batch. */
export const thresholds = { recognised: 0, suggested: -1.5 };

/** One list of a request as its items, and what speaks for and against it. */
export interface Candidate {
  /** Undefined if the request has no list that the document describes. */
  readonly location: ItemsLocation | undefined;
  readonly seen: readonly Signal[];
}

export interface Detection {
  /** Undefined: left alone. */
  readonly tier: Exclude<Tier, "x-batch"> | undefined;
  readonly location: ItemsLocation | undefined;
  /** The score, and the signals that it is the sum of. */
  readonly because: string;
}

/** Undefined if nothing in the operation looks like a batch. */
export function detect(operation: RawOperation, words: DocumentWords): Detection | undefined {
  const best = candidatesOf(operation, words)
    .map((candidate) => ({ ...candidate, score: scoreOf(candidate.seen) }))
    .reduce<(Candidate & { score: number }) | undefined>(
      (first, next) => (first && first.score >= next.score ? first : next),
      undefined,
    );
  if (!best) return undefined;
  const { location, seen, score } = best;
  const word = seen.some(({ name }) => name.startsWith("word-in-"));
  const tier = tierOf(score, location !== undefined, word);
  if (tier === undefined && !word && !location?.dominant && !location?.main) return undefined;
  return { tier, location, because: explain(seen, score) };
}

/** Every list of the request, or else the request without one. */
export function candidatesOf(operation: RawOperation, words: DocumentWords): readonly Candidate[] {
  const locations = itemsLocations(operation);
  if (locations.length === 0 && operation.method === "get") return []; // it has no body that could be undeclared
  return (locations.length > 0 ? locations : [undefined]).map((location) => {
    const facts = factsOf(operation, location, words);
    return { location, seen: signals.filter(({ seen }) => seen(facts)) };
  });
}

const weightOf = ({ name }: Signal): number => weights[name] ?? 0;

const scoreOf = (seen: readonly Signal[]): number =>
  seen.reduce((sum, signal) => sum + weightOf(signal), start);

function tierOf(score: number, hasList: boolean, word: boolean): Detection["tier"] {
  if (score < thresholds.suggested) return undefined;
  if (score < thresholds.recognised || !hasList) return "low";
  return word ? "name" : "signs";
}

/** Smaller weights explain nothing. */
const negligible = 0.3;

/** `2.4: its body is a list +1.2, a PUT below one resource may replace the set -1.4`. */
function explain(seen: readonly Signal[], score: number): string {
  const parts = seen
    .map((signal) => ({ says: signal.says, weight: weightOf(signal) }))
    .filter(({ weight }) => Math.abs(weight) >= negligible)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .map(({ says, weight }) => `${says} ${weight > 0 ? "+" : ""}${weight.toFixed(1)}`);
  return `score ${score.toFixed(1)}: ${parts.join(", ")}`;
}
