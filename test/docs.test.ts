/**
 * The docs say what is so: every `ts` block is compiled and run, every link leads somewhere, and every test that is
 * named as a proof exists. CONTRIBUTING.md says how blocks are written.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { anchorOf, isPage } from "../docs/.vitepress/pages.js";
import * as given from "./docs/given.js";
import { service } from "./docs/service.js";

const root = join(import.meta.dirname, "..");
const slashes = (path: string) => path.replaceAll("\\", "/");
const read = (path: string) => readFileSync(join(root, path), "utf8").replaceAll("\r\n", "\n");

const pages = [
  ...["README.md", "CHANGELOG.md", "generated/README.md"],
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .map((path) => `docs/${slashes(path)}`)
    .filter(isPage)
    .sort(),
];

interface Block {
  /** Such as `docs/promises/auth.md:12`. */
  readonly at: string;
  /** The hidden lines before it, if any, and what the reader sees. */
  readonly code: string;
  readonly runs: boolean;
}

const FENCE =
  /(?:<!-- ts\n(?<hidden>[\s\S]*?)-->\n\s*)?^```ts(?<flag> no-run)?\n(?<code>[\s\S]*?)^```$/gm;

const blocks: readonly Block[] = pages.flatMap((page) => {
  const text = read(page);
  return [...text.matchAll(FENCE)].map(({ index, groups = {} }) => ({
    at: `${page}:${text.slice(0, index).split("\n").length}`,
    code: (groups["hidden"] ?? "") + (groups["code"] ?? ""),
    // The tool writes files: what uses it is compiled only.
    runs: groups["flag"] === undefined && !/from "(openapi-batch|node:)/.test(groups["code"] ?? ""),
  }));
});

const manifest = JSON.parse(read("generated/package.json")) as {
  exports: Record<string, { default: string } | string>;
};
/** The sources of the generated package, by the names that programs import. */
const sources = new Map<string, string>(
  Object.entries(manifest.exports).flatMap(([subpath, target]) =>
    typeof target === "string"
      ? []
      : [
          [
            `hubspot-batch${subpath.slice(1)}`,
            target.default.replace("./dist/", "generated/src/").replace(/js$/, "ts"),
          ] as const,
        ],
  ),
);

