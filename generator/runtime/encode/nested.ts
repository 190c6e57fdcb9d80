/** `nested`: the leaves of a value with their names in the style `deepObject`, for styles.ts and fields.ts. */
import { isObject } from "../pointer.js";

/** `name[0][key]`, for every level of the value. Undefined and null have no name. */
export function nested(name: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (value === undefined || value === null) return [];
  if (!isObject(value) || value instanceof Blob || value instanceof Date)
    return [[name, value instanceof Date ? value.toJSON() : value]];
  return Object.entries(value).flatMap(([key, inner]) => nested(`${name}[${key}]`, inner));
}
