/** Files as people have them: what is read of them, and what is said. */
export interface ReadingCase {
  readonly files: Readonly<Record<string, unknown>>;
  /** The paths of the endpoints. Default: that of `yaml`. */
  readonly paths?: readonly string[];
  /** Codes of diagnostics, all of them, sorted. */
  readonly diagnostics?: readonly string[];
  /** What has to be in the text of the generated sources. */
  readonly text?: readonly string[];
}

/** A document in YAML, with one batch that takes `Item`s. */
const yaml = (version: string, schemas: string, more = ""): string => `${version}
info: {title: Things, version: 1.10}
servers: [{url: https://api.example.com}]
${more}
paths:
  /things/batch/create:
    post:
      requestBody:
        content:
          application/json:
            schema: {type: object, properties: {inputs: {type: array, items: {$ref: '#/components/schemas/Item'}}}}
      responses: {200: {description: ok}}
components:
  schemas:
${schemas.replace(/^/gm, "    ")}
`;
const item = "Item: {type: object, properties: {id: {type: string}}}";

const swagger = {
  swagger: "2.0",
  info: { title: "Things", version: "1" },
  host: "api.example.com",
  schemes: ["https"],
  basePath: "/v1",
  consumes: ["application/json"],
  produces: ["application/json"],
  paths: {
    "/things/batch/create": {
      post: {
        parameters: [
          {
            name: "tags",
            in: "query",
            type: "array",
            items: { type: "string" },
            collectionFormat: "csv",
          },
          {
            name: "body",
            in: "body",
            schema: {
              type: "object",
              properties: { inputs: { type: "array", items: { $ref: "#/definitions/Item" } } },
            },
          },
        ],
        responses: { 200: { description: "ok", schema: { $ref: "#/definitions/Item" } } },
      },
    },
  },
  definitions: { Item: { type: "object", properties: { id: { type: "string" } } } },
};

export const readingCases: Readonly<Record<string, ReadingCase>> = {
  "swagger-2": {
    files: { "a.json": swagger },
    text: ['baseUrl: "https://api.example.com/v1"', "export interface Item {", "explode: false"],
  },
  "openapi-30": { files: { "a.yaml": yaml("openapi: 3.0.3", item) } },
  "openapi-31": { files: { "a.yaml": yaml("openapi: 3.1.1", item) } },
  "openapi-32": { files: { "a.yaml": yaml("openapi: 3.2.0", item) } },
  "openapi-later": {
    files: { "a.yaml": yaml("openapi: 3.9.0", item) },
    diagnostics: ["unsupported-version"],
  },
  dialect: {
    files: {
      "a.yaml": yaml(
        "openapi: 3.1.0\njsonSchemaDialect: https://json-schema.org/draft/2020-12/schema",
        item,
      ),
    },
  },
  "yaml-merge": {
    files: {
      "a.yaml": yaml(
        "openapi: 3.0.3",
        "Base: &base {type: object, required: [id]}\nItem: {<<: *base, properties: {id: &id {type: string}, again: *id}}",
      ),
    },
    text: ["  id: string;", "  again?: string;"],
  },
  "yaml-bom": { files: { "a.yaml": `\ufeff${yaml("openapi: 3.0.3", item)}` } },
  "yaml-plain": {
    files: {
      "a.yaml": yaml(
        "openapi: 3.0",
        "Item:\n  type: object\n  properties:\n    on: {type: string, default: 2020-01-01}\n    no: {type: integer, enum: [010, 0o17, 1_0]}\n    12: {type: string}",
      ),
    },
    text: ["  on?: string;", '@default "2020-01-01"', '  "12"?: string;'],
    // `1_0` is a text.
    diagnostics: ["enum-member-type"],
  },
  "yaml-duplicate": {
    files: { "a.yaml": yaml("openapi: 3.0.3", `${item}\n${item}`) },
    paths: [],
    diagnostics: ["duplicate-key"],
  },
  "yaml-bomb": {
    files: {
      "a.yaml": yaml(
        "openapi: 3.0.3",
        item,
        `x-a: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n${Array.from({ length: 9 }, (_, i) => `x-${i}: &a${i + 1} [${`*a${i}, `.repeat(10)}1]`).join("\n")}`,
      ),
    },
    paths: [],
    diagnostics: ["yaml-alias-bomb"],
  },
  overlay: {
    files: {
      "a.yaml": yaml("openapi: 3.0.3", item),
      "b.overlay.yaml": `overlay: 1.0.0
info: {title: o, version: 1}
actions:
  - target: $.components.schemas.Item.properties
    update: {added: {type: integer}}
`,
    },
    text: ["  added?: number;"],
  },
  self: {
    files: {
      "a.yaml": yaml(
        "openapi: 3.2.0\n$self: https://example.com/a",
        "Item: {$ref: 'https://example.com/b#/components/schemas/There'}",
      ),
      "b.yaml":
        "openapi: 3.2.0\n$self: https://example.com/b\ninfo: {title: b, version: 1}\ncomponents: {schemas: {There: {type: object, properties: {there: {type: string}}}}}\n",
    },
    text: ["  there?: string;"],
  },
  external: {
    files: {
      "a.yaml": yaml("openapi: 3.0.3", "Item: {$ref: './parts/b.yaml#/Item'}"),
      "parts/b.yaml": "Item: {type: object, properties: {there: {$ref: 'c.json#/a~1b'}}}\n",
      "parts/c.json": { "a/b": { type: "boolean" } },
    },
    text: ["  there?: AB;", "export type AB = boolean;"],
  },
  "external-refused": {
    files: {
      "a.yaml": yaml(
        "openapi: 3.0.3",
        "Item: {type: object, properties: {a: {$ref: '../../outside.yaml#/A'}, b: {$ref: 'https://example.com/x.yaml#/A'}, c: {type: string}}}",
      ),
    },
    diagnostics: ["refused-reference"],
    text: ["  c?: string;"],
  },
};
