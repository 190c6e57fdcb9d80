import { expect } from "vitest";

/**
 * Operations as real documents have them: the path, and the request that a call of the generated function makes. The
 * items are `ids` in the body, unless `body` or `query` say otherwise.
 */
export interface OperationCase {
  /** Members of the document besides the operation. */
  readonly document?: Readonly<Record<string, unknown>>;
  readonly version?: string;
  /** Default POST. */
  readonly method?: string;
  /** Default `/things/batch/read`. */
  readonly path?: string;
  /** Members of the Path Item Object besides the operation. */
  readonly item?: Readonly<Record<string, unknown>>;
  /** Members of the Operation Object. */
  readonly operation?: Readonly<Record<string, unknown>>;
  /** What is passed besides the inputs `["a", "b"]`. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** How the call is authorised. */
  readonly auth?: Readonly<Record<string, unknown>>;
  readonly inputs?: readonly unknown[];
  /** The parts of the request that the case is about. */
  readonly want?: {
    readonly url?: string;
    readonly headers?: Readonly<Record<string, string | null>>;
    readonly body?: unknown;
    readonly method?: string;
    /** The lines of a multipart body, with `B` for the boundary and `|` for the ends of lines. */
    readonly text?: readonly string[];
    /** The fields of a form. */
    readonly form?: readonly (readonly [name: string, value: string])[];
  };
  /** Building the request throws, with this in its message. */
  readonly throws?: string;
  /** Nothing is generated, for this reason. */
  readonly refused?: string;
  /** Codes of diagnostics, all of them, sorted. */
  readonly diagnostics?: readonly string[];
  /** What has to be in the text of the generated sources. */
  readonly text?: readonly string[];
}

const string = { type: "string" };
const strings = { type: "array", items: string };
const json = (schema: unknown) => ({ "application/json": { schema } });
const ids = {
  required: true,
  content: json({ type: "object", required: ["ids"], properties: { ids: strings } }),
};
export const usual = {
  requestBody: ids,
  responses: {
    200: {
      description: "",
      content: json({
        type: "object",
        properties: {
          results: { type: "array", items: { type: "object", properties: { id: string } } },
        },
      }),
    },
  },
};
const path = (name: string, more: object = {}) => ({
  name,
  in: "path",
  required: true,
  schema: string,
  ...more,
});
const query = (name: string, more: object = {}) => ({ name, in: "query", schema: string, ...more });
const header = (name: string, more: object = {}) => ({
  name,
  in: "header",
  schema: string,
  ...more,
});
const cookie = (name: string, more: object = {}) => ({
  name,
  in: "cookie",
  schema: string,
  ...more,
});
const numbers = { type: "array", items: { type: "integer" } };
const point = { type: "object", properties: { x: { type: "integer" }, y: { type: "integer" } } };
const base = "https://api.example.com";
const at = (rest: string): string => `${base}/things/batch/read${rest}`;
const schemes = (all: Readonly<Record<string, unknown>>) => ({
  components: { securitySchemes: all },
});

