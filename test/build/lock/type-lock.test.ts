/** The lock keeps the names of types, whatever joins, leaves, moves or changes. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { withPositions } from "../../../generator/base/positions.js";
import { generate } from "../../../generator/build/generate.js";
import { parseDescription } from "../../../generator/diff/description.js";
import { writePackage } from "../../../generator/build/write/write.js";
import { makeFolder } from "../../openapi/folder.js";

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const string = { type: "string" };
const object = (properties: object) => ({ type: "object", properties });
const status = (...members: string[]) => ({ type: "string", enum: members });

interface Given {
  /** The member of the body with the items. Default `inputs`. */
  readonly member?: string;
  /** The resource, and what is done to it. */
  readonly at?: string;
  readonly input?: object;
  readonly result?: object;
  readonly schemas?: object;
}

const document = ({
  at = "notes/batch/create",
  input = ref("A"),
  result,
  schemas,
  member = "inputs",
}: Given) => ({
  openapi: "3.1.0",
  info: { title: "Test API", version: "1" },
  paths: {
    [`/${at}`]: {
      post: {
        requestBody: {
          content: {
            "application/json": { schema: object({ [member]: { type: "array", items: input } }) },
          },
        },
        responses: {
          200: {
            description: "done",
            content: {
              "application/json": {
                schema: object({ results: { type: "array", items: result ?? string } }),
              },
            },
          },
        },
      },
    },
  },
  components: { schemas: schemas ?? { A: object({ id: string }) } },
});

type Documents = Readonly<Record<string, Given | undefined>>;

/** Runs one after the other, in one folder; a document that is undefined is taken away. */
function folderOf(documents: Documents) {
  const folder = makeFolder({});
  const lock = path.join(folder, "out/openapi-batch.lock");
  const put = (given: Documents): void => {
    for (const [name, one] of Object.entries(given)) {
      const file = path.join(folder, name);
      if (one === undefined) rmSync(file);
      else writeFileSync(file, JSON.stringify(document(one)));
    }
  };
  put(documents);
  const run = async (change: Documents = {}) => {
    put(change);
    const { files, diagnostics, locate } = await generate({
      cwd: folder,
      paths: ["*.json"],
      output: "out",
      name: "x",
      format: false,
    });
    await writePackage(files, path.join(folder, "out"));
    const api = parseDescription(
      files.find((file) => file.path === "openapi-batch.api")?.text ?? "",
    );
    const types = Object.entries(api?.exports ?? {}).map(([module, names]) => [
      module,
      names.filter(
        (name) => /^[A-Z]/.test(name) && !/^(Create|Update)$|(Response200|Result)$/.test(name),
      ),
    ]);
    return {
      types: Object.fromEntries(types) as Readonly<Record<string, readonly string[]>>,
      api,
      files,
      told: withPositions(diagnostics, locate)
        .filter(({ code }) => code.startsWith("name-"))
        .map(
          ({ message, location }) => `${location?.line} ${message.replace(/ \(.*\)| of .*/, "")}`,
        ),
    };
  };
  return { folder, lock, run, text: () => readFileSync(lock, "utf8") };
}

const nothing: readonly string[] = [];

