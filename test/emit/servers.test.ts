/** Servers with variables: what the compiler lets pass, and where requests go. */
import { describe, expect, test } from "vitest";
import { usual } from "../operations.js";
import { filesOf, generateFrom, load, problems, type Files } from "./compile.js";

const region = { enum: ["eu", "us"], default: "eu", description: "Where the data is. */" };
const keyed = { securitySchemes: { key: { type: "apiKey", in: "header", name: "x-key" } } };

const documentOf = (servers: readonly object[], more: object = {}, title = "Things") => ({
  openapi: "3.0.3",
  info: { title, version: "1" },
  servers,
  components: keyed,
  security: [{ key: [] }],
  paths: { [`/${title.toLowerCase()}/batch/read`]: { post: usual } },
  ...more,
});

interface Case {
  readonly documents: Readonly<Record<string, object>>;
  /** Options besides `auth`, and where the request to `things` goes; null: it throws. */
  readonly accepts: Readonly<Record<string, string | null>>;
  readonly refuses: readonly string[];
  /** The package has the code that fills variables in. */
  readonly code: boolean;
}

const path = "/things/batch/read";
const one = {
  url: "https://{region}.api.example.com/{base}/",
  variables: { region, base: { default: "v2" } },
};

const cases: Readonly<Record<string, Case>> = {
  "one server": {
    documents: { "a.json": documentOf([one]) },
    accepts: {
      "{}": `https://eu.api.example.com/v2${path}`,
      '{ server: { region: "us" } }': `https://us.api.example.com/v2${path}`,
      '{ server: { region: "us", base: "a/b" } }': `https://us.api.example.com/a/b${path}`,
      '{ server: { base: "../x" } }': null,
      '{ server: { base: "%2e%2e" } }': null,
      '{ server: { base: "x?y" } }': null,
      '{ server: { base: "" } }': null,
      '{ server: { region: "us" }, baseUrl: "https://mine.example.com" }': `https://mine.example.com${path}`,
    },
    refuses: [
      '{ server: { region: "moon" } }',
      "{ server: { base: 1 } }",
      '{ server: { zone: "us" } }',
    ],
    code: true,
  },
  "a variable without a default": {
    documents: {
      "a.json": documentOf([
        {
          url: "https://{tenant}.example.com:{port}",
          variables: { tenant: {}, port: { default: 443, enum: [443, 8443] } },
        },
      ]),
    },
    accepts: {
      '{ server: { tenant: "acme" } }': `https://acme.example.com${path}`,
      '{ server: { tenant: "acme", port: "8443" } }': `https://acme.example.com:8443${path}`,
      '{ baseUrl: "https://mine.example.com" }': `https://mine.example.com${path}`,
      '{ server: { tenant: "evil.com/" } }': null,
      '{ server: { tenant: "evil.com#" } }': null,
      '{ server: { tenant: "a@evil.com" } }': null,
    },
    refuses: ["{}", "{ server: {} }", '{ server: { tenant: "acme", port: "80" } }'],
    code: true,
  },
  "several servers": {
    documents: {
      "a.json": documentOf([
        { url: "http://{region}.api.example.com", variables: { region } },
        { url: "https://{region}.api.example.com", variables: { region } },
        { url: "https://sandbox.example.com", description: "For tests. */" },
        { url: "{scheme}://{host}", variables: { scheme: { default: "https" }, host: {} } },
        { url: "/relative/{x}", variables: { x: { default: "y" } } },
      ]),
    },
    accepts: {
      "{}": `https://eu.api.example.com${path}`,
      '{ server: { url: "https://{region}.api.example.com", region: "us" } }': `https://us.api.example.com${path}`,
      '{ server: { url: "https://sandbox.example.com" } }': `https://sandbox.example.com${path}`,
      '{ server: { url: "{scheme}://{host}", host: "localhost:1234", scheme: "http" } }': `http://localhost:1234${path}`,
    },
    refuses: [
      '{ server: { url: "https://other.example.com" } }',
      '{ server: { url: "{scheme}://{host}" } }',
      '{ server: { url: "https://sandbox.example.com", region: "us" } }',
      '{ server: { url: "http://{region}.api.example.com" } }',
    ],
    code: true,
  },
  "several servers without variables": {
    documents: {
      "a.json": documentOf([{ url: "https://a.example.com" }, { url: "https://b.example.com/" }]),
    },
    accepts: {
      "{}": `https://a.example.com${path}`,
      '{ baseUrl: "https://b.example.com" }': `https://b.example.com${path}`,
      '{ baseUrl: "https://mine.example.com" }': `https://mine.example.com${path}`,
    },
    refuses: ["{ baseUrl: 1 }", "{ server: {} }"],
    code: false,
  },
  "a server without variables": {
    documents: { "a.json": documentOf([{ url: "https://a.example.com", variables: {} }]) },
    accepts: { "{}": `https://a.example.com${path}` },
    refuses: ["{ server: {} }"],
    code: false,
  },
  "servers of two APIs": {
    documents: {
      "a.json": documentOf([one]),
      "b.json": documentOf(
        [{ url: "https://{zone}.other.example.org", variables: { zone: {} } }],
        {},
        "Others",
      ),
      "c.json": documentOf([{ url: "https://plain.example.net" }], {}, "Plains"),
    },
    accepts: {
      '{ server: { otherExample: { zone: "z" } } }': `https://eu.api.example.com/v2${path}`,
      '{ server: { example: { region: "us" }, otherExample: { zone: "z" } } }': `https://us.api.example.com/v2${path}`,
      '{ baseUrl: "https://mine.example.com" }': `https://mine.example.com${path}`,
    },
    refuses: ["{}", "{ server: {} }"],
    code: true,
  },
  "servers of a path and of an operation": {
    documents: {
      "a.json": documentOf([{ url: "https://document.example.com" }], {
        paths: {
          [path]: {
            servers: [{ url: "https://{region}.path.example.com", variables: { region } }],
            post: usual,
          },
          "/others/batch/read": {
            servers: [{ url: "https://path.example.com" }],
            post: {
              ...usual,
              servers: [{ url: "https://{region}.operation.example.com", variables: { region } }],
            },
          },
        },
      }),
    },
    accepts: {
      "{}": `https://eu.path.example.com${path}`,
      '{ server: { pathExample: { region: "us" } } }': `https://us.path.example.com${path}`,
    },
    refuses: ['{ server: { region: "us" } }'],
    code: true,
  },
  "hostile names and values": {
    documents: {
      "a.json": documentOf([
        {
          url: "https://{url}.{__proto__}.example.com/{evil()}'\"`${evil()}",
          description: "*/ evil(); /*",
          variables: {
            url: { default: "a", enum: ["a", '"; evil(); "', "`${evil()}`"] },
            ["__proto__"]: { default: "b", description: "*/ evil()" },
            "evil()": { default: "c" },
          },
        },
      ]),
    },
    accepts: {
      '{ server: { ["__proto__"]: "x" } }': `https://a.x.example.com/%7Bevil()%7D'%22%60$%7Bevil()%7D${path}`,
      '{ server: { url: "a" } }': `https://a.b.example.com/%7Bevil()%7D'%22%60$%7Bevil()%7D${path}`,
    },
    refuses: ['{ server: { url: "b" } }'],
    code: true,
  },
};

