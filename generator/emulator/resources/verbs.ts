/** The words of paths and actions: which kind of batch they name, and which collection. */
import { isObject, own } from "../../base/json.js";
import type { EmulatedOperation, Item } from "../operation.js";
import { asText } from "../values.js";
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

type Params = Readonly<Record<string, string>>;

/** The collection of an item: that of its group, or the one that its action line names instead of the path. */
export function collectionOfItem(
  { path, scope = path, batch }: EmulatedOperation,
  params: Params,
  { key, meta }: Item,
): string {
  if (batch.items.as === "groups" && key !== undefined)
    return `${collectionOf(path, params).replace(/\/$/, "")}/${key}`;
  const named = [...scope.matchAll(/\{([^{}]+)\}/g)].flatMap(([, name = ""]) => {
    const value = isObject(meta) ? asText(own(meta, name) ?? own(meta, `_${name}`)) : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  return named.length === 0
    ? collectionOf(path, params)
    : collectionOf(scope, { ...params, ...Object.fromEntries(named) });
}

/**
 * The collection of a path: the path without the words for batch and verb at its end, so that a create and an update of
 * the same resources share a collection. `/v1/customers/bulk-create` and `/v1/customers:batchDelete` are `/v1/customers`.
 *
 * @param template The path template. Its parameters are never such words.
 */
function collectionOf(template: string, params: Params): string {
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