describe("the name of a type stays", () => {
  test("when a document joins that would have taken it, whatever that is called", async () => {
    for (const joining of ["0.json", "z.json"]) {
      const { run } = folderOf({
        "a.json": { schemas: { A: object({ x: ref("Thing") }), Thing: object({ n: string }) } },
      });
      expect((await run()).types).toMatchObject({ notes: ["A", "Thing"] });
      const other = { A: object({ y: ref("Thing") }), Thing: object({ other: string }) };
      const joined = await run({
        [joining]: { at: "notes/batch/update", schemas: other },
      });
      expect(joined.told).toEqual(nothing);
      const { notes = [] } = joined.types;
      expect(notes).toHaveLength(4);
      expect(notes).toEqual(expect.arrayContaining(["A", "Thing"]));
      expect(joined.api?.types["notes#Thing"]).toMatchObject({ properties: { n: string } });
      // Both have a name of their own from now on, even if one of them becomes another structure.
      const changed = { A: object({ x: ref("Thing") }), Thing: object({ n: string, m: string }) };
      const next = await run({ "a.json": { schemas: changed } });
      expect(next.told).toEqual(nothing);
      expect(next.types).toEqual(joined.types);
      expect(next.api?.types["notes#Thing"]).toMatchObject({ properties: { m: string } });
      expect(await run()).toEqual(next);
    }
  });

  test("when its place is another, and the lock has it once", async () => {
    const input = object({ color: status("red", "green") });
    const { run, text } = folderOf({ "a.json": { input } });
    const { types } = await run();
    const [name = ""] = types["notes"]?.filter((one) => /Color$/.test(one)) ?? [];
    const moved = await run({ "a.json": { input, member: "items" } });
    expect(moved.told).toEqual(nothing);
    expect(moved.types["notes"]).toContain(name);
    expect(text().match(new RegExp(`\\b${name}\\b`, "g"))).toHaveLength(1);
  });

  test("of an enum that others have as well, by other names and at other places", async () => {
    const inline = { A: object({ id: string, status: status("x", "y") }) };
    const { run } = folderOf({ "m.json": { schemas: inline } });
    const { types } = await run();
    expect(types).toMatchObject({ notes: ["A", "AStatus"] });
    const joined = await run({
      "a.json": {
        at: "tags/batch/create",
        schemas: { A: object({ mode: status("x", "y"), state: status("x", "y") }) },
      },
      "n.json": {
        at: "tasks/batch/create",
        schemas: { A: object({ k: ref("Kind") }), Kind: status("x", "y") },
      },
    });
    expect(joined.told).toEqual(nothing);
    expect(joined.types["notes"]).toEqual(types["notes"]);
    const another = await run({
      "o.json": {
        at: "taxes/batch/create",
        schemas: { A: object({ k: ref("Sort") }), Sort: status("x", "y") },
      },
    });
    expect(another.told).toEqual(nothing);
    for (const [module, names] of Object.entries(joined.types))
      expect(another.types[module], module).toEqual(expect.arrayContaining([...names]));
  });

  test("that the root exports, when another one of its name is shared", async () => {
    const of = (at: string, ...members: string[]): Given => ({
      at: `${at}/batch/create`,
      schemas: { A: object({ k: ref("Kind") }), Kind: status(...members) },
    });
    const { run } = folderOf({ "a.json": of("notes", "x", "y"), "b.json": of("tags", "x", "y") });
    expect((await run()).types["index"]).toContain("Kind");
    const joined = await run({ "0.json": of("tasks", "p", "q"), "1.json": of("taxes", "p", "q") });
    expect(joined.types["index"]).toContain("Kind");
    const [root] = Object.keys(joined.api?.types ?? {}).filter((key) => key.endsWith("/Kind#Kind"));
    expect(root).toBeDefined();
    const again = await run({ "2.json": of("terms", "p", "q") });
    expect(again.types["index"]).toEqual(joined.types["index"]);
  });

  test("in a module that comes to use another one of its name", async () => {
    const of = (at: string, field: string): Given => ({
      at: `${at}/batch/create`,
      schemas: { A: object({ x: ref("Thing") }), Thing: object({ [field]: string }) },
    });
    for (const [mine, other] of [
      ["n", "m"],
      ["m", "n"],
    ] as const) {
      const { run } = folderOf({
        "a.json": of("notes", mine),
        "b.json": of("tags", mine),
        "c.json": of("tasks", other),
        "d.json": of("taxes", other),
      });
      await run();
      const joined = await run({ "0.json": { ...of("notes", other), at: "notes/batch/update" } });
      expect(joined.told).toEqual(nothing);
      expect(joined.types["notes"]).toEqual(expect.arrayContaining(["A", "Thing"]));
      // The type that notes had is still imported by its name.
      const { files, api } = joined;
      const source = files.find(({ path }) => path === "src/notes.ts")?.text ?? "";
      const [thing = ""] = Object.entries(api?.types ?? {}).flatMap(([key, { properties }]) =>
        properties && mine in properties ? [key] : [],
      );
      expect(source).toContain(`export type { Thing } from "./${thing.split("#")[0]}.js"`);
      expect((await run()).files).toEqual(joined.files);
    }
  });

  test("of what requests have, when a document joins that has it in replies", async () => {
    const schemas = {
      A: { type: "object", properties: { id: { ...string, readOnly: true }, n: string } },
    };
    const { run } = folderOf({ "a.json": { schemas } });
    expect((await run()).types).toMatchObject({ notes: ["A"] });
    const joined = await run({ "0.json": { at: "notes/batch/update", result: ref("A"), schemas } });
    expect(joined.told).toEqual(nothing);
    expect(joined.types["notes"]).toContain("A");
    expect(joined.api?.types["notes#A"]).toEqual({ type: "object", properties: { n: string } });
  });

  test("when its document goes and others have it, is moved, or comes back", async () => {
    const schemas = { A: object({ s: status("x", "y") }), Z: object({ s: status("x", "z") }) };
    const { run } = folderOf({
      "a.json": { schemas },
      "b.json": { at: "tags/batch/create", schemas },
      "c.json": { at: "tasks/batch/create", input: ref("Z"), schemas },
    });
    const before = await run();
    const less = await run({ "a.json": undefined });
    expect(less.types["tags"]).toEqual(before.types["tags"]);
    expect(less.told).toEqual([
      "6 notes.create was removed: no document has POST /notes/batch/create as a batch endpoint any more.",
    ]);
    const moved = await run({
      "c.json": undefined,
      "moved.json": { at: "tasks/batch/create", input: ref("Z"), schemas },
    });
    expect(moved.told).toEqual(nothing);
    expect(moved.types["tasks"]).toEqual(before.types["tasks"]);
    expect((await run({ "a.json": { schemas } })).types).toEqual(before.types);
  });

  test("and the order of documents, and of what is in them, changes no byte", async () => {
    const schemas = { A: object({ s: status("x", "y"), t: ref("T") }), T: object({ id: string }) };
    const turned = { T: object({ id: string }), A: object({ t: ref("T"), s: status("y", "x") }) };
    const text = async (documents: Documents) => {
      const { run, text } = folderOf(documents);
      await run();
      await run();
      return text();
    };
    const want = await text({
      "a.json": { schemas },
      "b.json": { at: "tags/batch/create", schemas },
    });
    expect(want).toContain('"a.json#/components/schemas/A/properties/s/enum": ');
    expect(
      await text({
        "b.json": { at: "tags/batch/create", schemas: turned },
        "a.json": { schemas: turned },
      }),
    ).toBe(want);
  });
});

