/**
 * Exports `parseTypes` and `printTypes`: the lines of a lock that keep the names of types, such as
 * `"notes.yaml#/components/schemas/Note": Note`. The key is a reference to the schema. A schema that has a name for
 * more than one form has a line for each, with the form after the reference.
 */
import { byCodePoint } from "../../base/order.js";
import { printableJson } from "../../base/printable.js";
import type { Location } from "../../base/diagnostics.js";
import { isTypeName } from "../../schemas/names.js";
import { typeForms, type LockedType } from "../../batch/names/type-names.js";
import { isObject, type JsonObject } from "../../base/json.js";

const expected = 'Expected `"FILE#/components/schemas/Note": Note`, or `{ name: Note, … }`.';

/** @param at the location of the member at these tokens of the lock */
export function parseTypes(
  key: string,
  types: JsonObject,
  at: (tokens: readonly string[]) => Location,
  mistake: (tokens: readonly string[], message: string) => void,
): readonly LockedType[] {
  return Object.entries(types).flatMap(([text, entry]) => {
    const tokens = ["types", key, text];
    const reference = parseReference(text);
    const { name, as = {}, root, removed } = isObject(entry) ? entry : { name: entry };
    if (!reference || typeof name !== "string" || !isObject(as)) {
      mistake(tokens, expected);
      return [];
    }
    const aliases = Object.entries(as).flatMap(([module, alias]): readonly [string, string][] =>
      typeof alias === "string" ? [[module, alias]] : [],
    );
    const wrong = [name, ...aliases.map(([, alias]) => alias)].find((one) => !isTypeName(one));
    if (wrong !== undefined) {
      const found = JSON.stringify(wrong);
      mistake(tokens, `Expected the name of a type such as \`Note\`, found ${found}.`);
      return [];
    }
    return [
      {
        ...reference,
        name,
        as: new Map(aliases),
        root: root === true,
        removed: removed === true,
        at: () => at(tokens),
      },
    ];
  });
}

function parseReference(
  text: string,
): Pick<LockedType, "document" | "pointer" | "form"> | undefined {
  const hash = text.lastIndexOf("#");
  const [fragment = "", form = "value"] = text.slice(hash + 1).split(" ");
  const known = typeForms.find((one) => one === form);
  if (hash <= 0 || !fragment.startsWith("/") || !known) return undefined;
  return { document: text.slice(0, hash), pointer: decode(fragment), form: known };
}

/** What would end the pointer, or begin it, is percent-encoded. */
const encode = (pointer: string): string =>
  pointer.replace(/[%#\s]/g, (letter) => encodeURIComponent(letter));

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray %, written by hand
  }
}

const keyOf = ({ document, pointer, form }: LockedType): string =>
  `${document}#${encode(pointer)}${form === "value" ? "" : ` ${form}`}`;

/** The lines, in code point order, without indentation. */
export const printTypes = (types: readonly LockedType[]): readonly string[] =>
  types
    .map((type) => [keyOf(type), type] as const)
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([key, type]) => {
      const quoted = printableJson(key);
      return `${quoted.length > longestKey ? `? ${quoted}\n    ` : quoted}: ${value(type)}`;
    });

/** YAML wants longer keys to be marked. */
const longestKey = 1000;

function value({ name, as, root, removed }: LockedType): string {
  const aliases = [...as]
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([module, alias]) => `${JSON.stringify(module)}: ${scalar(alias)}`);
  const members = [
    `name: ${scalar(name)}`,
    ...(root ? ["root: true"] : []),
    ...(aliases.length > 0 ? [`as: { ${aliases.join(", ")} }`] : []),
    ...(removed ? ["removed: true"] : []),
  ];
  return members.length > 1 ? `{ ${members.join(", ")} }` : scalar(name);
}

/** A name is plain text in YAML, but for those that are values. */
const scalar = (name: string): string =>
  /^(true|false|null|[-+.~].*)$/i.test(name) ? JSON.stringify(name) : name;
