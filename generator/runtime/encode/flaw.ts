/** `flawOf` and `checkBody`: what a request cannot contain, because JSON would lose it or refuse it. */
import type { RequestWriter } from "../endpoint/request.js";
import { isObject } from "../pointer.js";

/** What the writer of a request accepts besides JSON. */
export interface Accepts {
  readonly bigints: boolean;
  readonly files: boolean;
}

/**
 * Describes a part of a value that JSON cannot represent, as a pointer and ` is …`; undefined if there is none. Throws a
 * RangeError for a cycle.
 */
export function flawOf(value: unknown, accepts: Accepts): string | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : ` is ${value}`;
    case "bigint":
      return accepts.bigints ? undefined : " is a bigint";
    case "object":
      return value === null ? undefined : flawInside(value, accepts);
    default:
      return ` is ${typeof value}`;
  }
}

/** Throws a TypeError for a body that cannot be sent as it is. */
export function checkBody(
  body: unknown,
  { name }: { readonly name: string },
  { json, write }: RequestWriter,
): void {
  const flaw = flawOf(body ?? null, { bigints: !!json, files: !!write });
  if (flaw) throw new TypeError(`${name}: the body${flaw}`);
}

/** Objects of these kinds are sent as their members, or as a primitive. */
const PLAIN = /^(Object|Number|String|Boolean)$/;

function flawInside(value: object, accepts: Accepts): string | undefined {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const flaw = flawOf(value[i], accepts);
      if (flaw) return `/${i}${flaw}`;
    }
    return undefined;
  }
  if (accepts.files && value instanceof Blob) return undefined;
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === "function" && !ArrayBuffer.isView(value)) {
    const plain: unknown = toJSON.call(value);
    return plain === null ? " is not valid" : flawOf(plain, accepts);
  }
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  // JSON would make an empty object of a map or a file, and an object of numbers of bytes.
  if (!PLAIN.test(kind)) return ` is a ${kind}`;
  if (isObject(value))
    for (const name in value) {
      // Members of the prototype are not sent. (Object.keys would make a list of names for each item.)
      const flaw = Object.hasOwn(value, name) && flawOf(value[name], accepts);
      if (flaw) return `/${name}${flaw}`;
    }
  return undefined;
}
