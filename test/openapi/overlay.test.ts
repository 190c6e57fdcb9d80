import { describe, expect, it } from "vitest";
import { getAt } from "../../generator/base/pointer.js";
import { read } from "../../generator/openapi/read.js";
import type { JsonObject, JsonValue } from "../../generator/base/json.js";
import { UsageError } from "../../generator/base/usage-error.js";
import { makeFolder, readFiles } from "./folder.js";

const api = {
  openapi: "3.0.3",
  info: { title: "t", version: "1" },
  tags: [{ name: "a" }],
  paths: {
    "/x": { get: { summary: "x", parameters: [{ name: "p" }, { name: "q" }, { name: "r" }] } },
    "/y": { get: { summary: "y" }, post: { deprecated: true } },
  },
};

function overlay(actions: readonly JsonValue[], more: JsonObject = {}): JsonObject {
  return { overlay: "1.1.0", info: { title: "o", version: "1" }, actions, ...more };
}

describe("an action changes the document", () => {
  it.each<[string, readonly JsonValue[], string, JsonValue | undefined]>([
    [
      "objects are merged",
      [{ target: "$.info", update: { title: "new", "x-a": { b: 1 } } }],
      "/info",
      { title: "new", version: "1", "x-a": { b: 1 } },
    ],
    [
      "deeply",
      [{ target: "$", update: { paths: { "/x": { get: { "x-b": 1 } } } } }],
      "/paths/~1x/get/x-b",
      1,
    ],
    [
      "lists within are concatenated",
      [{ target: "$", update: { tags: [{ name: "b" }] } }],
      "/tags",
      [{ name: "a" }, { name: "b" }],
    ],
    [
      "an entry is appended to a list",
      [{ target: "$.tags", update: { name: "b" } }],
      "/tags",
      [{ name: "a" }, { name: "b" }],
    ],
    [
      "each entry of a list too",
      [{ target: "$.tags", update: [{ name: "b" }, { name: "c" }] }],
      "/tags",
      [{ name: "a" }, { name: "b" }, { name: "c" }],
    ],
    [
      "every match",
      [{ target: "$.paths.*.get", update: { "x-c": true } }],
      "/paths/~1y/get/x-c",
      true,
    ],
    [
      "by a filter",
      [
        { target: "$.paths.*.*[?@.name == 'q']", remove: true },
        { target: "$.paths['/x'].get.parameters[?@.name == 'q']", remove: true },
      ],
      "/paths/~1x/get/parameters",
      [{ name: "p" }, { name: "r" }],
    ],
    [
      "several entries of one list are removed",
      [{ target: "$.paths['/x'].get.parameters[0,2,0]", remove: true }],
      "/paths/~1x/get/parameters",
      [{ name: "q" }],
    ],
    [
      "an element is removed together with members of its own and of those behind it",
      [{ target: "$..[?@.name == 'p' || @ == 'p' || @ == 'r']", remove: true }],
      "/paths/~1x/get/parameters",
      [{ name: "q" }, {}],
    ],
    [
      "a member is removed",
      [{ target: "$.paths['/y'].post", remove: true }],
      "/paths/~1y",
      { get: { summary: "y" } },
    ],
    ["descendants", [{ target: "$..get.summary", remove: true }], "/paths/~1y/get", {}],
    [
      "a later action sees the result of an earlier",
      [
        { target: "$.info", update: { "x-a": {} } },
        { target: "$.info['x-a']", update: { b: 1 } },
      ],
      "/info/x-a",
      { b: 1 },
    ],
    ["a primitive is replaced", [{ target: "$.info.title", update: "new" }], "/info/title", "new"],
    [
      "update counts for nothing beside remove",
      [{ target: "$.info.title", update: "new", remove: true }],
      "/info",
      { version: "1" },
    ],
    [
      "copy",
      [{ target: "$.paths['/y'].get", copy: "$.paths['/x'].get" }],
      "/paths/~1y/get/parameters/2",
      { name: "r" },
    ],
    [
      "null leaves objects alone",
      [{ target: "$", update: { paths: null } }],
      "/paths/~1y/get/summary",
      "y",
    ],
    [
      "__proto__ is a name like any other",
      [{ target: "$.info", update: JSON.parse('{"__proto__": {"polluted": 1}}') as JsonValue }],
      "/info/__proto__",
      { polluted: 1 },
    ],
  ])("%s", async (_, actions, pointer, want) => {
    const { spec, problems } = await readFiles({ "api.json": api, "o.json": overlay(actions) });
    const unmatched = problems.filter((problem) => !problem.includes("overlay-target-unmatched"));
    expect(unmatched).toEqual([]);
    expect(getAt(spec("api.json").document, pointer)).toEqual(want);
    expect("polluted" in {}).toBe(false);
  });
});

