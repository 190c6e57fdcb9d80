/** Configuration files: which one is taken, what it says, and where its mistakes are. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../../../generator/build/config/config.js";
import type { PackageConfig, RunConfig } from "../../../generator/build/config/define-config.js";
import { configKeys, type ConfigKey } from "../../../generator/build/config/options.js";
import { xBatchSchema } from "../../../generator/build/config/schema.js";
import { configNames, findConfig } from "../../../generator/build/config/find-config.js";
import { MistakesError } from "../../../generator/base/mistakes-error.js";
import { makeFolder, type Files } from "../../openapi/folder.js";

const options = {
  inputs: ["specs", "more/*.yaml"],
  output: "packages/api",
  overlays: ["mine.yaml"],
  presets: ["square", "./acme"],
  name: "@acme/api",
  allowRemote: ["schemas.example.com"],
  allowEmpty: true,
  int64: "bigint",
  openEnums: true,
  format: false,
  layout: "package",
  importExtensions: "ts",
  typesOnly: false,
  packageJson: { version: "1.2.3", license: "MIT" },
  rename: { "POST /notes/batch/update": "memos.update" },
  xBatch: { "POST /notes/batch/read": false, "POST /notes/batch/update": { limit: { items: 10 } } },
  strict: true,
  reporter: "github",
  quiet: true,
};

/** The same configuration in every form. */
const forms: Record<string, string> = {
  "openapi-batch.config.json": JSON.stringify(options),
  "openapi-batch.config.yaml": `# as JSON is YAML\n${JSON.stringify(options, null, 2)}`,
  "openapi-batch.config.yml": [
    "inputs: [specs, more/*.yaml]",
    "output: packages/api",
    "overlays: [mine.yaml]",
    "presets: [square, ./acme]",
    'name: "@acme/api"',
    'allowRemote: ["schemas.example.com"]',
    "allowEmpty: true",
    "int64: bigint",
    "openEnums: true",
    "format: false",
    "layout: package",
    "importExtensions: ts",
    "typesOnly: false",
    "packageJson: { version: 1.2.3, license: MIT }",
    "rename: { POST /notes/batch/update: memos.update }",
    "xBatch:",
    "  POST /notes/batch/read: false",
    "  POST /notes/batch/update: { limit: { items: 10 } }",
    "strict: true",
    "reporter: github",
    "quiet: true",
  ].join("\n"),
  "openapi-batch.config.js": `export default ${JSON.stringify(options)};`,
  "openapi-batch.config.mjs": `const config = ${JSON.stringify(options)}; export default config;`,
  "openapi-batch.config.mts": `import { defineConfig } from "openapi-batch";
export default defineConfig(${JSON.stringify(options)} satisfies object);`,
  "openapi-batch.config.ts": `import { defineConfig, type Config } from "openapi-batch";
const config: Config = ${JSON.stringify(options)};
export default defineConfig(config);`,
};

async function load(files: Files, given?: string) {
  const folder = makeFolder({ "package.json": '{"type":"module"}', ...files });
  const file = await findConfig(folder, given);
  if (file === undefined) throw new Error("no configuration was found");
  return loadConfig(file, folder);
}

/** What is wrong, as `code line:column message`. */
async function mistakes(files: Files): Promise<string[]> {
  try {
    await load(files);
  } catch (error) {
    if (!(error instanceof MistakesError)) throw error;
    return error.diagnostics.map(({ code, message, location: at }) => {
      expect(at?.file).toBe(Object.keys(files)[0]);
      expect(error.text(at?.file ?? "")).toBe(Object.values(files)[0]);
      return `${code} ${at?.line}:${at?.column} ${message}`;
    });
  }
  return [];
}

test("every form is tried", () => {
  expect(Object.keys(forms).sort()).toEqual([...configNames].sort());
});

