/** Names of types, made from the names of schemas in documents; and the names that an enum exports besides its type. */
import { isDevice, shortened } from "../base/file-name.js";
import { capital, knownLetters } from "../base/letters.js";

/** Words of a name, in the document's own spelling: `SimplePublicObject` is three, `a.b` two, `List<Pet>` two. */
const nameWords = (name: string): readonly string[] =>
  name.match(/\p{Lu}+(?![\p{Ll}])|\p{Lu}?[\p{Ll}\p{Lo}\p{M}]+|[\p{Lt}\p{Lm}\p{Nl}]+|\d+/gu) ?? [];

/** Names that no type may have: globals that emitted code uses, or that readers would confuse with the type. */
const taken = new Set([
  "Unlisted", "Array", "ArrayBuffer", "AsyncIterable", "Awaited", "BigInt", "Blob", "Boolean", "Date", "Error", "Exclude", "Extract",
  "FormData", "Function", "Headers", "Infinity", "Iterable", "JSON", "Map", "Math", "NaN", "NonNullable", "Number", "Object",
  "Omit", "Parameters", "Partial", "Pick", "Promise", "Readonly", "ReadonlyArray", "ReadonlyMap", "ReadonlySet",
  "ReadableStream", "Record", "RegExp", "Request", "Required", "Response", "ReturnType", "Set", "String", "Symbol",
  "URL", "URLSearchParams", "Uint8Array", "WeakMap", "AbortSignal", "Any", "Never", "Unknown", "Null", "Undefined", "Void",
]); // prettier-ignore

/** The longest name that a lock may hold, in characters. */
const longest = 200;

/**
 * A PascalCase type name: `a.b` is `AB`, `List<Pet>` is `ListPet`, `foo_bar` is `FooBar`. A name that starts with a
 * digit gets `Schema` before it; a global or a device of Windows gets `Model` after it (`Error` is `ErrorModel`). It
 * is short enough for a file, as that of a shared schema can be the name of its module.
 */
export function typeName(name: string): string {
  const parts = knownLetters(name.normalize("NFC")).match(/(?:(?!\p{Pc})\p{ID_Continue})+/gu) ?? [];
  const joined = parts.map(capital).join("").normalize("NFC");
  if (joined === "") return "Unnamed";
  const letters = /^\p{ID_Start}/u.test(joined) ? joined : `Schema${joined}`;
  const started = shortened(letters);
  return taken.has(started) || isDevice(started) ? `${started}Model` : started;
}

/** The constant that lists the members of an enum: `batchStatusValues`. */
export const valuesName = (name: string): string => `${lowerFirst(name)}Values`;
/** The function that recognises a member of an enum: `isBatchStatus`. */
export const guardName = (name: string): string => `is${name}`;

/** The names that one declaration takes in its module. */
export const takenBy = (
  name: string,
  { members }: { readonly members?: readonly unknown[] },
): readonly string[] => (members ? [name, valuesName(name), guardName(name)] : [name]);

/** `BatchStatus` is `batchStatus`, `HTTPMethod` is `httpMethod`, `URL` is `url`. */
function lowerFirst(name: string): string {
  const start = /^\p{Lu}+(?=\p{Lu}\p{Ll}|\P{L}|$)|^\p{Lu}/u.exec(name)?.[0] ?? "";
  return start.toLowerCase() + name.slice(start.length);
}

const spelled: Readonly<Record<string, string>> = {
  "-": "Dash", ".": "Dot", "_": "Underscore", "/": "Slash", "<": "Of", ">": "", " ": "Space", ":": "Colon",
  "+": "Plus", "$": "Dollar", "@": "At", "#": "Hash", ",": "And", "[": "Of", "]": "", "*": "Star", "&": "Ampersand",
}; // prettier-ignore

/** Other names for a schema, if the usual one is taken. They are closer to the spelling of the document. */
export function otherNames(name: string): readonly string[] {
  const raw = knownLetters(name)
    .replace(/\P{ID_Continue}+/gu, "_")
    .replace(/^(?=\P{ID_Start})/u, "_");
  const pieces = [...name].map((letter) =>
    Object.hasOwn(spelled, letter) ? `\0${spelled[letter] ?? ""}\0` : letter,
  );
  const words = pieces.join("").split("\0").filter(Boolean);
  return [
    ...(!/^_?$/.test(raw) && !reservedWords.has(raw) && !taken.has(raw) ? [raw] : []),
    typeName(words.map(capital).join("")),
  ];
}

