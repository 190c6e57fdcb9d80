/** Exports the types of plain JSON, the functions that distinguish them, `parseObject` and `setMember`. */

export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// `Array.isArray` does not narrow to a readonly array.
export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The elements of a list; none where it is no list. */
export const listOf = (value: JsonValue | undefined): readonly JsonValue[] =>
  isArray(value) ? value : [];

/** An own member: a document may well name one `constructor`. */
export const own = (object: JsonObject, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** The object that a text is as JSON; undefined if it is none. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as JsonValue; // what JSON.parse gives
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export type MutableObject = { [key: string]: JsonValue };

/** Sets an own property, whatever its name is. */
export function setMember(object: MutableObject, key: string, value: JsonValue): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  } else {
    object[key] = value;
  }
}
