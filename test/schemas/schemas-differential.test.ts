/**
 * Types against a JSON Schema validator: for schemas sampled from real documents, values that the validator accepts
 * must type-check, and values broken in one place, which it refuses, must not.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { isArray, isObject, type JsonObject, type JsonValue } from "../../generator/base/json.js";
import { formatPointer, resolveRef } from "../../generator/base/pointer.js";
import type { Spec } from "../../generator/openapi/spec.js";
import { chain, check } from "./chain.js";
import { randomOf } from "./random.js";

const shared = new URL("../../../shared/", import.meta.url);
const schemas = Number(process.env["DIFFERENTIAL_SCHEMAS"] ?? 80);

/**
 * The exceptions: what TypeScript cannot say, and so a type does not refuse. That exactly one branch of a `oneOf` holds
 * is one more (any number of them may), and that a 64-bit integer of a request may be written in digits. The other way
 * round, TypeScript refuses an object none of whose members a type of optional members has (a weak type): seen once in
 * 15,000 values.
 */
const unsaid = new Set([
  "pattern", "minLength", "maxLength", "minimum", "maximum", "multipleOf", "minItems", "maxItems", "uniqueItems",
  "minProperties", "maxProperties", "propertyNames", "not",
]); // prettier-ignore

function specsIn(folder: string): readonly Spec[] {
  const url = new URL(`${folder}/`, shared);
  return readdirSync(url)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .flatMap((name): Spec[] => {
      const document = JSON.parse(
        readFileSync(fileURLToPath(new URL(name, url)), "utf8"),
      ) as JsonObject; // of the corpora
      const version = /^3\.[012]/.exec(JSON.stringify(document["openapi"] ?? "").slice(1))?.[0];
      if (version !== "3.0" && version !== "3.1") return [];
      const locate: Spec["locate"] = (pointer) => ({ file: name, line: 1, column: 1, pointer });
      return [{ path: name, name, version, document, hash: "", locate }];
    });
}

/** A 3.0 document's schemas as the validator reads them; with `types`, only what a type can say of them. */
function modern(value: JsonValue, types: boolean): JsonValue {
  if (isArray(value)) return value.map((item) => modern(item, types));
  if (!isObject(value)) return value;
  const next: Record<string, JsonValue> = {};
  for (const [key, member] of Object.entries(value)) {
    if (
      ["nullable", "discriminator", "example", "exclusiveMinimum", "exclusiveMaximum"].includes(key)
    )
      continue;
    // A property may have the name of a keyword; its value is then a schema.
    if (types && unsaid.has(key) && (typeof member !== "object" || key === "not")) continue;
    if (types && key === "additionalProperties" && member === false) continue;
    next[types && key === "oneOf" ? "anyOf" : key] = modern(member, types);
  }
  const { format, type } = value;
  if ((format === "int64" || format === "uint64") && (type === "integer" || type === "number"))
    next["type"] = ["number", "string"];
  if (types && type === "integer" && next["type"] === type) next["type"] = "number";
  return value["nullable"] === true ? { anyOf: [next, { type: "null" }] } : next;
}

/** For each schema of a document, whether it accepts a value: all that it says, and what a type can say of it. */
function validatorOf(
  spec: Spec,
): (ref: string) => { all: (value: JsonValue) => boolean; types: (value: JsonValue) => boolean } {
  const [all, types] = [false, true].map((types) => {
    const ajv = new Ajv2020({
      strict: false,
      validateFormats: false,
      logger: false,
      validateSchema: false,
      inlineRefs: false,
      code: { optimize: false }, // most validators run a few times
    });
    return ajv.addSchema({ ...(modern(spec.document, types) as JsonObject), $id: "doc" }, "doc"); // a document is an object
  });
  return (ref) => {
    const [strict, lax] = [all, types].map((ajv) => ajv?.compile({ $ref: `doc${ref}` }));
    return { all: (value) => strict?.(value) === true, types: (value) => lax?.(value) === true };
  };
}

