/** Exports parsers that are loaded at their first use: most runs read only JSON, and many read nothing. */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

// `require` is typed `any`; these are the very modules.
export const yamlLibrary = () => require("yaml") as typeof import("yaml");
export const jsonLibrary = () => require("jsonc-parser") as typeof import("jsonc-parser");
