/** Finds which drafts are the same: by name and by everything that they refer to, documentation aside. */
import { createHash } from "node:crypto";
import { anything, docsOf, mapValues, skeletonOf } from "./combine.js";
import type { Draft, Schema } from "./schema.js";

/**
 * From the key of a draft to a text that is equal for equal drafts. Refinement from the coarsest partition: drafts are
 * the same until something that they refer to is seen to differ, so that schemas that refer to themselves agree too.
 */
export function classesOf(drafts: ReadonlyMap<string, Draft>): ReadonlyMap<string, string> {
  const keys = [...drafts.keys()];
  const skeletons = new Map<string, string>();
  const refs = new Map<string, readonly string[]>();
  for (const [key, draft] of drafts) {
    const { schema } = draft;
    // An inline enum is its members, wherever it was met.
    const name = draft.inline ? "enum" : `name ${JSON.stringify(draft.name ?? null)}`;
    const order: string[] = [];
    const skeleton = skeletonOf(schema, (ref) => `ref${order.push(ref)}`);
    skeletons.set(key, digest(`${name} ${skeleton}`));
    refs.set(key, order);
  }
  let colours = new Map<string, string>(skeletons);
  let count = new Set(colours.values()).size;
  for (;;) {
    const next = new Map<string, string>();
    for (const key of keys) {
      const near = refs.get(key) ?? [];
      const own = skeletons.get(key) ?? "";
      next.set(
        key,
        near.length ? digest([own, ...near.map((ref) => colours.get(ref) ?? "")].join()) : own,
      );
    }
    const size = new Set(next.values()).size;
    colours = next;
    if (size === count) return colours;
    count = size;
  }
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** One schema with the documentation of another where it has none of its own. They are of one structure. */
export function documented(schema: Schema, other: Schema): Schema {
  const own = docsOf(schema);
  const withDocs = { ...docsOf(other), ...own, ...schema };
  if (schema.properties && other.properties) {
    const from = other.properties;
    const properties = mapValues(schema.properties, (part, key) =>
      documented(part, from[key] ?? anything),
    );
    return { ...withDocs, properties };
  }
  if (schema.items && other.items)
    return { ...withDocs, items: documented(schema.items, other.items) };
  return withDocs;
}
