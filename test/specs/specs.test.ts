/** The documents in specs/ and their overlay, read as the generator reads them. */
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect, test } from "vitest";
import { mergeXBatch, parseXBatch } from "../../generator/batch/x-batch/x-batch.js";
import { isArray, isObject, type JsonObject, type JsonValue } from "../../generator/base/json.js";
import { formatPointer, getAt } from "../../generator/base/pointer.js";
import { read } from "../../generator/openapi/read.js";
import { presetLayer, type Spec } from "../../generator/openapi/spec.js";

const cwd = fileURLToPath(new URL("../..", import.meta.url));
const folder = fileURLToPath(new URL("../../specs/", import.meta.url));
const files = readdirSync(folder);
const chosen = { overlays: [], presets: ["hubspot"] };
const { specs, diagnostics, skipped } = await read({ cwd, paths: ["specs"], ...chosen });

const objectAt = (value: JsonValue, pointer: string): JsonObject => {
  const found = getAt(value, pointer);
  if (!isObject(found)) throw new Error(`no object at ${pointer}`);
  return found;
};

/** Every object below a value, with its pointer. */
function* objectsIn(
  value: JsonValue | undefined,
  way: readonly string[] = [],
): Generator<[readonly string[], JsonObject]> {
  if (isArray(value))
    for (const [index, child] of value.entries()) yield* objectsIn(child, [...way, String(index)]);
  if (!isObject(value)) return;
  yield [way, value];
  for (const [key, child] of Object.entries(value)) yield* objectsIn(child, [...way, key]);
}

const follow = (spec: Spec, schema: JsonObject): JsonObject => {
  const ref = schema["$ref"];
  return typeof ref === "string" ? follow(spec, objectAt(spec.document, ref.slice(1))) : schema;
};

/** The members of an object schema, those of its `allOf` too: `id`, or `id?` where it may be missing. */
function members(spec: Spec, schema: JsonObject): readonly string[] {
  const { allOf, properties, required } = follow(spec, schema);
  const own = isObject(properties)
    ? Object.keys(properties).map((name) =>
        isArray(required) && required.includes(name) ? name : `${name}?`,
      )
    : [];
  const inherited = isArray(allOf)
    ? allOf.filter(isObject).flatMap((part) => members(spec, part))
    : [];
  return [...inherited, ...own].sort();
}

/** The schema of a member, wherever `allOf` has it. */
function member(spec: Spec, schema: JsonObject, name: string): JsonObject | undefined {
  const { allOf, properties } = follow(spec, schema);
  const own =
    isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (isObject(own)) return follow(spec, own);
  const parts = isArray(allOf) ? allOf.filter(isObject) : [];
  return parts.map((part) => member(spec, part, name)).find((found) => found !== undefined);
}

const elements = (spec: Spec, schema: JsonObject, name: string): readonly string[] | undefined => {
  const list = member(spec, schema, name);
  return list && members(spec, objectAt(list, "/items"));
};

test.each(specs)("$name is a valid OpenAPI 3.1 document, overlay and all", async (spec) => {
  // the validator knows internal references only, so it is given what the reader has made of the file
  const check = (document: JsonObject) => new Validator().validate(structuredClone(document));
  expect(spec.document["openapi"]).toBe("3.1.0");
  expect(await check(spec.document)).toEqual({ valid: true });
  expect(await check({ ...spec.document, info: {} })).toMatchObject({ valid: false });
});

test("the folder is read without a word: references resolve, and each action of the overlay finds something", () => {
  expect(diagnostics).toEqual([]);
  expect(skipped).toEqual([]);
  expect(specs.map(({ name }) => name)).toEqual(files.sort());
});

function validatorFor(spec: Spec): (way: readonly string[]) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  // the module's default export as NodeNext sees it
  (addFormats as unknown as typeof addFormats.default)(ajv);
  ajv.addFormat("int32", {
    type: "number",
    validate: (value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31,
  });
  ajv.addSchema(spec.document, "https://spec.invalid/");
  return (way) => {
    const fragment = way.map((token) => encodeURIComponent(formatPointer([token]).slice(1)));
    return ajv.compile({
      $ref: `https://spec.invalid/#${fragment.map((token) => `/${token}`).join("")}`,
    });
  };
}

