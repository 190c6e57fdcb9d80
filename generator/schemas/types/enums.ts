import { guardName, valuesName } from "../place.js";
import { literalAt, settledIf } from "../../emit/layout.js";
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
  const before = `export const ${values} = `;
  const after = ` as const satisfies readonly ${type}[];`;
  const list = members.map(literal);
  const items = literalAt({ list }, before.length, 0, after.length);
  const told =
    `export function ${guard}(value: unknown): value is ${type} {\n` +
    `  return (${values} as readonly unknown[]).includes(value);\n}`;
  return [
    settledIf(
      items && before + items + after,
      `${before}[${list.join(", ")}]${after}`,
      doc([`Every {@link ${type}}.`]),
    ),
    settledIf(told, told, doc([`Whether a value is a {@link ${type}}.`])),
  ];
}
