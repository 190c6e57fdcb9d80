/**
 * Exports `Cursor`: a value of a document, with its pointer and its document. Readers of a document move a cursor:
 * `get` to a member, `items` to the elements of a list, `follow` through references.
 */
import { isObject, listOf, own, type JsonObject, type JsonValue } from "../base/json.js";
import { escapeToken, resolveRef } from "../base/pointer.js";
import type { Spec } from "./spec.js";

export interface Cursor<T extends JsonValue = JsonObject> {
  readonly spec: Spec;
  readonly value: T;
  /** A JSON Pointer into `spec.document`. */
  readonly pointer: string;
}

export const rootOf = (spec: Spec): Cursor => ({ spec, value: spec.document, pointer: "" });

/** An own member; undefined where there is none, or the value is no object. */
export function get(cursor: Cursor<JsonValue>, key: string): Cursor<JsonValue> | undefined {
  const value = isObject(cursor.value) ? own(cursor.value, key) : undefined;
  return value === undefined ? undefined : child(cursor, key, value);
}

/** Every member of an object by its name; none where the value is no object. */
export const members = (
  cursor: Cursor<JsonValue> | undefined,
): readonly (readonly [name: string, member: Cursor<JsonValue>])[] =>
  cursor && isObject(cursor.value)
    ? Object.entries(cursor.value).map(([name, value]) => [name, child(cursor, name, value)])
    : [];

/** Every element of a list; none where the value is no list. */
export const items = (cursor: Cursor<JsonValue> | undefined): readonly Cursor<JsonValue>[] =>
  cursor ? listOf(cursor.value).map((value, index) => child(cursor, String(index), value)) : [];

const child = (
  { spec, pointer }: Cursor<JsonValue>,
  key: string,
  value: JsonValue,
): Cursor<JsonValue> => ({ spec, value, pointer: `${pointer}/${escapeToken(key)}` });

/** The cursor, where its value is an object. */
export const asObject = (cursor: Cursor<JsonValue> | undefined): Cursor | undefined =>
  cursor && isObject(cursor.value) ? { ...cursor, value: cursor.value } : undefined;

/** A schema is an object, or a boolean that allows everything or nothing. */
export const asSchema = (
  cursor: Cursor<JsonValue> | undefined,
): Cursor<JsonObject | boolean> | undefined =>
  cursor && (isObject(cursor.value) || typeof cursor.value === "boolean")
    ? { ...cursor, value: cursor.value }
    : undefined;

/** A longer chain of references counts as circular. */
const longestChain = 32;

/** Follows `$ref` to the value that it refers to; undefined where it dangles, or leads back to itself. */
export function follow(cursor: Cursor<JsonValue> | undefined): Cursor<JsonValue> | undefined {
  let at = cursor;
  for (let hop = 0; at && hop < longestChain; hop++) {
    const ref = isObject(at.value) ? own(at.value, "$ref") : undefined;
    if (typeof ref !== "string") return at;
    const { spec } = at;
    const target = resolveRef(spec.document, ref);
    at = target && { spec, ...target };
  }
  return undefined;
}

/** As `follow`, to an object. */
export const followObject = (cursor: Cursor<JsonValue> | undefined): Cursor | undefined =>
  asObject(follow(cursor));
