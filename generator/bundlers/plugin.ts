/** Exports `plugin`, for all bundlers. Each has hooks that report problems, and name files to watch, in its own way. */
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
    // esbuild would not read modules that are resolved this way as files; its own hooks resolve them.
    ...(framework === "esbuild" ? {} : { resolveId: project.resolve }),
    esbuild: esbuildHooks(project),
    rollup: rollupHooks(project),
    vite: viteHooks(project),
    webpack: webpackHooks(project),
    rspack: webpackHooks(project),
  };
});
