/**
 * Exports `options`: the one table of all options of the tool. From it come the flags of every command and their
 * help (`cli/`), the JSON Schema of configurations (`schema.ts`), the configuration laid under the flags (`config.ts`,
 * `cli/settings.ts`), and the table of keys in docs/configuration.md (`scripts/options.ts` writes it and the schema).
 * A file of its own because it is data, and loads nothing.
 */

/** Members of a JSON Schema, 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export type CommandName = "init" | "generate" | "inspect" | "diff" | "emulate" | "preset";

/** One row: an option that a flag, a key of the configuration, or both set. */
export interface Option {
  /** `choice` is one of `values`, `list` may be given more than once, `object` is a key only. */
  readonly type: "boolean" | "text" | "integer" | "choice" | "list" | "object";
  readonly values?: readonly string[];
  /** The largest `integer`; the smallest is 0. */
  readonly maximum?: number;
  /** The commands that take it as a flag. */
  readonly commands: readonly CommandName[];
  /** Where a configuration may hold it: in a package, or once for the run. Absent: it is a flag only. */
  readonly config?: "package" | "run";
  /** The name of the flag. Default: the option's, in kebab case. */
  readonly flag?: string;
  readonly short?: string;
  /** What help calls the value of the flag. */
  readonly value?: string;
  readonly default?: string | boolean | number | readonly string[];
  /** The default in words, where no value can say it. */
  readonly defaultText?: string;
  /** What it does: for help, the schema and the docs. Lower case, no full stop. */
  readonly help: string;
  /** Where help has to say more, or something else, for a command. */
  readonly helpFor?: { readonly [C in CommandName]?: string };
  /** Markdown that follows `help` in docs/configuration.md. */
  readonly seeAlso?: string;
  /** How the docs name the flag, where it is no flag of that name. */
  readonly docsFlag?: string;
  /** What the schema of the key holds besides `type` and `description`; a `description` here wins. */
  readonly schema?: JsonSchema;
}

const everywhere = ["init", "generate", "inspect", "diff", "emulate", "preset"] as const;
const readers = ["generate", "inspect", "diff"] as const;

/** A path as configurations hold it. */
const path = { $ref: "#/$defs/path" };

