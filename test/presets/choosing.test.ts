/** How a preset is found, offered and laid under what the document itself says. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { inspect, type GenerateOptions } from "../../generator/build/generate.js";
import { generate } from "../../generator/build/generate.js";
import { describePreset } from "../../generator/build/presets.js";
import { makeFolder, type Files } from "../openapi/folder.js";

const document = (more: object = {}, server = "https://api.acme.example", root: object = {}) =>
  JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Acme CRM", version: "1" },
    servers: [{ url: server }],
    ...root,
    paths: {
      "/things/batch": {
        post: {
          operationId: "addThings",
          requestBody: {
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  properties: { things: { type: "array", items: { type: "object" } } },
                },
              },
            },
          },
          responses: { 204: { description: "done" } },
          ...more,
        },
      },
    },
  });

const overlay = (xBatch: object | false, target = "$.paths.*.post", more: object = {}) =>
  JSON.stringify({
    overlay: "1.0.0",
    info: { title: "Acme", version: "1" },
    actions: [
      { target: "$", update: { "x-batch": { statuses: { ambiguous: [502] } } } },
      { target, update: { "x-batch": xBatch, ...more } },
    ],
  });

const acme = { "p/preset.json": { hosts: ["acme.example"] } };
const twenty = { "p/overlay.yaml": overlay({ kind: "create", limit: { items: 20 } }), ...acme };

/** The value of the only endpoint, and what was reported. */
async function seen(files: Files, options: GenerateOptions) {
  const cwd = makeFolder(files);
  const { rows, diagnostics } = await inspect({ cwd, paths: ["api.json"], ...options });
  return { row: rows[0], codes: diagnostics.map(({ code }) => code) };
}

describe("a preset lies", () => {
  const layers: readonly (readonly [string, Files, GenerateOptions, number | undefined])[] = [
    ["over what is detected", { "api.json": document() }, {}, 20],
    [
      "under the operation's own x-batch",
      { "api.json": document({ "x-batch": { limit: { items: 10 } } }) },
      {},
      10,
    ],
    [
      "under the document's own x-batch",
      { "api.json": document({}, undefined, { "x-batch": { limit: { items: 9 } } }) },
      {},
      9,
    ],
    [
      "under overlays",
      { "api.json": document(), "o.json": overlay({ limit: { items: 8 } }) },
      { overlays: ["o.json"] },
      8,
    ],
    [
      "under the configuration",
      { "api.json": document() },
      { xBatch: { "POST /things/batch": { limit: { items: 7 } } } },
      7,
    ],
    [
      "under a later preset",
      { "api.json": document(), "q/overlay.yaml": overlay({ limit: { items: 6 } }) },
      { presets: ["./p", "./q"] },
      6,
    ],
  ];
  test.each(layers)("%s", async (_, files, options, limit) => {
    const { row, codes } = await seen({ ...files, ...twenty }, { presets: ["./p"], ...options });
    expect(row).toMatchObject({ kind: "create", limit });
    expect(codes).toEqual([]);
  });

  test("and a list of the document replaces its list", async () => {
    const by = (name: string) => ({ by: "value", request: name, error: name });
    const cwd = makeFolder({
      "api.json": document({ "x-batch": { match: [by("/own")] } }),
      "p/overlay.yaml": overlay({ match: [by("/a"), by("/b")], results: { at: "", as: "none" } }),
    });
    const { files } = await generate({ cwd, paths: ["api.json"], presets: ["./p"], format: false });
    const text = files.find((file) => file.path === "src/things.ts")?.text ?? "";
    expect(text).toContain("/own");
    expect(text).not.toContain('"/a"');
  });

  test("and may switch an operation off, and the document on", async () => {
    const off = { "p/overlay.yaml": overlay(false) };
    const none = await seen({ "api.json": document(), ...off }, { presets: ["./p"] });
    expect(none.row).toMatchObject({ recognised: false });
    const own = document({ "x-batch": { kind: "update" } });
    const back = await seen({ "api.json": own, ...off }, { presets: ["./p"] });
    expect(back.row).toMatchObject({ recognised: true, kind: "update" });
  });
});

describe("it applies to", () => {
  const elsewhere = document({}, "https://other.example");
  const other = {
    "q/overlay.yaml": overlay({ limit: { items: 5 } }),
    "q/preset.json": { hosts: ["other.example"] },
  };
  test.each<readonly [string, Files, number | undefined]>([
    ["a document of its host", { "api.json": document() }, 20],
    ["not to one that another chosen preset knows", { "api.json": elsewhere }, 5],
    [
      "to one that none of them knows, the last of them first",
      { "api.json": document({}, "https://gateway.example") },
      5,
    ],
  ])("%s", async (_, files, limit) => {
    const { row } = await seen({ ...files, ...twenty, ...other }, { presets: ["./p", "./q"] });
    expect(row?.limit).toBe(limit);
  });
});

