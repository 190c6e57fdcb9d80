/** Directus loads `isolated-vm` for scripts in flows, which are not used here, and npm has no binary of it. */
import { registerHooks } from "node:module";

const empty = new URL("isolated-vm.cjs", import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "isolated-vm" ? { url: empty, shortCircuit: true } : next(specifier, context),
});