it("one update in several places, changed in one of them, is unchanged in the others", async () => {
  const actions = [
    { target: "$.paths.*.get", update: { "x-s": { list: [1] } } },
    { target: "$.paths['/x'].get['x-s']", update: { list: [2] } },
  ];
  const { spec } = await readFiles({
    "a.json": api,
    "b.json": api,
    "o.json": overlay(actions),
    "p.json": overlay([{ target: "$.info", update: { "x-only": 1 } }], { extends: "./b.json" }),
  });
  expect(getAt(spec("a.json").document, "/paths/~1x/get/x-s")).toEqual({ list: [1, 2] });
  expect(getAt(spec("a.json").document, "/paths/~1y/get/x-s")).toEqual({ list: [1] });
  expect(getAt(spec("a.json").document, "/info/x-only")).toBeUndefined();
  expect(getAt(spec("b.json").document, "/info/x-only")).toBe(1);
});

it("applies what is found under a path to its documents, then what is given to all", async () => {
  const set = (value: string): JsonObject =>
    overlay([{ target: "$.info", update: { title: value, [`x-${value}`]: 1 } }]);
  const { specs } = await readFiles(
    {
      "one/api.json": api,
      "one/b.overlay.json": set("b"),
      "one/a.overlay.json": set("a"),
      "two/api.json": api,
      "given.yaml": JSON.stringify(set("g")),
    },
    { paths: ["one", "two"], overlays: ["given.yaml"] },
  );
  expect(specs.map((spec) => [spec.name, getAt(spec.document, "/info")])).toEqual([
    ["one/api.json", { title: "g", version: "1", "x-a": 1, "x-b": 1, "x-g": 1 }],
    ["two/api.json", { title: "g", version: "1", "x-g": 1 }],
  ]);
});

it("every second of many elements is removed in a short time, and the others keep their locations", async () => {
  const items = Array.from({ length: 20_000 }, (_, n) => ({ even: n % 2 === 0, n }));
  const { spec, problems } = await readFiles({
    "a.json": { ...api, "x-items": items },
    "o.json": overlay([{ target: "$['x-items'][?@.even == true]", remove: true }]),
  });
  expect(problems).toEqual([]);
  const { document, locate } = spec("a.json");
  expect(getAt(document, "/x-items")).toEqual(items.filter(({ even }) => !even));
  expect(locate("/x-items/9999/n").pointer).toBe("/x-items/19999/n");
});

describe("extends", () => {
  it.each<[string, string[]]>([
    ["./a.json", ["a.json"]],
    ["a.json", ["a.json"]],
    ["sub/a.json", ["sub/a.json"]],
    ["https://example.com/specs/b.json", ["b.json"]],
    ["../published/b.json", ["b.json"]],
    ["https://example.com/sub/a.json", ["sub/a.json"]],
    ["https://example.com/a.json", ["a.json", "sub/a.json"]],
    ["c.json", []],
  ])("%s", async (extended, want) => {
    const { specs, diagnostics } = await readFiles({
      "a.json": api,
      "b.json": api,
      "sub/a.json": api,
      "o.json": overlay([{ target: "$.info", update: { "x-hit": true } }], { extends: extended }),
    });
    const hit = specs.filter((spec) => getAt(spec.document, "/info/x-hit") === true);
    expect(hit.map((spec) => spec.name)).toEqual(want);
    expect(diagnostics.map(({ code }) => code)).toEqual(
      want.length === 0 ? ["overlay-unused"] : [],
    );
  });
});

