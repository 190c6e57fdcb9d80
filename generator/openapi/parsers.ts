/** Exports parsers that are loaded at their first use: most runs read only JSON, and many read nothing. */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Loads a module at the first call: `require` looks its path up on the disk each time, and callers ask for each value. */
function lazy<T>(load: () => T): () => T {
  let loaded: { readonly module: T } | undefined;
  return () => (loaded ??= { module: load() }).module;
}

// `require` is typed `any`; these are the very modules.
export const yamlLibrary = lazy(() => require("yaml") as typeof import("yaml"));
export const jsonLibrary = lazy(() => require("jsonc-parser") as typeof import("jsonc-parser"));