test.each(specs)("every example of $name validates against its schema", (spec) => {
  const validator = validatorFor(spec);
  let count = 0;
  const check = (way: readonly string[], example: JsonValue | undefined): void => {
    const validate = validator(way);
    validate(example);
    expect(validate.errors ?? [], way.join(" > ")).toEqual([]);
    count += 1;
  };
  for (const [way, object] of objectsIn(spec.document)) {
    if (isArray(object["examples"])) for (const example of object["examples"]) check(way, example);
    if (!isObject(object["schema"])) continue;
    const schema = [...way, "schema"];
    if (object["example"] !== undefined) check(schema, object["example"]);
    if (!isObject(object["examples"])) continue;
    for (const example of Object.values(object["examples"]))
      check(schema, getAt(example, "/value"));
  }
  expect(count).toBeGreaterThan(10);
});

test("the check of examples sees a wrong one", () => {
  const spec = specs.find(({ name }) => name === "notes.yaml");
  const validate = spec && validatorFor(spec)(["components", "schemas", "NoteUpdateRequest"]);
  expect(validate?.({ inputs: [{ id: "1", properties: {} }] })).toBe(true);
  expect(validate?.({ inputs: [{ id: 1, properties: {} }] })).toBe(false);
});

test.each(specs)(
  "every schema, property, operation and reply of $name says what it is, with an example",
  (spec) => {
    const schemas = objectAt(spec.document, "/components/schemas");
    const lacking: string[] = [];
    for (const [name, schema] of Object.entries(schemas)) {
      if (!isObject(schema) || schema["description"] === undefined) lacking.push(name);
      if (isObject(schema) && !isArray(follow(spec, schema)["examples"]))
        lacking.push(`${name}: examples`);
      const properties =
        isObject(schema) && isObject(schema["properties"]) ? schema["properties"] : {};
      for (const [property, value] of Object.entries(properties)) {
        const described = isObject(value) && (value["description"] ?? value["$ref"]) !== undefined;
        if (!described) lacking.push(`${name}.${property}`);
      }
    }
    for (const [way, object] of objectsIn(spec.document["paths"])) {
      if (
        object["operationId"] !== undefined &&
        (object["summary"] ?? object["description"]) === undefined
      )
        lacking.push(way.join(" > "));
      const media = way.at(-2) === "content";
      if (media && !isObject(object["examples"])) lacking.push(`${way.join(" > ")}: examples`);
    }
    expect(lacking).toEqual([]);
  },
);

const record = [
  "archived",
  "archivedAt?",
  "createdAt",
  "id",
  "objectWriteTraceId?",
  "properties",
  "propertiesWithHistory?",
  "updatedAt",
  "url?",
];
const upserted = [...record, "new"].sort();
const write = ["id", "idProperty?", "objectWriteTraceId?", "properties"];
const batch = ["completedAt", "links?", "requestedAt?", "startedAt", "status"];
const plain = [...batch, "results"].sort();
const withErrors = [...plain, "errors?", "numErrors?"].sort();
const itemError = [
  "category",
  "context",
  "errors",
  "id?",
  "links",
  "message",
  "status",
  "subCategory?",
];

interface Facts {
  readonly path: string;
  readonly operationId: string;
  readonly input: readonly string[];
  readonly siblings?: readonly string[];
  readonly result?: readonly string[];
  readonly replies: { readonly [status: string]: readonly string[] | undefined };
  readonly kind: string;
  readonly limit?: JsonValue;
  readonly scopes: readonly string[];
}

