/**
 * What counts as breaking is what the compiler says: for each kind of change there is code that uses the package, and
 * that compiles before; after a breaking change it does not, and after a compatible one it does. Changes of what a run
 * does are beyond the compiler: they break what code relies on.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { changeRules, type Change, type ChangeCode } from "../../generator/diff/changes.js";
import { compareDescriptions } from "../../generator/diff/compare.js";
import { problems } from "../emit/compile.js";
import { make, things, type Made, type Things } from "./things.js";

interface Case {
  /** What the comparison says, in its order. */
  readonly want: readonly (readonly [code: ChangeCode, at: string])[];
  /** It breaks what code does, and the compiler sees nothing. */
  readonly behaves?: true;
  readonly change: (document: Things) => void;
  /** What the document is changed to before, so that there is something to change. */
  readonly first?: (document: Things) => void;
  /** Whether enums of responses are open, before and after. */
  readonly open?: readonly [boolean, boolean];
  /** Code that the change is about. */
  readonly code: string;
}

const operation = (d: Things) => d.paths["/things/batch/update"]!["post"];
const xBatch = (d: Things) => operation(d)["x-batch"];
const input = (d: Things) => d.components.schemas["ThingInput"];
const result = (d: Things) => d.components.schemas["Thing"];
const moveTo = (d: Things, path: string) => {
  d.paths[path] = d.paths["/things/batch/update"]!;
  delete d.paths["/things/batch/update"];
};

/** Inputs as callers write them, results as they read them. */
const send = (fields: string, params = `space: "s"`) =>
  `update([{ id: "1"${fields && `, ${fields}`} }], { ${params} });`;
const readIt = (code: string) => `export function use(thing: Result) { ${code} }`;
const exhaustive = readIt(
  `switch (thing.state) { case "made": return 1; case "refused": return 2; default: return thing.state satisfies never; }`,
);
const openSwitch = readIt(
  `switch (thing.state) { case "made": return "1"; case "refused": return "2"; default: { const other: string = thing.state; return other; } }`,
);
const shapes = readIt(`const s = thing.shape; return s.kind === "circle" ? s.radius : s.side;`);
const replies = `export function use(reply: Update["reply"]) { switch (reply.status) { case 200: return 1; case 207: return 2; default: return reply satisfies never; } }`;
const run = `declare const client: ReturnType<typeof import("./client.js").createClient>; void client.run(update, [{ id: "1" }], { params: { space: "s" } });`;

