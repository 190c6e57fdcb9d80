/** The type of a whole request body: the items where they stand, and what stands beside them. */
import type { Endpoint } from "../batch/model.js";
import type { RequestForm } from "../batch/request-forms.js";
import { parsePointer } from "../base/pointer.js";
import { literal, propertyName } from "../schemas/text.js";

/** An object in the making; a type where it is none. */
interface Part {
  type?: string;
  required: boolean;
  readonly members: Map<string, Part>;
}

/**
 * Undefined where there is no body.
 * @param input the type of one item
 * @param params the type of the parameters
 */
export function requestBody(
  { operation }: Endpoint,
  input: string,
  params: string | undefined,
): string | undefined {
  const { items, parameters = [] } = operation;
  if (items.in === "query") return undefined;
  const root: Part = { required: true, members: new Map() };
  put(root, items.at, itemsType[items.as ?? "array"](input), true);
  for (const { in: place, name, key, required = false, value } of parameters) {
    if (place !== "body") continue;
    const own = key ?? parsePointer(name).at(-1) ?? "";
    const given = `${params ?? "never"}[${literal(own)}]`;
    const left = required ? given : `Exclude<${given}, undefined>`;
    const type = value === undefined ? left : literal(value);
    put(root, name, type, required || value !== undefined);
  }
  return print(root);
}

/** The type of the items in a body, by their form. Forms that are no JSON are texts. */
const itemsType: Readonly<Record<RequestForm, (input: string) => string>> = {
  array: (input: string) => `readonly ${bracketed(input)}[]`,
  map: (input: string) => `{ [key: string]: ${input} }`,
  groups: (input: string) => `{ [key: string]: readonly ${bracketed(input)}[] }`,
  lists: (input: string) => `readonly (readonly ${bracketed(input)}[])[]`,
  columns: (input: string) => `{ [Name in keyof ${input}]: readonly (${input}[Name] | null)[] }`,
  lines: () => "string",
  pairs: () => "string",
  csv: () => "string",
};

const bracketed = (type: string): string => (/^[\w$.]+$/.test(type) ? type : `(${type})`);

function put(root: Part, pointer: string, type: string, required: boolean): void {
  let part = root;
  for (const token of parsePointer(pointer)) {
    part.required ||= required;
    const next = part.members.get(token) ?? { required: false, members: new Map() };
    part.members.set(token, next);
    part = next;
  }
  part.required ||= required;
  part.type = type;
}

function print({ type, members }: Part): string {
  if (members.size === 0) return type ?? "unknown";
  const lines = [...members].map(
    ([name, part]) => `${propertyName(name)}${part.required ? "" : "?"}: ${print(part)};`,
  );
  return `{ ${lines.join(" ")} }`;
}
