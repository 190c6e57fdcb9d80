import { describe, expect, it } from "vitest";
import { withCodec } from "../../generator/runtime/endpoint/codec.js";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import type { Operation, Parameter } from "../../generator/runtime/endpoint/operation.js";
import type { Items } from "../../generator/runtime/endpoint/x-batch.js";
import { scalars } from "../../generator/runtime/endpoint/scalars.js";
import { segments } from "../../generator/runtime/endpoint/segments.js";
import { styles } from "../../generator/runtime/endpoint/styles.js";
import { create, customers, read, service, update } from "./endpoints.js";
import { encodings } from "./encodings.js";

type Any = Endpoint<{
  kind: "create";
  params: Record<string, unknown>;
  input: unknown;
  result: unknown;
  reply: Reply;
}>;
const base: Operation = {
  name: "x.y",
  service,
  method: "POST",
  path: "/x",
  items: { at: "/inputs" },
  replies: [200],
};
const build = (changes: Partial<Operation>, inputs: readonly unknown[], params = {}) => {
  const operation = { ...base, ...changes };
  const { as } = operation.items;
  const encode = as === undefined || as === "array" ? undefined : encodings[as];
  return endpoint<Any>(operation, { fill: styles, ...(encode && { encode }) })(inputs, params);
};

describe("items", () => {
  const rows = [
    { a: 1, b: 'x "y", z' },
    { a: 2, c: null },
  ];
  const keyed = [
    { key: "k", value: 1 },
    { key: "__proto__", value: 2 },
    { key: "k", value: 3 },
  ];
  it.each<[string, Items, readonly unknown[], unknown]>([
    ["an array in a wrapper", { at: "/inputs" }, [1], { inputs: [1] }],
    [
      "deep in the body",
      { at: "/data/attributes/a~1b" },
      [1],
      { data: { attributes: { "a/b": [1] } } },
    ],
    ["in a list", { at: "/batches/0/objects" }, [1], { batches: [{ objects: [1] }] }],
    ["the body itself", { at: "" }, [1, 2], [1, 2]],
    ["groups", { at: "/g", as: "groups" }, [keyed[0], keyed[2]], { g: { k: [1, 3] } }],
    ["lines", { at: "", as: "lines" }, [{ a: 1 }, "b"], '{"a":1}\n"b"\n'],
    [
      "pairs",
      { at: "", as: "pairs", without: ["delete"] },
      [
        { action: { index: {} }, source: { a: 1 } },
        { action: { delete: {} }, source: 1 },
      ],
      '{"index":{}}\n{"a":1}\n{"delete":{}}\n',
    ],
    [
      "columns",
      { at: "", as: "columns" },
      rows,
      { a: [1, 2], b: ['x "y", z', null], c: [null, null] },
    ],
    [
      "csv",
      { at: "", as: "csv", mediaType: "text/csv" },
      rows,
      'a,b,c\r\n1,"x ""y"", z",\r\n2,,\r\n',
    ],
  ])("%s", (_, items, inputs, wanted) => {
    const request = build({ items }, inputs);
    expect(request.body).toEqual(wanted);
    expect(request.headers["content-type"]).toBe(items.mediaType ?? "application/json");
  });
  it("a map, whose keys may be called anything", () => {
    const { body } = build({ items: { at: "", as: "map" } }, keyed.slice(0, 2));
    expect(JSON.stringify(body)).toBe('{"k":1,"__proto__":2}');
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
  });
  it("a map whose keys are made: never the same twice", () => {
    const bodies = [1, 2].map(
      () => customers([{ given: "a", n: 1 }]).body as { customers: object },
    );
    const keys = bodies.flatMap((body) => Object.keys(body.customers));
    expect(new Set(keys).size).toBe(2);
  });
  it("a list in the query", async () => {
    const items: Items = { in: "query", at: "ids" };
    const parameters: Parameter[] = [
      { name: "ids", in: "query", explode: false },
      { name: "v", in: "query", value: 1 },
    ];
    const request = build({ method: "DELETE", items, parameters }, ["a b", "c"]);
    expect(request).toMatchObject({ query: "ids=a%20b,c&v=1", body: undefined, headers: {} });
    const sent = request.toRequest("http://h/base/");
    expect([sent.url, await sent.text()]).toEqual(["http://h/base/x?ids=a%20b,c&v=1", ""]);
  });
});

