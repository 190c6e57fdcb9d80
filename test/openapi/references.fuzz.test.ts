/** Embedding changes where things stand, never what they say: whatever refers to whatever, across files. */
import path from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isObject, type JsonObject, type JsonValue } from "../../generator/base/json.js";
import { formatPointer, getAt, resolveRef } from "../../generator/base/pointer.js";
import { readFiles } from "./folder.js";

const files = ["api.json", "sub/x.json", "y z.json"] as const;
/** `Root` stands in all files, so that names collide. */
const names = ["Root", "a/b", "C~1%", "__proto__", "constructor"] as const;

interface Link {
  readonly file: (typeof files)[number];
  readonly name: (typeof names)[number];
  readonly inside: boolean;
}

const link = fc.record<Link>({
  file: fc.constantFrom(...files),
  name: fc.constantFrom(...names),
  inside: fc.boolean(),
});
/** A schema for each name in each file: what its `items` and its property `p` refer to. */
const graph = fc.array(fc.record({ items: link, p: link }), {
  minLength: files.length * names.length,
  maxLength: files.length * names.length,
});

function target({ name, inside }: Link): string {
  return formatPointer(["components", "schemas", name, ...(inside ? ["properties", "p"] : [])]);
}

function refFrom(file: string, to: Link): string {
  const relative = path.posix.relative(path.posix.dirname(file), to.file);
  const fragment = "#" + encodeURI(target(to)).replaceAll("#", "%23");
  return to.file === file ? fragment : encodeURI(relative) + fragment;
}

function build(links: readonly { items: Link; p: Link }[]): Record<string, JsonObject> {
  return Object.fromEntries(
    files.map((file, fileIndex) => {
      const schemas = names.map((name, index) => {
        const { items, p } = links[fileIndex * names.length + index] ?? {
          items: undefined,
          p: undefined,
        };
        if (items === undefined) throw new Error("the graph has a pair for each schema");
        const schema = {
          title: `${file} ${name}`,
          items: { $ref: refFrom(file, items) },
          properties: { p: { $ref: refFrom(file, p) } },
        };
        return [name, schema];
      });
      const components = { schemas: Object.fromEntries(schemas) as JsonObject };
      return [
        file,
        file === "api.json" ? { openapi: "3.1.0", paths: {}, components } : { components },
      ];
    }),
  );
}

/** The value with its references followed, so many levels deep. */
function unfold(
  value: JsonValue | undefined,
  follow: (ref: string) => { value: JsonValue | undefined; follow: unknown } | undefined,
  depth: number,
): unknown {
  if (!isObject(value) || depth === 0) return typeof value === "object" ? "…" : value;
  const ref = value["$ref"];
  if (typeof ref === "string") {
    const next = follow(ref);
    if (next === undefined) throw new Error(`${ref} dangles`);
    return unfold(next.value, next.follow as typeof follow, depth - 1); // the same kind of function, for that file
  }
  return Object.entries(value).map(([key, child]) => [key, unfold(child, follow, depth - 1)]);
}

it("holds for 150 graphs of references", async () => {
  await fc.assert(
    fc.asyncProperty(graph, async (links) => {
      const given = build(links);
      const followIn = (file: string) => (ref: string) => {
        const [name = "", fragment = ""] = ref.split("#");
        const next =
          name === "" ? file : path.posix.join(path.posix.dirname(file), decodeURI(name));
        const value = getAt(given[next] ?? null, decodeURIComponent(fragment));
        return { value, follow: followIn(next) };
      };
      const { specs, diagnostics } = await readFiles(given);
      expect(diagnostics).toEqual([]);
      const document = specs[0]?.document ?? {};
      const follow = (ref: string) => {
        expect(ref).toMatch(/^#\//);
        return { value: resolveRef(document, ref)?.value, follow };
      };
      for (const name of names) {
        const pointer = formatPointer(["components", "schemas", name]);
        expect(unfold(getAt(document, pointer), follow, 9)).toEqual(
          unfold(getAt(given["api.json"] ?? null, pointer), followIn("api.json"), 9),
        );
      }
    }),
    { numRuns: 150, seed: 20261122 },
  );
});
