/** `createValidator`: finds what in a request does not fit the document, through Ajv. */
import { formOfItems } from "../../batch/request-forms.js";
import { createRequire } from "node:module";
import type { Ajv2020, ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import { bounds } from "../../base/bounds.js";
import { linearRegExp } from "../../base/linear-regexp.js";
import { isObject, type JsonObject, type JsonValue } from "../../base/json.js";
import { newAjv } from "../../base/new-ajv.js";
import type { Spec } from "../../openapi/spec.js";
import type { EmulatedOperation, EmulatedParameter, RawSchema } from "../operation.js";
import { toJsonSchema } from "./json-schema.js";

export interface Validator {
  /** The first few mistakes, as text. */
  body(value: JsonValue | undefined): readonly string[];
  /** @param given the values of a parameter in the request, as texts */
  parameters(given: (parameter: EmulatedParameter) => readonly string[]): readonly string[];
}

const mostMistakes = 5;

/** Compiles a schema when a request needs it: a document may have hundreds of endpoints. */
export function createValidator(operation: EmulatedOperation): Validator {
  const { spec, body, batch, parameters } = operation;
  // the schema of a body of lines describes one line, all lines, or nothing: documents differ
  const { items } = batch;
  const lines = items.at === "" && formOfItems(items).text !== undefined;
  let validateBody: ValidateFunction | undefined;
  const validateParameter = new Map<EmulatedParameter, ValidateFunction>();
  return {
    body(value) {
      const schema = lines ? undefined : body?.schema;
      if (schema === undefined || value === undefined) return [];
      validateBody ??= compile(spec, schema, false);
      return validateBody(value) ? [] : inWords(validateBody.errors ?? [], "the body");
    },
    parameters(given) {
      return parameters.flatMap((parameter) => {
        const texts = given(parameter);
        const name = `the ${parameter.in} parameter ${JSON.stringify(parameter.name)}`;
        if (texts.length === 0) return parameter.required ? [`${name} is missing`] : [];
        const known = validateParameter.get(parameter);
        const validate = known ?? compile(spec, parameter.schema, true);
        validateParameter.set(parameter, validate);
        // one text may be a list, and a list may be one value
        const readings: JsonValue[] = [
          texts,
          texts.flatMap((text) => text.split(",")),
          texts[0] ?? "",
        ];
        if (readings.some((value) => validate({ value }))) return [];
        return inWords(validate.errors ?? [], name);
      });
    },
  };
}

function compile(spec: Spec, schema: RawSchema, coerce: boolean): ValidateFunction {
  const ajv = newAjv({ logger: false, coerceTypes: coerce, code: { regExp: linear } });
  addFormats(ajv);
  ajv.addFormat("url", true); // its expression backtracks
  const converted = toJsonSchema(spec, schema);
  if (!coerce) return ajv.compile(converted);
  const definitions: JsonValue = isObject(converted) ? (converted["$defs"] ?? {}) : {};
  return ajv.compile<JsonObject>({ properties: { value: converted }, $defs: definitions });
}

/** The engine of `pattern`. `toJsonSchema` leaves out what it does not take. */
const linear = Object.assign(
  (pattern: string) => {
    const regExp = linearRegExp(pattern);
    const { most } = bounds.patternSteps;
    return {
      test: (text: string) =>
        regExp === undefined || text.length * regExp.size > most || regExp.test(text),
    };
  },
  { code: "linearRegExp" }, // for code that is printed, which none is
);

function addFormats(ajv: Ajv2020): void {
  const require = createRequire(import.meta.url);
  // `require` is untyped; this is the declaration of the module.
  const formats = require("ajv-formats") as typeof import("ajv-formats");
  // It declares its argument as another class of Ajv.
  (formats.default as unknown as (ajv: Ajv2020) => void)(ajv);
}

function inWords(errors: readonly ErrorObject[], whole: string): readonly string[] {
  return errors.slice(0, mostMistakes).map(({ instancePath, message = "is not valid" }) => {
    const at = whole === "the body" ? instancePath : "";
    return `${at === "" ? whole : at} ${message}`;
  });
}
