import { describe, expect, it } from "vitest";
import { layOutModules } from "../../generator/schemas/module-layout.js";
import { sharedOf } from "./shared.js";
import type { JsonObject } from "../../generator/base/json.js";
import { specOf, useOf } from "./chain.js";

const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
const string = { type: "string" };
const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: "object",
  properties,
  ...more,
});

const tree = (leaf: JsonObject, description?: string): JsonObject => ({
  Tree: object(
    { leaf: ref("Leaf"), children: { type: "array", items: ref("Tree") } },
    description ? { description } : {},
  ),
  Leaf: leaf,
});

describe("schemas of documents, shared", () => {
  it("takes schemas of several documents for one, by name and closure, documentation aside", () => {
    const { roots, schemas } = sharedOf([
      useOf(specOf(tree(object({ a: string })), "3.0", "b.json"), "Tree"),
      useOf(
        specOf(
          tree(object({ a: { type: "string", description: "an a" } }), "A tree"),
          "3.1",
          "c.json",
        ),
        "Tree",
      ),
      useOf(specOf(tree(object({ a: { type: "number" } })), "3.0", "d.json"), "Tree"),
      useOf(
        specOf(
          { Other: tree(object({ a: string }))["Tree"] ?? {}, ...tree(object({ a: string })) },
          "3.0",
          "e.json",
        ),
        "Other",
      ),
    ]);
    expect(roots[0]).toBe(roots[1]);
    expect(roots[2]).not.toBe(roots[0]);
    expect(roots[3]).not.toBe(roots[0]);
    expect(schemas.get(roots[0] ?? -1)).toMatchObject({
      name: "Tree",
      documents: ["b.json", "c.json", "e.json"],
      schema: { description: "A tree" },
    });
  });

  it("tells apart what differs only far below", () => {
    const chainTo = (leaf: JsonObject): JsonObject =>
      Object.fromEntries([
        ...Array.from({ length: 40 }, (_, index) => [
          `N${index}`,
          object({ next: ref(`N${index + 1}`) }),
        ]),
        ["N40", leaf],
      ]);
    const { roots } = sharedOf([
      useOf(specOf(chainTo(string), "3.0", "a.json"), "N0"),
      useOf(specOf(chainTo({ type: "number" }), "3.0", "b.json"), "N0"),
      useOf(specOf(chainTo({ ...string, title: "x" }), "3.0", "c.json"), "N0"),
    ]);
    expect(roots[0]).toBe(roots[2]);
    expect(roots[0]).not.toBe(roots[1]);
  });

  it("gives the same ids and text whatever the order of uses", () => {
    const uses = ["a", "b", "c", "d"].flatMap((name, index) => {
      const spec = specOf(
        {
          A: object({ status: { enum: ["x", "y"] }, b: ref("B") }, { description: `of ${name}` }),
          B: object({ n: { type: index % 2 ? "string" : "number" }, a: ref("A") }),
        },
        "3.0",
        `${name}.json`,
      );
      return [useOf(spec, "A"), useOf(spec, "B", "request")];
    });
    const text = (order: readonly number[]): unknown => {
      const shared = sharedOf(order.flatMap((index) => uses[index] ?? []));
      const placed = layOutModules(
        shared,
        order.map((index, use) => ({ use, resource: `r${index % 3}`, hint: "H" })),
      );
      return [
        [...shared.schemas.values()].map((schema) => ({
          ...schema,
          positions: [...schema.positions].sort(),
        })),
        placed.modules,
      ];
    };
    const forward = uses.map((_, index) => index);
    expect(text([...forward].reverse())).toEqual(text(forward));
    expect(text([3, 1, 7, 5, 0, 2, 6, 4])).toEqual(text(forward));
  });

  it("survives ten thousand levels, and says where it stopped", () => {
    let deep: JsonObject = string;
    for (let level = 0; level < 10_000; level += 1)
      deep = level % 2 ? object({ a: deep }) : { allOf: [deep] };
    const chain = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [
        `N${index}`,
        { allOf: [ref(`N${index + 1}`), object({ a: string })] },
      ]),
    );
    const { diagnostics } = sharedOf([
      useOf(specOf({ A: deep }), "A"),
      useOf(specOf({ ...chain, N10000: string }, "3.0", "b.json"), "N0"),
    ]);
    expect(diagnostics.map(({ code }) => code)).toEqual(["schema-too-deep"]);
  });

  it("says once where a reference dangles, and lists what is unknown", () => {
    const spec = specOf({
      A: object({ x: ref("No"), y: ref("No"), any: {}, open: { type: "object" } }),
    });
    const { diagnostics, unknowns } = sharedOf([
      useOf(spec, "A"),
      useOf(spec, "A"),
      useOf(spec, "A", "request"),
    ]);
    expect(diagnostics.map(({ code, location }) => [code, location?.pointer])).toEqual([
      ["dangling-reference", "/components/schemas/A/properties/x/$ref"],
      ["dangling-reference", "/components/schemas/A/properties/y/$ref"],
    ]);
    expect(unknowns.map(({ reason, location }) => [reason, location.pointer])).toEqual([
      ["unconstrained", "/components/schemas/A/properties/any"],
      ["unconstrained", "/components/schemas/A/properties/open"],
      ["dangling", "/components/schemas/A/properties/x"],
      ["dangling", "/components/schemas/A/properties/y"],
    ]);
  });

  it.each<[string, JsonObject, string]>([
    ["a reference to itself", { A: ref("A") }, "circular-alias"],
    ["references to each other", { A: ref("B"), B: ref("A") }, "circular-alias"],
    ["a union with itself", { A: { oneOf: [ref("A"), string] } }, "circular-composition"],
    ["no members", { A: { type: "string", enum: [] } }, "empty-enum"],
    ["an unknown type", { A: { type: "text" } }, "invalid-type"],
    ["not", { A: { type: "string", not: { enum: ["a"] } } }, "ignored-keyword"],
    [
      "unevaluatedItems beside a composition",
      { A: { type: "array", allOf: [{ prefixItems: [string] }], unevaluatedItems: string } },
      "ignored-keyword",
    ],
    [
      "a mapping to nothing",
      {
        A: {
          oneOf: [ref("B"), ref("C")],
          discriminator: { propertyName: "k", mapping: { x: "Nope" } },
        },
        B: object({ k: string }),
        C: object({ k: string, l: string }),
      },
      "dangling-mapping",
    ],
  ])("reports %s", (_, schemas, code) => {
    const { diagnostics } = sharedOf([useOf(specOf(schemas), "A")]);
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
  });
});