const full = { 200: plain, 207: withErrors };
const table: readonly Facts[] = [
  {
    path: "/crm/v3/objects/{objectType}/batch/update",
    operationId: "batchUpdateObjects",
    input: write,
    result: record,
    replies: full,
    kind: "update",
    scopes: ["crm.objects.contacts.write"],
  },
  {
    path: "/crm/v3/objects/{objectType}/batch/create",
    operationId: "batchCreateObjects",
    input: ["associations", "objectWriteTraceId?", "properties"],
    result: record,
    replies: { 201: plain, 207: withErrors },
    kind: "create",
    scopes: ["crm.objects.deals.write"],
  },
  {
    path: "/crm/v3/objects/{objectType}/batch/read",
    operationId: "batchReadObjects",
    input: ["id"],
    siblings: ["idProperty?", "properties", "propertiesWithHistory?"],
    result: record,
    replies: full,
    kind: "read",
    scopes: ["crm.objects.contacts.read"],
  },
  {
    path: "/crm/v3/objects/{objectType}/batch/upsert",
    operationId: "batchUpsertObjects",
    input: write,
    result: upserted,
    replies: full,
    kind: "upsert",
    scopes: ["crm.objects.contacts.write"],
  },
  {
    path: "/crm/v3/objects/{objectType}/batch/archive",
    operationId: "batchArchiveObjects",
    input: ["id"],
    replies: { 204: undefined },
    kind: "delete",
    scopes: ["crm.objects.contacts.write"],
  },
  {
    path: "/crm/objects/v3/projects/batch/upsert",
    operationId: "batchUpsertProjects",
    input: write,
    result: upserted,
    replies: full,
    kind: "upsert",
    scopes: ["crm.objects.projects.write"],
  },
  {
    path: "/crm/v3/objects/partner_clients/batch/update",
    operationId: "batchUpdatePartnerClients",
    input: write,
    result: record,
    replies: { 200: plain },
    kind: "update",
    scopes: ["crm.objects.partner-clients.write"],
  },
  {
    path: "/crm/v3/objects/notes/batch/update",
    operationId: "batchUpdateNotes",
    input: write,
    result: record,
    replies: full,
    kind: "update",
    scopes: ["crm.objects.contacts.write"],
  },
];

const operations = specs.flatMap((spec) => {
  const paths = spec.document["paths"];
  return isObject(paths) ? Object.keys(paths).map((path) => ({ spec, path })) : [];
});

test("the documents have these operations, and no others", () => {
  expect(operations.map(({ path }) => path).sort()).toEqual(table.map(({ path }) => path).sort());
});

test.each(table)("$operationId is as the service's pages say", (facts) => {
  const spec = operations.find(({ path }) => path === facts.path)?.spec;
  if (!spec) throw new Error("no such operation");
  const operation = objectAt(spec.document, formatPointer(["paths", facts.path, "post"]));
  expect(operation["operationId"]).toBe(facts.operationId);
  const request = follow(
    spec,
    objectAt(operation, "/requestBody/content/application~1json/schema"),
  );
  expect(elements(spec, request, "inputs")).toEqual(facts.input);
  expect(members(spec, request)).toEqual([...(facts.siblings ?? []), "inputs"].sort());

  const replies = objectAt(operation, "/responses");
  expect(Object.keys(replies).sort()).toEqual([...Object.keys(facts.replies), "default"].sort());
  for (const [status, want] of Object.entries(facts.replies)) {
    const schema = getAt(replies, `/${status}/content/application~1json/schema`);
    if (want === undefined) expect(schema).toBeUndefined();
    if (!isObject(schema)) continue;
    expect(members(spec, schema), status).toEqual(want);
    expect(elements(spec, schema, "results")).toEqual(facts.result);
    if (status === "207") expect(elements(spec, schema, "errors")).toEqual(itemError);
    expect(member(spec, schema, "status")?.["enum"]).toEqual([
      "CANCELED",
      "COMPLETE",
      "PENDING",
      "PROCESSING",
    ]);
  }
  const error = follow(spec, objectAt(replies, "/default"));
  const errorSchema = objectAt(error, "/content/application~1json/schema");
  expect(member(spec, errorSchema, "context")?.["additionalProperties"]).toEqual({
    type: "array",
    items: { type: "string" },
  });

  const security = isArray(operation["security"]) ? operation["security"] : [];
  const oauth = security.flatMap((one) =>
    isObject(one) && isArray(one["oauth2"]) ? one["oauth2"] : [],
  );
  for (const scope of facts.scopes) expect(oauth).toContain(scope);
  const declared = objectAt(
    spec.document,
    "/components/securitySchemes/oauth2/flows/authorizationCode/scopes",
  );
  for (const scope of oauth) expect(Object.keys(declared)).toContain(scope);
  expect(objectAt(spec.document, "/components/securitySchemes/private_apps")).toMatchObject({
    type: "http",
    scheme: "bearer",
  });
});