test.each(Object.entries(forms))("%s says all there is to say", async (name, text) => {
  const { run, packages } = await load({ [name]: text });
  expect(run).toEqual({ strict: true, reporter: "github", quiet: true });
  expect(packages).toEqual([
    {
      paths: ["specs", "more/*.yaml"],
      output: "packages/api",
      overlays: ["mine.yaml"],
      presets: ["square", "./acme"],
      name: "@acme/api",
      allowRemote: ["schemas.example.com"],
      allowEmpty: true,
      int64: "bigint",
      openEnums: true,
      format: false,
      layout: "package",
      importExtensions: "ts",
      typesOnly: false,
      packageJson: options.packageJson,
      rename: options.rename,
      xBatch: options.xBatch,
      lock: expect.stringMatching(/[\\/]openapi-batch\.lock$/),
      locate: expect.any(Function),
    },
  ]);
});

test("paths are relative to the file, and relative to the working directory in messages", async () => {
  const files = { "tool/openapi-batch.config.json": '{"inputs": ["../specs", "."]}' };
  const { packages } = await load(files, "tool/openapi-batch.config.json");
  expect(packages).toMatchObject([{ paths: ["specs", "tool"], output: "tool/generated" }]);
  expect(path.basename(path.dirname(packages[0]?.lock ?? ""))).toBe("tool");
});

test.each([
  ["an ES module where packages are none", "export default { output: 'x' };", "{}"],
  ["CommonJS", "module.exports = { output: 'x' };", "{}"],
  ["CommonJS by its name", "module.exports = { output: 'x' };", '{"type":"commonjs"}'],
  ["a promise", "export default Promise.resolve({ output: 'x' });", '{"type":"module"}'],
])("a .js file may be %s", async (_, text, manifest) => {
  const files = { "openapi-batch.config.js": text, "package.json": manifest };
  expect((await load(files)).packages).toMatchObject([{ output: "x" }]);
});

test("several packages", async () => {
  const text = '{"packages": [{"inputs": ["a"], "output": "x"}, {"output": "y"}], "strict": true}';
  const { run, packages } = await load({ "openapi-batch.config.json": text });
  expect(run).toEqual({ strict: true });
  expect(packages).toMatchObject([
    { paths: ["a"], output: "x" },
    { paths: ["specs"], output: "y" },
  ]);
});

describe("which file", () => {
  test("none", async () => {
    expect(await findConfig(makeFolder({ "a.json": "{}" }), undefined)).toBeUndefined();
  });
  test.each<[string, Files, string | undefined, RegExp]>([
    [
      "two",
      { "openapi-batch.config.json": "{}", "openapi-batch.config.ts": "" },
      undefined,
      /There are 2 configurations: openapi-batch\.config\.ts, openapi-batch\.config\.json\./,
    ],
    ["one that is not there", {}, "other.yaml", /There is no configuration other\.yaml\./],
    ["one of another kind", { "a.toml": "" }, "a.toml", /\.yaml or \.yml file; not a\.toml\./],
  ])("%s", async (_, files, given, want) => {
    await expect(findConfig(makeFolder(files), given)).rejects.toThrow(want);
  });
});