describe("parameters", () => {
  const list = ["a", "b/c"];
  const object = { x: 1, y: "z" };
  it.each<[Omit<Parameter, "name">, unknown, string]>([
    [{ in: "path" }, "a/b ä", "/a%2Fb%20%C3%A4"],
    [{ in: "path" }, list, "/a,b%2Fc"],
    [{ in: "path", explode: true }, object, "/x=1,y=z"],
    [{ in: "path" }, object, "/x,1,y,z"],
    [{ in: "path", style: "label" }, "a", "/.a"],
    [{ in: "path", style: "label", explode: true }, list, "/.a.b%2Fc"],
    [{ in: "path", style: "matrix" }, "a", "/;p=a"],
    [{ in: "path", style: "matrix" }, list, "/;p=a,b%2Fc"],
    [{ in: "path", style: "matrix", explode: true }, list, "/;p=a;p=b%2Fc"],
    [{ in: "path", style: "matrix", explode: true }, object, "/;x=1;y=z"],
    [{ in: "query" }, "a&b=c", "?p=a%26b%3Dc"],
    [{ in: "query" }, true, "?p=true"],
    [{ in: "query" }, "", "?p="],
    [{ in: "query" }, [], ""],
    [{ in: "query" }, list, "?p=a&p=b%2Fc"],
    [{ in: "query", explode: false }, list, "?p=a,b%2Fc"],
    [{ in: "query" }, object, "?x=1&y=z"],
    [{ in: "query", explode: false }, object, "?p=x,1,y,z"],
    [{ in: "query", style: "spaceDelimited", explode: false }, list, "?p=a%20b%2Fc"],
    [{ in: "query", style: "pipeDelimited", explode: false }, list, "?p=a%7Cb%2Fc"],
    [
      { in: "query", style: "deepObject" },
      { x: 1, y: [2, 3] },
      "?p%5Bx%5D=1&p%5By%5D%5B0%5D=2&p%5By%5D%5B1%5D=3",
    ],
    [{ in: "query", json: true }, object, "?p=%7B%22x%22%3A1%2C%22y%22%3A%22z%22%7D"],
    [{ in: "query", allowReserved: true }, "a/b?c#d&e", "?p=a/b?c%23d%26e"],
    [{ in: "query" }, new Date(0), "?p=1970-01-01T00%3A00%3A00.000Z"],
    [{ in: "query", value: "always" }, undefined, "?p=always"],
    [{ in: "query" }, null, ""],
  ])("%j of %j", (parameter, value, wanted) => {
    const path = parameter.in === "path" ? "/{p}" : "/";
    const request = build({ path, parameters: [{ name: "p", ...parameter }] }, [], { p: value });
    expect(request.path + (request.query && "?" + request.query)).toBe(
      wanted.startsWith("/") ? wanted : "/" + wanted,
    );
  });
  it.each<[Parameter["in"], string]>([
    ["query", "partial"],
    ["header", "partial"],
    ["body", "/partial"],
  ])("with one value, in the %s: it is sent, whatever the caller gives", (place, name) => {
    const parameters: Parameter[] = [{ in: place, name, value: true }];
    const { query, headers, body } = build({ parameters }, [1], { partial: false });
    expect({ query, header: headers["partial"], body }).toEqual({
      query: place === "query" ? "partial=true" : "",
      header: place === "header" ? "true" : undefined,
      body: { inputs: [1], ...(place === "body" && { partial: true }) },
    });
  });
  it("in headers, cookies and the body, by their keys", () => {
    const parameters: Parameter[] = [
      { name: "X-List", in: "header", key: "list" },
      { name: "a", in: "cookie" },
      { name: "b", in: "cookie" },
      { name: "/options/mode", in: "body" },
      { name: "mode", in: "query", key: "queryMode" },
      { name: "constructor", in: "query" },
    ];
    const request = build({ parameters }, [1], {
      list: ["x y", "z"],
      a: "1;",
      b: 2,
      mode: "fast",
      queryMode: "q",
    });
    expect(request).toMatchObject({
      headers: { "X-List": "x y,z", cookie: "a=1%3B; b=2" },
      body: { options: { mode: "fast" }, inputs: [1] },
      query: "mode=q",
    });
  });
  it.each([[undefined], [null], [""], ["."], [".."]])("refuse %j in a path", (value) => {
    for (const fill of [segments, scalars, styles]) {
      const climbing = endpoint<Any>(
        { ...base, path: "/a/{p}/b", parameters: [{ name: "p", in: "path" }] },
        { fill },
      );
      expect(() => climbing([], { p: value })).toThrow(/x\.y: p is/);
    }
  });
  it("refuse a required one that is missing", () => {
    const parameters: Parameter[] = [{ name: "q", in: "query", required: true }];
    expect(() => build({ parameters }, [])).toThrow(TypeError);
    const small = endpoint<Any>({ ...base, parameters }, { fill: scalars });
    expect(() => small([], {})).toThrow("x.y: q is missing");
  });
  it("are the same by the smaller code, where that is enough", () => {
    const operation: Operation = {
      ...base,
      path: "/a/{p}",
      parameters: [
        { name: "p", in: "path" },
        { name: "q r", in: "query" },
        { name: "v", in: "query", value: 1 },
        { name: "constructor", in: "query" },
        { name: "/options/mode", in: "body", required: true },
        { name: "/list", in: "body", key: "names" },
      ],
    };
    const [small, large] = [scalars, styles].map((fill) => endpoint<Any>(operation, { fill }));
    const table: readonly (readonly [Record<string, unknown>, string, string])[] = [
      [{ p: "$& b", mode: "m" }, "/a/%24%26%20b", "v=1"],
      [{ p: 0, "q r": "", mode: false, names: ["x"] }, "/a/0", "q%20r=&v=1"],
      [{ p: true, "q r": null, mode: 0, constructor: "c&" }, "/a/true", "v=1&constructor=c%26"],
    ];
    for (const [params, path, query] of table) {
      expect(small?.([1], params)).toMatchObject({ path, query });
      expect(JSON.stringify(small?.([1], params))).toBe(JSON.stringify(large?.([1], params)));
    }
  });
});

