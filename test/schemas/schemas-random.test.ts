/**
 * Types against a JSON Schema validator, for schemas made up at random: compositions that real documents have seldom,
 * and that a fresh clone can be tested with. Longer: `RANDOM_SCHEMAS=300 RANDOM_SEED=2 npx vitest run …`.
 */
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import { isArray, isObject, type JsonObject, type JsonValue } from "../../generator/base/json.js";
import type { Spec } from "../../generator/openapi/spec.js";
import { chain, check, specOf, useOf } from "./chain.js";
import { randomOf } from "./random.js";

const count = Number(process.env["RANDOM_SCHEMAS"] ?? 30);
const random = randomOf(Number(process.env["RANDOM_SEED"] ?? 1));
const chance = (odds: number): boolean => random() < odds;
const pick = <T>(items: readonly T[]): T => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError("nothing to pick from");
  return item;
};

const names = ["a", "b", "c"];
const some = (): string[] => names.filter(() => chance(0.35));
const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
/** Every object may have it: of a type of optional members, TypeScript wants one that is there (a weak type). */
const common = { k: { type: "string" } };

interface Grammar {
  readonly version: Spec["version"];
  readonly refs: readonly string[];
  /** Each object is written out in one place: what a validator refuses, its type refuses. */
  readonly plain: boolean;
}

function scalar({ version }: Grammar): JsonObject {
  const modern: readonly JsonObject[] = [
    { const: "a" },
    { type: ["string", "null"] },
    { enum: ["a", 1, null, true] },
  ];
  return pick<JsonObject>([
    { type: "string" },
    { type: "integer" },
    { type: "boolean" },
    { type: "string", enum: ["a", "b"] },
    ...(version === "3.0" ? [{ type: "string", nullable: true }] : modern),
  ]);
}

function anything(depth: number, grammar: Grammar): JsonObject {
  const kind = random();
  const part = (): JsonObject => anything(depth - 1, grammar);
  if (depth <= 0) return kind < 0.2 ? ref(pick(grammar.refs)) : scalar(grammar);
  if (kind < 0.5) return object(depth, grammar);
  if (kind < 0.6) return { type: "array", items: part() };
  if (kind < 0.7 && grammar.version === "3.1") {
    const more = chance(0.5) ? { items: chance(0.5) ? false : scalar(grammar) } : {};
    return {
      type: "array",
      prefixItems: [part(), scalar(grammar)],
      minItems: pick([0, 1, 2]),
      ...more,
    };
  }
  if (kind < 0.8) return { [pick(["oneOf", "anyOf"])]: [part(), part(), scalar(grammar)] };
  return scalar(grammar);
}

function object(depth: number, grammar: Grammar): JsonObject {
  const { version, plain, refs } = grammar;
  const kind = random();
  const part = (): JsonObject => object(depth - 1, grammar);
  const union = pick(["oneOf", "anyOf"]);
  const beside = (): JsonObject => ({
    ...(chance(0.25) ? { required: some() } : {}),
    ...(chance(0.2) ? { type: "object", properties: { c: anything(0, grammar) } } : {}),
  });
  if (depth > 0 && kind < 0.22 && !plain) {
    const nullable = version === "3.0" && chance(0.2) ? { nullable: true } : {};
    return {
      allOf: [part(), chance(0.4) ? { required: [pick(names)] } : part()],
      ...beside(),
      ...nullable,
    };
  }
  if (depth > 0 && kind < 0.36) return { [union]: [part(), part()], ...(plain ? {} : beside()) };
  if (kind < 0.5)
    return { ...ref(pick(refs)), ...(version === "3.1" && !plain && chance(0.4) ? beside() : {}) };
  const properties = Object.fromEntries(
    names.filter(() => chance(0.6)).map((name) => [name, anything(depth - 1, grammar)]),
  );
  const pattern = pick(["^x-", "^a", "\\d$"]);
  const required = [{ required: [pick(names)] }, { required: [pick(names)] }];
  const rest = chance(0.3) ? false : anything(depth - 1, grammar);
  return {
    type: "object",
    properties: { ...common, ...properties },
    ...(chance(0.6) ? { required: some().filter((name) => !plain || name in properties) } : {}),
    ...(version === "3.0" && chance(0.08) ? { nullable: true } : {}),
    ...(chance(0.25) && !plain ? { additionalProperties: rest } : {}),
    ...(version === "3.1" && chance(0.15) && !plain
      ? { patternProperties: { [pattern]: anything(0, grammar) } }
      : {}),
    ...(chance(0.12) && !plain ? { [union]: required } : {}),
  };
}

