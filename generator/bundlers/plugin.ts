/** The plugin of all bundlers. Each is told of what is wrong, and of what is to be watched, in its own way. */
import { createUnplugin } from "unplugin";
import { esbuildHooks } from "./esbuild-hooks.js";
import type { PluginOptions } from "./options.js";
import { createProject } from "./project.js";
import { rollupHooks } from "./rollup-hooks.js";
import { viteHooks } from "./vite-hooks.js";
import { webpackHooks } from "./webpack-hooks.js";

export const plugin = createUnplugin<PluginOptions | undefined>((options = {}, { framework }) => {
  const project = createProject(options);
  return {
    name: "openapi-batch",
    enforce: "pre",
    // Modules of esbuild that a plugin resolves this way are not read as files; its own hooks see to it.
    ...(framework === "esbuild" ? {} : { resolveId: project.resolve }),
    esbuild: esbuildHooks(project),
    rollup: rollupHooks(project),
    vite: viteHooks(project),
    webpack: webpackHooks(project),
    rspack: webpackHooks(project),
  };
});
