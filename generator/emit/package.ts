/** From the model to the files of a package. */
import type { Texts } from "../cache/texts.js";
import type { BatchApi, SchemaModule } from "../model/model.js";
import { mapParts } from "../model/schemas/combine.js";
import { guardName, valuesName } from "../model/schemas/place.js";
import type { Schema } from "../model/schemas/schema.js";
import { sharedEnums } from "../model/surface.js";
import { clientExports, clientModule } from "./client.js";
import { isOpen, localName, resourceModule, schemaImports } from "./endpoints.js";
import { isPlain, settled } from "./layout.js";
import { banner, code, formatTypeScript, print, printData } from "./print.js";
import { readme } from "./readme.js";
import { runtimeFiles } from "./runtime.js";
import { namesIn } from "./schemas/names.js";
import { doc } from "./text.js";

/** A file of the package: its path below the output folder, with forward slashes, and its text. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

export interface PackageOptions {
  /** The name in `package.json`. */
  readonly name: string;
  /** The version in `package.json`. */
  readonly version: string;
  /** Remembers declarations and formatted files. Default: nothing is remembered. */
  readonly texts?: Pick<Texts, "get" | "all">;
  onProgress?(done: number, total: number): void;
}

/** All files of the package, in code point order of their paths. */
export async function emitPackage(
  api: BatchApi,
  options: PackageOptions,
): Promise<readonly GeneratedFile[]> {
  const texts = options.texts ?? forgetful;
  const declarations = await declarationsOf(api.modules, texts);
  const modules = new Map(api.modules.map((module) => [module.path, module]));
  const resources = [...new Set(api.endpoints.map(({ resource }) => resource))].sort();
  const sources: (readonly [string, string])[] = [
    ["service", services(api)],
    ["client", clientModule(api, defaultsName)],
    ...resources.map(
      (resource) =>
        [
          resource,
          resourceModule(api, resource, modules.get(resource), declarations.get(resource) ?? ""),
        ] as const,
    ),
    ...api.modules
      .filter(({ path }) => !resources.includes(path))
      .map(
        (module) =>
          [module.path, schemaModule(module, declarations.get(module.path) ?? "")] as const,
      ),
    ...indexModules(api, resources),
  ];
  const files: GeneratedFile[] = [
    { path: "package.json", text: manifest(resources, versionsOf(resources), options) },
    { path: "README.md", text: readme(api, options.name) },
    { path: "sources.json", text: json({ documents: api.sources }) },
    { path: "tsconfig.json", text: json(compilerSettings) },
  ];
  const written: string[] = [];
  for (const [path, source] of sources) {
    const text = await formatTypeScript(source, (part, format) =>
      texts.get("typescript", part, format),
    );
    files.push({ path: `src/${path}.ts`, text });
    written.push(text);
    options.onProgress?.(written.length, sources.length);
  }
  for (const { path, text } of runtimeFiles(runtimeEntries(written)))
    files.push({ path: `src/runtime/${path}`, text });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The source of each module's declarations. The compiler is loaded for those only that are not remembered. */
async function declarationsOf(
  modules: readonly SchemaModule[],
  texts: Pick<Texts, "all">,
): Promise<ReadonlyMap<string, string>> {
  const sources = await texts.all("declarations", modules.map(contentOf), async (missing) => {
    const { emitSettled } = await import("./schemas.js");
    const wanted = missing.flatMap((index) => modules[index] ?? []);
    const made = await emitSettled(wanted);
    return wanted.map(({ path }) => made.get(path) ?? "");
  });
  return new Map(modules.map(({ path }, index) => [path, sources[index] ?? ""]));
}

/** All that its declarations are printed from. Numbers of schemas differ from run to run, so names stand for them. */
function contentOf(module: SchemaModule): string {
  const names = namesIn(module);
  const named = (schema: Schema): Schema =>
    schema.$ref === undefined
      ? mapParts(schema, named)
      : { ...schema, $ref: names.get(Number(schema.$ref)) ?? "" };
  return JSON.stringify(
    module.declarations.map(({ name, schema, members }) => [name, named(schema), members ?? null]),
  );
}

/** Makes every text, every time. */
const forgetful: Pick<Texts, "get" | "all"> = {
  get: (_kind, _from, make) => make(),
  all: (_kind, from, make) => make([...from.keys()]),
};

/** The runtime files that the emitted modules import. */
const runtimeEntries = (texts: readonly string[]): ReadonlySet<string> =>
  new Set(
    texts.flatMap((text) =>
      [
        ...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "\.[./]*\/runtime\/([a-z0-9-]+)\.js"/gm),
      ].map(([, name = ""]) => name),
    ),
  );

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/** A schema that several resources share, or several that refer to each other. */
function schemaModule(module: SchemaModule, declarations: string): string {
  return `${banner}${print(schemaImports(module))}\n${declarations}`;
}

