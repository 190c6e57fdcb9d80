/** Exports the options of the plugin; a file of its own because the entry of each bundler exports them. */
import type { Config } from "../build/config/define-config.js";

/**
 * A configuration, or the name of its file. Paths in a configuration given here are relative to the root of the
 * bundler's project. Default: the `openapi-batch.config` file of that folder.
 */
export type PluginOptions = Config | { readonly config: string };