const cases: Readonly<Record<string, Case>> = {
  "an endpoint is added": {
    want: [["endpoint-added", "things.archive"]],
    change: (d) => {
      d.paths["/things/batch/archive"] = {
        post: {
          "x-batch": { items: { at: "/ids" }, kind: "delete", limit: { items: 10 } },
          requestBody: {
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  properties: { ids: { type: "array", items: { type: "string" } } },
                },
              },
            },
          },
          responses: { "204": { description: "" } },
        },
      };
    },
    code: send(""),
  },
  "an endpoint is removed": {
    want: [
      ["endpoint-removed", "things.update"],
      ["endpoint-added", "things.read"],
    ],
    change: (d) => {
      moveTo(d, "/things/batch/read");
      xBatch2(d, "/things/batch/read").kind = "read";
    },
    code: send(""),
  },
  "an endpoint moves": {
    want: [["endpoint-moved", "things.update"]],
    change: (d) => moveTo(d, "/v2/things/batch/update"),
    code: send(""),
  },
  "an endpoint is deprecated": {
    want: [["endpoint-deprecated", "things.update"]],
    change: (d) => (operation(d).deprecated = true),
    code: send(""),
  },
  "an endpoint is deprecated no more": {
    want: [["endpoint-undeprecated", "things.update"]],
    first: (d) => (operation(d).deprecated = true),
    change: (d) => (operation(d).deprecated = false),
    code: send(""),
  },
  "the server moves": {
    want: [["base-url-changed", "things.update"]],
    change: (d) => (d.servers = [{ url: "https://elsewhere.example" }]),
    code: send(""),
  },
  "the kind changes": {
    behaves: true,
    want: [["kind-changed", "things.update"]],
    change: (d) => (xBatch(d).kind = "upsert"),
    code: run,
  },
  "what a resend does changes": {
    behaves: true,
    want: [["retry-changed", "things.update"]],
    change: (d) => (xBatch(d).retry = { safe: false }),
    code: run,
  },
  "what a status means changes": {
    behaves: true,
    want: [["statuses-changed", "things.update"]],
    change: (d) => (xBatch(d).statuses = { rejected: [409] }),
    code: run,
  },
  "a limit is known": {
    want: [["limit-added", "things.update"]],
    first: (d) => delete xBatch(d).limit,
    change: (d) => (xBatch(d).limit = { items: 50 }),
    code: run.replace("{ params", "{ chunkSize: 10, params"),
  },
  "a limit is not known any more": {
    want: [["limit-removed", "things.update"]],
    change: (d) => delete xBatch(d).limit,
    code: run,
  },
  "a limit is raised": {
    want: [["limit-raised", "things.update"]],
    change: (d) => (xBatch(d).limit = { items: 200 }),
    code: run,
  },
  "a limit is lowered": {
    want: [["limit-lowered", "things.update"]],
    change: (d) => (xBatch(d).limit = { items: 10 }),
    code: run,
  },
  "inputs are a map": {
    want: [["encoding-changed", "things.update"]],
    change: (d) => {
      xBatch(d).items = { at: "/inputs", as: "map" };
      const { schema } = operation(d).requestBody.content["application/json"];
      schema.properties.inputs = {
        type: "object",
        additionalProperties: { $ref: "#/components/schemas/ThingInput" },
      };
    },
    code: send(""),
  },
  "results are there": {
    want: [["result-added", "things.update"]],
    first: (d) => (xBatch(d).results = { at: "/results", as: "none" }),
    change: (d) => (xBatch(d).results = { at: "/results" }),
    code: `export function use(thing: Result) { return String(thing); }`,
  },
  "results are gone": {
    want: [["result-removed", "things.update"]],
    change: (d) => (xBatch(d).results = { at: "/results", as: "none" }),
    code: readIt(`return thing.id;`),
  },
  "a result may be absent": {
    want: [["result-may-be-absent", "things.update"]],
    change: (d) =>
      (xBatch(d).match = [{ by: "value", request: "/id", result: "/id", absent: "ok" }]),
    code: readIt(`return thing.id;`),
  },
  "a result is always there": {
    want: [["result-always-there", "things.update"]],
    first: (d) =>
      (xBatch(d).match = [{ by: "value", request: "/id", result: "/id", absent: "ok" }]),
    change: (d) => (xBatch(d).match = [{ by: "value", request: "/id", result: "/id" }]),
    code: readIt(`return thing?.id ?? (thing === undefined ? "none" : "some");`),
  },
  "a reply is declared": {
    want: [
      ["name-added", "things UpdateResponse202"],
      ["reply-added", "things.update"],
    ],
    change: (d) => (operation(d).responses["202"] = operation(d).responses["200"]),
    code: replies,
  },
  "a reply is declared no more": {
    want: [
      ["name-removed", "things UpdateResponse207"],
      ["reply-removed", "things.update"],
    ],
    change: (d) => delete operation(d).responses["207"],
    code: replies,
  },
  "a reply loses its body": {
    want: [
      ["name-removed", "things UpdateResponse207"],
      ["response-type-changed", "things.update reply 207"],
    ],
    change: (d) => (operation(d).responses["207"] = { description: "" }),
    code: `export const use = (reply: Update["reply"]) => (reply.status === 207 ? reply.body.results : []);`,
  },
  "a parameter is added": {
    want: [["parameter-added", "UpdateParams.page"]],
    change: (d) => operation(d).parameters.push({ name: "page", in: "query", schema: {} }),
    code: send(""),
  },
  "a required parameter is added": {
    want: [["parameter-required-added", "UpdateParams.page"]],
    change: (d) =>
      operation(d).parameters.push({ name: "page", in: "query", required: true, schema: {} }),
    code: send(""),
  },
  "a parameter is removed": {
    want: [
      ["name-removed", "things UpdateParamsLang"],
      ["parameter-removed", "UpdateParams.lang"],
    ],
    change: (d) => operation(d).parameters.shift(),
    code: send("", `space: "s", lang: "de"`),
  },
  "a parameter has to be given": {
    want: [["parameter-now-required", "UpdateParams.lang"]],
    change: (d) => (operation(d).parameters[0].required = true),
    code: send(""),
  },
  "a parameter may be left out": {
    want: [["parameter-now-optional", "UpdateParams.space"]],
    change: (d) => delete operation(d).parameters[1].required,
    code: send(""),
  },
  "the first parameter, which may be left out": {
    want: [
      ["name-added", "things UpdateParams"],
      ["parameter-added", "things.update params.page"],
    ],
    first: (d) => (operation(d).parameters = []),
    change: (d) => operation(d).parameters.push({ name: "page", in: "query", schema: {} }),
    code: `update([{ id: "1" }]);`,
  },
  "the first parameter, which has to be given": {
    want: [
      ["name-added", "things UpdateParams"],
      ["parameter-required-added", "things.update params.page"],
    ],
    first: (d) => (operation(d).parameters = []),
    change: (d) =>
      operation(d).parameters.push({ name: "page", in: "query", required: true, schema: {} }),
    code: `update([{ id: "1" }]);`,
  },
  "a field of inputs is added": {
    want: [["request-field-added", "ThingInput.size2"]],
    change: (d) => (input(d).properties.size2 = { type: "number" }),
    code: send(`note: "n"`),
  },
  "a required field of inputs is added": {
    want: [["request-required-field-added", "ThingInput.size2"]],
    change: (d) => {
      input(d).properties.size2 = { type: "number" };
      input(d).required.push("size2");
    },
    code: send(`note: "n"`),
  },
  "a field of inputs is removed": {
    want: [["request-field-removed", "ThingInput.note"]],
    change: (d) => delete input(d).properties.note,
    code: send(`note: "n"`),
  },
  "a field of inputs is removed, and any name is allowed": {
    want: [
      ["request-type-widened", "ThingInput"],
      ["request-type-widened", "ThingInput.note"],
    ],
    change: (d) => {
      delete input(d).properties.note;
      input(d).additionalProperties = true;
    },
    code: send(`note: "n"`),
  },
  "a field of inputs has to be given": {
    want: [["request-field-now-required", "ThingInput.note"]],
    change: (d) => input(d).required.push("note"),
    code: send(""),
  },
  "a field of inputs may be left out": {
    want: [["request-field-now-optional", "ThingInput.id"]],
    change: (d) => (input(d).required = []),
    code: send(""),
  },
  "a member of an enum of inputs is added": {
    want: [["request-member-added", "ThingMode"]],
    change: (d) => input(d).properties.mode.enum.push("dry"),
    code: send(`mode: "soft"`),
  },
  "a member of an enum of inputs is removed": {
    want: [["request-member-removed", "ThingMode"]],
    first: (d) => input(d).properties.mode.enum.push("dry"),
    change: (d) => (input(d).properties.mode.enum = ["dry", "hard"]),
    code: send(`mode: "soft"`),
  },
  "null is allowed in inputs": {
    want: [["request-type-widened", "ThingInput.note"]],
    change: (d) => (input(d).properties.note.type = ["string", "null"]),
    code: send(`note: "n"`),
  },
  "null is not allowed in inputs any more": {
    want: [["request-type-narrowed", "ThingInput.size"]],
    change: (d) => (input(d).properties.size.type = "number"),
    code: send(`size: null`),
  },
  "what an array of inputs holds changes": {
    want: [["request-type-changed", "ThingInput.tags[]"]],
    change: (d) => (input(d).properties.tags.items.type = "number"),
    code: send(`tags: ["a"]`),
  },
  "a field of inputs becomes an array": {
    want: [["request-type-changed", "ThingInput.note"]],
    change: (d) => (input(d).properties.note = { type: "array", items: { type: "string" } }),
    code: send(`note: "n"`),
  },
  "a field of results is added": {
    want: [["response-field-added", "Thing.more"]],
    change: (d) => {
      result(d).properties.more = { type: "string" };
      result(d).required.push("more");
    },
    code: readIt(`return thing.id;`),
  },
  "a field of results is removed": {
    want: [["response-field-removed", "Thing.url"]],
    change: (d) => delete result(d).properties.url,
    code: readIt(`return thing.url;`),
  },
  "a field of results is always there": {
    want: [["response-field-now-required", "Thing.url"]],
    change: (d) => result(d).required.push("url"),
    code: readIt(`return thing.url === undefined ? "none" : thing.url?.length ?? 0;`),
  },
  "a field of results may be missing": {
    want: [["response-field-now-optional", "Thing.id"]],
    change: (d) => result(d).required.shift(),
    code: readIt(`return thing.id.length;`),
  },
  "a field is deprecated": {
    want: [["field-deprecated", "Thing.url"]],
    change: (d) => (result(d).properties.url.deprecated = true),
    code: readIt(`return thing.url;`),
  },
  "a member of an enum of results is added": {
    want: [["response-member-added", "ThingState"]],
    change: (d) => result(d).properties.state.enum.push("held"),
    code: exhaustive,
  },
  "a member of an enum of results is removed": {
    want: [["response-member-removed", "ThingState"]],
    first: (d) => result(d).properties.state.enum.push("held"),
    change: (d) => result(d).properties.state.enum.pop(),
    code: readIt(`return thing.state === "held";`),
  },
  "an enum of results is any string": {
    want: [
      ["name-removed", "things ThingState"],
      ["response-type-widened", "Thing.state"],
    ],
    change: (d) => delete result(d).properties.state.enum,
    code: exhaustive,
  },
  "a string of results is an enum": {
    want: [
      ["name-added", "things ThingWord"],
      ["response-type-narrowed", "Thing.word"],
    ],
    change: (d) => (result(d).properties.word.enum = ["a", "b"]),
    code: readIt(`const word: string | undefined = thing.word; return word;`),
  },
  "null may come in results": {
    want: [["response-type-widened", "Thing.url"]],
    change: (d) => (result(d).properties.url.type = ["string", "null"]),
    code: readIt(`const url: string | undefined = thing.url; return url;`),
  },
  "null does not come in results any more": {
    want: [["response-type-narrowed", "Thing.url"]],
    first: (d) => (result(d).properties.url.type = ["string", "null"]),
    change: (d) => (result(d).properties.url.type = "string"),
    code: readIt(`return thing.url === null ? "none" : (thing.url ?? "").length;`),
  },
  "a branch of results is removed": {
    want: [["response-branch-removed", "Thing.extra"]],
    change: (d) => (result(d).properties.extra.type = "string"),
    code: readIt(`return typeof thing.extra === "number" ? thing.extra.toFixed() : thing.extra;`),
  },
  "a branch of results is added": {
    want: [["response-type-widened", "Thing.shape"]],
    change: (d) =>
      result(d).properties.shape.oneOf.push({
        type: "object",
        required: ["kind"],
        properties: { kind: { const: "dot" } },
      }),
    code: shapes,
  },
  "a named branch of results is removed": {
    want: [
      ["name-removed", "things Square"],
      ["response-branch-removed", "Thing.shape"],
    ],
    change: (d) => result(d).properties.shape.oneOf.pop(),
    code: shapes,
  },
  "a field of a branch changes": {
    want: [["response-type-changed", "Circle.radius"]],
    change: (d) => (d.components.schemas["Circle"].properties.radius.type = "string"),
    code: readIt(`const s = thing.shape; return s.kind === "circle" ? s.radius.toFixed() : "";`),
  },
  "anything may come in results": {
    want: [["response-type-widened", "Thing.id"]],
    change: (d) => (result(d).properties.id = {}),
    code: readIt(`return thing.id.length;`),
  },
  "an error has another body": {
    want: [["response-type-changed", "Problem.message"]],
    change: (d) => (d.components.schemas["Problem"].properties.message.type = "number"),
    code: `export const use = (error: Update["error"]) => error.message.trim();`,
  },
  "a type has another name": {
    want: [
      ["name-removed", "things Circle"],
      ["name-added", "things Round"],
    ],
    change: (d) => {
      d.components.schemas["Round"] = d.components.schemas["Circle"];
      delete d.components.schemas["Circle"];
      result(d).properties.shape.oneOf[0] = { $ref: "#/components/schemas/Round" };
    },
    code: `export type Use = import("./things.js").Circle;`,
  },
  "a member of an open enum of results is added": {
    want: [["response-member-listed", "Thing.state"]],
    open: [true, true],
    change: (d) => result(d).properties.state.enum.push("held"),
    code: openSwitch,
  },
  "a member of an open enum of results is removed": {
    want: [["response-member-unlisted", "Thing.state"]],
    open: [true, true],
    first: (d) => result(d).properties.state.enum.push("held"),
    change: (d) => result(d).properties.state.enum.pop(),
    code: readIt(`return thing.state === "held";`),
  },
  "an enum of results is open": {
    want: [["response-type-widened", "Thing.state"]],
    open: [false, true],
    change: () => undefined,
    code: exhaustive,
  },
  "an enum of results is open no more": {
    want: [["response-type-narrowed", "Thing.state"]],
    open: [true, false],
    change: () => undefined,
    code: openSwitch,
  },
  "an endpoint has another name": {
    want: [
      ["endpoint-renamed", "things.update"],
      ["kind-changed", "things.create"],
      ...["", "Params", "ParamsLang", "Response200", "Response207"].flatMap(
        (name) =>
          [
            ["name-removed", `things Update${name}`],
            ["name-added", `things Create${name}`],
          ] as const,
      ),
    ],
    first: (d) => moveTo(d, "/things/batch"),
    change: (d) => (d.paths["/things/batch"]!["post"]["x-batch"].kind = "create"),
    code: send(""),
  },
  "results can be typed by what is asked for": {
    want: [["select-added", "things.update"]],
    first: withFields,
    change: (d) => (xBatch(d).select = { request: "/fields", result: "/values" }),
    code: readIt(`return thing.values["a"];`),
  },
  "results cannot be typed by what is asked for any more": {
    want: [["select-removed", "things.update"]],
    first: (d) => {
      withFields(d);
      xBatch(d).select = { request: "/fields", result: "/values" };
    },
    change: (d) => delete xBatch(d).select,
    code: `export const chosen = update.select(["a"]);`,
  },
  "results are typed in another field": {
    want: [["select-changed", "things.update"]],
    first: (d) => {
      withFields(d);
      xBatch(d).select = { request: "/fields", result: "/values" };
    },
    change: (d) => (xBatch(d).select = { request: "/fields", result: "/others" }),
    code: `const chosen = update.select(["a"]); export const use = (thing: NonNullable<(typeof chosen)["~types"]>["result"]) => thing.values.a.length;`,
  },
  "only prose changes": {
    want: [],
    change: (d) => {
      d.info.version = "2";
      result(d).description = "A thing.";
      operation(d).summary = "Update things";
      result(d).properties = Object.fromEntries(Object.entries(result(d).properties).reverse());
    },
    code: exhaustive,
  },
};