const packages: Record<string, Files> = {};

/** Options written out, so that members that are too many are found. */
const call = (options: string): string => `createClient({ auth: "t", ${options.slice(1, -1)} });`;

describe.each(Object.entries(cases))("%s", (name, { documents, accepts, refuses, code }) => {
  test("the request that leaves", async () => {
    const generated = await generateFrom(documents);
    expect(generated.diagnostics).toEqual([]);
    const files = filesOf(generated);
    expect(files.has("src/runtime/endpoint/server.ts")).toBe(code);
    expect(files.get("README.md")?.includes("`server` in the options")).toBe(code);
    const lines = [
      'import { createClient } from "./src/index.js";',
      ...Object.keys(accepts).map(call),
      ...refuses.map((options) => `// @ts-expect-error\n${call(options)}`),
    ];
    packages[name] = new Map([...files, ["use.ts", lines.join("\n")]]);

    const both = 'export * from "./index.js"; export { read } from "./things.js";';
    const { createClient, read } = (await load(
      new Map([...files, ["src/both.ts", both]]),
      "src/both",
    )) as any; // eslint-disable-line @typescript-eslint/no-explicit-any -- typed by the test below
    for (const [text, url] of Object.entries(accepts)) {
      const options = new Function(`return ${text}`)() as object; // eslint-disable-line @typescript-eslint/no-implied-eval -- of the table above
      const left: Request[] = [];
      const fetch = async (request: Request): Promise<Response> => {
        left.push(request);
        return Response.json({ results: [] });
      };
      const auth = { credentials: { key: "k" } };
      const make = () => createClient({ auth, fetch, ...options });
      if (url === null) {
        expect(make, text).toThrow(TypeError);
        continue;
      }
      const client = make();
      await client.send(read(["a"]));
      await client.run(read, ["a"], { chunkSize: 1 }).collect();
      await client.fetch(new Request(new URL("/any", url)));
      await client.fetch(new Request("https://elsewhere.example.net/any"));
      const { href } = new URL(url);
      expect(left.map((request) => request.url)).toEqual([
        href,
        href,
        new URL("/any", url).href,
        "https://elsewhere.example.net/any",
      ]);
      // Of an address of the caller's own, nobody knows the scheme, unless the package has servers to choose from.
      const known = code || !("baseUrl" in options);
      const keys = left.map((request) => request.headers.get("x-key"));
      expect(keys).toEqual(["k", "k", known ? "k" : null, null]);
    }
  });
});

test("types", () => {
  expect(Object.keys(packages)).toHaveLength(Object.keys(cases).length);
  expect(problems(packages)).toEqual([]);
});
