/** `linesOf`: an estimate of the length of a declaration, which does not depend on the printer or its options. */
import { eachPart } from "./combine.js";
import type { Schema, SharedSchema } from "./schema.js";

/** The characters of a description on one line. */
const width = 90;

/** The lines of a declaration, with its comments and a blank line after it. */
export function linesOf({ schema, members }: SharedSchema): number {
  // The union, the list of members and the guard.
  if (members) return members.length + 10 + docLines(schema);
  let lines = 3 + docLines(schema);
  const visit = (part: Schema): void => {
    for (const property of Object.values(part.properties ?? {})) lines += 1 + docLines(property);
    eachPart(part, visit);
  };
  visit(schema);
  return lines;
}

function docLines({ description = "", note, deprecated, default: value }: Schema): number {
  const tags =
    Number(note !== undefined) + Number(deprecated === true) + Number(value !== undefined);
  const lines = description === "" ? 0 : Math.ceil(description.length / width);
  return lines + tags <= 1 ? lines + tags : lines + tags + 2;
}