describe("endpoints", () => {
  it("are pure", () => {
    const inputs = Object.freeze([Object.freeze({ id: "1", properties: Object.freeze({ n: 1 }) })]);
    expect(update(inputs).body).toEqual({ inputs });
    expect(update(inputs)).toMatchObject({ method: "POST", path: "/objects/update", query: "" });
    expect(update.operation.kind).toBe("update");
  });
  it("make standard requests", async () => {
    const request = create([{ properties: { n: 1 } }], { objectType: "a b" }).toRequest(
      "http://h/v1/",
      { token: "t" },
    );
    expect(request).toBeInstanceOf(Request);
    expect([
      request.method,
      request.url,
      request.headers.get("authorization"),
      await request.json(),
    ]).toEqual([
      "POST",
      "http://h/v1/objects/create/a%20b",
      "Bearer t",
      { inputs: [{ properties: { n: 1 } }] },
    ]);
  });
  it("bind what to select", () => {
    const selected = read.select(["email"]);
    expect(selected([{ id: "1" }], { idProperty: "x" }).body).toEqual({
      properties: ["email"],
      idProperty: "x",
      inputs: [{ id: "1" }],
    });
    expect(() => read([{ id: "1" }], {} as never)).toThrow("properties"); // what a JavaScript caller may pass
  });
  it("take other forms of inputs, one over the other", () => {
    const schema = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: (value: unknown) =>
          typeof value === "number"
            ? { value: String(value) }
            : { issues: [{ message: "not a number" }] },
      },
    };
    const byString = withCodec(update, { input: (id: string) => ({ id, properties: { n: 1 } }) });
    const byNumber = withCodec(byString, { input: schema as never });
    expect(byNumber([7 as never]).body).toEqual({ inputs: [{ id: "7", properties: { n: 1 } }] });
    expect(() => byNumber(["x"])).toThrow("not a number");
  });
});
