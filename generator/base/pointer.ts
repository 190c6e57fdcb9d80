/**
 * Exports functions for JSON Pointers (RFC 6901) into plain JSON, and for local references. Only own properties count.
 */
import { isArray, isObject, type JsonObject, type JsonValue } from "./json.js";

/** The member or element `token` of `value`; `undefined` when there is none. */
export function getChild(value: JsonValue | undefined, token: string): JsonValue | undefined {
  if (isArray(value)) return /^(0|[1-9]\d*)$/.test(token) ? value[Number(token)] : undefined;
  if (isObject(value)) return Object.hasOwn(value, token) ? value[token] : undefined;
  return undefined;
}

/** The members of an object, or the elements of a list. */
export function childrenOf(value: JsonObject | readonly JsonValue[]): readonly JsonValue[] {
  return isArray(value) ? value : Object.values(value);
}

/** Every object and list of a document, in document order. Without recursion, since documents may be deep. */
export function* walk(
  document: JsonValue,
): Generator<{ value: JsonObject | readonly JsonValue[]; pointer: string }> {
  const open: { value: JsonValue; pointer: string }[] = [{ value: document, pointer: "" }];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { value, pointer } = entry;
    if (!isObject(value) && !isArray(value)) continue;
    yield { value, pointer };
    // Backwards, since the last one on the stack is taken first.
    for (const [key, child] of Object.entries(value).reverse()) {
      if (typeof child === "object") {
        open.push({ value: child, pointer: `${pointer}/${escapeToken(key)}` });
      }
    }
  }
}

/**
 * The unescaped tokens of a pointer: `"/a~1b/0"` gives `["a/b", "0"]`, `""` gives `[]`.
 * @throws TypeError if the pointer is neither empty nor starts with `/`.
 */
export function parsePointer(pointer: string): string[] {
  if (pointer === "") return [];
  if (!pointer.startsWith("/"))
    throw new TypeError(`not a JSON Pointer: ${JSON.stringify(pointer)}`);
  return pointer
    .slice(1)
    .split("/")
    .map((token) =>
      token.includes("~") ? token.replaceAll("~1", "/").replaceAll("~0", "~") : token,
    );
}

export function escapeToken(token: string): string {
  return token.includes("~") || token.includes("/")
    ? token.replaceAll("~", "~0").replaceAll("/", "~1")
    : token;
}

/** The inverse of `parsePointer`. */
export function formatPointer(tokens: readonly (string | number)[]): string {
  return tokens.map((token) => "/" + escapeToken(String(token))).join("");
}

/** The value at `pointer`; `undefined` when there is none, or when `pointer` is not a JSON Pointer. */
export function getAt(document: JsonValue, pointer: string): JsonValue | undefined {
  if (pointer !== "" && !pointer.startsWith("/")) return undefined;
  let value: JsonValue | undefined = document;
  for (const token of parsePointer(pointer)) value = getChild(value, token);
  return value;
}

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray %
  }
}

/**
 * The target of the fragment of a reference (without `#`), which is a JSON Pointer, percent-encoded or not, or the name
 * of an `$anchor`. It follows no `$ref` at the target. `undefined` when the fragment dangles.
 */
export function resolveFragment(
  document: JsonValue,
  fragment: string,
): { pointer: string; value: JsonValue } | undefined {
  // Some documents do not encode a %: the fragment as it is comes second.
  for (const pointer of new Set([percentDecode(fragment), fragment])) {
    if (pointer === "" || pointer.startsWith("/")) {
      const value = getAt(document, pointer);
      if (value !== undefined) return { pointer, value };
    } else {
      const at = anchorsOf(document).get(pointer);
      const value = at === undefined ? undefined : getAt(document, at);
      if (at !== undefined && value !== undefined) return { pointer: at, value };
    }
  }
  return undefined;
}

/**
 * The target of a local reference (`#`, `#/…`, `#anchor`). It follows no `$ref` at the target. `undefined` when `ref`
 * is not local, or dangles.
 */
export function resolveRef(
  document: JsonValue,
  ref: string,
): { pointer: string; value: JsonValue } | undefined {
  return ref.startsWith("#") ? resolveFragment(document, ref.slice(1)) : undefined;
}

// A document does not change after it is read, so its index stays right as long as the document exists.
const anchorIndex = new WeakMap<object, ReadonlyMap<string, string>>();
const noAnchors: ReadonlyMap<string, string> = new Map();

function anchorsOf(document: JsonValue): ReadonlyMap<string, string> {
  if (typeof document !== "object" || document === null) return noAnchors;
  const known = anchorIndex.get(document);
  if (known !== undefined) return known;
  const found = new Map<string, string>();
  for (const { value, pointer } of walk(document)) {
    for (const keyword of ["$anchor", "$dynamicAnchor"]) {
      const name = isObject(value) ? getChild(value, keyword) : undefined;
      if (typeof name === "string" && !found.has(name)) found.set(name, pointer);
    }
  }
  anchorIndex.set(document, found);
  return found;
}
