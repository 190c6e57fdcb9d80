/**
 * `checkPointers`: walks every pointer of an `x-batch` through the schemas of its document, and says what is there instead
 * where one leads to nothing, or to what cannot have the values that `x-batch` expects there.
 */
import { closestMatch } from "leven";
import { isArray, isObject, type JsonObject, type JsonValue } from "../../base/json.js";
import { formatPointer, parsePointer } from "../../base/pointer.js";
import type { Severity } from "../../base/diagnostics.js";
import { wordsOf } from "../../base/words.js";
import type { Cursor } from "../../openapi/cursor.js";
import { lookUp, mayBe, pointersIn } from "../../openapi/look-up.js";
import { elementOf, viewOf } from "../../openapi/schema-view.js";
import { shown, type Mistake } from "./mistakes.js";
import { bases, type Base, type BaseContext } from "./pointer-bases.js";
import { forms, pointerFields, type Field, type FormName } from "./pointer-fields.js";

export interface PointerMistake extends Mistake {
  readonly severity: Severity;
  /** Nothing is at the pointer, and something with nearly its name is there. */
  readonly near: boolean;
}

/**
 * @param value one layer of the `x-batch` in `context`: only its pointers are checked
 * @returns what is wrong, each with its pointer into the value. An error contradicts the document; a warning is about
 *   something that the document does not declare.
 */
export function checkPointers(value: JsonObject, context: BaseContext): readonly PointerMistake[] {
  return plainIn(value, []).flatMap(({ tokens, plain, holder }) => {
    const row = rowOf(tokens);
    const field = typeof row === "function" ? row(holder, context) : row;
    const mistake = field && mistakeOf(plain, field, context);
    if (!mistake) return [];
    const name = tokens.map((token) => (/^\d+$/.test(token) ? `[${token}]` : `.${token}`)).join("");
    return [
      {
        ...mistake,
        message: `\`${name.slice(1)}\`: ${mistake.message}`,
        pointer: formatPointer(tokens),
      },
    ];
  });
}

function rowOf(tokens: readonly string[]): (typeof pointerFields)[string] | undefined {
  const names = tokens.map((token) => (/^\d+$/.test(token) ? "*" : token));
  return pointerFields[names.join(".")] ?? pointerFields[[...names.slice(0, -1), "*"].join(".")];
}

type Plain = string | number | boolean | null;

interface FoundPlain {
  readonly tokens: readonly string[];
  readonly plain: Plain;
  readonly holder: JsonObject;
}

function plainIn(
  value: JsonValue,
  tokens: readonly string[],
  holder: JsonObject = {},
): readonly FoundPlain[] {
  if (isArray(value))
    return value.flatMap((one, i) => plainIn(one, [...tokens, String(i)], holder));
  if (!isObject(value)) return [{ tokens, plain: value, holder }];
  return Object.entries(value).flatMap(([name, one]) => plainIn(one, [...tokens, name], value));
}

function mistakeOf(plain: Plain, field: Field, context: BaseContext): Problem | undefined {
  const { valueAt, writtenAt, comparedAt } = field;
  const at = (pointer: string): readonly Cursor[] =>
    lookUp(bases[field.base].schemas(context), parsePointer(pointer)).schemas;
  if (comparedAt !== undefined) return strangeValue(plain, comparedAt, at(comparedAt));
  if (typeof plain !== "string") return undefined;
  if (valueAt !== undefined) return unlistedValue(plain, at(valueAt));
  if (writtenAt !== undefined) return unfittingKey(plain, writtenAt, at(writtenAt));
  return mistakeAt(plain, field, context);
}

function unlistedValue(text: string, schemas: readonly Cursor[]): Problem | undefined {
  const values = schemas.map((schema) => viewOf(schema).allowed);
  const listed = values.flatMap((allowed) => allowed ?? []).map(String);
  if (listed.length === 0 || values.includes(undefined) || listed.includes(text)) return undefined;
  const near = closestMatch(text, listed, { maxDistance: Math.ceil(text.length / 3) });
  return {
    code: "x-batch-undeclared",
    severity: "warning",
    near: near !== undefined,
    message: `the document does not list ${shown(text)}; its values are ${listed.slice(0, 10).map(shown).join(", ")}`,
    ...(near === undefined ? {} : { hint: `Did you mean ${shown(near)}?` }),
  };
}

