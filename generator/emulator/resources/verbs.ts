/** The words of paths and actions: which kind of batch they name, and which collection. */
import type { Kind } from "../../runtime/endpoint/x-batch.js";

const kinds = new Map<string, Kind>(
  Object.entries({
    read: "read get retrieve fetch list lookup find query mget check",
    create: "create insert add invite send clone post",
    update: "update patch modify change",
    upsert: "upsert index put set save replace merge",
    delete: "archive delete remove purge destroy",
  }).flatMap(([kind, verbs]) => verbs.split(" ").map((verb) => [verb, kind as Kind] as const)), // the keys above are kinds
);

const batchWords = new Set(["batch", "bulk", "mass", "multi", "multiple", "many", "batches"]);

const wordsOf = (text: string): readonly string[] =>
  text
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");

/** The kind that an action, a tag or an HTTP method names; undefined where it names none. */
export function kindOfVerb(text: string): Kind | undefined {
  return wordsOf(text).flatMap((word) => kinds.get(word) ?? [])[0];
}

/**
 * The collection of a path: the path without the words for batch and verb at its end, so that a create and an update of
 * the same resources share a collection. `/v1/customers/bulk-create` and `/v1/customers:batchDelete` are `/v1/customers`.
 *
 * @param template The path template. Its parameters are never such words.
 */
export function collectionOf(template: string, params: Readonly<Record<string, string>>): string {
  const segments = template.split("/").flatMap((segment) => {
    const [name = "", ...actions] = segment.split(":");
    return [name, ...actions];
  });
  const isVerb = (segment: string): boolean =>
    !segment.includes("{") &&
    wordsOf(segment).every((word) => batchWords.has(word) || kinds.has(word));
  while (segments.length > 1 && isVerb(segments.at(-1) ?? "")) segments.pop();
  const filled = segments.map((segment) =>
    segment.replace(/\{([^{}]+)\}/g, (_, name: string) =>
      Object.hasOwn(params, name) ? (params[name] ?? "") : "",
    ),
  );
  return filled.join("/") || "/";
}
