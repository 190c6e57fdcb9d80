/** The import rules of the house: main -> commands -> generate or emulate -> rooms; a room knows no other room. */

/** What every room may use: it knows nothing of documents, models or disks. */
const shared =
  "^generator/(code-frame|code-point|diagnostics|mistakes-error|printable|usage-error|version|read/pointer)\\.ts$";
const rooms = ["read", "model", "emit", "write", "cache", "watch", "emulator", "page"];
/** What a room may take from another: types only. */
const types = [
  "^generator/read/spec\\.ts$",
  "^generator/model/model\\.ts$",
  "^generator/model/schemas/schema\\.ts$",
  "^generator/runtime/(operation|x-batch)\\.ts$",
  "^generator/cache/texts\\.ts$",
];

/**
 * What emit/ and page/ may call: pure functions that read the model's schemas, spell the names that follow from its names, and
 * say what users of the package see of it (the comparison of two models says the same).
 */
const spelling = "^generator/model/(names|surface|schemas/(combine|place))\\.ts$";

const forbidden = [
  {
    name: "no-cycles",
    severity: "error",
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
  },
  {
    name: "runtime-stands-alone",
    comment: "The runtime is copied into packages: it imports nothing from outside its folder.",
    severity: "error",
    from: { path: "^generator/runtime/" },
    to: { pathNot: "^generator/runtime/" },
  },
  {
    name: "runtime-is-read-as-text",
    comment: "The generator knows the runtime's types only.",
    severity: "error",
    from: { path: "^generator/", pathNot: "^generator/runtime/" },
    to: { path: "^generator/runtime/", dependencyTypesNot: ["type-only"] },
  },
  {
    name: "heavy-modules-in-emit-only",
    severity: "error",
    from: { path: "^generator/", pathNot: "^generator/emit/" },
    to: { path: "node_modules/(typescript|openapi-typescript|ts-morph|prettier)/" },
  },
  {
    name: "heavy-rooms-lazily",
    comment: "emit/ loads the compiler: generate.ts imports it when there is something to emit.",
    severity: "error",
    from: { path: "^generator/", pathNot: "^generator/emit/" },
    to: {
      path: "^generator/emit/",
      dependencyTypesNot: ["type-only", "dynamic-import"],
    },
  },
  {
    name: "nobody-imports-main",
    severity: "error",
    from: {},
    to: { path: "^generator/main\\.ts$" },
  },
  {
    name: "plugin-is-an-entry",
    comment: "What bundlers load, and the only part that loads unplugin.",
    severity: "error",
    from: { path: "^generator/", pathNot: "^generator/plugin/" },
    to: { path: ["^generator/plugin/", "node_modules/unplugin/"] },
  },
  {
    name: "main-imports-commands",
    severity: "error",
    from: { path: "^generator/main\\.ts$" },
    to: {
      path: "^generator/",
      pathNot: ["^generator/commands/", shared, "^generator/write/output-error\\.ts$"],
    },
  },
  {
    name: "commands-import-pipelines",
    severity: "error",
    from: { path: "^generator/commands/" },
    to: {
      path: "^generator/",
      pathNot: [
        "^generator/commands/",
        "^generator/(generate|regenerate|watch|emulate|diff|config/(config|find-config|imported-files|init))\\.ts$",
        "^generator/write/output-error\\.ts$",
        shared,
        ...types,
      ],
    },
  },
  {
    name: "only-main-imports-commands",
    severity: "error",
    from: { path: "^generator/", pathNot: "^generator/(main\\.ts$|commands/)" },
    to: { path: "^generator/commands/" },
  },
  ...rooms.map((room) => ({
    name: `${room}-knows-no-other-room`,
    severity: "error",
    from: { path: `^generator/${room}/` },
    to: {
      path: "^generator/",
      pathNot: [
        `^generator/${room}/`,
        shared,
        ...types,
        ...(["emit", "page"].includes(room) ? [spelling] : []),
      ],
    },
  })),
  {
    name: "types-only-across-rooms",
    comment: "spec.ts and model.ts are types: importing them must cost nothing.",
    severity: "error",
    from: { path: "^generator/(emit|write|emulator|page|commands)/" },
    to: {
      path: types,
      dependencyTypesNot: ["type-only"],
    },
  },
  {
    name: "declared-dependencies-only",
    severity: "error",
    from: { path: "^generator/" },
    to: {
      dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown", "unknown", "undetermined"],
      dependencyTypesNot: ["type-only"],
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
