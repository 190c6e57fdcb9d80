/**
 * Exports `convertSwagger`: from Swagger 2.0 to OpenAPI 3.0, by swagger2openapi. It is of 2021 and brings forty packages,
 * so it is installed by those who have such a document, and loaded for such a document only.
 */
import { messageOf } from "../base/message-of.js";
import type { Diagnostic, Location } from "../base/diagnostics.js";
import { isArray, isObject, type JsonObject, type JsonValue } from "../base/json.js";
import { formatPointer, getAt, getChild, parsePointer, walk } from "../base/pointer.js";

type Converted =
  { readonly document: JsonObject } | { readonly reason: string; readonly isMissing?: true };

type Converter = (typeof import("swagger2openapi"))["default"];

const loadConverter = async (): Promise<Converter> => (await import("swagger2openapi")).default;

/**
 * The document as OpenAPI 3.0; the original is left as it is. All references have to be local.
 * @param locate the location of a value of the original
 * @returns with `isMissing`, the converter is not installed
 */
export async function convertSwagger(
  original: JsonObject,
  locate: (pointer: string) => Location,
  report: (diagnostic: Diagnostic) => void,
  load: () => Promise<Converter> = loadConverter,
): Promise<Converted> {
  let converter: Converter;
  try {
    converter = await load();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "ERR_MODULE_NOT_FOUND") throw error;
    return {
      reason: "This document is Swagger 2.0, and the package that converts it is not installed.",
      isMissing: true,
    };
  }
  try {
    // The converter changes its argument, and takes any object, though its type asks for a Swagger document.
    const copy = structuredClone(original) as unknown as Parameters<Converter["convertObj"]>[0];
    const { openapi } = await converter.convertObj(copy, { patch: true, warnOnly: true });
    const document = JSON.parse(JSON.stringify(openapi)) as JsonValue; // without the shared parts and undefined
    if (!isObject(document)) return { reason: "The converter gave no document." };
    reportLosses(document, (pointer) => locate(swaggerPointer(original, pointer)), report);
    return { document };
  } catch (error) {
    const reason = messageOf(error);
    return { reason: `This Swagger 2.0 document cannot be converted: ${reason}.` };
  }
}

/** The converter leaves a note beside each thing that OpenAPI 3.0 cannot say. */
function reportLosses(
  document: JsonObject,
  locate: (pointer: string) => Location,
  report: (diagnostic: Diagnostic) => void,
): void {
  for (const { value, pointer } of walk(document)) {
    const note = getChild(value, "x-s2o-warning");
    if (typeof note !== "string") continue;
    report({
      code: "swagger-conversion",
      severity: "warning",
      message: `OpenAPI 3.0 has nothing for a part of this Swagger 2.0 document: ${note}.`,
      location: locate(pointer),
    });
  }
}

const moved: { readonly [section: string]: string } = {
  schemas: "definitions",
  parameters: "parameters",
  requestBodies: "parameters",
  responses: "responses",
  securitySchemes: "securityDefinitions",
};

/**
 * The pointer in the Swagger 2.0 document for a pointer in the converted one, or that of the nearest value above it.
 */
export function swaggerPointer(original: JsonObject, pointer: string): string {
  const tokens = parsePointer(pointer);
  const [first, section = "", name, ...rest] = tokens;
  if (first === "components") {
    const home = Object.hasOwn(moved, section) ? moved[section] : undefined;
    if (home === undefined || name === undefined) return home === undefined ? "" : "/" + home;
    return formatPointer([
      home,
      originalName(getChild(original, home), name),
      ...withoutContent(rest),
    ]);
  }
  if (first !== "paths") return pointer;
  const list = tokens.findIndex((token) => token === "parameters" || token === "requestBody");
  if (list !== 2 && list !== 3) return formatPointer(withoutContent(tokens));
  const owner = tokens.slice(0, list);
  const parameters = getAt(original, formatPointer([...owner, "parameters"]));
  const wanted = tokens[list] === "requestBody";
  const candidates = (isArray(parameters) ? parameters : [])
    .map((parameter, index) => ({ index, body: isBody(original, parameter) }))
    .filter(({ body }) => body === wanted);
  const found = candidates[wanted ? 0 : Number(tokens[list + 1])];
  if (found === undefined) return formatPointer(owner);
  const inside = tokens.slice(wanted ? list + 1 : list + 2);
  return formatPointer([...owner, "parameters", String(found.index), ...withoutContent(inside)]);
}

function isBody(original: JsonObject, parameter: JsonValue): boolean {
  const ref = getChild(parameter, "$ref");
  const resolved = typeof ref === "string" ? getAt(original, ref.slice(1)) : parameter;
  const place = getChild(resolved, "in");
  return place === "body" || place === "formData";
}

/** Swagger 2.0 has no media type between a body and its schema. */
function withoutContent(tokens: readonly string[]): readonly string[] {
  const at = tokens.indexOf("content");
  return at < 0 || tokens[at + 2] !== "schema"
    ? tokens
    : [...tokens.slice(0, at), ...tokens.slice(at + 2)];
}

/** The converter replaces characters that the name of a component may not have. */
function originalName(section: JsonValue | undefined, name: string): string {
  if (getChild(section, name) !== undefined || !isObject(section)) return name;
  const plain = (text: string): string => text.replace(/[^A-Za-z0-9_.-]+/g, "_");
  return Object.keys(section).find((key) => plain(key) === plain(name)) ?? name;
}
