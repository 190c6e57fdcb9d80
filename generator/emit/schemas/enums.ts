import { guardName, valuesName } from "../../model/schemas/place.js";
import { settledIf, widest } from "../layout.js";
import { doc, literal } from "../text.js";

/**
 * What there is of an enum at run time: the tuple of its members, and the guard; with marks (see layout.ts).
 * @param type what its type is called there. Default: its name
 * @param values what the tuple is called there, and the guard. Default: as `valuesName` and `guardName` say
 */
export function enumValues(
  name: string,
  members: readonly (string | number)[],
  type = name,
  [values, guard] = [valuesName(name), guardName(name)],
): readonly [tuple: string, guard: string] {
  const list = members.map(literal);
  const such = `] as const satisfies readonly ${type}[];`;
  const flat = `export const ${values} = [${list.join(", ")}${such}`;
  // A list of numbers fills its lines.
  const lines = members.some((member) => typeof member === "number")
    ? undefined
    : `export const ${values} = [\n${list.map((item) => `  ${item},\n`).join("")}${such}`;
  const tuple = flat.length <= widest ? flat : lines;
  const check =
    `export function ${guard}(value: unknown): value is ${type} {\n` +
    `  return (${values} as readonly unknown[]).includes(value);\n}`;
  return [
    settledIf(tuple, () => flat, doc([`Every {@link ${type}}.`])) + "\n",
    settledIf(check, () => check, doc([`Whether a value is a {@link ${type}}.`])) + "\n",
  ];
}
