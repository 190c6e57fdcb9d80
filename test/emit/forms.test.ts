/** The forms of a package: each is built as its own `tsconfig.json` says, and does what its README shows. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  generate,
  writePackage,
  type Generated,
  type PackageForm,
} from "../../generator/build/generate.js";
import { generate as regenerate } from "../../generator/build/incremental/incremental.js";
import { compilerHost } from "../compiler-host.js";
import { service } from "../docs/service.js";
import { filesOf, load } from "./compile.js";

const exec = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const fixtures = join(root, "test/fixtures");
const bin = (command: string) => join(root, "node_modules", ".bin", command);

const forms = {
  "with .ts": { importExtensions: "ts" },
  "without endings": { importExtensions: "none" },
  "types only": { typesOnly: true },
  "types only, without endings": { typesOnly: true, importExtensions: "none" },
} as const satisfies Record<string, PackageForm>;
type Form = keyof typeof forms;
const names = Object.keys(forms) as Form[]; // the keys of a literal

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "openapi-batch-forms-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a package, and builds it. */
async function make(
  output: string,
  form: PackageForm,
  from: { readonly cwd: string; readonly paths: readonly string[]; readonly presets?: string[] },
  examples: (files: Generated["files"]) => readonly string[] = () => [],
): Promise<{ readonly generated: Generated; readonly problems: readonly string[] }> {
  const generated = await generate({ ...from, ...form, output, name: "fixture", format: false });
  await writePackage(generated.files, output);
  return { generated, problems: compile(output, examples(generated.files)) };
}

