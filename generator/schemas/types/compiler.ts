/** Exports `ts`, the compiler. A file of its own for the way to load it. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- `import from` scans all 9 MB for names of exports
import ts = require("typescript");

export { ts };
