/** `digestsOf`: finds equal drafts. `documented`: joins the documentation of equal schemas. */
import { hash } from "node:crypto";
import { anything, docsOf, mapValues, skeletonOf } from "./combine.js";
import { components } from "./graph.js";
import type { Draft, Schema } from "./schema.js";

/**
 * A digest for each draft, by key. Drafts have the same digest if their names and structures are equal, and those of all
 * schemas that they refer to; documentation does not count. Drafts in a circle are compared by refinement: they count as
 * equal until a schema that they refer to differs.
 */
export function digestsOf(
  drafts: ReadonlyMap<string, Pick<Draft, "schema" | "inline" | "name" | "owner">>,
): ReadonlyMap<string, string> {
  const skeletons = new Map<string, string>();
  const refs = new Map<string, readonly string[]>();
  for (const [key, { schema, inline, name, owner }] of drafts) {
    const order: string[] = [];
    const skeleton = skeletonOf(schema, (ref) => `ref${order.push(ref)}`);
    // Inline enums with the same members are equal, wherever they are.
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
    // The colours distinguish the members of this circle; the digest of all of them distinguishes it from other circles.
    const circle = digest(
      [...new Set([...colours].map(([key, colour]) => `${colour} ${near(key)}`))].sort().join("\n"),
    );
    for (const [key, colour] of colours) digests.set(key, digest(`${colour} ${circle}`));
  }
  return digests;
}

const digest = (text: string): string => hash("sha256", text);

/** A schema that gets the documentation of another one for parts without documentation. Their structures are equal. */
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
