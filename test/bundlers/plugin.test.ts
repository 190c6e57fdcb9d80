/** The plugin in real bundlers: a build, a build that fails, and what a server or a watcher makes of a change. */
import { execFile } from "node:child_process";
import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { build as esbuild, context, type Message, type PluginBuild } from "esbuild";
import { rollup, watch, type RollupError, type RollupWatcherEvent } from "rollup";
import ts from "typescript";
import { build as viteBuild, createServer, type ErrorPayload, type ViteDevServer } from "vite";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import esbuildPlugin from "../../generator/bundlers/esbuild.js";
import rollupPlugin from "../../generator/bundlers/rollup.js";
import vitePlugin from "../../generator/bundlers/vite.js";
import { broken, createProject, documentOf, type Project } from "./project.js";

let project: Project;
beforeEach(() => {
  project = createProject();
  vi.spyOn(process, "cwd").mockReturnValue(project.root);
});
afterEach(() => {
  vi.restoreAllMocks();
  project.remove();
});

/** What a bundle prints. */
const run = async (file: string): Promise<string> =>
  (await promisify(execFile)(process.execPath, [join(project.root, file)])).stdout.trim();

const printed = "/things/batch/read 50 function";
const changed = "/things/batch/read 20 function";

/** A plugin of somebody's that makes JavaScript of TypeScript, for a bundler that does not. */
const typescript = {
  name: "typescript",
  transform: (code: string, id: string) =>
    id.endsWith(".ts")
      ? ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ES2022 } }).outputText
      : null,
};

const buildWith = {
  vite: (options?: Parameters<typeof vitePlugin>[0]) =>
    viteBuild({
      root: project.root,
      configFile: false,
      logLevel: "silent",
      plugins: [vitePlugin(options)],
      build: { ssr: "main.ts", outDir: "out", minify: false },
      ssr: { noExternal: true },
    }),
  rollup: async (options?: Parameters<typeof rollupPlugin>[0]) => {
    const input = join(project.root, "main.ts");
    const bundle = await rollup({ input, plugins: [rollupPlugin(options), typescript] });
    await bundle.write({ file: join(project.root, "out/main.js") });
    await bundle.close();
  },
  esbuild: (options?: Parameters<typeof esbuildPlugin>[0]) =>
    esbuild({
      absWorkingDir: project.root,
      entryPoints: ["main.ts"],
      outdir: "out",
      format: "esm",
      bundle: true,
      logLevel: "silent",
      plugins: [esbuildPlugin(options)],
    }),
};

describe.each(["vite", "rollup", "esbuild"] as const)("%s", (name) => {
  const build = buildWith[name];

  test("makes the package, and finds its modules by its name", async () => {
    await build();
    expect(await run("out/main.js")).toBe(printed);
    expect(existsSync(join(project.root, "openapi-batch.lock"))).toBe(true);
    // Where nothing changed, nothing is touched.
    const file = join(project.root, "generated/src/things.ts");
    const before = statSync(file).mtimeMs;
    await build();
    expect(statSync(file).mtimeMs).toBe(before);
  });

  test("takes options in place of a file", async () => {
    rmSync(join(project.root, "openapi-batch.config.json"));
    const form = { importExtensions: "none", format: false } as const;
    const packages = { output: "src/api", name: "thing-batch", ...form };
    await build(packages);
    expect(await run("out/main.js")).toBe(printed);
    expect(project.read("src/api/package.json")).toContain('"./src/things.ts"');
  });

  test("makes modules among the sources, which are imported by their paths", async () => {
    rmSync(join(project.root, "openapi-batch.config.json"));
    project.write(
      "main.ts",
      project
        .read("main.ts")
        .replaceAll("thing-batch", "./src/api/index")
        .replace("index/things", "things"),
    );
    await build({ output: "src/api", layout: "modules", importExtensions: "none", format: false });
    expect(await run("out/main.js")).toBe(printed);
    expect(existsSync(join(project.root, "src/api/package.json"))).toBe(false);
  });

  test("fails with the place of what is wrong, and the lines around it", async () => {
    // As for a workspace that nothing was written to yet.
    project.write("generated/package.json", '{ "name": "thing-batch" }');
    project.write("specs/more.yaml", broken);
    const error = await build().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    const [message] = (error as { errors?: Message[] }).errors ?? [];
    const { loc, id, frame, message: text } = error as RollupError;
    const place = message?.location ?? { ...loc, file: id, lineText: frame };
    expect(place).toMatchObject({ file: expect.stringMatching(/more\.yaml$/), line: 3 });
    expect(place.lineText).toContain("paths: { /a: { post: [1, 2 }");
    expect(message?.text ?? text).toMatch(/invalid-yaml/);
  });

  test("fails with what is wrong with a configuration", async () => {
    project.write("openapi-batch.config.json", '{\n  "outptu": "a"\n}');
    await expect(build()).rejects.toThrow(/config-unknown-field[\s\S]*Did you mean `output`\?/);
    // Options have no place, but they have the same rules.
    const wrong = { outptu: "a" } as object;
    await expect(build(wrong)).rejects.toThrow(/no field "outptu"/);
  });
});