describe("a mistake is told with its place, and the rest is applied", () => {
  it.each<[string, JsonObject, string]>([
    [
      "an action that matches nothing",
      overlay([{ target: "$.nothing", update: {} }]),
      "warning overlay-target-unmatched o.json:9:7 /actions/0/target",
    ],
    [
      "a bad JSONPath",
      overlay([{ target: "$.[", update: {} }]),
      "error invalid-overlay o.json:9:7 /actions/0/target",
    ],
    ["no target", overlay([{ update: {} }]), "error invalid-overlay o.json:8:5 /actions/0"],
    ["nothing to do", overlay([{ target: "$" }]), "error invalid-overlay o.json:8:5 /actions/0"],
    [
      "an update of another kind",
      overlay([{ target: "$.info", update: "x" }]),
      "error invalid-overlay o.json:8:5 /actions/0",
    ],
    [
      "the root removed",
      overlay([{ target: "$", remove: true }]),
      "error invalid-overlay o.json:8:5 /actions/0",
    ],
    [
      "a copy of several",
      overlay([{ target: "$.info", copy: "$.paths.*" }]),
      "error invalid-overlay o.json:8:5 /actions/0",
    ],
    [
      "actions that are no list",
      { ...overlay([]), actions: {} },
      "error invalid-overlay o.json:7:3 /actions",
    ],
    [
      "another version",
      { ...overlay([]), overlay: "2.0.0" },
      "error invalid-overlay o.json:2:3 /overlay",
    ],
  ])("%s", async (_, document, want) => {
    const { specs, problems } = await readFiles({ "api.json": api, "o.json": document });
    expect(problems).toEqual([want]);
    expect(specs).toHaveLength(1);
  });

  it("an action is unmatched only when it matches in none of the documents", async () => {
    const other = { ...api, paths: {} };
    const actions = [{ target: "$.paths['/x']", update: { "x-a": 1 } }];
    const { problems } = await readFiles({
      "a.json": api,
      "b.json": other,
      "o.json": overlay(actions),
    });
    expect(problems).toEqual([]);
  });

  it("a missing overlay is wrong usage", async () => {
    const folder = makeFolder({ "api.json": api });
    await expect(read({ cwd: folder, paths: ["."], overlays: ["none.yaml"] })).rejects.toThrow(
      UsageError,
    );
  });
});

it("locates in the overlay what it put there, and in the document what moved", async () => {
  const { locate } = await readFiles({
    "api.json": api,
    "o.yaml": `overlay: 1.0.0
info: {title: o, version: "1"}
actions:
  - target: $.paths['/x'].get
    update:
      x-batch:
        items: {at: /inputs}
      parameters:
        - name: s
  - target: $.paths['/x'].get.parameters[0]
    remove: true
  - target: $.paths['/y'].get
    update: {summary: z}
`,
  });
  const place = (pointer: string): string => {
    const { file, line, pointer: at } = locate("api.json", pointer);
    return `${file}:${line} ${at}`;
  };
  expect(place("/paths/~1x/get/x-batch/items/at")).toBe(
    "o.yaml:7 /actions/0/update/x-batch/items/at",
  );
  expect(place("/paths/~1x/get/parameters/2/name")).toBe(
    "o.yaml:9 /actions/0/update/parameters/0/name",
  );
  expect(place("/paths/~1x/get/parameters/0/name")).toBe(
    "api.json:21 /paths/~1x/get/parameters/1/name",
  );
  expect(place("/paths/~1y/get/summary")).toBe("o.yaml:13 /actions/2/update/summary");
  expect(place("/paths/~1x/get/summary")).toBe("api.json:15 /paths/~1x/get/summary");
});

it("no overlay makes a document deeper than a file may be", async () => {
  const deep = (levels: number): JsonValue => (levels === 0 ? {} : { a: deep(levels - 1) });
  const actions = [
    { target: "$.info", update: { "x-a": deep(300) } },
    { target: `$.info['x-a']${".a".repeat(300)}`, update: deep(200) },
  ];
  for (const more of [[], [{ target: "$..*", update: { b: 1 } }]]) {
    const { diagnostics } = await readFiles({
      "a.json": api,
      "o.json": overlay([...actions, ...more]),
    });
    expect(new Set(diagnostics.map(({ code }) => code))).toContain(
      more.length === 0 ? "nested-too-deeply" : "overlay-too-large",
    );
  }
});