function withFields(d: Things) {
  xBatch(d).kind = "read";
  const { schema } = operation(d).requestBody.content["application/json"];
  schema.properties.fields = { type: "array", items: { type: "string" } };
  for (const name of ["values", "others"]) {
    result(d).properties[name] = { type: "object", additionalProperties: { type: "string" } };
    result(d).required.push(name);
  }
}

function xBatch2(d: Things, path: string) {
  return d.paths[path]!["post"]["x-batch"];
}

const header =
  `import { update, type Update } from "./things.js";\nexport type { update, Update };\n` +
  `type Result = Update["result"];\n` +
  `export type Used = [Result, Update["reply"]];\n`;

const names = Object.keys(cases);
const made = new Map<string, { old: Made; next: Made; changes: readonly Change[] }>();
const problemsOf = new Map<string, string[]>();

beforeAll(async () => {
  const packages: Record<string, ReadonlyMap<string, string>> = {};
  for (const [index, name] of names.entries()) {
    const { first = () => undefined, change, code, open = [false, false] } = cases[name]!;
    const before = things();
    first(before);
    const after = structuredClone(before);
    change(after);
    const [old, next] = [await make(before, open[0]), await make(after, open[1])];
    made.set(name, { old, next, changes: compareDescriptions(old.description, next.description) });
    for (const [when, { files }] of [
      ["old", old],
      ["new", next],
    ] as const) {
      const own = [...files].filter(([path]) => path !== "src/index.ts");
      packages[`${index}-${when}`] = new Map([...own, ["src/use.ts", header + code]]);
    }
  }
  for (const problem of problems(packages)) {
    const [, key = ""] = /^(\d+-(?:old|new))\//.exec(problem) ?? [];
    problemsOf.set(key, [...(problemsOf.get(key) ?? []), problem]);
  }
});