test("esbuild: a changed document, and a new one, make a watcher build again", async () => {
  const ends: (readonly string[])[] = [];
  const watched = await context({
    absWorkingDir: project.root,
    entryPoints: ["main.ts"],
    outdir: "out",
    format: "esm",
    bundle: true,
    logLevel: "silent",
    plugins: [
      esbuildPlugin(),
      {
        name: "told",
        setup: ({ onEnd }: PluginBuild) =>
          onEnd(({ errors }) => void ends.push(errors.map(({ text }) => text))),
      },
    ],
  });
  try {
    await watched.watch();
    await vi.waitFor(async () => expect(await run("out/main.js")).toBe(printed), 20_000);
    project.write("specs/things.yaml", documentOf(20));
    await vi.waitFor(async () => expect(await run("out/main.js")).toContain(changed), 20_000);
    project.write("specs/more.yaml", broken);
    await vi.waitFor(() => expect(ends.at(-1)?.join()).toContain("invalid-yaml"), 20_000);
  } finally {
    await watched.dispose();
  }
});

test("Rollup: a changed document, and a new one, make a watcher build again", async () => {
  const events: RollupWatcherEvent[] = [];
  const watcher = watch({
    input: join(project.root, "main.ts"),
    plugins: [rollupPlugin(), typescript],
    output: { file: join(project.root, "out/main.js") },
  });
  watcher.on("event", (event) => void events.push(event));
  const last = () => events.at(-1)?.code;
  try {
    await vi.waitFor(() => expect(last()).toBe("END"), 20_000);
    expect(await run("out/main.js")).toBe(printed);
    project.write("specs/things.yaml", documentOf(20));
    await vi.waitFor(async () => expect(await run("out/main.js")).toContain(changed), 20_000);
    await vi.waitFor(() => expect(last()).toBe("END"), 20_000);
    project.write("specs/more.yaml", broken);
    await vi.waitFor(() => expect(events.map(({ code }) => code)).toContain("ERROR"), 20_000);
  } finally {
    await watcher.close();
  }
});

describe("a server of Vite", () => {
  let server: ViteDevServer;
  const sent: ErrorPayload[] = [];
  beforeEach(async () => {
    sent.length = 0;
    server = await createServer({
      root: project.root,
      configFile: false,
      logLevel: "silent",
      plugins: [vitePlugin()],
      server: { port: 0 },
      optimizeDeps: { noDiscovery: true },
    });
    const { send } = server.ws;
    vi.spyOn(server.ws, "send").mockImplementation((...args: unknown[]) => {
      const [payload] = args;
      if (typeof payload === "object") sent.push(payload as ErrorPayload);
      Reflect.apply(send, server.ws, args);
    });
    await server.listen();
  });
  afterEach(() => server.close());

  /** The module as a browser gets it. */
  async function served(path: string): Promise<string> {
    const [address = ""] = server.resolvedUrls?.local ?? [];
    const response = await fetch(new URL(path, address));
    return response.text();
  }
  const things = () => served("/generated/src/things.ts");

  test("serves the package, and what it is after a change", async () => {
    expect(await served("/main.ts")).toContain("/generated/src/things.ts");
    expect(await things()).toContain("items: 50");
    project.write("specs/things.yaml", documentOf(20));
    await vi.waitFor(async () => expect(await things()).toContain("items: 20"), 20_000);
    // Those who look at a page get it, too.
    const types = () => sent.map(({ type }) => type as string);
    await vi.waitFor(() => expect(types()).toContain("full-reload"), 20_000);
  });

  test("goes on with a broken document, says so, and takes it back", async () => {
    await things();
    project.write("specs/more.yaml", broken);
    const errors = () => sent.filter(({ type }) => type === "error");
    await vi.waitFor(() => expect(errors()).toHaveLength(1), 20_000);
    const [{ err }] = errors() as [ErrorPayload];
    expect(err).toMatchObject({ id: join(project.root, "specs/more.yaml"), loc: { line: 3 } });
    expect(err.frame).toContain("> 3 | paths: { /a:");
    expect(await things()).toContain("items: 50");
    const info = vi.spyOn(server.config.logger, "info");
    rmSync(join(project.root, "specs/more.yaml"));
    await vi.waitFor(() => expect(sent.at(-1)).toEqual({ type: "full-reload" }), 20_000);
    expect(info.mock.calls.map(([text]) => text)).toEqual([
      "openapi-batch: the errors are corrected",
    ]);
    // Half a document is none, and what was made of the whole one stays.
    project.write("specs/things.yaml", broken);
    await vi.waitFor(() => expect(errors()).toHaveLength(2), 20_000);
    expect(await things()).toContain("items: 50");
  });
});
