/**
 * Exports `ts`, the compiler, and `Ts`, its types: the very compiler that openapi-typescript loads. A project has a
 * TypeScript of its own, which npm may give to that library; two versions number the kinds of nodes in different ways, so
 * that one cannot print what the other has made.
 */
import { createRequire } from "node:module";
import type typescript from "typescript";

export type { typescript as Ts };

const library = createRequire(import.meta.url).resolve(
  "openapi-typescript/dist/transform/schema-object.cjs",
);

// `import` would scan all 9 MB for names of exports. The library declares versions whose types these are.
export const ts = createRequire(library)("typescript") as typeof typescript;