/** Words that no declaration may have as its name. */
const reservedWords: ReadonlySet<string> = new Set([
  "any", "arguments", "as", "async", "await", "bigint", "boolean", "break", "case", "catch", "class", "const", "continue",
  "debugger", "declare", "default", "delete", "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for",
  "function", "if", "implements", "import", "in", "infer", "instanceof", "interface", "intrinsic", "is", "keyof", "let",
  "module", "namespace", "never", "new", "null", "number", "object", "package", "private", "protected", "public", "readonly",
  "require", "return", "static", "string", "super", "switch", "symbol", "then", "this", "throw", "true", "try", "type",
  "typeof", "undefined", "unique", "unknown", "using", "var", "void", "while", "with", "yield",
]); // prettier-ignore

/** Whether a declaration may have this name. Names that come from a lock need this check. */
export const isTypeName = (name: string): boolean =>
  /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) &&
  knownLetters(name) === name &&
  [...name].length <= longest &&
  !reservedWords.has(name) &&
  !taken.has(name) &&
  !isDevice(name);

const keywordTokens = new Set([
  "components", "schemas", "properties", "items", "$defs", "definitions", "allOf", "anyOf", "oneOf", "schema", "content",
  "additionalProperties", "patternProperties", "prefixItems", "not", "responses", "parameters", "requestBodies", "headers",
]); // prettier-ignore

/** A name for the schema at a JSON Pointer. @param tokens of the pointer */
export function nameAt(tokens: readonly string[]): string {
  if (tokens[0] === "paths") return operationName(tokens);
  let name = "";
  tokens.forEach((token, index) => {
    const before = tokens[index - 1];
    const declares = before === "schemas" || before === "$defs" || before === "definitions";
    if (declares) name = token;
    else if (before === "properties" || before === "patternProperties") name += capital(token);
    else if (token === "items" || token === "additionalProperties") name += "Item";
    else if (!keywordTokens.has(token) && !/^\d+$/.test(token) && !token.includes("/"))
      name += capital(token);
  });
  return name || tokens.at(-1) || "";
}

/** `/paths/~1y~1{id}/get/responses/200/…` is `YIdGetResponse`. */
function operationName([, path = "", method = "", ...rest]: readonly string[]): string {
  const words = nameWords(path).map(capital).join("") + capital(method);
  const properties = rest.filter((_, index) => rest[index - 1] === "properties").map(capital);
  const part = rest[0] === "responses" ? "Response" : rest[0] === "requestBody" ? "Request" : "";
  return words + part + properties.join("");
}

/** Words that say nothing about the content of a schema. */
const genericWords = new Set([
  "Response", "Responses", "Request", "Requests", "Input", "Inputs", "Output", "Outputs", "Result", "Results", "Public",
  "Simple", "Model", "Models", "Dto", "DTO", "Schema", "Schemas", "Body", "Payload", "With", "V1", "V2", "V3", "V4", "Base",
  "Object", "Data", "Info", "Type", "Entity",
]); // prettier-ignore

/**
 * Names for an enum, the best first.
 * @param owners the schemas that contain it
 * @param property the property whose type it is; undefined if it is no property
 * @param owned `owners` are schemas; otherwise they are hints. Default true.
 */
export function enumNames(
  owners: readonly string[],
  property: string | undefined,
  owned = true,
): readonly string[] {
  // An enum that is a part of its owner, but no property: `anyOf: [{enum: …}, {type: string}]`.
  const own = nameWords(property ?? (owned ? "value" : "")).map(capital);
  const words = owners.map((owner) => nameWords(owner).map(capital));
  const common = commonStart(words).filter((word) => !genericWords.has(word));
  const [first = []] = words;
  return [join(common, own), ...(owners.length ? [join(first, own)] : [])].filter(Boolean);
}

/** The words of the owner, then those of the property. Words at the end of one that begin the other occur once. */
function join(owner: readonly string[], own: readonly string[]): string {
  const lower = (words: readonly string[]): string => words.join(" ").toLowerCase();
  for (let length = Math.min(owner.length, own.length); length > 0; length -= 1)
    if (lower(owner.slice(-length)) === lower(own.slice(0, length)))
      return [...owner.slice(0, owner.length - length), ...own].join("");
  // `AssociationSpec.associationCategory`: both begin with the same word.
  if (owner[0] !== undefined && own.length > 1 && owner[0].toLowerCase() === own[0]?.toLowerCase())
    return own.join("");
  return [...owner, ...own].join("");
}

function commonStart(lists: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...others] = lists;
  let length = first.length;
  for (const other of others) {
    let same = 0;
    while (same < length && first[same] === other[same]) same += 1;
    length = same;
  }
  return first.slice(0, length);
}