export const operationCases: Readonly<Record<string, OperationCase>> = {
  // ---- parameters
  "path-level-parameter": {
    path: "/{tenant}/things/batch/read",
    item: { parameters: [path("tenant")] },
    params: { tenant: "a/b" },
    want: { url: `${base}/a%2Fb/things/batch/read` },
  },
  "path-level-override": {
    item: {
      parameters: [query("limit", { required: true, schema: { type: "integer", enum: [5] } })],
    },
    operation: { parameters: [query("limit", { schema: { type: "integer" } })] },
    params: { limit: 7 },
    want: { url: at("?limit=7") },
  },
  "one-name-in-several-places": {
    path: "/{id}/things/batch/read",
    operation: { parameters: [path("id"), query("id"), header("id"), cookie("id")] },
    params: { idInPath: "p", idInQuery: "q", idInHeader: "h", idInCookie: "c" },
    want: { url: `${base}/p/things/batch/read?id=q`, headers: { id: "h", cookie: "id=c" } },
  },
  "query-styles": {
    operation: {
      parameters: [
        query("a", { schema: numbers }),
        query("b", { schema: numbers, explode: false }),
        query("c", { schema: numbers, style: "spaceDelimited", explode: false }),
        query("d", { schema: numbers, style: "pipeDelimited", explode: false }),
        query("e", { schema: point, style: "deepObject", explode: true }),
        query("f", { schema: point }),
      ],
    },
    params: { a: [1, 2], b: [1, 2], c: [1, 2], d: [1, 2], e: { x: 1, y: 2 }, f: { x: 3, y: 4 } },
    want: { url: at("?a=1&a=2&b=1,2&c=1%202&d=1%7C2&e%5Bx%5D=1&e%5By%5D=2&x=3&y=4") },
  },
  "query-deep-nested": {
    operation: {
      parameters: [query("f", { schema: { type: "object" }, style: "deepObject", explode: true })],
    },
    params: { f: { id: { $eq: "d" }, $or: [{ a: 1 }, { b: [2, null, 3] }], none: null } },
    want: {
      url: at(
        "?f%5Bid%5D%5B%24eq%5D=d&f%5B%24or%5D%5B0%5D%5Ba%5D=1" +
          "&f%5B%24or%5D%5B1%5D%5Bb%5D%5B0%5D=2&f%5B%24or%5D%5B1%5D%5Bb%5D%5B2%5D=3",
      ),
    },
  },
  "query-nested": {
    operation: {
      parameters: [
        query("flat", { schema: point }),
        query("deep", { schema: { type: "object", properties: { in: numbers } } }),
        query("rows", { schema: { type: "array", items: numbers }, style: "pipeDelimited" }),
        query("text", { content: json({ type: "array", items: point }) }),
      ],
    },
    params: { flat: { x: 1 }, deep: {}, rows: [], text: [{ x: 1 }] },
    want: { url: at("?x=1&text=%5B%7B%22x%22%3A1%7D%5D") },
    diagnostics: ["parameter-nested"],
  },
  "query-nested-refused": {
    operation: {
      parameters: [query("deep", { schema: { type: "object", properties: { in: numbers } } })],
    },
    params: { deep: { in: [1] } },
    throws: "deep has a value in a value, which form cannot contain",
    diagnostics: ["parameter-nested"],
  },
  "style-of-another-place": {
    path: "/{a}/things/batch/read",
    operation: {
      parameters: [
        path("a", { schema: numbers, style: "form" }),
        query("b", { schema: numbers, style: "matrix" }),
        query("c", { schema: numbers, style: "*/ evil()" }),
        header("X-D", { schema: numbers, style: "deepObject" }),
        cookie("e", { schema: string, style: "simple" }),
      ],
    },
    params: { a: [1, 2], b: [1, 2], c: [3], "X-D": [4, 5], e: "6" },
    want: {
      url: `${base}/1,2/things/batch/read?b=1&b=2&c=3`,
      headers: { "x-d": "4,5", cookie: "e=6" },
    },
    diagnostics: ["parameter-style"],
  },
  ...Object.fromEntries(
    (
      [
        ["deep-of-a-list", { schema: numbers, style: "deepObject" }, [1, 2], "a=1&a=2"],
        ["deep-of-a-value", { schema: string, style: "deepObject" }, "x", "a=x"],
        [
          "deep-not-exploded",
          { schema: point, style: "deepObject", explode: false },
          { x: 1 },
          "a%5Bx%5D=1",
        ],
        ["spaces-of-a-value", { schema: string, style: "spaceDelimited" }, "x", "a=x"],
        [
          "pipes-exploded",
          { schema: numbers, style: "pipeDelimited", explode: true },
          [1, 2],
          "a=1&a=2",
        ],
        [
          "spaces-exploded",
          { schema: point, style: "spaceDelimited", explode: true },
          { x: 1, y: 2 },
          "x=1&y=2",
        ],
      ] as readonly (readonly [string, object, unknown, string])[]
    ).map(([name, declared, a, sent]): [string, OperationCase] => [
      `style-${name}`,
      {
        operation: { parameters: [query("a", declared)] },
        params: { a },
        want: { url: at(`?${sent}`) },
        diagnostics: ["parameter-style"],
      },
    ]),
  ),
  "path-styles": {
    path: "/{a}/{b}/{c}/things/batch/read",
    operation: {
      parameters: [
        path("a", { schema: numbers }),
        path("b", { schema: numbers, style: "label" }),
        path("c", { schema: point, style: "matrix", explode: true }),
      ],
    },
    params: { a: [1, 2], b: [1, 2], c: { x: 1, y: 2 } },
    want: { url: `${base}/1,2/.1,2/;x=1;y=2/things/batch/read` },
  },
  "header-and-cookie": {
    operation: {
      parameters: [
        header("X-Trace", { schema: numbers }),
        cookie("session"),
        header("Content-Type"),
        header("Accept"),
        header("Authorization"),
      ],
    },
    params: { "X-Trace": [1, 2], session: "s t" },
    want: {
      headers: { "x-trace": "1,2", cookie: "session=s%20t", "content-type": "application/json" },
    },
  },
  "header-of-platform": {
    operation: { parameters: [header("Content-Length", { required: true }), header("Host")] },
    want: { url: at("") },
    diagnostics: ["header-of-platform"],
  },
  "content-parameter": {
    operation: { parameters: [{ name: "filter", in: "query", content: json(point) }] },
    params: { filter: { x: 1 } },
    want: { url: at("?filter=%7B%22x%22%3A1%7D") },
  },
  "content-parameter-not-json": {
    operation: {
      parameters: [{ name: "filter", in: "query", content: { "text/plain": { schema: string } } }],
    },
    params: { filter: "a b" },
    want: { url: at("?filter=a%20b") },
  },
  "allow-reserved": {
    operation: { parameters: [query("at", { allowReserved: true })] },
    params: { at: "a/b:c" },
    want: { url: at("?at=a/b:c") },
  },
  "querystring-form": {
    version: "3.2.0",
    operation: {
      parameters: [
        {
          name: "all",
          in: "querystring",
          content: { "application/x-www-form-urlencoded": { schema: point } },
        },
      ],
    },
    params: { all: { x: 1, y: 2 } },
    want: { url: at("?x=1&y=2") },
  },
  "querystring-json": {
    version: "3.2.0",
    operation: { parameters: [{ name: "all", in: "querystring", content: json(point) }] },
    want: { url: at("") },
    diagnostics: ["parameter-place"],
  },
  "template-verb": {
    path: "/{collection}:batchRead",
    operation: { parameters: [path("collection")] },
    params: { collection: "a:b" },
    want: { url: `${base}/a%3Ab:batchRead` },
  },
  "template-two-in-one": {
    path: "/things/{name}.{format}/batch/read",
    operation: { parameters: [path("name"), path("format")] },
    params: { name: "a.b", format: "json" },
    want: { url: `${base}/things/a.b.json/batch/read` },
  },
  "template-hostile-name": {
    path: "/{$&}/{a-b}/{__proto__}/things/batch/read",
    operation: { parameters: [path("$&"), path("a-b")] },
    params: { "$&": "$1", "a-b": "x", ["__proto__"]: "y" },
    want: { url: `${base}/%241/x/y/things/batch/read` },
    diagnostics: ["path-parameter-undeclared"],
  },
  "path-climbs": {
    path: "/{a}/things/batch/read",
    operation: { parameters: [path("a")] },
    params: { a: "../x" },
    want: { url: `${base}/..%2Fx/things/batch/read` },
  },
  fragment: {
    path: "/#Action=BatchRead",
    operation: {
      operationId: "batchRead",
      parameters: [
        query("Action", { required: true, schema: { type: "string", enum: ["BatchRead"] } }),
      ],
    },
    want: { url: `${base}/?Action=BatchRead` },
    diagnostics: ["path-fragment-not-sent"],
  },
  "query-in-path": {
    path: "/things/batch/read?v=1",
    want: { url: at("?v=1") },
  },
  "declared-but-absent": {
    operation: { parameters: [path("gone")] },
    want: { url: at("") },
    diagnostics: ["parameter-not-in-path"],
  },
  "present-but-undeclared": {
    path: "/{tenant}/things/batch/read",
    params: { tenant: "t" },
    want: { url: `${base}/t/things/batch/read` },
    diagnostics: ["path-parameter-undeclared"],
  },
  "one-possible-value": {
    operation: {
      parameters: [
        query("version", { required: true, schema: { type: "string", enum: ["2"] } }),
        header("x-kind", { required: true, schema: { const: "k" } }),
      ],
    },
    version: "3.1.0",
    want: { url: at("?version=2"), headers: { "x-kind": "k" } },
  },
  "parameter-reference": {
    document: { components: { parameters: { P: query("p") } } },
    operation: { parameters: [{ $ref: "#/components/parameters/P" }] },
    params: { p: "x" },
    want: { url: at("?p=x") },
  },
  "parameter-dangling": {
    operation: { parameters: [{ $ref: "#/components/parameters/Gone" }] },
    want: { url: at("") },
    diagnostics: ["dangling-reference"],
  },
  "body-dangling": {
    operation: { requestBody: { $ref: "#/components/requestBodies/Gone" } },
    refused: "no list of items in the request that the document describes",
    diagnostics: ["dangling-reference"],
  },
  "path-item-reference": {
    version: "3.1.0",
    item: { $ref: "#/components/pathItems/I", parameters: [query("a")] },
    document: {
      components: {
        pathItems: {
          I: {
            post: { ...usual, operationId: "x" },
            parameters: [query("b")],
            servers: [{ url: "https://other.example.com" }],
          },
        },
      },
    },
    operation: { "x-none": true },
    params: { a: "1", b: "2" },
    want: { url: "https://other.example.com/things/batch/read?b=2&a=1" },
  },

  // ---- bodies
  "body-with-delete": {
    method: "delete",
    path: "/things/batch",
    want: { method: "DELETE", body: { ids: ["a", "b"] } },
  },
  "body-with-get": { method: "get", diagnostics: ["body-with-get"] },
  "body-range-of-media-types": {
    operation: {
      requestBody: {
        content: { "*/*": { schema: { type: "object", properties: { ids: strings } } } },
      },
    },
    want: { headers: { "content-type": "application/json" }, body: { ids: ["a", "b"] } },
  },
  "body-plus-json": {
    operation: {
      requestBody: {
        content: {
          "application/xml": {},
          "application/vnd.api+json": { schema: { type: "object", properties: { ids: strings } } },
        },
      },
    },
    want: { headers: { "content-type": "application/vnd.api+json" }, body: { ids: ["a", "b"] } },
  },
  "body-charset": {
    operation: {
      requestBody: {
        content: {
          "application/json; charset=utf-8": {
            schema: { type: "object", properties: { ids: strings } },
          },
        },
      },
    },
    want: { headers: { "content-type": "application/json; charset=utf-8" } },
  },
  "body-ndjson": {
    operation: {
      requestBody: {
        content: {
          "application/x-ndjson": { schema: { type: "object", properties: { id: string } } },
        },
      },
    },
    inputs: [{ id: "a" }, { id: "b" }],
    want: { headers: { "content-type": "application/x-ndjson" }, body: '{"id":"a"}\n{"id":"b"}\n' },
  },
  "body-item-schema": {
    version: "3.2.0",
    operation: {
      requestBody: {
        content: {
          "application/jsonl": { itemSchema: { type: "object", properties: { id: string } } },
        },
      },
    },
    inputs: [{ id: "a" }],
    want: { body: '{"id":"a"}\n' },
    text: ["id?: string"],
  },
  "body-multipart": {
    operation: {
      requestBody: {
        content: {
          "multipart/form-data": {
            schema: {
              type: "object",
              required: ["ids"],
              properties: { ids: strings, point, logo: { type: "string", format: "binary" } },
            },
          },
        },
      },
    },
    params: { point: { x: 1 }, logo: new Blob(["PNG"], { type: "image/png" }) },
    want: {
      headers: { "content-type": "multipart/form-data; boundary=B" },
      body: { ids: ["a", "b"], point: { x: 1 }, logo: expect.any(Blob) },
      text: [
        '--B|Content-Disposition: form-data; name="point"|Content-Type: application/json||{"x":1}|',
        '--B|Content-Disposition: form-data; name="logo"; filename="logo"|Content-Type: image/png||PNG|',
        '--B|Content-Disposition: form-data; name="ids"||a|',
        '--B|Content-Disposition: form-data; name="ids"||b|',
        "--B--|",
      ],
    },
  },
  "body-multipart-encoding": {
    operation: {
      requestBody: {
        content: {
          "multipart/form-data": {
            schema: { type: "object", properties: { ids: strings, 'a"b': numbers } },
            encoding: {
              ids: { contentType: "application/json" },
              'a"b': { style: "pipeDelimited" },
            },
          },
        },
      },
    },
    params: { 'a"b': [1, 2] },
    want: {
      text: [
        '--B|Content-Disposition: form-data; name="a%22b"||1|2|',
        '--B|Content-Disposition: form-data; name="ids"|Content-Type: application/json||["a","b"]|',
        "--B--|",
      ],
    },
  },
  "body-multipart-file-of-lines": {
    operation: {
      requestBody: {
        content: {
          "multipart/form-data": {
            schema: {
              type: "object",
              required: ["purpose"],
              properties: { file: { type: "string", format: "binary" }, purpose: string },
            },
          },
        },
      },
      "x-batch": { items: { at: "/file", as: "lines", mediaType: "multipart/form-data" } },
    },
    inputs: [{ id: "a" }, { id: "b" }],
    params: { purpose: "batch" },
    want: {
      body: { purpose: "batch", file: '{"id":"a"}\n{"id":"b"}\n' },
      text: [
        '--B|Content-Disposition: form-data; name="purpose"||batch|',
        '--B|Content-Disposition: form-data; name="file"; filename="file.ndjson"|Content-Type: application/x-ndjson||{"id":"a"}\n{"id":"b"}\n|',
        "--B--|",
      ],
    },
  },
  "body-multipart-file-of-rows": {
    operation: {
      requestBody: {
        content: {
          "multipart/form-data": {
            schema: {
              type: "object",
              properties: { "the rows": { type: "string", format: "binary" } },
            },
            encoding: { "the rows": { contentType: "text/plain, image/*" } },
          },
        },
      },
      "x-batch": { items: { at: "/the rows", as: "csv" } },
    },
    inputs: [{ id: "a", n: 1 }, { id: 'b"' }],
    want: {
      text: [
        '--B|Content-Disposition: form-data; name="the rows"; filename="the_rows.csv"|Content-Type: text/plain||id,n|a,1|"b""",||',
        "--B--|",
      ],
    },
  },
  "body-multipart-files": {
    operation: {
      requestBody: {
        content: {
          "multipart/form-data": {
            schema: {
              type: "object",
              properties: { files: { type: "array", items: { type: "string", format: "binary" } } },
            },
          },
        },
      },
    },
    inputs: [new Blob(["1"]), new File(["2"], "two.txt", { type: "text/plain" })],
    want: {
      text: [
        '--B|Content-Disposition: form-data; name="files"; filename="files"|Content-Type: application/octet-stream||1|',
        '--B|Content-Disposition: form-data; name="files"; filename="two.txt"|Content-Type: text/plain||2|',
        "--B--|",
      ],
    },
  },
  "body-form": {
    operation: {
      requestBody: {
        content: {
          "application/x-www-form-urlencoded": {
            schema: {
              type: "object",
              required: ["mode", "items"],
              properties: {
                items: { type: "array", items: point },
                mode: string,
                joined: numbers,
                spread: point,
                one: point,
              },
            },
            encoding: { joined: { explode: false }, spread: { style: "form", explode: true } },
          },
          "text/xml": {},
        },
      },
    },
    inputs: [{ x: 1, y: 2 }, { x: 3 }],
    params: { mode: "a&b", joined: [1, 2], spread: { x: 5 }, one: { y: 6 } },
    want: {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: {
        items: [{ x: 1, y: 2 }, { x: 3 }],
        mode: "a&b",
        joined: [1, 2],
        spread: { x: 5 },
        one: { y: 6 },
      },
      form: [
        ["mode", "a&b"],
        ["joined", "1,2"],
        ["x", "5"],
        ["one", '{"y":6}'],
        ["items", '{"x":1,"y":2}'],
        ["items", '{"x":3}'],
      ],
    },
  },
  "body-form-encoding": {
    operation: {
      requestBody: {
        content: {
          "application/x-www-form-urlencoded": {
            schema: {
              type: "object",
              properties: { items: { type: "array", items: point }, tags: strings },
            },
            encoding: {
              items: { style: "deepObject", explode: true },
              tags: { contentType: "application/json" },
            },
          },
        },
      },
    },
    inputs: [{ x: 1, y: 2 }, { x: 3 }],
    params: { tags: ["s", "t"] },
    want: {
      form: [
        ["tags", '["s","t"]'],
        ["items[0][x]", "1"],
        ["items[0][y]", "2"],
        ["items[1][x]", "3"],
      ],
    },
  },
  "body-xml": {
    operation: {
      requestBody: {
        content: { "text/xml": { schema: { type: "object", properties: { ids: strings } } } },
      },
    },
    refused: "its body is `text/xml`, which the generated package cannot write",
    diagnostics: ["body-not-carried"],
  },
  "body-multipart-headers": {
    operation: {
      requestBody: {
        content: {
          "multipart/form-data": {
            schema: { type: "object", properties: { ids: strings } },
            encoding: { ids: { headers: { "X-Part": { schema: string } } } },
          },
        },
      },
    },
    diagnostics: ["part-headers-left-out"],
  },
  "body-kind-of-json": {
    operation: {
      requestBody: { content: { "application/x-json-1.1": ids.content["application/json"] } },
    },
    want: { headers: { "content-type": "application/x-json-1.1" }, body: { ids: ["a", "b"] } },
  },
  "body-form-with-parameters": {
    operation: {
      requestBody: {
        content: {
          "Application/X-WWW-Form-URLEncoded; charset=utf-8": ids.content["application/json"],
        },
      },
    },
    want: {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      form: [
        ["ids", "a"],
        ["ids", "b"],
      ],
    },
  },
  "body-list-in-place-of-a-form": {
    operation: { requestBody: { content: { "multipart/form-data": { schema: strings } } } },
    refused:
      "its body is a list in place of the fields of `multipart/form-data`, which the generated package cannot write",
    diagnostics: ["body-not-carried"],
  },
  "body-xml-beside-json": {
    operation: { requestBody: { content: { "application/xml": {}, ...ids.content } } },
    want: { headers: { "content-type": "application/json" }, body: { ids: ["a", "b"] } },
  },
  "body-media-type-named": {
    operation: {
      requestBody: {
        content: { "text/xml": { schema: { type: "object", properties: { ids: strings } } } },
      },
      "x-batch": { items: { at: "/ids", mediaType: "application/json" } },
    },
    want: { headers: { "content-type": "application/json" }, body: { ids: ["a", "b"] } },
  },
  "body-json-beside-others": {
    operation: { requestBody: { content: { "multipart/form-data": {}, ...ids.content } } },
    want: { headers: { "content-type": "application/json" } },
  },
  // The order of keys decides nothing: a media type that says nothing of its body does not hide its twin.
  ...Object.fromEntries(
    [false, true].map((last): [string, OperationCase] => {
      const bare = ["application/json", { example: {} }] as const;
      const twin = (schema: unknown) => ["application/vnd.x+json", { schema }] as const;
      const both = (schema: unknown) =>
        Object.fromEntries(last ? [twin(schema), bare] : [bare, twin(schema)]);
      return [
        last ? "body-twin-first" : "body-twin-last",
        {
          operation: {
            requestBody: { content: both(ids.content["application/json"].schema) },
            responses: { 200: { description: "", content: both(point) } },
          },
          want: {
            headers: { "content-type": "application/vnd.x+json" },
            body: { ids: ["a", "b"] },
          },
          text: ["Reply<200, ReadResponse200>", "readonly x?: "],
        },
      ];
    }),
  ),
  "body-absent": {
    operation: { requestBody: undefined },
    refused: "no list of items in the request that the document describes",
  },
  siblings: {
    operation: {
      requestBody: {
        content: json({
          type: "object",
          required: ["ids", "mode", "version"],
          properties: { ids: strings, mode: string, version: { type: "string", enum: ["1"] } },
        }),
      },
    },
    params: { mode: "m" },
    want: { body: { ids: ["a", "b"], mode: "m", version: "1" } },
  },
  "ids-in-query": {
    method: "get",
    operation: {
      requestBody: undefined,
      parameters: [query("ids", { required: true, schema: strings })],
    },
    want: { url: at("?ids=a&ids=b"), method: "GET" },
  },
  "query-method": {
    version: "3.2.0",
    method: "query",
    want: { method: "QUERY", body: { ids: ["a", "b"] } },
  },

  // ---- replies
  "reply-range": {
    operation: {
      responses: { "2XX": { description: "", content: json(point) }, "4XX": { description: "" } },
    },
    text: ["Reply<number, ReadResponse2XX>", 'replies: ["2XX"]'],
  },
  "reply-default-only": {
    operation: { responses: { default: { description: "", content: json(point) } } },
    text: ['replies: ["2XX"]', "Reply<number, "],
  },
  "reply-default-beside": {
    operation: {
      responses: { 204: { description: "" }, default: { description: "", content: json(point) } },
    },
    text: ["Reply<204, undefined>", "error: "],
  },
  "reply-none": {
    operation: { responses: {} },
    text: ['replies: ["2XX"]', "Reply<number, unknown>"],
  },
  "reply-any-media-type": {
    operation: { responses: { 200: { description: "", content: { "*/*": { schema: point } } } } },
    text: ["Reply<200, ReadResponse200>", "x?: number"],
  },
  "reply-plus-json": {
    operation: {
      responses: {
        200: { description: "", content: { "application/problem+json": { schema: point } } },
      },
    },
    text: ["Reply<200, ReadResponse200>"],
  },
  "reply-not-json": {
    operation: {
      responses: {
        200: {
          description: "",
          content: { "application/xml": { schema: { type: "array", items: point } } },
        },
      },
    },
    text: ["Reply<200, string>"],
    diagnostics: ["xml-reply"],
  },
  "reply-text": {
    operation: {
      responses: { 200: { description: "", content: { "text/plain": { schema: string } } } },
    },
    text: ["Reply<200, string>", 'bodies: { "200": "text" }'],
  },
  "reply-lines": {
    operation: {
      responses: {
        200: { description: "", content: { "application/x-ndjson": { schema: point } } },
      },
    },
    text: [
      "Reply<200, ReadResponse200>",
      "type ReadResponse200 = readonly {",
      'results: { at: "", as: "lines" }',
      'bodies: { "200": "lines" }',
      "readLines",
    ],
  },
  "reply-item-schema": {
    version: "3.2.0",
    operation: {
      responses: {
        200: { description: "", content: { "application/json-seq": { itemSchema: point } } },
        202: { description: "", content: { "text/event-stream": { itemSchema: point } } },
      },
    },
    text: ["type ReadResponse200 = readonly {", 'bodies: { "200": "lines", "202": "text" }'],
  },
  "reply-reference": {
    document: { components: { responses: { R: { description: "", content: json(point) } } } },
    operation: { responses: { 200: { $ref: "#/components/responses/R" } } },
    text: ["Reply<200, ReadResponse200>"],
  },

  // ---- servers
  "server-variables": {
    document: {
      servers: [
        {
          url: "https://{region}.example.com:{port}/v1/",
          variables: { region: { default: "eu", enum: ["eu", "us"] }, port: { default: "8443" } },
        },
      ],
    },
    want: { url: "https://eu.example.com:8443/v1/things/batch/read" },
    text: [
      'readonly region?: "eu" | "us";',
      "readonly port?: string;",
      "readonly server?: Server;",
    ],
  },
  "server-variables-required": {
    document: { servers: [{ url: "https://{tenant}.example.com", variables: { tenant: {} } }] },
    text: ["readonly tenant: string;", "readonly server: Server;", 'baseUrl: ""'],
  },
  "server-choice": {
    document: {
      servers: [
        { url: "http://a.example.com" },
        { url: "https://a.example.com" },
        { url: "https://{b}.example.com", variables: { b: { default: "b" } } },
      ],
    },
    want: { url: at("").replace("api.", "a.") },
    text: ['readonly url?: "https://a.example.com";', 'readonly url: "https://{b}.example.com";'],
  },
  "server-choice-plain": {
    document: { servers: [{ url: "https://a.example.com" }, { url: "https://b.example.com" }] },
    want: { url: at("").replace("api.", "a.") },
    text: ['readonly baseUrl?: "https://a.example.com" | "https://b.example.com" | (string & {});'],
  },
  "server-relative": {
    document: { servers: [{ url: "/api/v3" }] },
    diagnostics: ["no-server"],
    text: ['baseUrl: ""'],
  },
  "server-missing": { document: { servers: undefined }, diagnostics: ["no-server"] },
  "server-without-scheme": {
    document: { servers: [{ url: "//api.example.com/v1" }] },
    want: { url: "https://api.example.com/v1/things/batch/read" },
  },
  "server-of-operation": {
    item: { servers: [{ url: "https://path.example.com" }] },
    operation: { servers: [{ url: "https://operation.example.com" }] },
    want: { url: "https://operation.example.com/things/batch/read" },
  },
  "server-of-path": {
    item: { servers: [{ url: "https://path.example.com" }] },
    want: { url: "https://path.example.com/things/batch/read" },
  },
  "server-hostile": {
    document: { servers: [{ url: "https://example.com/'+evil()+'`${evil()}`/*\u2028" }] },
    want: { url: "https://example.com/'+evil()+'%60$%7Bevil()%7D%60/*%E2%80%A8/things/batch/read" },
  },
  "server-of-javascript": {
    document: { servers: [{ url: "javascript:evil()" }] },
    diagnostics: ["no-server"],
  },

  // ---- security
  "security-bearer": {
    document: { ...schemes({ a: { type: "http", scheme: "Bearer" } }), security: [{ a: [] }] },
    auth: { token: "t" },
    want: { headers: { authorization: "Bearer t" } },
  },
  "security-oauth2": {
    document: {
      ...schemes({
        a: { type: "oauth2", flows: {} },
        b: { type: "openIdConnect", openIdConnectUrl: "https://x" },
      }),
      security: [{ a: ["s"] }, { b: [] }],
    },
    auth: { token: "t" },
    want: { headers: { authorization: "Bearer t" } },
    text: ["Scopes: `s`."],
  },
  "security-basic": {
    document: { ...schemes({ a: { type: "http", scheme: "basic" } }), security: [{ a: [] }] },
    auth: { credentials: { a: { username: "u", password: "p" } } },
    want: { headers: { authorization: "Basic dTpw" } },
    text: ["readonly a: Credential"],
  },
  "security-keys": {
    document: {
      ...schemes({
        h: { type: "apiKey", in: "header", name: "X-Key" },
        q: { type: "apiKey", in: "query", name: "key" },
        c: { type: "apiKey", in: "cookie", name: "sid" },
      }),
      security: [{ h: [], q: [], c: [] }],
    },
    auth: { credentials: { h: "1", q: "2", c: "3" } },
    want: { url: at("?key=2"), headers: { "x-key": "1", cookie: "sid=3" } },
    text: ["readonly h: string", "readonly q: string", "readonly c: string"],
  },
  "security-or": {
    document: {
      ...schemes({
        a: { type: "http", scheme: "basic" },
        b: { type: "apiKey", in: "header", name: "X-Key" },
      }),
      security: [{ a: [] }, { b: [] }],
    },
    auth: { credentials: { b: "k" } },
    want: { headers: { "x-key": "k", authorization: null } },
  },
  "security-optional": {
    document: {
      ...schemes({ a: { type: "apiKey", in: "header", name: "X-Key" } }),
      security: [{ a: [] }, {}],
    },
    auth: { credentials: {} },
    want: { headers: { "x-key": null } },
    text: ["readonly auth?:"],
  },
  "security-none": {
    document: { ...schemes({ a: { type: "http", scheme: "bearer" } }), security: [{ a: [] }] },
    operation: { security: [] },
    auth: { token: "t" },
    want: { headers: { authorization: null } },
    text: ["readonly auth?:"],
  },
  "security-mutual-tls": {
    version: "3.1.0",
    document: {
      ...schemes({ a: { type: "mutualTLS" }, b: { type: "apiKey", in: "header", name: "X-Key" } }),
      security: [{ a: [], b: [] }],
    },
    auth: { credentials: { b: "k" } },
    want: { headers: { "x-key": "k" } },
    diagnostics: ["security-of-connection"],
  },
  "security-other-http": {
    document: { ...schemes({ a: { type: "http", scheme: "digest" } }), security: [{ a: [] }] },
    diagnostics: ["security-not-sent"],
  },
  "security-undeclared": {
    document: { security: [{ gone: [] }] },
    auth: { token: "t" },
    want: { headers: { authorization: "Bearer t" } },
    diagnostics: ["undeclared-security-scheme"],
  },
  "security-hostile-names": {
    document: {
      ...schemes({
        __proto__: { type: "http", scheme: "basic" },
        "*/ evil() /*": { type: "apiKey", in: "header", name: "X-`*/ evil()" },
        code: { type: "apiKey", in: "header", name: "X-Code" },
      }),
      security: [{ code: [] }, { "*/ evil() /*": [] }],
    },
    auth: { credentials: { code: "c" } },
    want: { headers: { "x-code": "c" } },
  },

  // ---- what is not carried over
  callbacks: {
    operation: { callbacks: { done: { "{$request.body#/url}": { post: { responses: {} } } } } },
    diagnostics: ["callbacks-left-out"],
  },
  links: {
    operation: { responses: { 200: { description: "", links: { next: { operationId: "x" } } } } },
    diagnostics: ["links-left-out"],
  },
  webhooks: {
    version: "3.1.0",
    document: { webhooks: { w: { post: {} } } },
    diagnostics: ["webhooks-left-out"],
  },
  "additional-operations": {
    version: "3.2.0",
    item: { additionalOperations: { COPY: { ...usual } } },
    diagnostics: ["additional-operations"],
  },
  "path-without-slash": {
    document: { paths: { "things/batch/read": { post: usual } } },
    refused: "",
    diagnostics: ["path-without-slash"],
  },
  "discriminator-alone": {
    operation: {
      requestBody: {
        content: json({
          type: "object",
          properties: {
            ids: {
              type: "array",
              items: {
                type: "object",
                properties: { k: string },
                discriminator: { propertyName: "k" },
              },
            },
          },
        }),
      },
    },
    inputs: [],
    diagnostics: ["discriminator-alone"],
  },
  deprecated: {
    operation: {
      deprecated: true,
      summary: "Reads.",
      externalDocs: { url: "https://x.example.com" },
    },
    text: ["@deprecated", "@see https://x.example.com", "Reads."],
  },
  tags: {
    version: "3.2.0",
    document: { tags: [{ name: "a", summary: "A", parent: "b", kind: "nav" }] },
    operation: { tags: ["a"] },
    want: { url: at("") },
  },
};

export function operationDocument({
  version = "3.0.3",
  method = "post",
  path: template = "/things/batch/read",
  document,
  item,
  operation,
}: OperationCase): object {
  const declared = operation?.["x-none"] === true ? {} : { [method]: { ...usual, ...operation } };
  return {
    openapi: version,
    info: { title: "Things", version: "1" },
    servers: [{ url: base }],
    paths: { [template]: { ...item, ...declared } },
    ...document,
  };
}
