/** `generate` of `incremental/` differs from that of `generate.ts` by the time that it takes, and by nothing else. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  generate as generateAnew,
  type Generated,
  type GenerateOptions,
} from "../../../generator/build/generate.js";
import { withPositions } from "../../../generator/base/positions.js";
import { generate } from "../../../generator/build/incremental/incremental.js";
import { writePackage } from "../../../generator/build/write/write.js";

const specs = join(import.meta.dirname, "../..", "..", "specs");

let cwd: string;
let options: GenerateOptions;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "openapi-batch-unchanged-"));
  mkdirSync(join(cwd, "specs"));
  for (const name of ["common", "notes"])
    cpSync(join(specs, `${name}.yaml`), join(cwd, "specs", `${name}.yaml`));
  cpSync(join(specs, "../presets/hubspot/overlay.yaml"), join(cwd, "specs/hubspot.overlay.yaml"));
  writeFileSync(join(cwd, "package.json"), "{}");
  options = { cwd, format: false };
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

/** All that can be seen of a run, with its positions looked up. */
const seen = ({ text: _text, locate, hashes, isWritten: _, ...rest }: Generated): unknown => {
  const diagnostics = withPositions(rest.diagnostics, locate);
  const unknowns = rest.unknowns.map((one) => ({ ...one, position: locate(one.location) }));
  return JSON.parse(JSON.stringify({ ...rest, diagnostics, unknowns, hashes: [...hashes].sort() }));
};

/** Runs as the command does; whether anything had to be read and modelled. */
async function run(more: GenerateOptions & { cache?: string | false } = {}) {
  let worked = false;
  const generated = await generate({ ...options, ...more, onProgress: () => (worked = true) });
  await writePackage(generated.files, join(cwd, more.output ?? "generated"));
  return { worked, generated };
}

const change = (file: string, from: string | RegExp, to: string): void => {
  const path = join(cwd, file);
  const text = readFileSync(path, "utf8");
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
};

test("a second run does nothing, and gives the same", async () => {
  const first = await run();
  const second = await run();
  expect([first.worked, second.worked]).toEqual([true, false]);
  const anew = await generateAnew(options);
  expect(seen(second.generated)).toEqual(seen(anew));
  expect(anew.files.length).toBeGreaterThan(10);
});