/** What validates as a type means it: a schema that speaks of members is about objects; `lax`, with what no type says. */
function validated(value: JsonValue, lax: boolean): JsonValue {
  if (isArray(value)) return value.map((item) => validated(item, lax));
  if (!isObject(value)) return value;
  const next: Record<string, JsonValue> = {};
  for (const [key, member] of Object.entries(value))
    if (key === "properties" && isObject(member))
      next[key] = Object.fromEntries(
        Object.entries(member).map(([name, schema]) => [name, validated(schema, lax)]),
      );
    else if (key !== "nullable")
      next[lax && key === "oneOf" ? "anyOf" : key] = validated(member, lax);
  if (next["required"] ?? next["properties"]) next["type"] = "object";
  if (lax && next["type"] === "integer") next["type"] = "number";
  return value["nullable"] === true ? { anyOf: [next, { type: "null" }] } : next;
}

/** A value that a schema might accept. */
function sample(schemas: JsonObject, raw: JsonValue | undefined, depth = 0): JsonValue {
  if (!isObject(raw) || depth > 7) return "a";
  const again = (part: JsonValue | undefined): JsonValue => sample(schemas, part, depth + 1);
  const { $ref, enum: listed, oneOf, anyOf = oneOf, allOf, type: types } = raw;
  if (raw["nullable"] === true && chance(0.15)) return null;
  if (raw["const"] !== undefined) return raw["const"];
  if (isArray(listed)) return pick(listed);
  const parts: JsonValue[] = isArray(allOf) ? allOf.map(again) : [];
  if (typeof $ref === "string") parts.push(again(schemas[$ref.replace(/^.*\//, "")]));
  if (isArray(anyOf)) parts.push(again(pick(anyOf)));
  const type = isArray(types) ? pick(types) : types;
  const required = isArray(raw["required"]) ? raw["required"] : [];
  if (type === "object" || required.length > 0) {
    const properties = isObject(raw["properties"]) ? raw["properties"] : {};
    const members: Record<string, JsonValue> = { k: "" };
    for (const [name, schema] of Object.entries(properties))
      if (required.includes(name) || chance(0.5)) members[name] = again(schema);
    for (const name of required)
      if (typeof name === "string") members[name] ??= pick<JsonValue>(["a", 1, true]);
    if (isObject(raw["additionalProperties"]) && chance(0.4))
      members["zz"] = again(raw["additionalProperties"]);
    if (isObject(raw["patternProperties"]) && chance(0.4))
      members[pick(["x-1", "ab", "q1"])] = again(Object.values(raw["patternProperties"])[0]);
    parts.unshift(members);
  }
  if (parts.length > 0) {
    const [first = null] = parts;
    return parts.every(isObject) ? (Object.assign({}, ...parts) as JsonObject) : first; // objects, each
  }
  if (type === "array") {
    const prefix = isArray(raw["prefixItems"]) ? raw["prefixItems"] : [];
    const items = prefix.slice(0, chance(0.7) ? 2 : Number(raw["minItems"])).map(again);
    const rest = isObject(raw["items"]) && items.length === prefix.length && chance(0.7);
    return rest ? [...items, again(raw["items"])] : items;
  }
  if (type === "string") return pick(["a", "zz"]);
  return type === "boolean" ? chance(0.5) : type === "null" ? null : 1;
}

/** The same value with something else at one place, or with one member less; `k` stays. */
function broken(value: JsonValue): JsonValue {
  const keys = isObject(value) ? Object.keys(value).filter((key) => key !== "k") : [];
  if (isObject(value) && keys.length > 0 && chance(0.9)) {
    const key = pick(keys);
    const { [key]: member = null, ...rest } = value;
    return chance(0.35) ? rest : { ...value, [key]: broken(member) };
  }
  if (isArray(value) && value.length > 0 && chance(0.9)) {
    const at = Math.floor(random() * value.length);
    return value.map((item, index) => (index === at ? broken(item) : item));
  }
  return pick<JsonValue>(["a", "q", 1, true, null, { k: "" }, []]);
}

it("types accept what a validator accepts, and those of plain schemas refuse what it refuses", async () => {
  const uses: Parameters<typeof chain>[0][number][] = [];
  const trials: { value: string; valid: boolean; schemas: JsonObject }[][] = [];
  while (uses.length < count) {
    const version = uses.length % 2 ? "3.0" : "3.1";
    const grammar = { version, plain: uses.length % 4 < 2, refs: ["P", "Q"] } as const;
    const of = (depth: number, ...refs: string[]): JsonObject =>
      object(depth, { ...grammar, refs });
    const schemas = {
      R: of(3, "P", "Q"),
      P: of(2, "Q", "R"),
      Q: { type: "object", properties: common, ...of(0, "Q") },
    };
    // What is a reference to itself and nothing else has no values.
    if (JSON.stringify(schemas.Q).includes("Q")) continue;
    const [strict, lax] = [false, true].map((lax) => {
      const ajv = new Ajv2020({
        strict: false,
        logger: false,
        validateSchema: false,
        inlineRefs: false,
        code: { optimize: false },
      });
      ajv.addSchema({ $id: "doc", components: { schemas: validated(schemas, lax) } }, "doc");
      return (value: JsonValue): boolean => {
        try {
          return ajv.compile({ $ref: "doc#/components/schemas/R" })(value);
        } catch {
          return lax; // it goes round without end: no witness
        }
      };
    });
    const own = new Map<string, boolean>();
    for (let round = 0; round < 12; round += 1)
      for (const value of [sample(schemas, schemas.R), broken(sample(schemas, schemas.R))]) {
        if (strict?.(value)) own.set(JSON.stringify(value), true);
        else if (grammar.plain && !lax?.(value)) own.set(JSON.stringify(value), false);
      }
    trials.push([...own].map(([value, valid]) => ({ value, valid, schemas })));
    const use = useOf(specOf(schemas, version, `${uses.length}.json`), "R", "request");
    uses.push({ ...use, resource: `r${uses.length}` });
  }

  const { files, placed, shared } = await chain(uses);
  const tried = new Map(files);
  trials.forEach((own, index) => {
    const resource = `r${index}`;
    const id = shared.roots[index] ?? -1;
    const { imports = [] } = placed.modules.find(({ path }) => path === resource) ?? {};
    const from = imports.find((one) => one.id === id);
    const name = from?.name ?? placed.nameOf(resource, id);
    const lines = own.map(({ value }, at) => {
      const constant = value === "null" ? "" : " as const";
      return `const u${at} = ${value}${constant}; export const v${at}: Type = u${at};`;
    });
    const head = `import type { ${name} as Type } from "./${from?.from ?? resource}.js";`;
    tried.set(`try${index}.ts`, [head, ...lines, ""].join("\n"));
  });
  const complaints = check(tried);
  expect(complaints.filter(({ file, line }) => !file.startsWith("try") || line === 1)).toEqual([]);
  const said = new Map(complaints.map(({ file, line, message }) => [`${file} ${line}`, message]));
  const differ = trials.flatMap((own, index) =>
    own.flatMap(({ value, valid, schemas }, at) => {
      const message = said.get(`try${index}.ts ${at + 2}`);
      return (message === undefined) === valid ? [] : [{ value, valid, message, schemas }];
    }),
  );
  const total = trials.flat();
  expect(total.filter(({ valid }) => valid).length).toBeGreaterThan(count);
  expect(total.filter(({ valid }) => !valid).length).toBeGreaterThan(count);
  expect(differ).toEqual([]);
});