describe("it is named by", () => {
  test.each([
    ["a folder", "./p"],
    ["an overlay", "./p/overlay.yaml"],
    ["a package", "npm:@acme/presets/crm"],
  ])("%s", async (_, name) => {
    const installed = { "node_modules/@acme/presets/crm/overlay.yaml": twenty["p/overlay.yaml"] };
    const { row } = await seen(
      { "api.json": document(), ...twenty, ...installed },
      { presets: [name] },
    );
    expect(row?.limit).toBe(20);
  });

  test.each([
    ["hubspott", "Did you mean hubspot?"],
    ["nope", '"nope". openapi-batch preset list has all.'],
    ["./nowhere", "a folder with overlay.yaml"],
    ["npm:@acme/nothing", "npm install --save-dev @acme/nothing"],
  ])("%s is none", async (name, words) => {
    const failed = await seen({ "api.json": document() }, { presets: [name] }).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ name: "UsageError" });
    expect(`${String(failed)} ${String(Reflect.get(Object(failed), "hint"))}`).toContain(words);
  });
});

describe("it is offered", () => {
  const ours = document({}, "https://api.hubapi.com");
  test.each<readonly [string, Files, GenerateOptions, string[]]>([
    ["where a host fits", { "api.json": ours }, {}, ["preset-available"]],
    ["where no host fits: not", { "api.json": document() }, {}, []],
    ["where it is declined: not", { "api.json": ours }, { presets: [] }, []],
    [
      "where another is chosen",
      { "api.json": ours, ...twenty },
      { presets: ["./p"] },
      ["preset-available"],
    ],
  ])("%s", async (_, files, options, want) => {
    const { codes, row } = await seen(files, options);
    expect(codes).toEqual(want);
    // And never applied.
    expect(row?.limit).toBe(options.presets?.length ? 20 : undefined);
  });

  test("and one that knows nothing here is reported", async () => {
    const files = { "api.json": document(), "p/overlay.yaml": overlay({}, "$.paths['/x'].post") };
    expect((await seen(files, { presets: ["./p"] })).codes).toEqual(["preset-unused"]);
  });
});

test("the lock has the name and the hash of each, whatever folder the run begins in", async () => {
  const cwd = makeFolder({ "api.json": document(), ...twenty });
  const locked = async (from: string, preset: string) => {
    const { files } = await generate({
      cwd: path.join(cwd, from),
      paths: [path.join(cwd, "api.json")],
      output: path.join(cwd, "out"),
      presets: [preset, "hubspot"],
      format: false,
    });
    const text = files.find((file) => file.path === "openapi-batch.lock")?.text ?? "";
    return text.slice(text.indexOf("presets:"));
  };
  const text = await locked(".", "./p");
  expect(text).toMatch(
    /^presets:\n {2}"\.":\n {4}"\.\.\/p": "[0-9a-f]{64}"\n {4}"hubspot": "[0-9a-f]{64}"\n$/,
  );
  expect(await locked("p", ".")).toBe(text);
});

test("inspect has what is advised, unless something else decides it", async () => {
  const said = (how: string) =>
    overlay({ limit: { items: 20 } }, undefined, {
      "x-sources": {
        "/limit/items": { url: "https://acme.example/docs", how, date: "2026-01-01" },
      },
    });
  const advised = { "api.json": document(), "p/overlay.yaml": said("advised") };
  const options = { presets: ["./p"] };
  expect((await seen(advised, options)).row?.advised).toEqual(["/limit/items"]);
  const documented = { "api.json": document(), "p/overlay.yaml": said("documented") };
  expect((await seen(documented, options)).row?.advised).toBeUndefined();
  const own = { ...advised, "api.json": document({ "x-batch": { limit: { items: 3 } } }) };
  expect((await seen(own, options)).row?.advised).toBeUndefined();
});

test("preset show has targets, values and sources", async () => {
  const cwd = makeFolder({
    "p/overlay.yaml": readFileSync("presets/hubspot/overlay.yaml", "utf8"),
    "p/preset.json": { service: "Acme", covers: "things", unverified: ["rates"] },
  });
  const shown = await describePreset("./p", cwd);
  expect(shown).toMatchObject({ service: "Acme", covers: "things", unverified: ["rates"] });
  expect(shown.actions.length).toBeGreaterThan(3);
});
