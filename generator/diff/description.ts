/** The description of a package (`openapi-batch.api`): everything that code can use of it, small enough to be committed. */
import { parseObject } from "../base/json.js";
import type { Kind, Retry, Statuses } from "../runtime/endpoint/x-batch.js";
import type { Schema } from "../schemas/schema.js";

export const descriptionName = "openapi-batch.api";

/** Increased when an older reader would misunderstand a newer file. */
const format = 1;

type ByName<T> = Readonly<Record<string, T>>;

export interface DescribedReply {
  /** The type of its body; absent: no body. */
  readonly body?: Schema;
}

/** Every `$ref` of its schemas is a key of {@link Description.types}. */
export interface DescribedEndpoint {
  readonly method: string;
  readonly path: string;
  readonly kind?: Kind;
  readonly baseUrl: string;
  readonly deprecated?: true;
  /** The limits, including those of the service; without `items` and `bytes` a run asks for `chunkSize`. */
  readonly limit?: {
    readonly items?: number;
    readonly bytes?: number;
    readonly itemBytes?: number;
  };
  /** What a resend does, and what statuses mean: those of the endpoint, with those of the service. */
  readonly retry?: Retry;
  readonly statuses?: Statuses;
  readonly input: Schema;
  /** The form of an input, where it is not the item itself. */
  readonly inputForm?: "keyed" | "pair";
  readonly result?: Schema;
  /** An input that succeeded may have no result. */
  readonly resultMayBeAbsent?: true;
  readonly params?: Schema;
  /** By status: `200`, or `number` for a range. */
  readonly replies: ByName<DescribedReply>;
  /** The body of an error. */
  readonly errors?: Schema;
  /** The parameter that names the fields to read, and the field of the result that has them. */
  readonly select?: readonly [string, string];
}

export interface Description {
  /** By their names in the package, such as `notes.update`. */
  readonly endpoints: ByName<DescribedEndpoint>;
  /** The exports of each module besides its endpoints; `index` is the package itself. */
  readonly exports: ByName<readonly string[]>;
  /** By the module that declares it and its name there: `notes#UpdateInput`. */
  readonly types: ByName<Schema>;
}

/**
 * One line for each member of an endpoint, each list of exported names and each property, in the order of the names, so
 * that a diff of the file shows each change alone. The same description gives the same bytes.
 */
export function printDescription({ endpoints, exports, types }: Description): string {
  return `${lines({ format, endpoints, exports, types }, 0)}\n`;
}

/** Values at this depth, and short ones above it, are on one line. */
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
 * Reads a description; undefined if the text is not one, or has another format. Anyone who can commit can write one, so
 * this checks its structure, and callers only compare and print its values.
 */
export function parseDescription(text: string): Description | undefined {
  const value = parseObject(text);
  if (value?.["format"] !== format) return undefined;
  const { endpoints, exports, types } = value;
  if (!isObject(endpoints) || !isObject(exports) || !isObject(types)) return undefined;
  if (!Object.values(endpoints).every(isEndpoint)) return undefined;
  if (!Object.values(exports).every((names) => Array.isArray(names) && names.every(isText)))
    return undefined;
  if (!Object.values(types).every((type) => isSchema(type))) return undefined;
  // the checks above cover every member that is read
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
    [limit, value["retry"], value["statuses"]].every((one) => isOptional(one, isObject)) &&
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