describe("mistakes and their places", () => {
  const json = "openapi-batch.config.json";
  const yaml = "openapi-batch.config.yaml";
  const ts = "openapi-batch.config.ts";
  const mjs = "openapi-batch.config.mjs";
  test.each<[string, string, string[]]>([
    [json, '{"inputs": ["a"],}', ["invalid-json 1:18 This is not JSON: property name expected."]],
    [json, "[]", ["config-type 1:1 The configuration: expected an object, found []"]],
    [
      json,
      '{\n  "input": ["a"]\n}',
      ['config-unknown-field 2:3 The configuration has no field "input"'],
    ],
    [json, '{"inputs": "a"}', ['config-type 1:2 `inputs`: expected a list, found "a"']],
    [
      json,
      '{"output": ""}',
      ['config-value 1:2 `output`: expected a path that is not empty, found ""'],
    ],
    [
      yaml,
      "strict: true\nreporter: xml\n",
      [
        'config-value 2:1 `reporter`: expected one of "text", "json", "sarif", "github", found "xml"',
      ],
    ],
    [
      yaml,
      "packages:\n  - output: a\n  - output: ./a\n",
      ['config-combination 3:5 Two packages have the output "./a".'],
    ],
    [
      yaml,
      "layout: modules\npackageJson: {license: MIT}\n",
      [
        'config-combination 2:1 `packageJson` is for a package, and `layout: "modules"` makes none.',
      ],
    ],
    [
      yaml,
      "output: a\npackages:\n  - output: b\n",
      ["config-combination 1:1 With `packages`, this key belongs in each package"],
    ],
    [
      yaml,
      "packageJson:\n  version: 1.0\n  exports: {}\n",
      [
        "config-combination 3:3 The generator writes this field of package.json",
        "config-type 2:3 `packageJson.version`: expected a text, found 1",
      ],
    ],
    [
      yaml,
      "packages:\n  - output: b\ntypesOnly: true\n",
      ["config-combination 3:1 With `packages`, this key belongs in each package"],
    ],
    [
      yaml,
      "name: Foo Bar\n",
      [
        'config-value 1:1 `name`: expected a name of a package as npm allows it, in lower case, such as @acme/crm-batch, found "Foo Bar"',
      ],
    ],
    [
      yaml,
      "importExtensions: .ts\n",
      ['config-value 1:1 `importExtensions`: expected one of "js", "ts", "none", found ".ts"'],
    ],
    [
      yaml,
      "rename:\n  POST /a: then.go\n  /b: b.go\n",
      [
        'invalid-name 2:3 Expected a name such as `notes.update`, found "then.go".',
        'invalid-operation 3:3 Expected a method and a path, found "/b".',
      ],
    ],
    [
      yaml,
      "packages:\n  - xBatch:\n      POST /a:\n        limt: 1\n",
      ['x-batch-unknown-field 4:9 `x-batch` has no field "limt"'],
    ],
    [
      ts,
      'import { defineConfig } from "openapi-batch";\n\nexport default defineConfig({\n  output: "a",\n  rename: { "POST /a": "nothing" },\n});\n',
      ['invalid-name 5:13 Expected a name such as `notes.update`, found "nothing".'],
    ],
    [
      ts,
      "export const config = {};\n",
      ["config-type 1:1 The configuration: expected an object, found undefined"],
    ],
    [
      mjs,
      'const a = 1;\nthrow new Error("no such setting");\n',
      ["config-failed 2:7 The configuration cannot be loaded: no such setting"],
    ],
    [
      ts,
      'const a: number = 1;\nthrow new Error("no such setting");\n',
      ["config-failed 2:7 The configuration cannot be loaded: no such setting"],
    ],
  ])("%s: %s", async (name, text, want) => {
    expect(await mistakes({ [name]: text })).toEqual(want);
  });

  test("a program that is none", async () => {
    expect(await mistakes({ [mjs]: "export default {\n  a: ,\n};\n" })).toEqual([
      expect.stringMatching(/^config-failed 2:\d+ The configuration cannot be loaded: /),
    ]);
    expect(await mistakes({ [ts]: "export default {\n  a: ,\n};\n" })).toEqual([
      expect.stringMatching(/^config-failed 2:\d+ The configuration cannot be loaded: /),
    ]);
  });
});

test("the schema and the docs are what the table of options gives", () => {
  const args = ["scripts/run-ts.mjs", "scripts/options.ts", "--check"];
  const cwd = path.join(import.meta.dirname, "../../..");
  const { status, stdout } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});

test("the table has the keys that the types have", () => {
  // A key of one that the other lacks does not compile.
  type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
  const isSame: [
    Same<keyof PackageConfig, ConfigKey<"package">>,
    Same<keyof RunConfig | "packages", ConfigKey<"run">>,
  ] = [true, true];
  expect(isSame).toEqual([true, true]);
  const keys = [...configKeys("package"), ...configKeys("run")];
  expect(keys.toSorted()).toEqual([...Object.keys(options), "packages"].toSorted());
});

test("the schema is one in its own right, and takes what the types take", () => {
  const read = (file: string): object =>
    JSON.parse(readFileSync(path.join(import.meta.dirname, "../../../generator", file), "utf8"));
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    allowUnionTypes: true,
  });
  ajv.addSchema(read("batch/x-batch/x-batch.schema.json"), xBatchSchema);
  const validate = ajv.compile(read("build/config/config.schema.json"));
  validate({ $schema: "./node_modules/openapi-batch/config.schema.json", ...options });
  expect(validate.errors ?? []).toEqual([]);
  expect(validate({ xBatch: { "POST /a": { limt: 1 } } })).toBe(false);
});
