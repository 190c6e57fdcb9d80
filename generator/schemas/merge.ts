/** Finds which drafts are the same: by name and by everything that they refer to, documentation aside. */
import { hash } from "node:crypto";
import { anything, docsOf, mapValues, skeletonOf } from "./combine.js";
import { components } from "./graph.js";
import type { Draft, Schema } from "./schema.js";

/**
 * From the key of a draft to a digest that is equal for equal drafts, and depends on nothing but the draft and what it
 * refers to. What refers to itself is compared by refinement: drafts are the same until something that they refer to is
 * seen to differ.
 */
export function digestsOf(
  drafts: ReadonlyMap<string, Pick<Draft, "schema" | "inline" | "name" | "owner">>,
): ReadonlyMap<string, string> {
  const skeletons = new Map<string, string>();
  const refs = new Map<string, readonly string[]>();
  for (const [key, { schema, inline, name, owner }] of drafts) {
    const order: string[] = [];
    const skeleton = skeletonOf(schema, (ref) => `ref${order.push(ref)}`);
    // An inline enum is its members, wherever it was met.
    const called = inline ? "enum" : JSON.stringify([name ?? null, owner ?? null]);
    skeletons.set(key, digest(`${called} ${skeleton}`));
    refs.set(key, order);
  }
  const refsOf = (key: string): readonly string[] => refs.get(key) ?? [];
  const digests = new Map<string, string>();
  for (const component of components([...drafts.keys()], refsOf)) {
    let colours = new Map<string, string>();
    for (const key of component) colours.set(key, skeletons.get(key) ?? "");
    const near = (key: string): string =>
      refsOf(key)
        .map((ref) => digests.get(ref) ?? colours.get(ref) ?? "")
        .join();
    const refined = (): Map<string, string> =>
      new Map([...colours].map(([key, colour]) => [key, digest(`${colour} ${near(key)}`)]));
    const [only = ""] = component;
    if (component.size === 1 && !refsOf(only).includes(only)) {
      for (const [key, colour] of refined()) digests.set(key, colour);
      continue;
    }
    for (
      let count = 0, size = new Set(colours.values()).size;
      size > count;
      size = new Set(colours.values()).size
    ) {
      count = size;
      colours = refined();
    }
    // The colours tell the members of this circle apart; the whole of it tells it from other circles.
    const whole = digest(
      [...new Set([...colours].map(([key, colour]) => `${colour} ${near(key)}`))].sort().join("\n"),
    );
    for (const [key, colour] of colours) digests.set(key, digest(`${colour} ${whole}`));
  }
  return digests;
}

const digest = (text: string): string => hash("sha256", text);

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