const byText = (a: readonly string[], b: readonly string[]) => (a.join() < b.join() ? -1 : 1);

describe.each(names)("%s", (name) => {
  test("is reported", () => {
    const { changes } = made.get(name)!;
    const found = changes.map(({ code, at }) => [code, at] as const);
    expect([...found].sort(byText)).toEqual([...cases[name]!.want].sort(byText));
  });

  test("is what the compiler says", () => {
    const index = names.indexOf(name);
    expect(problemsOf.get(`${index}-old`) ?? []).toEqual([]);
    const breaking = made.get(name)!.changes.some((change) => change.breaking);
    const broken = problemsOf.get(`${index}-new`) ?? [];
    if (!breaking || cases[name]!.behaves) expect(broken).toEqual([]);
    else {
      expect(broken.length).toBeGreaterThan(0);
      expect(broken.filter((problem) => !problem.includes("src/use.ts"))).toEqual([]);
    }
  });

  test("is nothing against itself", () => {
    const { next } = made.get(name)!;
    expect(compareDescriptions(next.description, next.description)).toEqual([]);
  });
});

test("every kind of change is met", () => {
  const met = new Set(Object.values(cases).flatMap(({ want }) => want.map(([code]) => code)));
  const missing = Object.keys(changeRules).filter((code) => !met.has(code as ChangeCode));
  expect(missing).toEqual([]);
});

test("docs/diff.md has every kind of change, as it is", () => {
  const page = readFileSync(resolve(import.meta.dirname, "../../docs/diff.md"), "utf8");
  const rows = [...page.matchAll(/^\| `([a-z-]+)` +\| (\w+) +\| (.*?) +\|\r?$/gm)];
  expect(rows.map(([, code, bump, why]) => [code, bump, why])).toEqual(
    Object.entries(changeRules).map(([code, [bump, why]]) => [code, bump, why]),
  );
});
