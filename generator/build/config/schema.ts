/**
 * Exports `configSchema`: the table of options -> the JSON Schema of configurations. A file of its own because both the
 * check of a configuration and the script that writes `config.schema.json` need it.
 */
import { rows, type JsonSchema, type Option } from "./options.js";

/** The schema of x-batch values, relative to `config.schema.json`. */
export const xBatchSchema = "../../batch/x-batch/x-batch.schema.json";

const types: { readonly [T in Option["type"]]: string } = {
  boolean: "boolean",
  text: "string",
  integer: "integer",
  choice: "string",
  list: "array",
  object: "object",
};

/** `"./notes"`, `["specs"]`, `false`; or in words. Empty where there is none. */
const defaultOf = ({ default: value, defaultText }: Option): string => {
  if (value !== undefined)
    return ` Default ${typeof value === "string" ? value : JSON.stringify(value)}.`;
  return defaultText === undefined ? "" : ` Default: ${defaultText}.`;
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function schemaOf(option: Option): JsonSchema {
  const { type, values, schema } = option;
  return {
    description: `${capital(option.help)}.${defaultOf(option)}`,
    ...(values
      ? { enum: values }
      : schema !== undefined && "$ref" in schema
        ? {}
        : { type: types[type] }),
    ...schema,
  };
}

const refOf = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });

/**
 * The JSON Schema of a configuration. Beside an `if` is the message for a value that breaks that rule, and a
 * `description` of a text or list begins with what is expected.
 */
export function configSchema(): JsonSchema {
  const inPackage = rows.filter(([, { config }]) => config === "package");
  const inRun = rows.filter(([, { config }]) => config === "run");
  const references = Object.fromEntries(inPackage.map(([name]) => [name, refOf(name)]));
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "openapi-batch.config",
    description:
      "The configuration of openapi-batch: one package, or several in `packages`. Paths are relative to the file. A description beside an `if` is the message for a value that breaks that rule.",
    type: "object",
    additionalProperties: false,
    properties: {
      $schema: { type: "string" },
      ...references,
      ...Object.fromEntries(inRun.map(([name, option]) => [name, schemaOf(option)])),
    },
    allOf: [
      {
        description: "With `packages`, this key belongs in each package",
        if: { required: ["packages"] },
        then: { properties: Object.fromEntries(inPackage.map(([name]) => [name, false])) },
      },
    ],
    $defs: {
      package: { type: "object", additionalProperties: false, properties: references },
      ...Object.fromEntries(inPackage.map(([name, option]) => [name, schemaOf(option)])),
      path: { description: "A path that is not empty.", type: "string", minLength: 1 },
    },
  };
}