const nowhere = (): never => {
  throw new Error("a mistake in x-batch");
};
const batchOf = (document: JsonObject, operation: JsonObject) => {
  const layers = [document[presetLayer], operation[presetLayer]].map((value) => {
    const { value: said } = parseXBatch(value ?? {}, nowhere);
    return said || undefined;
  });
  return mergeXBatch(...layers);
};

test.each(table)("the overlay says how $operationId works", ({ path, kind }) => {
  const spec = operations.find((one) => one.path === path)?.spec;
  if (!spec) throw new Error("no such operation");
  const operation = objectAt(spec.document, formatPointer(["paths", path, "post"]));
  const value = batchOf(spec.document, operation);
  expect(parseXBatch(value as unknown as JsonValue, nowhere).value).toEqual(value); // plain data, whole and sound
  expect(value).toMatchObject({
    kind,
    items: { at: "/inputs" },
    limit: { items: 100, learn: { status: 400 } },
    results: kind === "delete" ? { as: "none" } : { at: "/results" },
    errors: { at: "/errors" },
    statuses: { rejected: [423, 429, 477], wholeBatch: [400, 409] },
    state: {
      at: "/status",
      done: ["COMPLETE"],
      pending: ["PENDING", "PROCESSING"],
      failed: ["CANCELED"],
    },
    rate: {
      windows: [
        { requests: 100, ms: 10_000 },
        { requests: 250_000, ms: 86_400_000 },
      ],
    },
  });
  expect(value.limit?.when).toEqual(
    kind === "read" ? [{ present: "/propertiesWithHistory", items: 50 }] : undefined,
  );
  expect(value.retry).toEqual(kind === "create" ? { safe: false } : undefined);
  const keyed = value.match?.some(({ by, generate }) => by === "key" && generate === "counter");
  expect(keyed).toBe(kind !== "read" && kind !== "delete");
  const { pattern } = value.limit?.learn ?? { pattern: "" };
  const told = "The maximum number of inputs supported in a batch is 100";
  expect(new RegExp(pattern, "u").exec(told)?.[1]).toBe("100");
});

const corpus = "../shared/corpus/hubspot";
const published = existsSync(new URL(`../../${corpus}`, import.meta.url));

test.skipIf(!published)(
  "the overlay fits the documents that the service publishes (skipped without ../shared)",
  async () => {
    const theirs = await read({ cwd, paths: [corpus], ...chosen });
    expect(theirs.diagnostics.filter(({ code }) => /overlay|preset/.test(code))).toEqual([]);
    const kinds = new Set<string>();
    for (const { document } of theirs.specs) {
      for (const [path, item] of Object.entries(objectAt(document, "/paths"))) {
        const post = getAt(item, "/post");
        const last = path.split("/").at(-1) ?? "";
        const crm = /^\/crm\/(v3\/objects|objects\/[^/]+)\/[^/]+\/batch\/[a-z]+$/.test(path);
        if (!isObject(post) || !crm) continue;
        const { kind, limit, items } = batchOf(document, post);
        expect({ kind, items, limit: limit?.items }, path).toEqual({
          kind: last === "archive" ? "delete" : last,
          items: { at: "/inputs" },
          limit: 100,
        });
        kinds.add(kind ?? "none");
      }
      const schemes = getAt(document, "/components/securitySchemes");
      for (const [name, scheme] of Object.entries(isObject(schemes) ? schemes : {})) {
        if (name.startsWith("private_apps"))
          expect(scheme).toMatchObject({ type: "http", scheme: "bearer" });
      }
    }
    expect([...kinds].sort()).toEqual(["create", "delete", "read", "update", "upsert"]);
  },
);
