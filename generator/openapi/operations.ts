/** The operations of one document with their references followed: what detection and the model look at. */
import { formatPointer, isObject, resolveRef } from "../base/pointer.js";

export { isObject };
import type { JsonObject, JsonValue, Spec } from "./spec.js";

/** A value and where it stands in the document, its reference followed. */
export interface Placed<T = JsonObject> {
  readonly value: T;
  readonly pointer: string;
}

export const methods = ["get", "put", "post", "delete", "patch", "query"] as const;
export type Method = (typeof methods)[number];

export interface MediaType {
  /** As the document writes it, such as `application/json; charset=utf-8`. */
  readonly name: string;
  readonly schema?: Placed<JsonObject | boolean>;
  /** How the members of a form are written: Encoding Objects, by the names of the members. */
  readonly encoding?: JsonObject;
}

export interface DeclaredReply {
  /** `200`, `2XX` or `default`. */
  readonly status: string;
  readonly response: Placed;
  readonly content: readonly MediaType[];
}

export interface RawOperation {
  readonly spec: Spec;
  readonly method: Method;
  readonly path: string;
  readonly pointer: string;
  readonly value: JsonObject;
  /** Those of the path, unless the operation overrides them, and then its own; dangling ones left out. */
  readonly parameters: readonly Placed[];
  readonly body: readonly MediaType[];
  readonly replies: readonly DeclaredReply[];
  /** Server Objects of the operation, or else of the path, or else of the document. */
  readonly servers: readonly Placed[];
  /** Pointers to references of the operation (to parameters, a body, replies) that lead nowhere; these are left out. */
  readonly dangling: readonly string[];
}

/** An own property: a document may well name one `constructor`. */
export const own = (object: JsonObject, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

export const text = (object: JsonObject, key: string): string | undefined => {
  const value = own(object, key);
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
};

export const list = (value: JsonValue | undefined): readonly JsonValue[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]) : []; // Array.isArray narrows a readonly array to any[]

/** Longer chains of references than this are circular for all that matters. */
const longestChain = 32;

/** Follows `$ref` to what it stands for; undefined where it dangles or turns in a circle. */
export function follow(
  spec: Spec,
  value: JsonValue | undefined,
  pointer: string,
): Placed<JsonValue> | undefined {
  let at = { value, pointer };
  for (let hop = 0; hop < longestChain; hop++) {
    if (at.value === undefined) return undefined;
    const ref = isObject(at.value) ? own(at.value, "$ref") : undefined;
    if (typeof ref !== "string") return { value: at.value, pointer: at.pointer };
    const target = resolveRef(spec.document, ref);
    if (target === undefined) return undefined;
    at = target;
  }
  return undefined;
}

export function followObject(
  spec: Spec,
  value: JsonValue | undefined,
  pointer: string,
): Placed | undefined {
  const target = follow(spec, value, pointer);
  return target && isObject(target.value)
    ? { value: target.value, pointer: target.pointer }
    : undefined;
}

const child = (pointer: string, ...keys: readonly (string | number)[]): string =>
  pointer + formatPointer(keys.map(String));

function mediaTypes(holder: Placed & { readonly spec: Spec }): readonly MediaType[] {
  const content = own(holder.value, "content");
  if (!isObject(content)) return [];
  return Object.keys(content).map((name) => {
    const at = child(holder.pointer, "content", name);
    const media = followObject(holder.spec, content[name], at);
    const said = media && own(media.value, "encoding");
    const encoding = isObject(said) ? { encoding: said } : {};
    const schema = media && own(media.value, "schema");
    if (media && (isObject(schema) || typeof schema === "boolean"))
      return {
        name,
        schema: { value: schema, pointer: child(media.pointer, "schema") },
        ...encoding,
      };
    const items = media && own(media.value, "itemSchema");
    if (media && (isObject(items) || typeof items === "boolean"))
      return {
        name,
        schema: { value: listOf(items), pointer: child(media.pointer, "itemSchema") },
      };
    return { name };
  });
}

/** OpenAPI 3.2 describes one value of a stream: the whole is a list of them. */
const listOf = (items: JsonObject | boolean): JsonObject => ({ type: "array", items });

