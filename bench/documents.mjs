/** Documents of a real size, made up: batch endpoints among others, schemas of their own and schemas that all repeat. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const words =
  "account amount archived balance campaign channel contact country created currency deal discount due email external fee invoice issue label line locale note order owner payment phase priority product quantity rate reason record region score source stage state status subject tax team ticket total type unit updated user value vendor version warehouse weight zone".split(
    " ",
  );

/** The same number gives the same document. */
const numbers = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
};

const ref = (name) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema) => ({ "application/json": { schema } });
const text = (random, length) =>
  Array.from({ length }, () => words[Math.floor(random() * words.length)]).join(" ");

function property(random) {
  const description = `The ${text(random, 12)}.`;
  const kind = Math.floor(random() * 8);
  if (kind === 0) return { type: "integer", format: "int64", description };
  if (kind === 1) return { type: "string", format: "date-time", description };
  if (kind === 2) return { type: "boolean", description };
  if (kind === 3) return { type: "array", items: { type: "string" }, description };
  if (kind === 4)
    return { type: "string", enum: words.slice(0, 3 + Math.floor(random() * 5)), description };
  if (kind === 5) return { type: "object", additionalProperties: { type: "string" }, description };
  return { type: "string", description };
}

function object(random, count, more = {}) {
  const properties = {};
  while (Object.keys(properties).length < count) {
    const name = text(random, 2).replace(/ (.)/, (_, letter) => letter.toUpperCase());
    properties[name] = property(random);
  }
  return {
    type: "object",
    required: Object.keys(properties).slice(0, 2),
    properties: { ...properties, ...more },
  };
}

const repeated = {
  StandardError: {
    type: "object",
    required: ["status", "category", "message"],
    properties: {
      status: { type: "string" },
      category: { type: "string" },
      message: { type: "string", description: "A message for people." },
      errors: { type: "array", items: ref("ErrorDetail") },
      context: {
        type: "object",
        additionalProperties: { type: "array", items: { type: "string" } },
      },
    },
  },
  ErrorDetail: {
    type: "object",
    required: ["message"],
    properties: { message: { type: "string" }, code: { type: "string" }, in: { type: "string" } },
  },
  RecordId: { type: "object", required: ["id"], properties: { id: { type: "string" } } },
  BatchInputRecordId: {
    type: "object",
    required: ["inputs"],
    properties: { inputs: { type: "array", items: ref("RecordId") } },
  },
};

export function makeDocument(index) {
  const random = numbers(index + 1);
  const [first, second] = [words[index % words.length], words[Math.floor(index / words.length)]];
  const name = `${first}-${second}s`;
  const base = `/things/v1/${name}`;
  const own = object(random, 40, { id: { type: "string" } });
  const schemas = {
    ...repeated,
    Thing: { ...own, required: ["id"] },
    ThingInput: object(random, 30),
    ThingUpdate: object(random, 30, { id: { type: "string" } }),
    Page: {
      type: "object",
      required: ["results"],
      properties: { results: { type: "array", items: ref("Thing") }, next: { type: "string" } },
    },
  };
  schemas.ThingUpdate.required = ["id"];
  const batchOf = (item) => ({
    type: "object",
    required: ["inputs"],
    properties: { inputs: { type: "array", maxItems: 100, items: ref(item) } },
  });
  schemas.BatchInputThing = batchOf("ThingInput");
  schemas.BatchInputThingUpdate = batchOf("ThingUpdate");
  schemas.BatchResponseThing = {
    type: "object",
    required: ["status", "results"],
    properties: {
      status: { type: "string", enum: ["PENDING", "PROCESSING", "CANCELED", "COMPLETE"] },
      results: { type: "array", items: ref("Thing") },
      errors: { type: "array", items: ref("StandardError") },
      completedAt: { type: "string", format: "date-time" },
    },
  };
  for (let other = 0; other < 16; other++) schemas[`Other${other}`] = object(random, 16);
  const fails = {
    default: { description: "What went wrong.", content: json(ref("StandardError")) },
  };
  const post = (id, input, output) => ({
    post: {
      operationId: id,
      summary: `${text(random, 6)}.`,
      description: `${text(random, 30)}.`,
      requestBody: { required: true, content: json(ref(input)) },
      responses: output
        ? { 200: { description: "Done.", content: json(ref(output)) }, ...fails }
        : { 204: { description: "Done." }, ...fails },
    },
  });
  const paths = {
    [`${base}/batch/create`]: post(`create${index}`, "BatchInputThing", "BatchResponseThing"),
    [`${base}/batch/update`]: post(`update${index}`, "BatchInputThingUpdate", "BatchResponseThing"),
    [`${base}/batch/read`]: post(`read${index}`, "BatchInputRecordId", "BatchResponseThing"),
    [`${base}/batch/archive`]: post(`archive${index}`, "BatchInputRecordId", undefined),
    [base]: {
      ...post(`createOne${index}`, "ThingInput", "Thing"),
      get: {
        operationId: `list${index}`,
        summary: text(random, 6),
        responses: { 200: { description: "A page.", content: json(ref("Page")) }, ...fails },
      },
    },
  };
  for (let other = 0; other < 8; other++) {
    paths[`${base}/other${other}`] = post(
      `other${index}n${other}`,
      `Other${other}`,
      `Other${other + 8}`,
    );
  }
  return {
    openapi: "3.0.1",
    info: { title: `${first} ${second}`, version: "v1" },
    servers: [{ url: "https://api.example.com" }],
    paths,
    components: { schemas },
  };
}

export function writeDocuments(folder, count) {
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < count; index++) {
    const name = `${String(index).padStart(4, "0")}.json`;
    writeFileSync(join(folder, name), JSON.stringify(makeDocument(index), null, 2));
  }
}