/** A key that the runtime generates, where the schema asks for another value. */
function unfittingKey(
  generate: string,
  at: string,
  schemas: readonly Cursor[],
): Problem | undefined {
  if (generate === "uuid" || schemas.length === 0) return undefined;
  if (!schemas.every((schema) => viewOf(schema).format === "uuid")) return undefined;
  const message = `${quoted(at)} in an item is a UUID, and ${shown(generate)} makes none`;
  return { ...mismatch, message, hint: 'Did you mean "uuid"?' };
}

const mismatch = { code: "x-batch-mismatch", severity: "warning", near: false } as const;

/** A value that is compared with one that the schemas never allow. */
function strangeValue(value: Plain, at: string, schemas: readonly Cursor[]): Problem | undefined {
  // That a value is absent, no schema excludes: documents call more required than services send.
  if (value === null || schemas.length === 0) return undefined;
  if (schemas.some((schema) => mayEqual(value, schema))) return undefined;
  const listed = schemas.flatMap((schema) => viewOf(schema).allowed ?? []);
  const types = typeNames.filter(([type]) => schemas.some((schema) => mayBe(schema, [type])));
  const found =
    listed.length > 0
      ? `one of ${listed.slice(0, 10).map(shown).join(", ")}`
      : types.map(([, name]) => name).join(" or ");
  return { ...mismatch, message: `${shown(value)} never equals ${quoted(at)}, which is ${found}` };
}

const typeNames = [
  ["string", "a text"],
  ["number", "a number"],
  ["integer", "a whole number"],
  ["boolean", "true or false"],
  ["object", "an object"],
  ["array", "a list"],
] as const;

/** As runs compare: by their texts, `"2XX"` with all from 200 to 299, and `201` with `201 Created`. */
function mayEqual(value: string | number | boolean, schema: Cursor): boolean {
  const wanted = String(value);
  const range = /^\dXX$/i.test(wanted);
  const { allowed } = viewOf(schema);
  if (allowed) {
    const texts = allowed.map((one) =>
      (typeof one === "string" ? one : JSON.stringify(one)).replace(/^(\d{3}) .*$/, "$1"),
    );
    return texts.some((one) =>
      range ? /^\d{3}$/.test(one) && one[0] === wanted[0] : one === wanted,
    );
  }
  const number = range || /^-?\d+(\.\d+)?$/.test(wanted);
  return mayBe(schema, [
    "string",
    ...(number ? ["number", "integer"] : []),
    ...(/^(true|false)$/.test(wanted) ? ["boolean"] : []),
  ]);
}

/** A pointer, and what it is looked for in. */
interface Asked {
  readonly text: string;
  readonly base: Base;
  readonly schemas: readonly Cursor[];
  readonly form: FormName;
  readonly part: boolean;
  readonly hint: string | undefined;
}

type Problem = Omit<PointerMistake, "pointer">;

function mistakeAt(
  text: string,
  { base: baseName, form = "any", part = false, hint, loose = false }: Field,
  context: BaseContext,
): Problem | undefined {
  const base: Base = bases[baseName];
  const schemas = base.schemas(context);
  const asked: Asked = { text, base, schemas, form, part, hint };
  if (!base.named && text !== "" && !text.startsWith("/"))
    return problem(
      asked,
      "error",
      `expected a JSON Pointer: ${shown(text)} is nothing in ${base.name}`,
    );
  const token = baseName === "header" ? text.toLowerCase() : text;
  const { schemas: found, otherwise } = lookUp(schemas, base.named ? [token] : parsePointer(text));
  if (found.some(forms[form].fits)) return undefined;
  if (found.length > 0) return wrongForm(asked, found);
  // The names of parameters and schemas are all known.
  if (otherwise === "open" && !(base.named && schemas.length > 0)) return undefined;
  const told = problem(
    asked,
    otherwise === "impossible" ? "error" : "warning",
    `${quoted(text)} is nothing in ${base.name}`,
  );
  return loose && otherwise === "undeclared" && !told.near ? undefined : told;
}

const quoted = (pointer: string): string => (pointer === "" ? "all of it" : `\`${pointer}\``);

