/** The plugin for webpack: `import openapiBatch from "openapi-batch/webpack"`. */
import type { PluginOptions } from "./options.js";
import { plugin } from "./plugin.js";

export type { PluginOptions } from "./options.js";

const openapiBatch: (options?: PluginOptions) => { apply(compiler: unknown): void } =
  plugin.webpack;
export default openapiBatch;
