/** The configuration of the command line, as its user writes it: `openapi-batch.config.ts` and its like. */
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
  /** The name of the package. Default: the name it has in `output`, or else the name of that folder. */
  readonly name?: string;
  /** Follow references to http(s) addresses. Default false: they are refused. */
  readonly allowRemote?: boolean;
  /** Enums of responses may have values that the document does not list (`Unlisted`). Default false. */
  readonly openEnums?: boolean;
  /**
   * What 64-bit integers of responses are: `string` and `bigint` are read losslessly, `number` is rounded beyond 2^53.
   * Requests take numbers, and what responses give. Default `string`.
   */
  readonly int64?: "string" | "number" | "bigint";
}

/** How a run goes, whatever it generates. */
export interface RunConfig {
  /** Warnings fail, as errors do. Default false. */
  readonly strict?: boolean;
  /** How diagnostics are printed. Default `text`. */
  readonly format?: "text" | "json" | "sarif" | "github";
  /** Print problems only. Default false. */
  readonly quiet?: boolean;
}

/** One package, or several in `packages`. */
export type Config =
  | (RunConfig & PackageConfig & { readonly packages?: undefined })
  | (RunConfig & {
      readonly packages: readonly [PackageConfig, ...PackageConfig[]];
    } & { readonly [K in keyof PackageConfig]?: undefined });

/** Gives back what it is given: with it, an editor knows what a configuration may hold. */
export const defineConfig = (config: Config): Config => config;
