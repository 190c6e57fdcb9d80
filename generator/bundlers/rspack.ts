/** The plugin for Rspack: `import openapiBatch from "openapi-batch/rspack"`. */
import type { PluginOptions } from "./options.js";
import { plugin } from "./plugin.js";

export type { PluginOptions } from "./options.js";

const openapiBatch: (options?: PluginOptions) => { apply(compiler: unknown): void } = plugin.rspack;
export default openapiBatch;
