/** `package.json`, `tsconfig.json` and `.gitignore` of a package: how it is built, published and imported. */
import { byCodePoint } from "../base/order.js";
import { typescriptRange } from "../base/version.js";
import type { GeneratedFile, PackageForm } from "./form.js";

/** What can be imported, as `subpath` of the package: a module below `src/`, without extension. */
export interface Entry {
  readonly subpath: string;
  readonly module: string;
}

/**
 * The fields that are the generator's own win over all others; of the others those of the configuration win over those
 * that are there.
 * @param fields what `package.json` says that is its owner's
 */
export function packageJson(
  name: string,
  entries: readonly Entry[],
  fields: Readonly<Record<string, unknown>>,
  { importExtensions = "js", typesOnly = false, packageJson: configured = {} }: PackageForm,
): object {
  const isBuilt = importExtensions !== "none";
  const target = (module: string): unknown =>
    isBuilt
      ? { types: `./dist/${module}.d.ts`, default: `./dist/${module}.js` }
      : `./src/${module}.ts`;
  const given = { ...fields, ...configured };
  const { version, description, license, engines, ...others } = given;
  const own = {
    type: "module",
    sideEffects: false,
    engines,
    exports: {
      ...Object.fromEntries(entries.map(({ subpath, module }) => [subpath, target(module)])),
      "./package.json": "./package.json",
    },
    files: [isBuilt ? "dist" : "src", "sources.json", ...(typesOnly ? [] : ["AGENTS.md"])],
    scripts: {
      ...record(given["scripts"]),
      build: "tsc -p tsconfig.json",
      prepack: "tsc -p tsconfig.json",
    },
    // The owner may say which one; the project around the package often has one already.
    devDependencies: { typescript: typescriptRange, ...record(given["devDependencies"]) },
  };
  const more = Object.entries(others)
    .filter(([key]) => key !== "name" && !Object.hasOwn(own, key))
    .sort(([a], [b]) => byCodePoint(a, b));
  return { name, version, description, license, ...own, ...Object.fromEntries(more) };
}

const record = (value: unknown): object =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};

/** What git leaves out of a package that is built, where the project around it does not say so. */
export const ignored = ({ importExtensions }: PackageForm): readonly GeneratedFile[] =>
  importExtensions === "none" ? [] : [{ path: ".gitignore", text: "/dist/\n" }];

export function compilerSettings({ importExtensions = "js" }: PackageForm): object {
  const module = importExtensions === "none" ? "ESNext" : "NodeNext";
  return {
    compilerOptions: {
      target: "ES2022",
      lib: ["ES2022", "DOM", "DOM.Iterable"],
      types: [],
      module,
      moduleResolution: importExtensions === "none" ? "Bundler" : module,
      ...(importExtensions === "ts" ? { rewriteRelativeImportExtensions: true } : {}),
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      isolatedModules: true,
      skipLibCheck: false,
      ...(importExtensions === "none"
        ? { noEmit: true }
        : { declaration: true, rootDir: "src", outDir: "dist" }),
    },
    include: ["src"],
  };
}