describe("layOutModules", () => {
  /** `{module: {document name: schemas}}`; every schema named `Root` is used. */
  const place = (
    modules: Readonly<Record<string, JsonObject>>,
    positions: readonly ("request" | "response")[] = ["response"],
    reserved: Readonly<Record<string, readonly string[]>> = {},
  ): Readonly<Record<string, string>> => {
    const uses = Object.entries(modules).flatMap(([resource, schemas]) => {
      const spec = specOf(schemas, "3.0", `${resource}.json`);
      return positions.map((position) => ({ resource, ...useOf(spec, "Root", position) }));
    });
    const shared = sharedOf(uses);
    const typeUses = uses.map(({ resource }, use) => ({ use, resource, hint: "Hint" }));
    const placed = layOutModules(shared, typeUses, new Map(Object.entries(reserved)));
    return Object.fromEntries(
      placed.modules.map(({ path, declarations, imports }) => [
        path,
        [
          ...declarations.map(({ name }) => name),
          ...imports.map(
            ({ from, name, as }) => `${as === name ? name : `${name} as ${as}`} from ${from}`,
          ),
        ].join(", "),
      ]),
    );
  };
  const status = { enum: ["b", "a"] };

  it.each<[string, Readonly<Record<string, JsonObject>>, Readonly<Record<string, string>>]>([
    [
      "one user: in its module",
      { notes: { Root: object({ a: ref("A") }), A: object({ x: string }) } },
      { notes: "A, Root" },
    ],
    [
      "several users: the module that all share",
      {
        notes: { Root: object({ a: ref("A"), n: string }), A: object({ x: string }) },
        calls: { Root: object({ a: ref("A"), c: string }), A: object({ x: string }) },
      },
      { calls: "Root, A from schemas", notes: "Root, A from schemas", schemas: "A" },
    ],
    [
      "several users, one of which has the name of that module",
      {
        schemas: { Root: object({ a: ref("A"), n: string }), A: object({ x: string }) },
        calls: { Root: object({ a: ref("A"), c: string }), A: object({ x: string }) },
      },
      {
        calls: "Root, A from sharedSchemas",
        schemas: "Root, A from sharedSchemas",
        sharedSchemas: "A",
      },
    ],
    [
      "more than one module holds: each has its own",
      Object.fromEntries(
        ["a", "b"].map((path) => [
          path,
          {
            Root: object({ x: ref("A"), y: ref("B"), [path]: string }),
            A: object({ x: string }),
            B: object(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`p${i}`, string]))),
          },
        ]),
      ),
      {
        a: "Root, A from schemas/A, B from schemas/B",
        b: "Root, A from schemas/A, B from schemas/B",
        "schemas/A": "A",
        "schemas/B": "B",
      },
    ],
    [
      "one name, two structures, each of one version",
      Object.fromEntries(
        ["v3/a", "v3/b", "v4/a", "v4/b"].map((path) => [
          path,
          {
            Root: object({ a: ref("A"), path: { enum: [path] } }),
            A: object({ [path.slice(0, 2)]: string }),
          },
        ]),
      ),
      {
        "schemas/v3/A": "A",
        "schemas/v4/A": "A",
        "v3/a": "Root, A from schemas/v3/A",
        "v3/b": "Root, A from schemas/v3/A",
        "v4/a": "Root, A from schemas/v4/A",
        "v4/b": "Root, A from schemas/v4/A",
      },
    ],
    [
      "an inline enum met in several schemas is one, named by what they have in common",
      {
        notes: {
          Root: object({
            a: ref("BatchResponseSimplePublicObject"),
            b: ref("BatchResponseSimplePublicUpsertObject"),
          }),
          BatchResponseSimplePublicObject: object({ status, x: string }),
          BatchResponseSimplePublicUpsertObject: object({ status, y: string }),
        },
      },
      {
        notes:
          "BatchResponseSimplePublicObject, BatchResponseSimplePublicUpsertObject, BatchStatus, Root",
      },
    ],
    [
      "words are not said twice",
      {
        notes: {
          Root: object({ a: ref("AssociationSpec") }),
          AssociationSpec: object({ associationCategory: status }),
        },
      },
      { notes: "AssociationCategory, AssociationSpec, Root" },
    ],
    [
      "two enums that would have one name are told apart by their owners",
      {
        notes: {
          Root: object({ a: ref("ThingRequest"), b: ref("ThingResponse") }),
          ThingRequest: object({ mode: { enum: ["a", "b"] } }),
          ThingResponse: object({ mode: { enum: ["c", "d"] } }),
        },
      },
      { notes: "Root, ThingRequest, ThingRequestMode, ThingResponse, ThingResponseMode" },
    ],
    [
      "an enum written out that a named one lists too is the named one",
      {
        notes: {
          Root: object({ a: ref("Colour"), b: { enum: ["red", "blue"] } }),
          Colour: { enum: ["blue", "red"] },
        },
      },
      { notes: "Colour, Root" },
    ],
  ])("%s", (_, given, want) => {
    expect(place(given)).toEqual(want);
  });

  it("names the form of requests only where it differs", () => {
    const schemas = {
      Root: object({ own: ref("Own"), same: ref("Same") }),
      Own: object({ id: { type: "string", readOnly: true }, x: string }),
      Same: object({ x: string }),
    };
    expect(place({ notes: schemas }, ["request", "response"])).toEqual({
      notes: "Own, OwnInput, Root, RootInput, Same",
    });
    expect(place({ notes: schemas }, ["request"])).toEqual({ notes: "Own, Root, Same" });
  });

  it("leaves the names of endpoints and of the runtime alone", () => {
    const schemas = {
      Root: object({ s: ref("Status"), e: ref("Endpoint") }),
      Status: status,
      Endpoint: object({ x: string }),
    };
    expect(place({ notes: schemas }, ["response"], { notes: ["Endpoint", "isStatus"] })).toEqual({
      notes: "EndpointOutput, Root, StatusOutput",
    });
  });

  it("gives a name of another module a name of its own where it is taken", () => {
    const shared = (x: string): JsonObject => object({ [x]: string });
    const schemas = (x: string, own: JsonObject): JsonObject => ({
      Root: object({ a: ref("A"), own }),
      A: shared(x),
    });
    expect(
      place(
        { "v3/a": schemas("x", string), "v3/b": schemas("x", { type: "number" }) },
        ["response"],
        { "v3/a": ["A"] },
      ),
    ).toMatchObject({ "v3/a": "Root, A as V3AA from schemas" });
  });
});
