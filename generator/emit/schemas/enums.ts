import { guardName, valuesName } from "../../model/schemas/place.js";
import { doc, literal } from "../text.js";

/**
 * What there is of an enum at run time: the tuple of its members, and the guard.
 * @param type what its type is called there. Default: its name
 * @param values what the tuple is called there, and the guard. Default: as `valuesName` and `guardName` say
 */
export function enumValues(
  name: string,
  members: readonly (string | number)[],
  type = name,
  [values, guard] = [valuesName(name), guardName(name)],
): readonly [tuple: string, guard: string] {
  return [
    doc([`Every {@link ${type}}.`]) +
      `export const ${values} = [${members.map(literal).join(", ")}] as const satisfies readonly ${type}[];\n`,
    doc([`Whether a value is a {@link ${type}}.`]) +
      `export function ${guard}(value: unknown): value is ${type} {\n` +
      `  return (${values} as readonly unknown[]).includes(value);\n}\n`,
  ];
}
