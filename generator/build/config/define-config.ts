/**
 * Exports the type of configurations, as users write them, and `defineConfig`. `options.ts` has the same keys as data.
 */
import type { PackageForm } from "../../emit/form.js";
import type { Overrides } from "./overrides.js";

/** One package to generate. Paths are relative to the configuration file. */
export interface PackageConfig extends Overrides, PackageForm {
  /** Files, folders (read with all below them) or globs. Default `["specs"]`. */
  readonly inputs?: readonly string[];
  /** The folder that the package is written to. Default `generated`. */
  readonly output?: string;
  /** OpenAPI Overlays for all documents, besides those found under `inputs`; later ones win. */
  readonly overlays?: readonly string[];
  /**
   * Presets: names of those of the tool, `npm:PACKAGE`, or paths. Documents and overlays win over them. An empty list:
   * offer none. Default: none, and say which would fit.
   */
  readonly presets?: readonly string[];
  /** The name of the package. Default: the name in the `package.json` of `output`, or else the name of that folder. */
  readonly name?: string;
  /** Hosts from which references to http(s) addresses are fetched, such as `schemas.example.com`. Default: none. */
  readonly allowRemote?: readonly string[];
  /** Write a package without an endpoint where no document is found. Default false: that is an error. */
  readonly allowEmpty?: boolean;
  /** Enums of responses may have values that the document does not list (`Unlisted`). Default false. */
  readonly openEnums?: boolean;
  /**
   * The type of 64-bit integers in responses: `string` and `bigint` are lossless, `number` is rounded beyond 2^53.
   * Requests take numbers, and the type of responses. Default `string`.
   */
  readonly int64?: "string" | "number" | "bigint";
  /** Format files by prettier, with the options found at the output folder. Default true. */
  readonly format?: boolean;
}

/** How a run goes, for all its packages. */
export interface RunConfig {
  /** Warnings fail, as errors do. Default false. */
  readonly strict?: boolean;
  /** How diagnostics are printed. Default `text`. */
  readonly reporter?: "text" | "json" | "sarif" | "github";
  /** Print problems only. Default false. */
  readonly quiet?: boolean;
}

/** One package, or several in `packages`. */
export type Config =
  | (RunConfig & PackageConfig & { readonly packages?: undefined })
  | (RunConfig & {
      readonly packages: readonly [PackageConfig, ...PackageConfig[]];
    } & { readonly [K in keyof PackageConfig]?: undefined });

/** Returns its argument. With it, an editor knows the keys of a configuration. */
export const defineConfig = (config: Config): Config => config;
