/**
 * Exports `styleOf` and `styleProblems`: how the value of a parameter is written, and what of that OpenAPI leaves
 * undefined. A file of its own for the table of styles.
 */
import { own, type JsonObject } from "../base/json.js";
import type { Diagnostic } from "../base/diagnostics.js";
import type { Cursor } from "../openapi/cursor.js";
import { text } from "../openapi/operations.js";
import { viewOf } from "../openapi/schema-view.js";
import type { Parameter } from "../runtime/endpoint/operation.js";

type Style = NonNullable<Parameter["style"]>;
type Problem = Omit<Diagnostic, "location">;

export const defaultStyle: Readonly<Record<string, Style>> = {
  path: "simple",
  query: "form",
  header: "simple",
  cookie: "form",
};

/** OpenAPI's table "Style Values": the styles of each place. */
const stylesOf: Readonly<Record<string, readonly Style[]>> = {
  path: ["matrix", "label", "simple"],
  query: ["form", "spaceDelimited", "pipeDelimited", "deepObject"],
  header: ["simple"],
  cookie: ["form"],
};

/** The style of a parameter; undefined for the usual one, and for one that its place does not have. */
export const styleOf = (parameter: JsonObject, place: Parameter["in"]): Style | undefined =>
  stylesOf[place]?.find((known) => known === text(parameter, "style"));

/** What OpenAPI leaves undefined of how a parameter is written. */
export function styleProblems(
  cursor: Cursor,
  parameter: Pick<Parameter, "name" | "in" | "json" | "style">,
): readonly Problem[] {
  if (parameter.json || own(cursor.value, "schema") === undefined) return [];
  return [
    placeProblem(cursor, parameter),
    formProblem(cursor, parameter),
    nestedProblem(cursor, parameter),
  ].flatMap((problem) => problem ?? []);
}

function placeProblem(
  { value }: Cursor,
  { name, in: place }: Pick<Parameter, "name" | "in">,
): Problem | undefined {
  const given = text(value, "style");
  if (given === undefined || styleOf(value, place) !== undefined) return undefined;
  return {
    code: "parameter-style",
    severity: "warning",
    message: `expected a style for the ${place} (${stylesOf[place]?.join(", ") ?? ""}), found \`style: ${given}\` of \`${name}\``,
    hint: `It is written as \`style: ${defaultStyle[place] ?? ""}\`.`,
  };
}

interface Form {
  /** The types of value that a style has a form for. */
  readonly types: readonly string[];
  /** Values of other types, as part of a sentence. */
  readonly others: string;
  /** The `explode` that it has no form for. */
  readonly explode: boolean;
}

const delimited: Form = {
  types: ["object", "array"],
  others: "a value that is neither a list nor an object",
  explode: true,
};

/** The styles that do not write every value. */
const formsOf: { readonly [S in Style]?: Form } = {
  deepObject: { types: ["object"], others: "a value that is no object", explode: false },
  spaceDelimited: delimited,
  pipeDelimited: delimited,
};

/** A style that OpenAPI does not define for such a value, or not with `explode` as it is. */
function formProblem(
  cursor: Cursor,
  { name, style }: Pick<Parameter, "name" | "style">,
): Problem | undefined {
  const form = style && formsOf[style];
  if (!form) return undefined;
  const types = [...schemaOf(cursor).types];
  const explode = own(cursor.value, "explode");
  const isOther = types.length > 0 && types.every((type) => !form.types.includes(type));
  if (!isOther && explode !== form.explode) return undefined;
  const found = isOther ? form.others : `\`explode: ${String(form.explode)}\``;
  return {
    code: "parameter-style",
    severity: "warning",
    message: `\`${name}\` has \`style: ${style}\` and ${found}, for which OpenAPI defines no form`,
    hint:
      style === "deepObject" && explode === false
        ? "It is written as with `explode: true`."
        : "It is written as with `style: form`.",
  };
}

/** What the runtime refuses: lists and objects in a value, except in `deepObject`. */
function nestedProblem(
  cursor: Cursor,
  { name, style }: Pick<Parameter, "name" | "style">,
): Problem | undefined {
  if (style === "deepObject") return undefined;
  const { items, properties, values } = schemaOf(cursor);
  const isNested = (part: Cursor | undefined): boolean => {
    const { types, ...view } = viewOf(part);
    return types.has("object") || types.has("array") || view.properties.size > 0;
  };
  if (![items, values, ...properties.values()].some(isNested)) return undefined;
  return {
    code: "parameter-nested",
    severity: "warning",
    message: `\`${name}\` has lists or objects in its value, and OpenAPI does not define how its style writes them`,
    hint: "A call that passes one throws. Declare `style: deepObject`, or `content` with JSON.",
  };
}

const schemaOf = ({ spec, value, pointer }: Cursor) =>
  viewOf({ spec, value: own(value, "schema") ?? true, pointer: `${pointer}/schema` });
