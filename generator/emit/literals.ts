/** Exports `dataLiteral`: plain data as a TypeScript expression. Data of documents are never code in it. */
import { literal, propertyName } from "../schemas/text.js";

const source = Symbol("source");

/** An expression that stands among data as it is. Documents are JSON, and cannot hold one. */
export interface Code {
  readonly [source]: string;
}

/** @param text an expression that the generator made up, never text of a document */
export const code = (text: string): Code => ({ [source]: text });

const isCode = (value: object): value is Code => source in value;

/**
 * Plain data as an object literal, an array literal or a literal, on one line. Members that are undefined are left out.
 */
export function dataLiteral(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(dataLiteral).join(", ")}]`;
  if (typeof value !== "object" || value === null)
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? literal(value)
      : "null";
  if (isCode(value)) return value[source];
  const members = Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
    member === undefined ? [] : [memberOf(key, member)],
  );
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

function memberOf(key: string, value: unknown): string {
  const text = dataLiteral(value);
  const isObject = typeof value === "object" && value !== null;
  if (isObject && text === key) return text; // a constant with the name of the member
  // The compiler takes the type of such a member from what every object inherits, unless it is asserted.
  const type = isObject && Object.hasOwn(Object.prototype, key) ? " as const" : "";
  // Written as a plain key, `__proto__` would set the prototype.
  const name = key === "__proto__" ? `[${literal(key)}]` : propertyName(key);
  return `${name}: ${text}${type}`;
}