test("positions and texts of files are available afterwards", async () => {
  change("specs/notes.yaml", /#\/components\/schemas\/Note"/, '#/components/schemas/Nothing"');
  await run();
  const { worked, generated } = await run();
  expect(worked).toBe(false);
  const [first] = generated.diagnostics;
  expect(first?.location && generated.locate(first.location)?.line).toBeGreaterThan(1);
  expect(seen(generated)).toEqual(seen(await generateAnew(options)));
  expect(generated.text("specs/notes.yaml")).toBe(
    readFileSync(join(cwd, "specs/notes.yaml"), "utf8"),
  );
});

describe("what is noticed", () => {
  test.each<[string, () => void]>([
    ["a changed document", () => change("specs/notes.yaml", "Notes", "Remarks")],
    [
      "a changed file that documents refer to",
      () => change("specs/common.yaml", /description: .*/, "description: new"),
    ],
    [
      "a changed overlay",
      () => change("specs/hubspot.overlay.yaml", /description: .*|summary: .*/, "description: new"),
    ],
    ["a new document", () => cpSync(join(specs, "notes.yaml"), join(cwd, "specs", "zz.yaml"))],
    ["a document that is gone", () => rmSync(join(cwd, "specs", "notes.yaml"))],
    [
      "a skipped file that became a document",
      () => cpSync(join(specs, "notes.yaml"), join(cwd, "specs", "a.json")),
    ],
    [
      "a damaged record",
      () => {
        const [folder] = [join(cwd, "node_modules", ".cache", "openapi-batch")];
        for (const file of readdirSync(folder)) writeFileSync(join(folder, file), "{}");
      },
    ],
    [
      "a changed lock",
      () => change("generated/openapi-batch.lock", "version: 1", "# seen\nversion: 1"),
    ],
    [
      "another name of the package",
      () => change("generated/package.json", '"generated"', '"other"'),
    ],
  ])("%s", async (_, act) => {
    writeFileSync(join(cwd, "specs", "a.json"), '{"not": "a document"}');
    await run();
    act();
    const anew = seen(await generateAnew(options));
    const { worked, generated } = await run();
    expect(worked).toBe(true);
    expect(seen(generated)).toEqual(anew);
    await run();
    expect((await run()).worked).toBe(false);
  });

  test("other options, other outputs, no cache", async () => {
    await run();
    expect((await run({ name: "other" })).worked).toBe(true);
    expect((await run({ int64: "bigint" })).worked).toBe(true);
    expect((await run({ output: "elsewhere" })).worked).toBe(true);
    expect((await run({ output: "elsewhere" })).worked).toBe(false);
    expect((await run({ output: "elsewhere", cache: false })).worked).toBe(true);
    expect((await run({ output: "elsewhere", cache: "cache" })).worked).toBe(true);
    expect(readdirSync(join(cwd, "cache"))).toHaveLength(3);
  });
});

test("the configuration of prettier is an input", async () => {
  const formatted = { format: true, typesOnly: true };
  const put = (file: string, text: string) => (): void => writeFileSync(join(cwd, file), text);
  const steps: readonly (readonly [what: string, act: () => void, worked: boolean])[] = [
    ["the first run", () => undefined, true],
    ["nothing", () => undefined, false],
    ["another member of a package.json", put("package.json", '{ "name": "other" }'), false],
    ["its options", put("package.json", '{ "prettier": { "tabWidth": 4 } }'), true],
    ["nothing", () => undefined, false],
    ["options at the output", put("generated/.prettierrc", "semi: false"), true],
    ["other options there", put("generated/.prettierrc", "tabWidth: 3"), true],
    ["nothing", () => undefined, false],
  ];
  for (const [what, act, worked] of steps) {
    act();
    const given = await run(formatted);
    expect(given.worked, what).toBe(worked);
    const anew = await generateAnew({ ...options, ...formatted });
    expect(seen(given.generated), what).toEqual(seen(anew));
  }
  expect(readFileSync(join(cwd, "generated", "tsconfig.json"), "utf8")).toMatch(/^\{\n {3}"/);
});

test("what somebody did to the output is put right", async () => {
  const { generated } = await run();
  writeFileSync(join(cwd, "generated", "README.md"), "scribbled");
  expect((await run()).worked).toBe(true);
  const readme = generated.files.find(({ path }) => path === "README.md");
  expect(readFileSync(join(cwd, "generated", "README.md"), "utf8")).toBe(readme?.text);
});

test("a file that was not there, and is", async () => {
  const common = join(cwd, "specs", "common.yaml");
  const text = readFileSync(common, "utf8");
  rmSync(common);
  await run();
  await run();
  expect((await run()).worked).toBe(false);
  writeFileSync(common, text);
  const { worked, generated } = await run();
  expect(worked).toBe(true);
  expect(seen(generated)).toEqual(seen(await generateAnew(options)));
});

test("without a package.json nothing is kept, and nothing is made", async () => {
  const bare = mkdtempSync(join(tmpdir(), "openapi-batch-bare-"));
  try {
    symlinkSync(specs, join(bare, "specs"));
    await generate({ cwd: bare });
    expect(readdirSync(bare)).toEqual(["specs"]);
  } finally {
    rmSync(bare, { recursive: true, force: true });
  }
});

test("runs at once leave a record that holds", async () => {
  await Promise.all([run(), generate(options), generate(options)]);
  const { generated } = await run();
  expect(seen(generated)).toEqual(seen(await generateAnew(options)));
});
