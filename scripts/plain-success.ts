/**
 * `plainSuccess`: generates a package from documents with a preset, and runs each of its endpoints against the emulator,
 * without faults -> the endpoints that cannot call an input of such a run ok.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What is read of an endpoint of a package. */
interface Endpoint {
  readonly operation: {
    readonly name: string;
    readonly items: { readonly as?: string; readonly at: string; readonly in?: string };
    readonly match?: readonly { readonly request?: string; readonly generate?: string }[];
    readonly parameters?: readonly {
      readonly name: string;
      readonly in: string;
      readonly key?: string;
      readonly required?: true;
      readonly value?: unknown;
    }[];
  };
}

interface Client {
  run(
    endpoint: unknown,
    inputs: unknown,
    options: object,
  ): { collect(): Promise<readonly { kind: string }[]> };
}

/** The built library: it finds its own files, which the bundle of a script does not. */
const built = async <T>(path: string): Promise<T> =>
  (await import(pathToFileURL(resolve("dist", path)).href)) as T; // the module that was built from that source

export async function plainSuccess(
  preset: string,
  documents: string,
): Promise<{ readonly endpoints: number; readonly failed: readonly string[] }> {
  const library = await built<typeof import("../generator/build/generate.js")>("build/generate.js");
  const emulation =
    await built<typeof import("../generator/emulator/emulate.js")>("emulator/emulate.js");
  const from = { paths: [resolve(documents)], presets: [preset] };
  const { files, rows } = await library.generate({
    ...from,
    output: "nowhere",
    name: "p",
    format: false,
  });
  const known = rows.filter(
    ({ name, signs }) => name !== undefined && signs === "a preset says so",
  );
  const names = [...new Set(known.flatMap(({ name }) => name ?? []))];
  const modules = [...new Set(names.map((name) => name.slice(0, name.lastIndexOf("."))))];
  const loaded = await bundled(files, modules);
  const behaviour = { rates: false, validate: false, echoKey: 1 };
  const emulator = await emulation.startEmulator({ ...from, behaviour });
  try {
    const client = loaded.createClient({ auth: "token", baseUrl: emulator.url });
    const failed: string[] = [];
    for (const name of names) {
      const dot = name.lastIndexOf(".");
      const endpoint = loaded[`m${modules.indexOf(name.slice(0, dot))}`]?.[name.slice(dot + 1)];
      if (!endpoint) continue;
      const { parameters = [] } = endpoint.operation;
      const needed = parameters.filter(
        ({ in: place, required, value }) => value === undefined && (required || place === "path"),
      );
      const params = Object.fromEntries(
        needed.map(({ name, key = name.slice(name.lastIndexOf("/") + 1) }) => [key, "1"]),
      );
      const ways: string[] = [];
      for (const inputs of [inputsFor(endpoint, { id: "" }), inputsFor(endpoint, "")]) {
        emulator.reset();
        const outcomes = await client.run(endpoint, inputs, { params, chunkSize: 2 }).collect();
        ways.push(outcomes.map(({ kind }) => kind).join());
      }
      if (!ways.includes("ok,ok")) failed.push(`${name}: ${ways.join(" or ")}`);
    }
    return { endpoints: names.length, failed };
  } finally {
    await emulator.close();
  }
}

/** Modules of a package, by `m` and their number, and its client. */
async function bundled(
  files: readonly { readonly path: string; readonly text: string }[],
  modules: readonly string[],
): Promise<Record<string, Record<string, Endpoint>> & { createClient(options: object): Client }> {
  const folder = mkdtempSync(join(tmpdir(), "openapi-batch-"));
  try {
    const lines = modules.map((module, i) => `export * as m${i} from "./${module}.js";`);
    const entry = {
      path: "src/all.ts",
      text: `export { createClient } from "./index.js";\n${lines.join("\n")}`,
    };
    for (const { path, text } of [...files, entry]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const outfile = join(folder, "all.mjs");
    await build({
      entryPoints: [join(folder, entry.path)],
      outfile,
      bundle: true,
      format: "esm",
      logLevel: "error",
    });
    // The exports are those that were just written.
    return (await import(pathToFileURL(outfile).href)) as Awaited<ReturnType<typeof bundled>>;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Two inputs that differ at each place that is matched.
 * @param form an object, or a text: of what no rule is about, an id is enough
 */
function inputsFor(
  { operation: { items, match = [] } }: Endpoint,
  form: "" | { readonly id: "" },
): readonly unknown[] {
  return ["1", "2"].map((number) => {
    let value: Json = form === "" ? number : { id: number };
    for (const { request } of match)
      if (request !== undefined) value = withText(value, request.split("/").slice(1), number);
    if (items.as === "map" || items.as === "groups") return { key: `k${number}`, value };
    return items.as === "pairs" ? { action: { index: { _id: number } }, source: value } : value;
  });
}

function withText(value: Json, path: readonly string[], text: string): Json {
  const [first, ...rest] = path;
  if (first === undefined) return text;
  const object = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  return {
    ...object,
    [first]: withText((object as Record<string, Json>)[first] ?? {}, rest, text),
  };
}