/** What the compiler says of a package with its own settings; and what it emits, where it does. */
function compile(output: string, examples: readonly string[]): readonly string[] {
  const settings = JSON.parse(readFileSync(join(output, "tsconfig.json"), "utf8"));
  expect(settings.compilerOptions).toMatchObject({
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    verbatimModuleSyntax: true,
    isolatedModules: true,
  });
  const parsed = ts.parseJsonConfigFileContent(settings, ts.sys, output);
  // What is left when types are taken out is the program: a Node that strips types runs it.
  const options: ts.CompilerOptions = {
    ...parsed.options,
    erasableSyntaxOnly: true,
    // TypeScript's own: `npm run typecheck` checks them once.
    skipDefaultLibCheck: true,
  };
  const texts = new Map(examples.map((text, i) => [join(output, "src", `example${i}.ts`), text]));
  const host = compilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = texts.get(file);
    return text === undefined
      ? getSourceFile(file, version, ...rest)
      : ts.createSourceFile(file, text, version);
  };
  const program = ts.createProgram([...parsed.fileNames, ...texts.keys()], options, host);
  const { diagnostics } = program.emit();
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(
    ({ file, messageText }) =>
      `${file?.fileName.slice(output.length) ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
  );
}

/** The examples of a package's README, as modules of it. */
const examplesOf = (readme: string, ending: string): string[] =>
  [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => {
    const local = code
      .replace(/from "fixture"/g, `from "./index${ending}"`)
      .replace(/from "fixture\/(.+)"/g, `from "./$1${ending}"`);
    const given = ["token", "baseUrl", "url"].map((name) => `declare const ${name}: string;`);
    return `${local}\n${given.join(" ")} declare const inputs: never; declare const params: never;\nexport {};\n`;
  });

describe.each(names)("%s", (name) => {
  const form: PackageForm = forms[name];
  const ending = { js: ".js", ts: ".ts", none: "" }[form.importExtensions ?? "js"];
  let output: string;
  beforeAll(() => void (output = join(folder, name.replaceAll(" ", "-"))));

  test("compiles as its own settings say, and so do the examples of its README", async () => {
    const from = { cwd: root, paths: ["specs"], presets: ["hubspot"] };
    const { generated, problems } = await make(output, form, from, (files) => {
      const readme = files.find(({ path }) => path === "README.md")?.text ?? "";
      const examples = examplesOf(readme, ending);
      expect(examples).toHaveLength(form.typesOnly ? 1 : 3);
      return examples;
    });
    expect(problems).toEqual([]);
    const sources = generated.files.filter(({ path }) => path.startsWith("src/"));
    const specifiers = sources.flatMap(({ text }) =>
      ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName),
    );
    expect(specifiers.filter((one) => !/^\.{1,2}\//.test(one))).toEqual([]);
    const wrong = { ".js": /(?<!\.js)$/, ".ts": /(?<!\.ts)$/, "": /\.[jt]s$/ }[ending] ?? /./;
    expect(specifiers.filter((one) => wrong.test(one))).toEqual([]);
  });

  // Modules are the same whatever their endings; of types alone see "the body of a request".
  test.runIf(name === "with .ts")(
    "takes every encoding, names that are words of the language, and versions",
    async () => {
      const all = { cwd: fixtures, paths: readdirSync(fixtures) };
      const open = { ...form, openEnums: true };
      const { problems } = await make(`${output}-fixtures`, open, all);
      expect(problems).toEqual([]);
    },
    60_000,
  );

  test("is checked for drift, and made again from what is remembered", async () => {
    const cwd = root;
    const cache = join(folder, "cache");
    const options = {
      cwd,
      paths: ["specs"],
      presets: ["hubspot"],
      output,
      name: "fixture",
      cache,
      format: false,
    };
    const again = () => regenerate({ ...options, ...form });
    const first = await again();
    expect(await writePackage(first.files, output, { check: true })).toMatchObject({ written: [] });
    const other = await regenerate(options);
    expect(other.files).not.toEqual(first.files);
    expect((await again()).files).toEqual(first.files);
  });

  // What is published is the same whatever its sources call each other: see packages.test.ts.
  test.skipIf(form.importExtensions !== undefined)(
    "is published well",
    async () => {
      const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
      const shell = process.platform === "win32";
      const { stdout } = await exec("npm", pack, { cwd: output, shell });
      const [{ filename, files }] = JSON.parse(stdout);
      expect(files.map(({ path }: { path: string }) => path)).toContain("dist/index.d.ts");
      await exec(bin("publint"), ["run", join(folder, filename), "--strict"], { shell });
      await exec(bin("attw"), ["--profile", "esm-only", join(folder, filename)], { shell });
    },
    60_000,
  );
});

/** A module of a package, bundled as a user's program. */
async function bundle(output: string, contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: output, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

test("a package sends, and runs", async () => {
  const from = {
    cwd: root,
    paths: ["specs"],
    presets: ["hubspot"],
    output: join(folder, "modules"),
  };
  const generated = await generate({ ...from, name: "fixture", format: false });
  const { createClient, notes, objects }: any = await load(filesOf(generated), "src/index"); // eslint-disable-line @typescript-eslint/no-explicit-any -- the exports of what was just generated
  const client = createClient({ auth: "token", fetch: service });
  const inputs = ["1", "2", "3"].map((id) => ({ id, properties: { hs_note_body: id } }));
  const outcomes = await client.run(notes.update, inputs).collect();
  expect(outcomes.map(({ kind }: { kind: string }) => kind)).toEqual(["ok", "ok", "ok"]);
  const request = objects.read([{ id: "1" }], { objectType: "deals", properties: ["a"] });
  expect(request.path).toBe("/crm/v3/objects/deals/batch/read");
  expect(notes.isBatchStatus("COMPLETE")).toBe(true);
});

test("types leave nothing in a bundle", async () => {
  const types = await bundle(join(folder, "types-only"), 'export * from "./src/index.ts"');
  expect(types.trim()).toBe("");
});

test("the body of a request has the items where they stand, and what stands beside them", async () => {
  const output = join(folder, "bodies");
  const example = `import type { things, profile, customers, search, people, email } from "./index.js";
    type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
    const checks: readonly true[] = [] satisfies [] as unknown as [
      Same<things.Read["body"], {
        ids: readonly string[]; type: "thing"; space: { id?: string }; trace?: string;
      }>,
      Same<profile.Import["body"]["data"]["attributes"]["profiles"]["data"], readonly profile.Profile[]>,
      Same<customers.Create["body"], { customers: { [key: string]: customers.Customer } }>,
      Same<search.Bulk["body"], string>,
      Same<search.Item["_seq_no"], number | undefined>,
      Same<"body" extends keyof people.Get ? true : false, false>,
      Same<email.Send["body"], readonly email.Message[]>,
      Same<email.Send["reply"], { status: 200; body: readonly email.Sent[] }>,
      Same<email.Send["error"], email.ErrorModel>,
    ];
    export { checks };`;
  const all = { cwd: fixtures, paths: readdirSync(fixtures) };
  const { problems } = await make(output, { typesOnly: true }, all, () => [example]);
  expect(problems).toEqual([]);
});

describe("package.json", () => {
  const output = () => join(folder, "manifest");
  const write = async (options: PackageForm & { readonly name?: string } = {}) => {
    const { files } = await generate({
      cwd: fixtures,
      paths: ["query-ids.yaml"],
      output: output(),
      format: false,
      ...options,
    });
    await writePackage(files, output());
    return read();
  };
  const read = () => JSON.parse(readFileSync(join(output(), "package.json"), "utf8"));

  test("keeps what its owner says in it", async () => {
    expect(await write()).toMatchObject({
      name: "manifest",
      version: "0.1.0",
      license: "UNLICENSED",
    });
    const own = {
      ...read(),
      version: "2.3.4",
      license: "MIT",
      author: "A",
      exports: {},
      scripts: { test: "true", build: "false" },
    };
    writeFileSync(join(output(), "package.json"), JSON.stringify(own));
    const kept = await write();
    expect(kept).toMatchObject({ version: "2.3.4", license: "MIT", author: "A" });
    expect(kept.scripts).toMatchObject({ test: "true", build: "tsc -p tsconfig.json" });
    expect(Object.keys(kept.exports)).toContain("./people");
    expect(await write()).toEqual(kept);
  });

  test("has what the configuration says", async () => {
    const packageJson = { version: "3.0.0", repository: "github:a/b", exports: {} };
    expect(await write({ packageJson })).toMatchObject({
      version: "3.0.0",
      license: "MIT",
      repository: "github:a/b",
    });
    expect(Object.keys(read().exports)).toContain("./people");
  });
});

const corpus = resolve(root, "../shared");

describe.skipIf(!existsSync(corpus))("real documents (skipped without ../shared)", () => {
  test("types only", async () => {
    const from = { cwd: corpus, paths: ["corpus/hubspot", "conformance"] };
    const { problems, generated } = await make(
      join(folder, "types-only-all"),
      forms["types only"],
      from,
    );
    expect(problems).toEqual([]);
    expect(generated.rows.filter(({ recognised }) => recognised).length).toBeGreaterThan(100);
  });
});
