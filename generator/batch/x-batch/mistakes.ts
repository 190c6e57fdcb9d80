/**
 * `inWords`: turns the errors of the JSON Schema validator into messages for the author of an `x-batch` value or a
 * configuration.
 */
import type { ErrorObject } from "ajv/dist/2020.js";
import { closestMatch } from "leven";
import { formatPointer, parsePointer } from "../../base/pointer.js";

export interface Mistake {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** A JSON Pointer, relative to the value. */
  readonly pointer: string;
}

/** The kind of value that was checked. */
export interface Subject {
  /** The codes of its mistakes begin with this. */
  readonly code: string;
  /** Its name in messages. */
  readonly name: string;
}

/**
 * @param errors of ajv, with the options `allErrors` and `verbose`. A broken rule of the schema (`if` and `then`, with
 *   its message as `description`) becomes one mistake: ajv lists the errors of `then`, directly followed by the `if`.
 */
export function inWords(
  errors: readonly ErrorObject[],
  subject: Subject = { code: "x-batch", name: "`x-batch`" },
): readonly Mistake[] {
  const found: { readonly error: ErrorObject; readonly mistake: Mistake }[] = [];
  for (const error of errors) {
    if (error.keyword !== "if") {
      const mistake = wordsFor(error, subject);
      if (mistake) found.push({ error, mistake });
      continue;
    }
    const message = textOf(error.parentSchema, "description");
    const hint = textOf(error.parentSchema, "$comment");
    if (message === undefined) continue;
    const prefix = error.schemaPath.replace(/if$/, "");
    const ofRule = (other: ErrorObject): boolean =>
      other.schemaPath.startsWith(prefix) && other.instancePath.startsWith(error.instancePath);
    let pointer = error.instancePath;
    for (let last = found.at(-1); last && ofRule(last.error); last = found.at(-1)) {
      pointer = last.error.instancePath;
      found.pop();
    }
    const code = `${subject.code}-combination`;
    found.push({
      error,
      mistake: { code, message, ...(hint === undefined ? {} : { hint }), pointer },
    });
  }
  return found.map(({ mistake }) => mistake);
}

export const isRecord = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value as JSON, at most 60 characters. */
export function shown(value: unknown): string {
  // A configuration may contain a function: then JSON.stringify returns undefined, although its type says `string`.
  const text = (JSON.stringify(value) as string | undefined) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function textOf(schema: unknown, name: string): string | undefined {
  const value: unknown = isRecord(schema) ? Reflect.get(schema, name) : undefined;
  return typeof value === "string" ? value : undefined;
}

/** The name of a member in messages: `match.0.by`. */
function called(pointer: string, { name }: Subject): string {
  const path = parsePointer(pointer).join(".");
  return path === "" ? name : `\`${path}\``;
}

/** Synonyms of kinds. By spelling alone, `insert` would be taken for `upsert`. */
const synonyms = new Map([
  ["add", "create"],
  ["archive", "delete"],
  ["get", "read"],
  ["insert", "create"],
  ["patch", "update"],
  ["remove", "delete"],
]);

function didYouMean(typed: string, names: readonly string[]): string | undefined {
  const synonym = synonyms.get(typed);
  const near =
    synonym !== undefined && names.includes(synonym)
      ? synonym
      : closestMatch(typed, names, { maxDistance: Math.max(1, Math.floor(typed.length / 2)) });
  return near === undefined ? undefined : `Did you mean \`${near}\`?`;
}

const typeNames = new Map([
  ["object", "an object"],
  ["array", "a list"],
  ["string", "a text"],
  ["integer", "a whole number"],
  ["number", "a number"],
  ["boolean", "`true` or `false`"],
]);

interface Words {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** The wrong member, if it is a member of the value that the error is about. */
  readonly member?: string;
}

/** A number or a boolean that was written as a text. */
function unquoted(types: readonly unknown[], data: unknown): string | undefined {
  const plain = typeof data === "string" && /^(true|false|-?\d{1,15}(\.\d{1,15})?)$/.test(data);
  const type = plain && /\d/.test(data) ? ["integer", "number"] : ["boolean"];
  return plain && types.some((one) => type.includes(String(one)))
    ? `Did you mean \`${data}\`, without quotes?`
    : undefined;
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** The message for each keyword of the schema. ajv documents the `params` of each. */
const words: {
  readonly [keyword: string]: (
    name: string,
    error: ErrorObject,
    params: ErrorObject["params"],
  ) => Words;
} = {
  additionalProperties: (name, { parentSchema }, params) => {
    const field = String(params["additionalProperty"]);
    const fields: unknown = isRecord(parentSchema) && Reflect.get(parentSchema, "properties");
    const known = isRecord(fields) ? Object.keys(fields) : [];
    return {
      code: "unknown-field",
      message: `${name} has no field ${shown(field)}`,
      hint: didYouMean(field, known) ?? `Its fields are ${known.join(", ")}.`,
      member: field,
    };
  },
  required: (name, _error, params) => ({
    code: "missing-field",
    message: `${name} lacks \`${String(params["missingProperty"])}\``,
  }),
  type: (name, { data }, params) => {
    const types = list(params["type"]).map((type) => typeNames.get(String(type)) ?? String(type));
    return {
      code: "type",
      message: `${name}: expected ${types.join(" or ")}, found ${shown(data)}`,
      hint: unquoted(list(params["type"]), data),
    };
  },
  enum: (name, { data }, params) => {
    const allowed = list(params["allowedValues"]);
    return {
      code: "value",
      message: `${name}: expected one of ${allowed.map(shown).join(", ")}, found ${shown(data)}`,
      hint: typeof data === "string" ? didYouMean(data, allowed.map(String)) : undefined,
    };
  },
  const: (name, { data }) => ({
    code: "value",
    message: `${name}: expected an object, or \`false\` for an operation that is no batch, found ${shown(data)}`,
  }),
};

const otherwise = (name: string, { parentSchema, data, message }: ErrorObject): Words => {
  // A default is of no use to the person who wrote another value.
  const description = textOf(parentSchema, "description")?.replace(/(\. Default\b.*)?\.?$/s, "");
  const expected = description?.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase());
  const pointer = description?.startsWith("A JSON Pointer") && typeof data === "string";
  return {
    code: "value",
    message: `${name}: expected ${expected ?? message ?? "something else"}, found ${shown(data)}`,
    hint: pointer && !data.startsWith("/") ? `Did you mean ${shown(`/${data}`)}?` : undefined,
  };
};

function wordsFor(error: ErrorObject, subject: Subject): Mistake | undefined {
  // The list also contains the error of the name itself.
  if (error.keyword === "propertyNames") return undefined;
  const wordsOf = Object.hasOwn(words, error.keyword) ? words[error.keyword] : undefined;
  const name = called(error.instancePath, subject);
  const { code, message, hint, member } = (wordsOf ?? otherwise)(name, error, error.params);
  return {
    code: `${subject.code}-${code}`,
    message,
    ...(hint === undefined ? {} : { hint }),
    pointer: error.instancePath + (member === undefined ? "" : formatPointer([member])),
  };
}
