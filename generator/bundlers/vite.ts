/** The plugin for Vite: `import openapiBatch from "openapi-batch/vite"`. */
import type { PluginOptions } from "./options.js";
import { plugin } from "./plugin.js";

export type { PluginOptions } from "./options.js";

/** One plugin, or a few that go together. */
export type NamedPlugin = { readonly name: string } | { readonly name: string }[];

const openapiBatch: (options?: PluginOptions) => NamedPlugin = plugin.vite;
export default openapiBatch;