describe("told is", () => {
  test("what was removed, once, with its line; and it comes back under its name", async () => {
    const schemas = { A: object({ s: ref("Status") }), Status: status("x", "y") };
    const { run, text } = folderOf({ "a.json": { schemas } });
    const before = await run();
    const removed = await run({ "a.json": { schemas: { A: object({}) } } });
    expect(removed.told).toEqual([
      "10 The type Status was removed: no batch endpoint has the schema",
    ]);
    expect(text()).toContain(
      '"a.json#/components/schemas/Status": { name: Status, removed: true }',
    );
    expect((await run()).told).toEqual(nothing);
    const back = await run({ "a.json": { schemas } });
    expect(back.types).toEqual(before.types);
    expect(text()).not.toContain("removed: true");
  });

  test("what became another's", async () => {
    const two = (...members: string[]) => ({
      A: object({ x: status("x", "y"), y: status(...members) }),
    });
    const { run } = folderOf({ "a.json": { schemas: two("p", "q") } });
    expect((await run()).types).toMatchObject({ notes: ["A", "AX", "AY"] });
    const one = await run({ "a.json": { schemas: two("y", "x") } });
    expect(one.types).toMatchObject({ notes: ["A", "AX"] });
    expect(one.told).toEqual([
      "11 The type AY is now AX: its schema is the same as that one's, and it is one type.",
    ]);
  });

  test.each([
    ['"a.json#/components/schemas/A": "A; evil()"', "invalid-lock"],
    ['"a.json#/components/schemas/A": { name: A, as: { x: "a-b" } }', "invalid-lock"],
    ['"a.json#/components/schemas/A": Array', "invalid-lock"],
    ['"a.json": A', "invalid-lock"],
    ['"a.json#/x other": A', "invalid-lock"],
    ['"a.json#/x": { removed: true }', "invalid-lock"],
    ['"a.json#/x": A\n    "a.json#/x": B', "duplicate-key"],
  ])("what is wrong with the lock: %s", async (line, code) => {
    const { run, lock } = folderOf({ "a.json": {} });
    await run();
    writeFileSync(lock, `version: 1\npackages: {".": }\ntypes:\n  ".":\n    ${line}\n`);
    const error: unknown = await run().catch((error: unknown) => error);
    expect(error).toMatchObject({
      diagnostics: [{ code, location: { line: line.includes("B") ? 6 : 5 } }],
    });
  });

  test("nothing of a lock that has no types yet", async () => {
    const { run, lock, text } = folderOf({ "a.json": {} });
    const before = await run();
    const whole = text();
    writeFileSync(lock, whole.slice(0, whole.indexOf("types:")));
    expect(await run()).toEqual(before);
    expect(text()).toBe(whole);
  });
});
