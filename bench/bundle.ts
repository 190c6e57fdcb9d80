/**
 * How big a bundle of the generated package is: its endpoints as they are in `generated/`, its runtime as it is in
 * `generator/runtime/`, bundled and minified by esbuild, compressed by gzip at its best.
 */
import { readFileSync } from "node:fs";
import { resolve, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

export interface Bundle {
  /** Minified, in bytes. */
  readonly minified: number;
  readonly gzipped: number;
  /** Bytes of each file in the bundle. */
  readonly files: ReadonlyMap<string, number>;
}

/** `root`: of the repository. `code`: imports modules by their names in the package, such as `hubspot-batch/notes`. */
export async function bundle(root: string, code: string): Promise<Bundle> {
  const runtime = resolve(root, "generated/src/runtime") + sep;
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: root, sourcefile: "entry.ts", loader: "ts" },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    metafile: true,
    logLevel: "error",
    plugins: [
      {
        name: "the runtime of the generator",
        setup({ onLoad, onResolve }) {
          onResolve({ filter: /^hubspot-batch\// }, ({ path }) => ({
            path: resolve(root, "generated/src", path.replace("hubspot-batch/", "") + ".ts"),
          }));
          onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
            const file = resolve(resolveDir, path.replace(/\.js$/, ".ts"));
            return { path: file.replace(runtime, resolve(root, "generator/runtime") + sep) };
          });
          onLoad({ filter: /\.ts$/ }, ({ path }) => ({
            contents: readFileSync(path, "utf8"),
            loader: "ts",
          }));
        },
      },
    ],
  });
  const [file] = outputFiles;
  const [output] = Object.values(metafile.outputs);
  if (!file || !output) throw new Error("esbuild wrote nothing");
  return {
    minified: file.contents.length,
    gzipped: gzipSync(file.contents, { level: 9 }).length,
    files: new Map(
      Object.entries(output.inputs).map(([name, { bytesInOutput }]) => [name, bytesInOutput]),
    ),
  };
}

/** A client, `run`, and one endpoint. */
export const RUN = `
  import { createClient } from "hubspot-batch/client";
  import { update } from "hubspot-batch/notes";
  const client = createClient({ auth: "token" });
  for await (const outcome of client.run(update, [])) console.log(outcome);`;

/** Nothing but the builder of one endpoint's requests. */
export const builder = (endpoint: string): string => {
  const [module = "", name = ""] = endpoint.split(".");
  return `import { ${name} } from "hubspot-batch/${module}"; console.log(${name}([]));`;
};

export const ENDPOINTS = [
  "notes.update",
  "objects.create",
  "objects.read",
  "objects.update",
  "objects.archive",
  "partnerClients.update",
  "projects.upsert",
] as const;