/** Every operation of a document, in the document's order. */
export function operationsOf(spec: Spec): readonly RawOperation[] {
  const paths = own(spec.document, "paths");
  if (!isObject(paths)) return [];
  return Object.keys(paths).flatMap((path) => {
    const items = pathItems(spec, paths[path], child("", "paths", path));
    return path.startsWith("/")
      ? methods.flatMap((method) => operation(spec, path, method, items) ?? [])
      : [];
  });
}

/** A path item, and the one that it refers to: what stands in both is the first one's. */
function pathItems(spec: Spec, value: JsonValue | undefined, pointer: string): readonly Placed[] {
  if (!isObject(value)) return [];
  const target = own(value, "$ref") === undefined ? undefined : followObject(spec, value, pointer);
  return [{ value, pointer }, ...(target ? [target] : [])];
}

function operation(
  spec: Spec,
  path: string,
  method: Method,
  items: readonly Placed[],
): RawOperation | undefined {
  const item = items.find((one) => isObject(own(one.value, method)));
  const value = item && own(item.value, method);
  if (!item || !isObject(value)) return undefined;
  const pointer = child(item.pointer, method);
  const body = followObject(spec, own(value, "requestBody"), child(pointer, "requestBody"));
  const responses = own(value, "responses");
  const parts = [
    ...[...items, { value, pointer }].flatMap((holder) =>
      list(own(holder.value, "parameters")).map((part, index) => ({
        part,
        at: child(holder.pointer, "parameters", index),
      })),
    ),
    { part: own(value, "requestBody"), at: child(pointer, "requestBody") },
    ...(isObject(responses) ? Object.keys(responses) : []).map((status) => ({
      part: isObject(responses) ? responses[status] : undefined,
      at: child(pointer, "responses", status),
    })),
  ];
  return {
    spec,
    method,
    path,
    pointer,
    value,
    parameters: parameters(spec, [...items].reverse(), { value, pointer }),
    body: body ? mediaTypes({ ...body, spec }) : [],
    dangling: parts.flatMap(({ part, at }) =>
      isObject(part) && text(part, "$ref")?.startsWith("#") && !followObject(spec, part, at)
        ? [child(at, "$ref")]
        : [],
    ),
    servers: servers([{ value, pointer }, ...items, { value: spec.document, pointer: "" }]),
    replies: isObject(responses) ? repliesOf(spec, responses, child(pointer, "responses")) : [],
  };
}

export const isSuccess = (status: string): boolean => /^2(\d\d|XX)$/i.test(status);

/** Where a document declares no success, `default` is what any success says, too. */
function repliesOf(spec: Spec, responses: JsonObject, pointer: string): readonly DeclaredReply[] {
  const declared = Object.keys(responses).flatMap((status) => {
    const response = followObject(spec, responses[status], child(pointer, status));
    return response && /^(\d\d\d|\dXX|default)$/i.test(status)
      ? [{ status, response, content: mediaTypes({ ...response, spec }) }]
      : [];
  });
  const usual = declared.find(({ status }) => status === "default");
  return usual && !declared.some(({ status }) => isSuccess(status))
    ? [{ ...usual, status: "2XX" }, ...declared]
    : declared;
}

/** Those of the first holder that has any. */
function servers(holders: readonly Placed[]): readonly Placed[] {
  for (const { value, pointer } of holders) {
    const found = list(own(value, "servers")).flatMap((server, index) =>
      isObject(server) ? [{ value: server, pointer: child(pointer, "servers", index) }] : [],
    );
    if (found.length > 0) return found;
  }
  return [];
}

function parameters(spec: Spec, items: readonly Placed[], operation: Placed): readonly Placed[] {
  const found = new Map<string, Placed>();
  for (const holder of [...items, operation]) {
    list(own(holder.value, "parameters")).forEach((parameter, index) => {
      const target = followObject(spec, parameter, child(holder.pointer, "parameters", index));
      const name = target && text(target.value, "name");
      const place = target && text(target.value, "in");
      if (target && name !== undefined && place !== undefined) {
        found.set(JSON.stringify([place, name]), target);
      }
    });
  }
  return [...found.values()];
}