/** What the compiler says of each block; all of them are one program. */
function problems(): readonly string[] {
  const names = Object.keys(given).map(
    (name) => `const ${name}: typeof import("./given.js").${name};`,
  );
  const ambient = `declare global { ${names.join("\n")} type Row = import("./given.js").Row; }\nexport {};`;
  const files = new Map([
    [slashes(join(root, "test/docs/ambient.ts")), ambient],
    ...blocks.map(
      ({ code }, i) =>
        [slashes(join(root, `test/docs/block${i}.ts`)), `${code}\nexport {};\n`] as const,
    ),
  ]);
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ["node"],
    paths: {
      ...Object.fromEntries([...sources].map(([name, source]) => [name, [join(root, source)]])),
      "openapi-batch": [join(root, "generator/build/generate.ts")],
      "openapi-batch/emulator": [join(root, "generator/emulator/emulate.ts")],
      "openapi-batch/watch": [join(root, "generator/watch/watch.ts")],
      "openapi-batch/*": [join(root, "generator/bundlers/*.ts")],
    },
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => files.has(slashes(path)) || fileExists(path);
  host.readFile = (path) => files.get(slashes(path)) ?? readFile(path);
  host.getSourceFile = (path, settings) => {
    const text = host.readFile(path);
    return text === undefined ? undefined : ts.createSourceFile(path, text, settings, true);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((path, i) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) =>
        `${blocks[i - 1]?.at ?? "given"}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
    );
  });
}

/** Runs a block; `expression; // => value` is an expectation. */
async function run({ code }: Block): Promise<void> {
  const asked = code.replace(/^( *)(\S.*); \/\/ => (.+)$/gm, "$1expect($2).toEqual($3);");
  const modules = new Map<string, unknown>();
  for (const { fileName } of ts.preProcessFile(asked).importedFiles) {
    const source = sources.get(fileName);
    modules.set(fileName, await import(source === undefined ? fileName : join(root, source)));
  }
  const { outputText } = ts.transpileModule(asked, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const around = {
    ...given,
    expect,
    exports: {},
    require: (name: string) => modules.get(name),
    console: { log: () => undefined, error: () => undefined },
  };
  // The text is that of this repository's own docs.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const body = new Function(...Object.keys(around), `return (async () => {${outputText}\n})();`);
  await body(...Object.values(around));
}

describe("examples", () => {
  beforeAll(() => {
    vi.stubGlobal("fetch", service);
    vi.stubEnv("HUBSPOT_TOKEN", given.token);
  });
  afterAll(() => {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  });

  test("are there", () => {
    expect(blocks.length).toBeGreaterThan(20);
  });

  test("compile", () => {
    expect(problems()).toEqual([]);
  });

  test.each(blocks.filter(({ runs }) => runs))("run: $at", run);

  test("that suppose something, suppose what CONTRIBUTING.md lists", () => {
    const section = read("CONTRIBUTING.md")
      .split(/^## /m)
      .find((text) => /^.*\bexamples\b/i.test(text));
    const listed = [...(section ?? "").matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual([...Object.keys(given), "Row"].sort());
  });
});

test("x-batch values are what editors take them for", () => {
  const schema = JSON.parse(read("generator/batch/x-batch/x-batch.schema.json")) as object;
  const validate = new Ajv2020({ strict: false }).compile(schema);
  const values = pages.flatMap((page) =>
    [...read(page).matchAll(/^```yaml\n(x-batch:\n[\s\S]*?)^```$/gm)].map(([, text = ""]) => ({
      page,
      value: (parse(text) as { "x-batch": unknown })["x-batch"],
    })),
  );
  expect(values.length).toBeGreaterThan(5);
  expect(values.filter(({ value }) => !validate(value))).toEqual([]);
});

/** A page without its code. */
const prose = (page: string) => read(page).replace(/^```[\s\S]*?^```$/gm, "");

/** The anchors that GitHub gives to the headings of a page. */
const anchors = (page: string) =>
  new Set(
    [...prose(page).matchAll(/^#+ +(.+)$/gm)].map(([, heading = ""]) =>
      anchorOf(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")),
    ),
  );

describe.each(pages)("%s", (page) => {
  const links = [...prose(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(
    ([, link = ""]) => link,
  );

  test("has links that lead somewhere", () => {
    const broken = links.filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : slashes(join(dirname(page), path));
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !(target.endsWith(".md") && anchors(target).has(anchor));
    });
    expect(broken).toEqual([]);
  });

  test.runIf(prose(page).includes("## How it is proved"))("names proofs that exist", () => {
    const [, proofs = ""] = prose(page).split("## How it is proved");
    const named = proofs.split(/^- /m).flatMap((proof) => {
      const links = [...proof.matchAll(/\]\(([^)]+\.ts)\)/g)].map(([, link = ""]) => link);
      const source = links.map((link) => read(join(dirname(page), link))).join("\n");
      // Names of tests, in italics; a line break may stand in them.
      return [...proof.matchAll(/(?<!\w)_([^_]+)_(?!\w)/g)].map(([, text = ""]) => {
        const name = text.replace(/\s+/g, " ");
        return { name, exists: source.includes(name) };
      });
    });
    if (page.startsWith("docs/promises/")) expect(named.length).toBeGreaterThan(0);
    expect(named.filter(({ exists }) => !exists)).toEqual([]);
  });
});

test("docs/README.md leads to every page", () => {
  const index = prose("docs/README.md");
  const missing = pages
    .filter((page) => page.startsWith("docs/") && page !== "docs/README.md")
    .filter((page) => !index.includes(`](${page.slice("docs/".length)})`));
  expect(missing).toEqual([]);
});