/** In the order of help and docs. */
export const options = {
  inputs: {
    type: "list",
    commands: [],
    config: "package",
    docsFlag: "`PATH…`",
    default: ["specs"],
    help: "files, folders (with all their subfolders), globs and http(s) addresses of OpenAPI documents",
    seeAlso: ", see [below](#documents-at-addresses)",
    schema: {
      description:
        'A list of files, folders, globs and http(s) addresses, at least one. Default ["specs"].',
      minItems: 1,
      items: path,
    },
  },
  all: {
    type: "boolean",
    commands: ["inspect"],
    help: "list operations that are not recognised, too, and why; print an OpenAPI Overlay for those that may be batches: keep the entries that are right",
  },
  suggest: {
    type: "boolean",
    commands: ["inspect"],
    help: "print an OpenAPI Overlay with what is missing for each endpoint, and the sentences of the document that may say it",
  },
  json: {
    type: "boolean",
    commands: ["inspect"],
    help: "print an array of {document, method, path, name, kind, tier, items, limit, advised, recognised, signs, reason, suggestion}; a value that is not known is null",
  },
  html: {
    type: "text",
    commands: ["inspect"],
    value: "FILE",
    help: "write endpoints, types and diagnostics into one HTML page",
  },
  faults: {
    type: "text",
    commands: ["emulate"],
    value: "FILE|NAME",
    default: "none",
    help: "the faults to inject: none, mild, moderate, harsh, or a file (YAML or JSON)",
  },
  exec: {
    type: "text",
    commands: ["emulate"],
    value: "COMMAND",
    help: "serve while this command line runs, with the address in its environment as OPENAPI_BATCH_URL, and exit with its code",
  },
  host: {
    type: "text",
    commands: ["emulate"],
    value: "HOST",
    default: "127.0.0.1",
    help: "the address to listen on",
  },
  port: {
    type: "integer",
    maximum: 65_535,
    commands: ["emulate"],
    short: "p",
    value: "N",
    default: 4010,
    help: "the port to listen on; 0 takes any free port, and so does --exec unless one is given",
  },
  seed: {
    type: "integer",
    maximum: Number.MAX_SAFE_INTEGER,
    commands: ["emulate"],
    value: "N",
    default: 1,
    help: "makes random faults repeatable: with the same seed, the same request has the same fault",
  },
  output: {
    type: "text",
    commands: ["generate", "inspect", "diff", "emulate"],
    config: "package",
    short: "o",
    value: "DIR",
    default: "generated",
    help: "the folder that the package is written to",
    helpFor: {
      generate:
        "the folder that the package is written to; of several packages in the configuration, the one to generate",
      inspect: "the folder of the package, whose lock keeps the names of endpoints",
      diff: "the folder of the package, whose lock keeps the names of endpoints",
      emulate: "of several packages in the configuration, the one whose documents are served",
    },
    schema: path,
  },
  overlays: {
    type: "list",
    commands: ["generate", "inspect", "diff", "emulate"],
    config: "package",
    flag: "overlay",
    value: "FILE",
    defaultText: "none",
    help: "an OpenAPI Overlay for all documents, besides those found among the inputs; may be given more than once, and later ones win",
    helpFor: {
      diff: "an OpenAPI Overlay for the documents of both sides, besides those found beside them; may be given more than once, and later ones win",
    },
    schema: {
      description:
        "OpenAPI Overlays for all documents, besides those found among the inputs; later ones win.",
      items: path,
    },
  },
  presets: {
    type: "list",
    commands: ["init", "generate", "inspect", "diff", "emulate"],
    config: "package",
    flag: "preset",
    value: "NAME",
    defaultText: "none, and one that fits is offered",
    help: "what a vendor or a protocol does not say in its documents: a name that preset list has, npm:PACKAGE, or a path; may be given more than once",
    helpFor: {
      init: "write this preset into the configuration: a name that preset list has, npm:PACKAGE, or a path; may be given more than once",
    },
    seeAlso: ", see [Presets](presets.md)",
    schema: {
      description:
        "Presets: names of those that the tool has, npm:PACKAGE, or paths. Documents and overlays win over them; an empty list declines offers.",
      items: path,
    },
  },
  name: {
    type: "text",
    commands: ["generate"],
    config: "package",
    value: "PACKAGE",
    defaultText: "the name in the output's package.json",
    help: "the name of the package",
    schema: {
      description:
        "A name of a package as npm allows it, in lower case, such as @acme/crm-batch. Default: the name in the output's package.json, or else the name of that folder.",
      pattern: "^(@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*$",
      maxLength: 214,
    },
  },
  check: {
    type: "boolean",
    commands: ["generate"],
    help: "write nothing; exit with 1 if DIR differs from what would be written",
  },
  dryRun: {
    type: "boolean",
    commands: ["init", "generate"],
    help: "write nothing; list what would be written",
    helpFor: { init: "print the configuration instead of writing it" },
  },
  update: {
    type: "boolean",
    commands: ["generate"],
    help: "fetch inputs that are addresses again, and pin in the lock what is there now",
  },
  watch: {
    type: "boolean",
    commands: ["generate"],
    short: "w",
    help: "generate again whenever documents, overlays, files that they refer to, or the configuration change, until Ctrl-C; a document that has an error keeps its last good version",
  },
  cache: {
    type: "boolean",
    commands: ["generate"],
    default: true,
    help: "read and generate everything again, without the cache in node_modules/.cache/openapi-batch, which you may delete at any time",
  },
  config: {
    type: "text",
    commands: ["generate", "inspect", "diff", "emulate"],
    value: "FILE",
    defaultText: "openapi-batch.config.ts, .mts, .js, .mjs, .json, .yaml or .yml, if there is one",
    help: "the configuration",
  },
  allowRemote: {
    type: "list",
    commands: readers,
    config: "package",
    value: "HOST",
    defaultText: "none",
    help: "fetch what documents refer to at http(s) addresses of this host (host or host:port); may be given more than once",
    schema: {
      description:
        "Hosts, each with its port where that is not the usual one, from which references to http(s) addresses are fetched.",
      items: { type: "string", minLength: 1 },
    },
  },
  allowEmpty: {
    type: "boolean",
    commands: ["generate"],
    config: "package",
    default: false,
    help: "write a package without an endpoint where no document is found, instead of an error",
  },
  openEnums: {
    type: "boolean",
    commands: ["generate"],
    config: "package",
    default: false,
    help: "enums of responses accept values that the document does not list",
    seeAlso: ", as a member `Unlisted`; a `switch` stays exhaustive",
  },
  int64: {
    type: "choice",
    values: ["string", "number", "bigint"],
    commands: ["generate"],
    config: "package",
    value: "TYPE",
    default: "string",
    help: "the type of 64-bit integers in responses: string, number (rounded beyond 2^53) or bigint",
    seeAlso: ", see [below](#64-bit-integers)",
  },
  layout: {
    type: "choice",
    values: ["package", "modules"],
    commands: ["generate"],
    config: "package",
    value: "LAYOUT",
    default: "package",
    help: "package (with package.json and a build) or modules (a folder of your own sources, which you import by their paths: nothing is built or installed)",
    seeAlso: ", see [Publishing](publishing.md#forms)",
  },
  importExtensions: {
    type: "choice",
    values: ["js", "ts", "none"],
    commands: ["generate"],
    config: "package",
    value: "EXT",
    default: "js",
    help: "how sources import each other: js (./notes.js), ts (./notes.ts) or none (./notes: for a bundler; the package is not built, its exports are the sources)",
    seeAlso: ", see [Publishing](publishing.md#forms)",
  },
  typesOnly: {
    type: "boolean",
    commands: ["generate"],
    config: "package",
    default: false,
    help: "types of requests and responses only: nothing can be called",
  },
  format: {
    type: "boolean",
    commands: ["generate"],
    config: "package",
    default: true,
    help: "format files by prettier, with the options found at the output folder",
    helpFor: {
      generate:
        "do not format files by prettier; by default they are formatted, with the options found at the output folder",
    },
  },
  packageJson: {
    type: "object",
    commands: [],
    config: "package",
    defaultText: "the fields in the output's package.json",
    help: "fields of package.json, such as version, license or repository",
    seeAlso: ", see [Publishing](publishing.md#packagejson)",
    schema: {
      properties: {
        version: {
          description: "A version, such as 1.2.3.",
          type: "string",
          pattern:
            "^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?$",
        },
        license: { type: "string", minLength: 1 },
        description: { type: "string" },
        private: { type: "boolean" },
        scripts: { type: "object" },
        devDependencies: { type: "object" },
      },
      allOf: [
        {
          description: "The generator writes this field of package.json",
          if: true,
          then: {
            properties: {
              name: false,
              type: false,
              sideEffects: false,
              exports: false,
              files: false,
            },
          },
        },
      ],
    },
  },
  rename: {
    type: "object",
    commands: [],
    config: "package",
    defaultText: "none",
    help: "names of endpoints, by METHOD /path: a name such as notes.update, or an object with a name for each document",
    seeAlso: ", see [below](#names-and-the-lock)",
    schema: {
      additionalProperties: {
        type: ["string", "object"],
        additionalProperties: { type: "string" },
      },
    },
  },
  xBatch: {
    type: "object",
    commands: [],
    config: "package",
    defaultText: "none",
    help: "x-batch values, by METHOD /path, which win over those of overlays and documents; false: the operation is no batch",
    seeAlso: ", see [below](#x-batch-values)",
    schema: { additionalProperties: { $ref: "../../batch/x-batch/x-batch.schema.json" } },
  },
  packages: {
    type: "list",
    commands: [],
    config: "run",
    docsFlag: "`-o` chooses one",
    defaultText: "one",
    help: "several packages",
    seeAlso: ", see [below](#several-packages)",
    schema: {
      description: "A list of packages, at least one.",
      minItems: 1,
      items: { $ref: "#/$defs/package" },
    },
  },
  strict: {
    type: "boolean",
    commands: ["generate", "diff"],
    config: "run",
    default: false,
    help: "warnings fail, as errors do",
    helpFor: { diff: "fail on every change, not only on breaking ones" },
  },
  reporter: {
    type: "choice",
    values: ["text", "json", "sarif", "github"],
    commands: ["generate"],
    config: "run",
    value: "FORM",
    default: "text",
    help: "how diagnostics are printed: text (on stderr, equal problems once), or json, sarif or github (on stdout, every place)",
  },
  changesReporter: {
    type: "choice",
    values: ["text", "markdown", "json"],
    commands: ["diff"],
    flag: "reporter",
    value: "FORM",
    default: "text",
    help: "how changes are printed: text, markdown or json",
  },
  quiet: {
    type: "boolean",
    commands: ["generate", "inspect", "emulate"],
    config: "run",
    short: "q",
    default: false,
    help: "print problems only",
    helpFor: {
      inspect: "print the result and problems only",
      emulate: "print the address and problems only",
    },
  },
  help: { type: "boolean", commands: everywhere, short: "h", help: "print this text" },
} as const satisfies Readonly<Record<string, Option>>;

export type Options = typeof options;
export type OptionName = keyof Options;

/** The rows as they are declared, for code that walks over all of them. */
export const rows: readonly (readonly [name: OptionName, option: Option])[] = Object.entries(
  options,
) as [OptionName, Option][]; // Object.entries forgets the names

/** The keys that a configuration holds at that level. */
export type ConfigKey<Level extends "package" | "run"> = {
  [N in OptionName]: Options[N] extends { readonly config: Level } ? N : never;
}[OptionName];

export const configKeys = <Level extends "package" | "run">(
  level: Level,
): readonly ConfigKey<Level>[] =>
  rows.flatMap(([name, { config }]) => (config === level ? [name as ConfigKey<Level>] : [])); // as its row says
