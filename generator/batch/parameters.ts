/**
 * `builderParameters`: the parameters that callers of an endpoint pass besides the inputs. These are the parameters of
 * the operation, and the siblings of the items in the body.
 */
import type { Diagnostic } from "../base/diagnostics.js";
import { formatPointer, parsePointer } from "../base/pointer.js";
import { isObject, listOf, own, type JsonObject, type JsonValue } from "../base/json.js";
import { isJson } from "../openapi/media-types.js";
import { follow, followObject, type Cursor } from "../openapi/cursor.js";
import type { Parameter } from "../runtime/endpoint/operation.js";
import type { Items, XBatch } from "../runtime/endpoint/x-batch.js";
import { bodyOf } from "./bodies.js";
import { text, type RawOperation } from "../openapi/operations.js";
import { walk } from "../openapi/schema-view.js";
import { defaultStyle, styleOf, styleProblems } from "./parameter-styles.js";
import { camelCase, wordsOf } from "../base/words.js";

export interface BuilderParameters {
  readonly parameters: readonly Parameter[];
  /** The schema of the object that callers pass; its references are those of the document. Undefined: there is none. */
  readonly schema: JsonObject | undefined;
  /** Callers must pass the object. */
  readonly required: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** A parameter of the document, with its schema. */
interface Asked {
  readonly parameter: Parameter;
  readonly schema: JsonObject | boolean;
  readonly required: boolean;
  /** It holds the items: the runtime fills it in. */
  readonly items?: true;
}

type SwitchedMode = Exclude<NonNullable<XBatch["mode"]>, string>;

/** Headers that OpenAPI describes elsewhere than in parameters (Parameter Object, `in: header`). */
const describedElsewhere = new Set(["accept", "content-type", "authorization"]);

/** Headers that only the platform may write (the Fetch standard: forbidden request headers). */
const writtenByPlatform = new Set(
  "accept-encoding connection content-length date expect host keep-alive te trailer transfer-encoding upgrade via".split(
    " ",
  ),
);

export function builderParameters(
  operation: RawOperation,
  { items, mode, retry }: Pick<XBatch, "items" | "mode" | "retry">,
): BuilderParameters {
  const diagnostics: Diagnostic[] = [];
  const declared = [
    ...operationParameters(operation, items, diagnostics),
    ...(items.in === "query" ? [] : siblings(operation, items)),
  ].filter(({ parameter }) => !isPlacedAt(parameter, retry?.key));
  const keyed = withKeys(typeof mode === "object" ? withSwitch(declared, mode.switch) : declared);
  const open = keyed.filter(({ parameter, items }) => parameter.value === undefined && !items);
  const required = open.filter((entry) => entry.required).map(({ key }) => key);
  return {
    parameters: keyed.map(({ parameter }) => parameter),
    schema:
      open.length === 0
        ? undefined
        : {
            type: "object",
            properties: Object.fromEntries(open.map(({ key, schema }) => [key, schema])),
            required,
          },
    required: required.length > 0,
    diagnostics,
  };
}

/** Whether a parameter is what `x-batch` names: an idempotency key, which a run makes, or a switch. */
function isPlacedAt(
  parameter: Parameter,
  named: { readonly in: string; readonly name: string } | undefined,
): boolean {
  const fold = (text: string): string => (parameter.in === "header" ? text.toLowerCase() : text);
  return parameter.in === named?.in && fold(parameter.name) === fold(named.name);
}

/** Adds the parameter that asks for partial results. Every request has it, so callers do not pass it. */
function withSwitch(asked: readonly Asked[], place: SwitchedMode["switch"]): readonly Asked[] {
  const { value, ...rest } = place;
  const others = asked.filter(({ parameter }) => !isPlacedAt(parameter, place));
  return [...others, { parameter: { ...rest, value }, schema: true, required: true }];
}

/** Two parameters of one name get keys that contain their locations, so that no key depends on the order. */
function withKeys(asked: readonly Asked[]): readonly (Asked & { readonly key: string })[] {
  const nameOf = ({ parameter }: Asked): string =>
    parameter.in === "body" ? (parsePointer(parameter.name).at(-1) ?? "") : parameter.name;
  const times = new Map<string, number>();
  for (const entry of asked) times.set(nameOf(entry), (times.get(nameOf(entry)) ?? 0) + 1);
  return asked.map((entry) => {
    const name = nameOf(entry);
    const path = parsePointer(entry.parameter.in === "body" ? entry.parameter.name : "");
    const key =
      times.get(name) === 1
        ? name
        : camelCase(wordsOf([...path.slice(0, -1), name, "in", entry.parameter.in].join(" ")));
    return {
      ...entry,
      key,
      parameter: key === name ? entry.parameter : { ...entry.parameter, key },
    };
  });
}

function operationParameters(
  operation: RawOperation,
  items: Items,
  diagnostics: Diagnostic[],
): readonly Asked[] {
  const templates = new Set(
    [...operation.path.matchAll(/\{([^{}]+)\}/g)].map(([, name = ""]) => name),
  );
  const declared = operation.parameters.flatMap((placed) => {
    const name = text(placed.value, "name") ?? "";
    const place = placeOf(placed.value);
    if (place === "header" && describedElsewhere.has(name.toLowerCase())) return [];
    const problem = parameterProblem(operation, name, place, templates);
    if (problem) {
      diagnostics.push({ ...problem, location: operation.spec.locate(placed.pointer) });
      return [];
    }
    const asked = askedParameter(placed, name, place as Parameter["in"]); // a key of defaultStyle
    const location = operation.spec.locate(placed.pointer);
    diagnostics.push(
      ...styleProblems(placed, asked.parameter).map((problem) => ({ ...problem, location })),
    );
    const holdsItems = place === "query" && items.in === "query" && items.at === name;
    return [holdsItems ? { ...asked, items: true as const } : asked];
  });
  return [
    ...queryOfPath(operation),
    ...undeclaredTemplates(operation, templates, declared, diagnostics),
    ...declared,
  ];
}

/** The query that some documents write into a path to distinguish operations. */
function queryOfPath({ path }: RawOperation): readonly Asked[] {
  const [, search = ""] = path.replace(/#.*$/, "").split("?");
  return [...new URLSearchParams(search)].map(([name, value]) => ({
    parameter: { name, in: "query", value },
    schema: true,
    required: true,
  }));
}

function undeclaredTemplates(
  { spec, path, pointer }: RawOperation,
  templates: ReadonlySet<string>,
  declared: readonly Asked[],
  diagnostics: Diagnostic[],
): readonly Asked[] {
  const names = new Set(
    declared.flatMap(({ parameter }) => (parameter.in === "path" ? [parameter.name] : [])),
  );
  const missing = [...templates].filter((name) => !names.has(name));
  for (const name of missing) {
    diagnostics.push({
      code: "path-parameter-undeclared",
      severity: "warning",
      message: `the path \`${path.slice(0, 200)}\` has a place for \`${name}\`, but no parameter of this name is declared`,
      location: spec.locate(pointer),
      hint: "It is taken as a required string.",
    });
  }
  return missing.map((name) => ({
    parameter: { name, in: "path" },
    schema: { type: "string" },
    required: true,
  }));
}

/** Why the generated builder cannot have a parameter; undefined if it can. */
function parameterProblem(
  { path }: RawOperation,
  name: string,
  place: string,
  templates: ReadonlySet<string>,
): Omit<Diagnostic, "location"> | undefined {
  const hint = "It is left out of the generated builder.";
  if (!Object.hasOwn(defaultStyle, place))
    return {
      code: "parameter-place",
      severity: "warning",
      message: `expected a parameter in path, query, header or cookie, found \`${name}\` in \`${place}\``,
      hint,
    };
  if (place === "header" && writtenByPlatform.has(name.toLowerCase()))
    return {
      code: "header-of-platform",
      severity: "info",
      message: `\`fetch\` writes the header \`${name}\`, and lets no caller write it`,
      hint,
    };
  if (place === "path" && !templates.has(name))
    return {
      code: "parameter-not-in-path",
      severity: "info",
      message: `the path parameter \`${name}\` is declared, but the path \`${path}\` has no place for it`,
      hint,
    };
  return undefined;
}

/** A form as the whole query string (OpenAPI 3.2) is written like an exploded object in the query. */
function placeOf(parameter: JsonObject): string {
  const place = text(parameter, "in") ?? "";
  const content = own(parameter, "content");
  const form = isObject(content) && own(content, "application/x-www-form-urlencoded") !== undefined;
  return place === "querystring" && form ? "query" : place;
}

function askedParameter(
  { spec, value, pointer }: Cursor,
  name: string,
  place: Parameter["in"],
): Asked {
  const content = own(value, "content");
  const [type = "", media] = isObject(content) ? (Object.entries(content)[0] ?? []) : [];
  const json = isObject(media) && isJson(type);
  const schema = (isObject(media) ? own(media, "schema") : own(value, "schema")) ?? {
    type: "string",
  };
  const required = place === "path" || own(value, "required") === true;
  const style = styleOf(value, place);
  const explode = own(value, "explode");
  const only = required
    ? onlyValue({ spec, value: schema, pointer: `${pointer}/schema` })
    : undefined;
  const usual = style === undefined || style === defaultStyle[place];
  return {
    parameter: {
      name,
      in: place,
      ...(required && place !== "path" && only === undefined ? { required: true as const } : {}),
      ...(usual ? {} : { style }),
      ...(typeof explode !== "boolean" || explode === ((style ?? defaultStyle[place]) === "form")
        ? {}
        : { explode }),
      ...(json ? { json: true as const } : {}),
      ...(own(value, "allowReserved") === true ? { allowReserved: true as const } : {}),
      ...(only === undefined ? {} : { value: only }),
    },
    schema: documented(schema, value),
    required,
  };
}

/** The value of a schema that allows only one. */
function onlyValue(schema: Cursor<JsonValue>): string | number | boolean | undefined {
  const target = followObject(schema);
  if (!target) return undefined;
  const members = listOf(own(target.value, "enum"));
  const value = own(target.value, "const") ?? (members.length === 1 ? members[0] : undefined);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : undefined;
}

/** The schema of a parameter, with the documentation of the parameter. */
function documented(schema: JsonValue, owner: JsonObject): JsonObject | boolean {
  if (!isObject(schema)) return typeof schema === "boolean" ? schema : true;
  const description = text(owner, "description");
  const deprecated = own(owner, "deprecated") === true;
  const docs = {
    ...(description === undefined ? {} : { description }),
    ...(deprecated ? { deprecated } : {}),
  };
  if (Object.keys(docs).length === 0) return schema;
  return own(schema, "$ref") === undefined
    ? { ...schema, ...docs }
    : { allOf: [{ $ref: schema["$ref"] ?? "" }], ...docs };
}

/** The siblings of the items in the body, on every level down to them. */
function siblings(operation: RawOperation, items: Items): readonly Asked[] {
  const schema = bodyOf(operation, items)?.schema;
  const root = schema && follow(schema);
  const { at, keys = [] } = items;
  if (!root || !isObject(root.value) || (at === "" && keys.length === 0)) return [];
  const tokens = [...parsePointer(at), ...keys.slice(0, 1)];
  const { levels } = walk({ ...root, value: root.value }, tokens);
  const isGroup = (name: string, depth: number): boolean =>
    depth === tokens.length - 1 && keys.includes(name);
  return levels.flatMap(({ at, properties, required }) =>
    [...properties].flatMap(([name, property]) => {
      const seen = followObject(property);
      if (
        name === tokens[at.length] ||
        isGroup(name, at.length) ||
        (seen && own(seen.value, "readOnly") === true)
      )
        return [];
      const must = required.has(name);
      const only = must ? onlyValue(property) : undefined;
      return [
        {
          parameter: {
            name: formatPointer([...at, name]),
            in: "body" as const,
            ...(must && only === undefined ? { required: true as const } : {}),
            ...(only === undefined ? {} : { value: only }),
          },
          schema: property.value,
          required: must,
        },
      ];
    }),
  );
}
