import type { Config } from "../build/config/define-config.js";

/**
 * What a configuration file says, or which file says it. Paths of what stands here are relative to the root of the
 * bundler's project. Default: the `openapi-batch.config` file of that folder.
 */
export type PluginOptions = Config | { readonly config: string };
