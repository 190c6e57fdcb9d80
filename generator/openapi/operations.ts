/**
 * Exports `operationsOf`: the operations of one document with their references followed, as detection and the model
 * read them.
 */
import { own, type JsonObject, type JsonValue } from "../base/json.js";
import {
  asObject,
  asSchema,
  followObject,
  get,
  items,
  members,
  rootOf,
  type Cursor,
} from "./cursor.js";
import { isLines } from "./media-types.js";
import { methods, type Method } from "./methods.js";
import type { Spec } from "./spec.js";

export interface MediaType {
  /** As the document writes it, such as `application/json; charset=utf-8`. */
  readonly name: string;
  readonly schema?: Cursor<JsonObject | boolean>;
  /** How the members of a form are written: Encoding Objects, by the names of the members. */
  readonly encoding?: JsonObject;
}

export interface DeclaredReply {
  /** `200`, `2XX` or `default`. */
  readonly status: string;
  readonly response: Cursor;
  readonly content: readonly MediaType[];
}

export interface RawOperation {
  readonly spec: Spec;
  readonly method: Method;
  readonly path: string;
  readonly pointer: string;
  readonly value: JsonObject;
  /** Those of the path, unless the operation overrides them, and then its own; dangling ones left out. */
  readonly parameters: readonly Cursor[];
  readonly body: readonly MediaType[];
  readonly replies: readonly DeclaredReply[];
  /** Server Objects of the operation, or else of the path, or else of the document. */
  readonly servers: readonly Cursor[];
  /** Pointers to references of the operation (to parameters, a body, replies) that lead nowhere; these are left out. */
  readonly dangling: readonly string[];
}

/** An own member that is a text and not blank. */
export const text = (object: JsonObject, key: string): string | undefined => {
  const value = own(object, key);
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
};

/** Every operation of a document, in the document's order. */
export function operationsOf(spec: Spec): readonly RawOperation[] {
  return members(get(rootOf(spec), "paths")).flatMap(([path, item]) => {
    const holders = pathItems(item);
    return path.startsWith("/")
      ? methods.flatMap((method) => operation(path, method, holders) ?? [])
      : [];
  });
}

/** A path item, and the one that it refers to: where both have a member, the first one's counts. */
function pathItems(item: Cursor<JsonValue>): readonly Cursor[] {
  const written = asObject(item);
  if (!written) return [];
  const target = get(written, "$ref") && followObject(written);
  return target ? [written, target] : [written];
}

function operation(
  path: string,
  method: Method,
  pathItems: readonly Cursor[],
): RawOperation | undefined {
  const found = pathItems.flatMap((item) => asObject(get(item, method)) ?? [])[0];
  if (!found) return undefined;
  const { spec, pointer, value } = found;
  const body = followObject(get(found, "requestBody"));
  return {
    spec,
    method,
    path,
    pointer,
    value,
    parameters: parametersOf([...[...pathItems].reverse(), found]),
    body: body ? mediaTypes(body) : [],
    dangling: danglingParts(pathItems, found),
    servers: serversOf([found, ...pathItems, rootOf(spec)]),
    replies: repliesOf(get(found, "responses")),
  };
}

/** Later ones replace those of the same location and name. */
function parametersOf(holders: readonly Cursor[]): readonly Cursor[] {
  const found = new Map<string, Cursor>();
  for (const parameter of holders.flatMap((holder) => items(get(holder, "parameters")))) {
    const target = followObject(parameter);
    const name = target && text(target.value, "name");
    const location = target && text(target.value, "in");
    if (target && name !== undefined && location !== undefined)
      found.set(JSON.stringify([location, name]), target);
  }
  return [...found.values()];
}

function danglingParts(pathItems: readonly Cursor[], operation: Cursor): readonly string[] {
  const body = get(operation, "requestBody");
  const parts = [
    ...[...pathItems, operation].flatMap((holder) => items(get(holder, "parameters"))),
    ...(body ? [body] : []),
    ...members(get(operation, "responses")).map(([, response]) => response),
  ];
  return parts.flatMap((part) => {
    const ref = get(part, "$ref");
    const isLocal = typeof ref?.value === "string" && ref.value.startsWith("#");
    return isLocal && !followObject(part) ? [ref.pointer] : [];
  });
}

/** Those of the first holder that has any. */
function serversOf(holders: readonly Cursor[]): readonly Cursor[] {
  for (const holder of holders) {
    const found = items(get(holder, "servers")).flatMap((server) => asObject(server) ?? []);
    if (found.length > 0) return found;
  }
  return [];
}

export const isSuccess = (status: string): boolean => /^2(\d\d|XX)$/i.test(status);

/** Where a document declares no success, `default` describes any success, too. */
function repliesOf(responses: Cursor<JsonValue> | undefined): readonly DeclaredReply[] {
  const declared = members(responses).flatMap(([status, part]) => {
    const response = followObject(part);
    return response && /^(\d\d\d|\dXX|default)$/i.test(status)
      ? [{ status, response, content: mediaTypes(response) }]
      : [];
  });
  const usual = declared.find(({ status }) => status === "default");
  return usual && !declared.some(({ status }) => isSuccess(status))
    ? [{ ...usual, status: "2XX" }, ...declared]
    : declared;
}

const mediaTypes = (holder: Cursor): readonly MediaType[] =>
  members(get(holder, "content")).map(([name, part]) => mediaType(name, followObject(part)));

function mediaType(name: string, media: Cursor | undefined): MediaType {
  if (!media) return { name };
  const encoding = asObject(get(media, "encoding"))?.value;
  const schema = asSchema(get(media, "schema"));
  const item = asSchema(get(media, "itemSchema")) ?? (isLines(name) ? lineOf(schema) : undefined);
  // The value of a stream is the list of its values, of which the document describes one.
  if (item && (!schema || isLines(name)))
    return { name, schema: { ...item, value: { type: "array", items: item.value } } };
  return schema ? { name, schema, ...(encoding && { encoding }) } : { name };
}

/** The schema of one line. The schema of a body of lines may describe one line, or the list of them, or only a text. */
function lineOf(schema: Cursor<JsonObject | boolean> | undefined): typeof schema {
  const type = own(followObject(schema)?.value ?? {}, "type");
  return type === "array" || type === "string" ? undefined : schema;
}
