/** What a package offers to its users, as data small enough to be committed beside it: `api.json`. */
import type { Kind } from "../runtime/endpoint/x-batch.js";
import type { Schema } from "../schemas/schema.js";

export const descriptionName = "api.json";

/** Counted up when an older reader would misunderstand a newer file. */
const format = 1;

type ByName<T> = Readonly<Record<string, T>>;

export interface DescribedReply {
  /** What its body is read as; absent: no body. */
  readonly body?: Schema;
}

/** Every `$ref` of its schemas is a key of {@link Description.types}. */
export interface DescribedEndpoint {
  readonly method: string;
  readonly path: string;
  readonly kind?: Kind;
  readonly baseUrl: string;
  readonly deprecated?: true;
  /** The limits that hold, those of the service included; without `items` and `bytes` a run asks for `chunkSize`. */
  readonly limit?: {
    readonly items?: number;
    readonly bytes?: number;
    readonly itemBytes?: number;
  };
  readonly input: Schema;
  /** How one input is written, where it is not the item itself. */
  readonly inputForm?: "keyed" | "pair";
  readonly result?: Schema;
  /** An input that was done may have no result. */
  readonly resultMayBeAbsent?: true;
  readonly params?: Schema;
  /** By status: `200`, or `number` for a range. */
  readonly replies: ByName<DescribedReply>;
  /** The body of an error. */
  readonly errors?: Schema;
  /** The parameter that names what to read, and the field of the result that holds it. */
  readonly select?: readonly [string, string];
}

export interface Description {
  /** By their names in the package, such as `notes.update`. */
  readonly endpoints: ByName<DescribedEndpoint>;
  /** What each module exports besides its endpoints; `index` is the package itself. */
  readonly exports: ByName<readonly string[]>;
  /** By the module that declares it and its name there: `notes#UpdateInput`. */
  readonly types: ByName<Schema>;
}

/**
 * One line for each endpoint's member, each exported name list and each property, in the order of the names: what
 * changes is what a diff of the file shows. The same description gives the same bytes.
 */
export function printDescription({ endpoints, exports, types }: Description): string {
  return `${lines({ format, endpoints, exports, types }, 0)}\n`;
}

/** Down to where the lines are; what is below, or short, is on one line. */
const deepest = 4;
const short = 80;

function lines(value: unknown, depth: number): string {
  const entries =
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.entries(value).filter(([, member]) => member !== undefined)
      : [];
  if (depth >= deepest || entries.length === 0) return JSON.stringify(value);
  const members = entries.map(
    ([key, member]) => [JSON.stringify(key), lines(member, depth + 1)] as const,
  );
  if (depth === deepest - 1) {
    const line = `{${members.map(([key, member]) => `${key}:${member}`).join()}}`;
    if (line.length <= short) return line;
  }
  const indent = " ".repeat(depth);
  return `{\n${members.map(([key, member]) => `${indent} ${key}: ${member}`).join(",\n")}\n${indent}}`;
}

/**
 * Reads a description. Undefined if the text is none, or one of another format: anyone who can commit can write one, so
 * nothing is believed of it but its outline, and what is below is only ever compared and printed.
 */
export function parseDescription(text: string): Description | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value["format"] !== format) return undefined;
  const { endpoints, exports, types } = value;
  if (!isObject(endpoints) || !isObject(exports) || !isObject(types)) return undefined;
  if (!Object.values(endpoints).every(isEndpoint)) return undefined;
  if (!Object.values(exports).every((names) => Array.isArray(names) && names.every(isText)))
    return undefined;
  if (!Object.values(types).every((type) => isSchema(type))) return undefined;
  // Every member that is read was looked at.
  return value as unknown as Description;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === "string";
const isOptional = (value: unknown, is: (value: unknown) => boolean): boolean =>
  value === undefined || is(value);

function isEndpoint(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { limit, select, replies } = value;
  return (
    ["method", "path", "baseUrl"].every((key) => isText(value[key])) &&
    ["kind", "inputForm"].every((key) => isOptional(value[key], isText)) &&
    isSchema(value["input"]) &&
    ["result", "params", "errors"].every((key) => isOptional(value[key], isSchema)) &&
    isOptional(limit, isObject) &&
    isOptional(select, (pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isText)) &&
    isObject(replies) &&
    Object.values(replies).every((reply) => isObject(reply) && isOptional(reply["body"], isSchema))
  );
}

const scalars = ["string", "number", "boolean"];

function isSchema(value: unknown): boolean {
  if (!isObject(value)) return false;
  const list = (key: string): boolean =>
    isOptional(value[key], (parts) => Array.isArray(parts) && parts.every(isSchema));
  const record = (key: string): boolean =>
    isOptional(value[key], (parts) => isObject(parts) && Object.values(parts).every(isSchema));
  return (
    ["$ref", "type", "format"].every((key) => isOptional(value[key], isText)) &&
    ["prefixItems", "allOf", "anyOf"].every(list) &&
    ["properties", "patternProperties"].every(record) &&
    ["items", "not"].every((key) => isOptional(value[key], isSchema)) &&
    isOptional(value["additionalProperties"], (rest) => rest === false || isSchema(rest)) &&
    isOptional(value["required"], (names) => Array.isArray(names) && names.every(isText)) &&
    isOptional(
      value["enum"],
      (members) =>
        Array.isArray(members) && members.every((member) => scalars.includes(typeof member)),
    )
  );
}
