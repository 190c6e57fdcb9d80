/** The plugin for esbuild: `import openapiBatch from "openapi-batch/esbuild"`. */
import type { PluginOptions } from "./options.js";
import { plugin } from "./plugin.js";

export type { PluginOptions } from "./options.js";

const openapiBatch: (options?: PluginOptions) => {
  readonly name: string;
  setup(build: unknown): void | Promise<void>;
} = plugin.esbuild;
export default openapiBatch;