/** A value that a schema might accept; undefined where none was found. */
function sample(
  spec: Spec,
  raw: JsonValue | undefined,
  random: () => number,
  depth = 0,
): JsonValue | undefined {
  const schema =
    isObject(raw) && typeof raw["$ref"] === "string"
      ? resolveRef(spec.document, raw["$ref"])?.value
      : raw;
  if (!isObject(schema) || depth > 8) return undefined;
  const pick = <T>(items: readonly T[]): T | undefined =>
    items[Math.floor(random() * items.length)];
  const again = (part: JsonValue | undefined): JsonValue | undefined =>
    sample(spec, part, random, depth + 1);
  if (isArray(schema["enum"])) return pick(schema["enum"]);
  const parts: JsonValue[] = [];
  if (isArray(schema["allOf"])) for (const part of schema["allOf"]) parts.push(again(part) ?? {});
  const branches = schema["oneOf"] ?? schema["anyOf"];
  if (isArray(branches)) {
    const branch = pick(branches);
    const value = again(branch);
    if (value === undefined) return undefined;
    const { discriminator } = schema;
    const property = isObject(discriminator) ? discriminator["propertyName"] : undefined;
    const target = isObject(branch) ? branch["$ref"] : undefined;
    if (
      typeof property === "string" &&
      typeof target === "string" &&
      isObject(value) &&
      isObject(discriminator)
    ) {
      const mapping = isObject(discriminator["mapping"]) ? discriminator["mapping"] : {};
      const tag =
        Object.entries(mapping).find(([, to]) => to === target)?.[0] ?? target.split("/").at(-1);
      parts.push({ ...value, [property]: tag ?? "" });
    } else parts.push(value);
  }
  const { type } = schema;
  if (isObject(schema["properties"]) || type === "object") {
    const required = isArray(schema["required"]) ? schema["required"] : [];
    const object: Record<string, JsonValue> = {};
    for (const [key, value] of Object.entries(
      isObject(schema["properties"]) ? schema["properties"] : {},
    )) {
      if (
        (isObject(value) && value["readOnly"] === true) ||
        (!required.includes(key) && random() < 0.5)
      )
        continue;
      const member = again(value);
      if (member !== undefined) object[key] = member;
    }
    const rest = schema["additionalProperties"];
    const extra = isObject(rest) && random() < 0.5 ? again(rest) : undefined;
    if (extra !== undefined) object["extra-x"] = extra;
    parts.push(object);
  } else if (type === "array") {
    const items = [again(schema["items"]), again(schema["items"])];
    parts.push(items.filter((item) => item !== undefined).slice(Math.floor(random() * 3)));
  } else if (type === "string" && schema["format"] === "binary") return undefined;
  else if (type === "string") parts.push("text");
  else if (type === "integer" || type === "number") parts.push(7);
  else if (type === "boolean") parts.push(random() < 0.5);
  const [first] = parts;
  return parts.length > 1 && parts.every(isObject)
    ? (Object.assign({}, ...(parts as object[])) as JsonObject)
    : first; // objects, each
}

/** The same value with something of another type at one place, or with one member less. */
function broken(value: JsonValue, random: () => number): JsonValue {
  if (isArray(value) && value.length > 0 && random() < 0.9) {
    const at = Math.floor(random() * value.length);
    return value.map((item, index) => (index === at ? broken(item, random) : item));
  }
  if (isObject(value) && Object.keys(value).length > 0 && random() < 0.9) {
    const keys = Object.keys(value);
    const key = keys[Math.floor(random() * keys.length)] ?? "";
    const { [key]: member = null, ...rest } = value;
    return random() < 0.3 ? rest : { ...value, [key]: broken(member, random) };
  }
  if (typeof value === "string") return random() < 0.5 ? { odd: 1 } : true;
  if (typeof value === "number" || typeof value === "boolean") return "odd";
  return isArray(value) ? { odd: 1 } : 12345;
}