/** The forms of lists of items, results and errors, as `as` names them; the others are of single values. */
const listForms = ["array", "map", "groups"] as const satisfies readonly FormName[];
const isListForm = (form: FormName): boolean => listForms.some((one) => one === form);

/** The pointer may be right, and the form wrong. */
function wrongForm(asked: Asked, found: readonly Cursor[]): Problem {
  const { text, base, form } = asked;
  const place = text === "" ? base.name : `${quoted(text)} in ${base.name}`;
  const what = `expected ${forms[form].one}, but ${place} is ${kindOf(found)}`;
  const inner = form === "groups" ? listsInside(found) : undefined;
  if (inner !== undefined)
    return {
      ...problem(asked, "error", what),
      near: false,
      hint: `Did you mean \`inner: ${inner}\`, the list in each group?`,
    };
  const fitting = isListForm(form) && listForms.find((one) => found.some(forms[one].fits));
  return fitting
    ? { ...problem(asked, "error", what), near: false, hint: `Did you mean \`as: ${fitting}\`?` }
    : { ...problem(asked, "error", what), near: false };
}

/** The first list in a value of a map. */
const listsInside = (maps: readonly Cursor[]): string | undefined =>
  [...pointersIn(maps.flatMap((map) => elementOf(map) ?? []))].find(([, found]) =>
    found.some(forms.array.fits),
  )?.[0];

/** Adds what is there instead, and the nearest of it. */
function problem(asked: Asked, severity: Severity, what: string): Problem {
  const { text, base, schemas, form, part, hint } = asked;
  const wanted = [form, ...(isListForm(form) ? listForms : [])];
  const [as = form, candidates = []] =
    wanted
      .map((one) => [one, candidatesOf(asked, one, part || one !== form)] as const)
      .find(([, pointers]) => pointers.length > 0) ?? [];
  const [only, ...others] = candidates;
  const near = nearest(text, candidates);
  // The wrong form leaves no choice, but a name that is not declared may be right.
  const sole = others.length === 0 && (severity === "error" || as !== form) ? only : undefined;
  const meant = near ?? sole;
  const where = base.named ? "" : schemas.length > 0 ? `, which is ${kindOf(schemas)}` : "";
  const hints = [
    ...(meant === undefined
      ? [hint ?? []].flat()
      : [`Did you mean ${shown(meant)}${as === form ? "" : ` with \`as: ${as}\``}?`]),
    ...(severity === "error" ? [] : ["If the service has it, declare it in an overlay."]),
  ];
  return {
    code: severity === "error" ? "x-batch-pointer" : "x-batch-undeclared",
    severity,
    near: near !== undefined,
    message:
      what +
      (candidates.length === 0 ? where : `; its ${forms[as].many} are ${listed(candidates)}`),
    ...(hints.length > 0 ? { hint: hints.join(" ") } : {}),
  };
}

const listed = (candidates: readonly string[]): string =>
  candidates.slice(0, 5).map(quoted).join(", ") + (candidates.length > 5 ? ", …" : "");

/** @param inside not all of the base, only parts of it */
function candidatesOf(
  { base, schemas }: Asked,
  form: FormName,
  inside: boolean,
): readonly string[] {
  return [...pointersIn(schemas)].flatMap(([pointer, found]) => {
    const whole = pointer === "";
    if (whole && (inside || base.named || form === "any")) return [];
    if (!found.some(forms[form].fits)) return [];
    return [base.named ? (parsePointer(pointer)[0] ?? "") : pointer];
  });
}

/** The pointer that a person most likely meant; undefined if none is near. */
function nearest(text: string, candidates: readonly string[]): string | undefined {
  const plain = (pointer: string): string => wordsOf(pointer.split("/").at(-1) ?? "").join("");
  const wanted = plain(text);
  const byName = new Map(candidates.map((one) => [plain(one), one] as const).reverse());
  byName.delete("");
  const maxDistance = Math.max(1, Math.floor(wanted.length / 3));
  const name = closestMatch(wanted, [...byName.keys()], { maxDistance });
  return name === undefined ? undefined : byName.get(name);
}

/** What a value is, in words. */
const kindOf = (schemas: readonly Cursor[]): string => {
  const kinds = ["array", "map", "plain"] as const;
  return forms[kinds.find((kind) => schemas.some(forms[kind].fits)) ?? "any"].one;
};
