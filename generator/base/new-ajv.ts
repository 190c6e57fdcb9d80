/** `newAjv`: a validator of JSON Schema, which is loaded when the first one is needed. */
import { createRequire } from "node:module";
import type { Ajv2020, Options } from "ajv/dist/2020.js";

/**
 * Ajv for validators that check few values: its optimiser would take longer than it saves. By default it takes a schema
 * as it is, without a check of the schema itself.
 */
export function newAjv({ code, ...options }: Options): Ajv2020 {
  const require = createRequire(import.meta.url);
  // `require` is untyped; this is the declaration of the module.
  const ajv = require("ajv/dist/2020.js") as typeof import("ajv/dist/2020.js");
  return new ajv.Ajv2020({
    ...{ strict: false, validateSchema: false, inlineRefs: false },
    ...options,
    code: { optimize: false, ...code },
  });
}