/** Not a literal where it is assigned: a literal's additional properties would be refused. */
const constant = (value: JsonValue): string => (value === null ? "" : " as const");

interface Trial {
  readonly name: string;
  readonly value: JsonValue;
  readonly valid: boolean;
}

describe.skipIf(!existsSync(shared))(
  "types and a validator agree (skipped where ../shared is absent)",
  () => {
    it("on values of real documents", async () => {
      const random = randomOf(Number(process.env["DIFFERENTIAL_SEED"] ?? 7));
      const specs = [...specsIn("corpus/vendors"), ...specsIn("corpus/hubspot")];
      const places = specs.flatMap((spec) => {
        const components = spec.document["components"];
        const all =
          isObject(components) && isObject(components["schemas"])
            ? Object.keys(components["schemas"])
            : [];
        return all.map((name) => ({
          spec,
          pointer: formatPointer(["components", "schemas", name]),
        }));
      });
      const validators = new Map<Spec, ReturnType<typeof validatorOf>>();
      const uses: Parameters<typeof chain>[0][number][] = [];
      const trials: (readonly Trial[])[] = [];
      for (let tries = 0; tries < schemas * 20 && uses.length < schemas; tries += 1) {
        const place = places[Math.floor(random() * places.length)];
        if (!place) break;
        const { spec, pointer } = place;
        const ref = { $ref: `#${encodeURI(pointer)}` };
        const validator = validators.get(spec) ?? validatorOf(spec);
        validators.set(spec, validator);
        const own: Trial[] = [];
        try {
          const accepts = validator(ref.$ref);
          for (let round = 0; round < 6; round += 1) {
            const value = sample(spec, ref, random);
            if (value === undefined || !accepts.all(value)) continue;
            own.push({ name: pointer, value, valid: true });
            const wrong = broken(value, random);
            if (!accepts.types(wrong)) own.push({ name: pointer, value: wrong, valid: false });
          }
        } catch {
          continue; // what the validator cannot read (a dangling reference, a foreign pattern) is no witness
        }
        if (own.length === 0) continue;
        trials.push(own);
        uses.push({
          spec,
          schema: ref,
          pointer,
          position: "request",
          resource: `r${uses.length}`,
          hint: "Hint",
        });
      }
      expect(uses.length).toBe(schemas);

      const { files, placed, shared: result } = await chain(uses);
      const tried = new Map(files);
      trials.forEach((own, index) => {
        const resource = `r${index}`;
        const id = result.roots[index] ?? -1;
        const from = placed.modules
          .find(({ path }) => path === resource)
          ?.imports.find((one) => one.id === id);
        const name = placed.nameOf(resource, id);
        const lines = own.map(
          ({ value }, at) =>
            `const u${at} = ${JSON.stringify(value)}${constant(value)}; export const v${at}: Type = u${at};`,
        );
        tried.set(
          `try${index}.ts`,
          `import type { ${from?.name ?? name} as Type } from "./${from?.from ?? resource}.js";\n${lines.join("\n")}\n`,
        );
      });
      const complaints = check(tried);
      expect(complaints.filter(({ file, line }) => !file.startsWith("try") || line === 1)).toEqual(
        [],
      );
      const differ = trials.flatMap((own, index) =>
        own.flatMap(({ name, value, valid }, at) => {
          const said = complaints.find(
            ({ file, line }) => file === `try${index}.ts` && line === at + 2,
          );
          return (said === undefined) === valid
            ? []
            : [
                {
                  document: uses[index]?.spec.name,
                  name,
                  valid,
                  value: JSON.stringify(value).slice(0, 400),
                  said: said?.message.slice(0, 300),
                },
              ];
        }),
      );
      const total = trials.flat();
      console.log(
        `${total.filter(({ valid }) => valid).length} accepted, ${total.filter(({ valid }) => !valid).length} refused`,
      );
      expect(differ).toEqual([]);
    });
  },
);