function services(api: BatchApi): string {
  // An endpoint that nothing is to be sent for needs the code that knows it, too.
  const asking = new Set(
    api.endpoints.flatMap(({ service, operation }) => (operation.auth ? [service] : [])),
  );
  const constants = api.services.map(({ name, service, defaults }) => {
    const what = service.baseUrl === "" ? "an API" : new URL(service.baseUrl).host;
    const secured = asking.has(name)
      ? { security: service.security, authorize: code("authorize") }
      : {};
    // A token on the requests of builders needs less code than all that a client may be given.
    const light = bearerWillDo(api, name);
    const data = { baseUrl: service.baseUrl, ...(light ? {} : secured) };
    const common = { ...defaults, ...(light && asking.has(name) ? { secured } : {}) };
    return (
      printData(doc([`Where requests to ${what} go.`]), name, "Service", data) +
      "\n" +
      printData(
        doc([`What holds for every endpoint of ${what} that does not say otherwise.`]),
        defaultsName(name),
        "Defaults",
        common,
      )
    );
  });
  return (
    banner +
    print([
      ...(asking.size > 0
        ? [
            {
              kind: "import" as const,
              from: "./runtime/credentials.js",
              names: [{ name: "authorize" }],
            },
          ]
        : []),
      {
        kind: "import",
        isTypeOnly: true,
        from: "./runtime/operation.js",
        names: [{ name: "Defaults" }, { name: "Service" }],
      },
    ]) +
    "\n" +
    constants.join("\n")
  );
}

/** Whether every endpoint of a service takes a bearer token alone. */
function bearerWillDo(api: BatchApi, name: string): boolean {
  const { security = {} } = api.services.find((service) => service.name === name)?.service ?? {};
  const isBearer = (scheme: string): boolean =>
    Object.hasOwn(security, scheme) && security[scheme]?.type === "bearer";
  return api.endpoints
    .filter(({ service }) => service === name)
    .every(
      ({ operation: { auth } }) =>
        auth?.some(([first = "", ...more]) => more.length === 0 && isBearer(first)) ?? true,
    );
}

const defaultsName = (service: string): string =>
  service === "service" ? "defaults" : `${service}Defaults`;

const versionOf = (resource: string): string => resource.split("/").slice(0, -1).join("/");

const versionsOf = (resources: readonly string[]): readonly string[] =>
  [...new Set(resources.map(versionOf))].filter((version) => version !== "").sort();

/** `index` has the client and the plain names; each version has an index of its own. */
function indexModules(
  api: BatchApi,
  resources: readonly string[],
): readonly (readonly [string, string])[] {
  const namespaces = (version: string): string =>
    resources
      .filter((resource) => versionOf(resource) === version)
      .map((resource) => resource.split("/").at(-1) ?? "")
      .map((name) =>
        localName(name) !== name
          ? line(`import * as ${localName(name)} from "./${name}.js";`) +
            line(`export { ${localName(name)} as ${name} };`)
          : line(`export * as ${name} from "./${name}.js";`),
      )
      .join("");
  const unlisted = api.modules.some(isOpen)
    ? line('export type { Unlisted } from "./runtime/unlisted.js";')
    : "";
  return [
    [
      "index",
      banner +
        exported("./client.js", clientExports(api)) +
        line('export * from "./runtime/index.js";') +
        `${unlisted}\n${namespaces("")}\n${enumExports(api, resources)}`,
    ],
    ...versionsOf(resources).map(
      (version) => [`${version}/index`, `${banner}${namespaces(version)}`] as const,
    ),
  ];
}

/** The enums that several resources share, by their own names. */
const enumExports = (api: BatchApi, resources: readonly string[]): string =>
  sharedEnums(api, resources)
    .map(({ path, name }) =>
      exported(`./${path}.js`, [valuesName(name), guardName(name), `type ${name}`]),
    )
    .join("");

/** A statement that stands on one line, however long. */
const line = (text: string): string => `${isPlain(text) ? settled(text) : text}\n`;

const exported = (from: string, names: readonly string[]): string =>
  print([{ kind: "export", from, names: names.map((name) => ({ name })) }]);

function manifest(
  resources: readonly string[],
  versions: readonly string[],
  { name, version }: PackageOptions,
): string {
  const entry = (path: string): object => ({
    types: `./dist/${path}.d.ts`,
    default: `./dist/${path}.js`,
  });
  return json({
    name,
    version,
    description: "A typed client for batch endpoints, generated by openapi-batch",
    license: "UNLICENSED",
    type: "module",
    sideEffects: false,
    engines: { node: ">=20.19" },
    exports: {
      ".": entry("index"),
      "./client": entry("client"),
      ...Object.fromEntries(versions.map((path) => [`./${path}`, entry(`${path}/index`)])),
      ...Object.fromEntries(resources.map((path) => [`./${path}`, entry(path)])),
      "./package.json": "./package.json",
    },
    files: ["dist", "sources.json"],
    scripts: { build: "tsc -p tsconfig.json" },
    devDependencies: { typescript: "5.9.3" },
  });
}

const compilerSettings = {
  compilerOptions: {
    target: "ES2022",
    lib: ["ES2022", "DOM", "DOM.Iterable"],
    types: [],
    module: "NodeNext",
    moduleResolution: "NodeNext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    skipLibCheck: false,
    declaration: true,
    rootDir: "src",
    outDir: "dist",
  },
  include: ["src"],
};
