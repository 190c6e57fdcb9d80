/**
 * The import rules of the house. Each room lists the rooms that it may import, types included; every room may import
 * base/, and the types of the runtime. ARCHITECTURE.md says what the rooms are for.
 */

/** Room -> the rooms that it may import. Arrows point down only. */
const arrows = {
  cli: ["build", "diff", "emulator", "watch"],
  bundlers: ["build"],
  watch: ["build", "openapi"],
  build: ["diff", "page", "emit", "batch", "schemas", "openapi"],
  diff: ["batch", "schemas"],
  emulator: ["batch", "openapi"],
  page: ["batch", "schemas", "openapi"],
  emit: ["batch", "schemas"],
  batch: ["schemas", "openapi"],
  schemas: ["openapi"],
  openapi: [],
  base: [],
};

/** Heavy module -> the files that may import it. */
const heavy = {
  "openapi-typescript": "schemas/types/(type-node|schema-object)\\.ts$",
  "ts-morph": "(schemas/types|emit)/",
  typescript: "(schemas/types/|emit/|base/letters|page/highlight)",
  "markdown-it": "page/markdown\\.ts$",
  prettier: "emit/format[^/]*\\.ts$",
  yaml: "(openapi/|build/config/|emulator/faults/file\\.ts$)",
  jiti: "build/config/",
  chokidar: "watch/",
  unplugin: "bundlers/",
};

/** What may only be loaded when it is needed: path -> the files that are loaded with it anyway. */
const lazy = {
  "^generator/emit/": "^generator/emit/",
  "^generator/schemas/types/": "^generator/(emit|schemas/types)/",
  "^generator/page/": "^generator/page/",
  "^generator/build/(generate|diff)\\.ts$": "^generator/(build|watch|bundlers)/",
  "^generator/build/incremental/incremental\\.ts$": "^generator/(build|watch|bundlers)/",
  "^generator/build/config/config\\.ts$": "^generator/(build|bundlers)/",
  "^generator/watch/": "^generator/(watch/|cli/watch\\.ts$)",
  "^generator/emulator/": "^generator/emulator/",
};

const room = (name) => `^generator/${name}/`;
/** `import type`, and `typeof import(…)`. */
const typesOnly = ["type-only", "type-import"];

const forbidden = [
  {
    name: "no-circles",
    comment: "Of types, too: a circle hides which of two files knows the other.",
    severity: "error",
    from: {},
    to: { circular: true },
  },
  {
    name: "nobody-imports-main",
    severity: "error",
    from: {},
    to: { path: "^generator/main\\.ts$" },
  },
  {
    name: "main-imports-commands",
    severity: "error",
    from: { path: "^generator/main\\.ts$" },
    to: { path: "^generator/", pathNot: [room("cli"), room("base")] },
  },
  {
    name: "runtime-stands-alone",
    comment: "The runtime is copied into packages: it imports nothing from outside its folder.",
    severity: "error",
    from: { path: room("runtime") },
    to: { pathNot: room("runtime") },
  },
  {
    name: "runtime-is-read-as-text",
    comment: "The generator knows the runtime's types only.",
    severity: "error",
    from: { path: "^generator/", pathNot: room("runtime") },
    to: { path: room("runtime"), dependencyTypesNot: typesOnly },
  },
  ...Object.entries(arrows).map(([name, targets]) => ({
    name: `${name}-imports-${targets.length > 0 ? targets.join("-and-") : "no-room"}`,
    severity: "error",
    from: { path: room(name) },
    to: {
      path: "^generator/",
      pathNot: [name, "base", "runtime", ...targets].map(room),
    },
  })),
  ...Object.entries(heavy).map(([name, files]) => ({
    name: `${name}-where-it-belongs`,
    severity: "error",
    from: { path: "^generator/", pathNot: `^generator/${files}` },
    to: { path: `node_modules/${name}/` },
  })),
  ...Object.entries(lazy).map(([path, owners]) => ({
    name: `lazily-${path.replace(/\W+/g, "-").replace(/^-generator-|-$/g, "")}`,
    comment: "It takes long to load, so it is imported when there is something to do.",
    severity: "error",
    from: { path: "^generator/", pathNot: owners },
    to: { path, dependencyTypesNot: [...typesOnly, "dynamic-import"] },
  })),
  {
    name: "declared-dependencies-only",
    severity: "error",
    from: { path: "^generator/" },
    to: {
      dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown", "unknown", "undetermined"],
      dependencyTypesNot: typesOnly,
    },
  },
];

module.exports = {
  forbidden,
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "types", "default"],
      extensions: [".ts", ".js", ".d.ts"],
    },
  },
};
