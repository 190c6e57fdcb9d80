/**
 * `documentWords`: what all operations of a document show together. A single path shows too little: `/batches` may be a
 * resource, and `bulk` the name of the API.
 */
import { isObject, own } from "../../base/json.js";
import type { RawOperation } from "../../openapi/operations.js";

/** If a larger share of a document's operations contains a word, the word says nothing about any of them. */
const tooCommon = 0.6;
/** With fewer operations, a word in all of them may still be a sign. */
const fewOperations = 12;

/** What all paths of a document show together. */
export interface DocumentWords {
  /** Beginnings of paths that have an id after them: because of `/batches/{id}`, `/batches` is a resource. */
  readonly resources: ReadonlySet<string>;
  /** Segments of most paths, such as the name of the API. */
  readonly prefix: ReadonlySet<string>;
  readonly paths: ReadonlySet<string>;
  /** Methods of single resources, such as `delete notes` for `DELETE /notes/{id}`. */
  readonly singles: ReadonlySet<string>;
  /** References to schemas of whole bodies: those of resources. */
  readonly bodies: ReadonlySet<string>;
}

export const segmentsOf = (path: string): readonly string[] =>
  path.split("/").filter((part) => part !== "");

export const isTemplate = (segment: string): boolean => /^\{[^}]*\}$/.test(segment);

export function documentWords(operations: readonly RawOperation[]): DocumentWords {
  const resources = new Set<string>();
  const count = new Map<string, number>();
  for (const { path } of operations) {
    const segments = segmentsOf(path);
    segments.forEach((segment, index) => {
      const next = segments[index + 1];
      if (next !== undefined && isTemplate(next) && !isTemplate(segment))
        resources.add(segments.slice(0, index + 1).join("/"));
    });
    for (const segment of new Set(segments)) count.set(segment, (count.get(segment) ?? 0) + 1);
  }
  const common = operations.length >= fewOperations ? operations.length * tooCommon : Infinity;
  return {
    resources,
    paths: new Set(operations.map(({ path }) => path)),
    bodies: new Set(
      operations.flatMap(({ body, replies }) =>
        [...body, ...replies.flatMap(({ content }) => content)].flatMap(({ schema }) => {
          const ref = isObject(schema?.value) ? own(schema.value, "$ref") : undefined;
          return typeof ref === "string" ? [ref] : [];
        }),
      ),
    ),
    singles: new Set(
      operations.flatMap(({ method, path }) => {
        const segments = segmentsOf(path);
        return isTemplate(segments.at(-1) ?? "")
          ? [`${method} ${segments.slice(0, -1).join("/")}`]
          : [];
      }),
    ),
    prefix: new Set([...count].flatMap(([segment, times]) => (times > common ? [segment] : []))),
  };
}
