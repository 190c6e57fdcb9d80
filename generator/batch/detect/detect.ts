/**
 * `detect`: decides whether an operation without an `x-batch` is a batch operation. A word in its path or operationId
 * (`batch`, `bulk`, `multiGet`) and a list or map in its request are enough: on documents of forty vendors, labelled by
 * hand, this is right in more than nine of ten cases. Without such a word, an operation needs another sign.
 */
import { text, type RawOperation } from "../../openapi/operations.js";
import type { Tier } from "../model.js";
import { namesBatch, type DocumentWords } from "./document-words.js";
import { isBatchType, isLines, itemsLocations, type ItemsLocation } from "./items-locations.js";
import { refusalOfNamed, refusalOfUnnamed } from "./refusals.js";
import { responseSigns } from "./response-signs.js";

export type DetectedTier = Exclude<Tier, "x-batch" | "low">;

export type Detection =
  | {
      readonly recognised: true;
      readonly tier: DetectedTier;
      readonly location: ItemsLocation;
      /** What shows that it is a batch operation, as a sentence without a full stop. */
      readonly signs: string;
    }
  | LeftAlone;

/** An operation that is not recognised, because the document does not show that it is a batch operation. */
export interface LeftAlone {
  readonly recognised: false;
  /** As part of a sentence. */
  readonly reason: string;
  readonly location?: ItemsLocation;
  /** It has a list of items, and lacks only a sign. Default false. */
  readonly likely?: boolean;
}

/** Undefined if nothing in the operation looks like a batch. */
export function detect(operation: RawOperation, words: DocumentWords): Detection | undefined {
  const locations = itemsLocations(operation);
  if (namesBatch(operation, words)) return detectNamed(operation, locations[0]);
  // A list that is not the subject of the request shows nothing. Most operations have no other list.
  const detections = locations
    .filter(({ dominant, main }) => dominant || main)
    .flatMap((location) => detectUnnamed(operation, location, words) ?? []);
  return detections.find(({ recognised }) => recognised) ?? detections[0];
}

const found = (tier: DetectedTier, location: ItemsLocation, signs: string): Detection => ({
  recognised: true,
  tier,
  location,
  signs,
});

const leftAlone = (reason: string, location?: ItemsLocation, likely = false): LeftAlone => ({
  recognised: false,
  reason,
  ...(location ? { location } : {}),
  ...(likely ? { likely } : {}),
});

function detectNamed(operation: RawOperation, location: ItemsLocation | undefined): Detection {
  if (!location) return leftAlone("no list of items in the request that the document describes");
  const refusal = refusalOfNamed(operation, location);
  return refusal === undefined
    ? found("name", location, "its path or operationId says so")
    : leftAlone(refusal, location);
}

/** Looks for other signs than a word, at one list that is the subject of the request. */
function detectUnnamed(
  operation: RawOperation,
  location: ItemsLocation,
  words: DocumentWords,
): Detection | undefined {
  const { items, main, structured } = location;
  const query = items.in === "query";
  const body = operation.body.find((media) => isLines(media) || isBatchType(media));
  if (!query && body && main) return found("mediaType", location, `its media type is ${body.name}`);
  const refusal = refusalOfUnnamed(operation, location, words);
  if (refusal !== undefined) return leftAlone(refusal, location);
  const summary = wordForMany(text(operation.value, "summary") ?? "");
  if (summary !== undefined && (main || structured))
    return found("summary", location, `its summary says "${summary}"`);
  if (!query && items.at === "" && structured && items.as !== "map")
    return found("listBody", location, "its request body is a list");
  const signs = responseSigns(operation, location);
  if (signs && operation.method === "put" && /\{.*\/[^{}/]+$/.test(operation.path))
    return leftAlone("a PUT below one resource, which may replace the whole set", location);
  if (signs && (signs.strong || (main && items.as === undefined)))
    return found("reply", location, signs.what);
  if (!main && structured) return undefined;
  const list = `a list of ${structured ? "objects" : "ids"} in its ${query ? "query" : "request"}`;
  return leftAlone(`${list}, and no reply about each of them`, location, true);
}

/** The word in a summary which says that the operation takes many items at once. */
const wordForMany = (summary: string): string | undefined =>
  /\b(multiple|bulk|batch(es)?|one or (more|many))\b/i.exec(summary)?.[0];
