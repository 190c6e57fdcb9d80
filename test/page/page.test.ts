/** `inspect --html`: one page, in a browser where there is one. Set SCREENSHOTS to a folder to look at it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../generator/cli/inspect.js";
import { generate, inspect, type GenerateOptions } from "../../generator/build/generate.js";
import { tokensOf } from "../../generator/page/highlight.js";
import { markdown } from "../../generator/page/markdown.js";
import { sentencesOf } from "../../generator/page/sentences.js";
import type { XBatch } from "../../generator/runtime/endpoint/x-batch.js";
import { UsageError } from "../../generator/base/usage-error.js";
import { compilerHost } from "../compiler-host.js";
import { things, type Things } from "../diff/things.js";
import { fakeTerminal } from "../cli/terminal.js";
import { chromium, open, type Tab } from "./browser.js";

const cwd = mkdtempSync(join(tmpdir(), "openapi-batch-page-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** Ends a script, an attribute, a comment, a CSS rule; calls something; reorders text. */
const hostile = `</script><script>window.hurt=1</script><img src=x onerror="window.hurt=1">'"--><!-- \u202e\u0000 javascript:alert(1) \${x} \u2028`;

function hurt(d: Things) {
  const post = d.paths["/things/batch/update"]!["post"];
  d.info.title = hostile;
  Object.assign(post, {
    summary: hostile,
    description: hostile,
    operationId: hostile,
    tags: [hostile],
  });
  post.externalDocs = { url: "javascript:window.hurt=1" };
  post.security = [{ oauth: [hostile] }];
  Object.assign(d.components, {
    securitySchemes: {
      oauth: {
        type: "oauth2",
        flows: { clientCredentials: { tokenUrl: "https://a.example", scopes: {} } },
      },
    },
  });
  post.parameters.push({ name: hostile, in: "query", schema: { type: "string", enum: [hostile] } });
  post.responses["200"].description = hostile;
  const { schemas } = d.components;
  schemas["Thing"].properties[hostile] = { type: "string", description: hostile };
  Object.defineProperty(schemas["Thing"].properties, "__proto__", {
    value: { type: "string" },
    enumerable: true,
  });
  schemas[hostile] = { type: "object", title: hostile, properties: { a: { const: hostile } } };
  schemas["Thing"].properties.other = {
    $ref: `#/components/schemas/${encodeURIComponent(hostile).replaceAll("%2F", "~1")}`,
  };
}

function more(d: Things) {
  const post = structuredClone(d.paths["/things/batch/update"]!["post"]);
  post["x-batch"] = { items: { at: "/inputs" }, kind: "create", results: { at: "/results" } };
  post.summary = "Make things";
  d.paths["/things/batch/create"] = { post };
  d.paths["/things/{id}"] = { get: { responses: { "200": { description: "" } } } };
}

async function pageOf(
  name: string,
  change: (d: Things) => void,
  options: GenerateOptions = {},
): Promise<string> {
  const document = things();
  change(document);
  mkdirSync(join(cwd, name));
  writeFileSync(join(cwd, name, "things.json"), JSON.stringify(document));
  return (await inspect({ cwd, paths: [name], ...options })).page();
}

/** What a browser takes for markup, apart from the page's own script and style. */
const markup = (html: string) =>
  html.replace(/<(script|style)\b[^>]*>[^]*?<\/\1>/g, "").match(/<[^>]*>/g) ?? [];

describe("the text of the page", () => {
  let html: string;
  let safe: string;
  beforeAll(async () => {
    html = await pageOf("hurt", hurt);
    safe = await pageOf("plain", more);
  });

  test("has no markup of a document", () => {
    expect(html).toContain("&lt;/script&gt;&lt;script&gt;window.hurt=1");
    expect(html).toContain("&lt;!--");
    expect(
      markup(html).filter((tag) => /hurt|onerror|^<img|<!--/.test(tag.replace(/"[^"]*"/g, '""'))),
    ).toEqual([]);
    expect(html.match(/<script\b/g)).toHaveLength(2);
    expect(html).not.toMatch(/[\u0000\u202e\u2028]/);
    expect(html).toContain("\\u{202e}");
  });

  test("has no link but to the web, and loads nothing", () => {
    // Values are not looked into, but for where links lead: to the web, or to a place of the page.
    const tags = markup(html + safe).map((tag) =>
      tag.replace(/"[^"]*"/g, (value) =>
        /^"(https?:|#[a-z]+[\d-]*[a-z]*")/.test(value) ? "fine" : "else",
      ),
    );
    expect(tags.filter((tag) => /\b(href|src|action|on\w+)=(?!fine)/.test(tag))).toEqual([]);
    expect(html).toContain("default-src 'none'");
  });

  test("has a script that uses no name from outside itself", () => {
    const source = /<script>([^]*)<\/script>/.exec(safe)?.[1] ?? "";
    const file = ts.createSourceFile("script.js", source, ts.ScriptTarget.Latest);
    const options: ts.CompilerOptions = {
      allowJs: true,
      checkJs: true,
      lib: ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
      types: [],
      noEmit: true,
    };
    const host = compilerHost(options);
    const read = host.getSourceFile.bind(host);
    host.getSourceFile = (name, ...rest) => (name === "script.js" ? file : read(name, ...rest));
    const program = ts.createProgram(["script.js"], options, host);
    const cannotFindName = new Set([2304, 2552, 2584]);
    const found = program
      .getSemanticDiagnostics(file)
      .filter(({ code }) => cannotFindName.has(code));
    expect(source).toContain("start();");
    expect(found.map(({ messageText }) => messageText)).toEqual([]);
  });

  test("is the same each time, and says what was found", async () => {
    expect(await (await inspect({ cwd, paths: ["plain"] })).page()).toBe(safe);
    expect(safe).toContain("things.create");
    expect(safe).toContain("no limit known");
    expect(safe).toContain("An x-batch value says so");
    expect(safe).toMatch(/data-show="limit">1 of 2<\/button> has no known limit/);
    expect(safe).toContain("<li>Creates each item.</li>");
    expect(safe).toMatch(/<a href="#m0">things<\/a> <span class="dim">2</);
  });

  test("says what detection saw, and what would make a batch operation of another", async () => {
    const seen = await pageOf("seen", (d) => {
      delete d.paths["/things/batch/update"]!["post"]["x-batch"];
      const post = structuredClone(d.paths["/things/batch/update"]!["post"]);
      post.operationId = "assign";
      post.summary = "Assign";
      post.responses = { "204": { description: "" } };
      d.paths["/things/assign"] = { post };
    });
    const [, entry = ""] = seen.split("things.update</span>");
    expect(entry.split("</details>")[0]).toMatch(/<dt>signs<\/dt><dd>[^<]+<\/dd>/);
    const [, alone = ""] = seen.split("<h2>Not recognised</h2>");
    expect(alone).toContain(
      "<code>x-batch: {&quot;items&quot;:{&quot;at&quot;:&quot;/inputs&quot;",
    );
  });

  test("has diagnostics in their place", async () => {
    const folder = "diagnosed";
    const path = await pageOf(folder, (d) => {
      more(d);
      d.paths["/things/batch/create"]!["post"].parameters.push({
        name: "gone",
        in: "path",
        schema: {},
      });
      d.components.schemas["Thing"].properties.lost = { $ref: "#/components/schemas/Lost" };
    });
    const [before = "", after = ""] = path.split("<h2>Diagnostics of the documents</h2>");
    const [, entry = ""] = before.split("things.create</span>");
    expect(entry.split("</details>")[0]).toMatch(/<h3>Diagnostics<\/h3>.*gone/s);
    expect(after).toContain("Lost");
  });
});

describe("what the page shows of an endpoint", () => {
  test("the call is that of the package's README", async () => {
    const html = await pageOf("called", more, { name: "my-things" });
    const { files } = await generate({ cwd, paths: ["called"], name: "my-things", format: false });
    const readme = files.find(({ path }) => path === "README.md")?.text ?? "";
    const [, code = ""] = /```ts\n([^]*?)\n```/.exec(readme) ?? [];
    const calls = [...html.matchAll(/<div class="call">.*?<code>([^]*?)<\/code>/g)].map(
      ([, text = ""]) =>
        text
          .replace(/<[^>]*>/g, "")
          .replaceAll("&quot;", '"')
          .replaceAll("&gt;", ">")
          .replaceAll("&#39;", "'"),
    );
    expect(code).toContain('import * as things from "my-things/things";');
    expect(calls).toContain(code);
    expect(html).toContain('<span class="keyword">import</span>');
  });

  test("a description is Markdown", async () => {
    const html = await pageOf("described", (d) => {
      d.paths["/things/batch/update"]!["post"].description =
        "# Title\n\nSome **bold** `code`, [a link](https://a.example/b) and [another](/docs/b).\n\n- one\n- two";
    });
    const [, prose = ""] = /<div class="prose">([^]*?)<\/div>/.exec(html) ?? [];
    expect(prose.replaceAll("\n", "")).toBe(
      '<p class="heading">Title</p><p>Some <strong>bold</strong> <code>code</code>, ' +
        '<a href="https://a.example/b" rel="noreferrer noopener">a link</a> and <span>another</span>.</p>' +
        "<ul><li>one</li><li>two</li></ul>",
    );
  });

  test("what lacks a limit is counted once, however many documents declare it", async () => {
    const document = things();
    more(document);
    mkdirSync(join(cwd, "twice"));
    for (const name of ["a.json", "b.json"])
      writeFileSync(join(cwd, "twice", name), JSON.stringify(document));
    const { rows, page } = await inspect({ cwd, paths: ["twice"] });
    expect(rows.filter(({ name }) => name === "things.update")).toHaveLength(2);
    expect(await page()).toContain(">1 of 2</button> has no known limit");
  });
});

const given: readonly {
  readonly given: Partial<XBatch>;
  readonly advised?: readonly string[];
  readonly want: readonly string[];
}[] = [
  {
    given: { kind: "update", limit: { items: 1000, bytes: 1 } },
    want: [
      "Updates each item.",
      "The inputs are a list, at <code>/inputs</code> of the body.",
      "At most 1,000 inputs in one request.",
      "At most 1 byte in one request.",
      "A success covers all inputs of the request: the reply says nothing about single ones.",
      "A request may be sent again: a second one does no harm.",
      "No rate limit is known.",
    ],
  },
  {
    given: { limit: { items: 10 } },
    advised: ["/limit"],
    want: [
      "At most 10 inputs in one request. <em>Advised by the service, and not documented.</em>",
    ],
  },
  {
    given: { results: { at: "/results", error: "/error", order: true } },
    want: [
      "What it does to an item is not known, so it is treated as a create.",
      "No limit is known, so a run needs <code>chunkSize</code>.",
      "The results are a list, at <code>/results</code> of the reply, in the order of the inputs. An entry with a value at <code>/error</code> failed.",
      "Results belong to inputs by their order.",
      "A request is sent again only if nothing of it was applied.",
    ],
  },
  {
    given: { results: { at: "/results" } },
    want: [
      "Nothing says which result belongs to which input, so an input is unknown after a success, unless it was alone in its request.",
    ],
  },
  {
    given: {
      results: { at: "/<b>" },
      match: [{ by: "value", request: "/id", result: "/id", fold: "lower" }],
    },
    want: [
      "The results are a list, at <code>/&lt;b&gt;</code> of the reply.",
      "Results belong to inputs by a value: <code>/id</code> of the input is <code>/id</code> of the result. Case does not matter.",
      "An input that the reply leaves out is unknown.",
    ],
  },
  {
    given: { split: "never", retry: { key: { in: "header", name: "Key", validMs: 86_400_000 } } },
    want: [
      "A run sends all inputs in one request.",
      "Each request has an idempotency key, the header <code>Key</code>, which makes it safe to send it again for 86,400 s.",
    ],
  },
  {
    given: {
      rate: { windows: [{ requests: 1, ms: 1500 }], concurrency: 2 },
      statuses: { wholeBatch: [400, { status: 422, at: "/code", in: ["bad"] }] },
    },
    want: [
      "At most 1 request in 1,500 ms.",
      "At most 2 requests at the same time.",
      "<code>400</code>, <code>422</code> with <code>bad</code> at <code>/code</code>: the service applied nothing of the request, so a run may send parts of it.",
    ],
  },
  {
    given: {
      job: {
        id: "/id",
        poll: { operationId: "getJob", param: "id" },
        state: { at: "/s", done: ["ok"] },
      },
    },
    want: [
      "The service accepts the batch and works on it later. The id of the job is at <code>/id</code> of the reply. A run asks <code>getJob</code>, whose parameter <code>id</code> takes the id, until the job has ended.",
      "The state is at <code>/s</code> of the reply to such a request: <code>ok</code> means done.",
      "A job that is done covers all of its inputs.",
    ],
  },
];

test.each(given)("sentences of $given", ({ given: xBatch, advised = [], want }) => {
  expect(sentencesOf({ items: { at: "/inputs" }, ...xBatch }, advised)).toEqual(
    expect.arrayContaining([...want]),
  );
});

describe("a description", () => {
  test("that is long is cut", () => {
    expect(markdown("a".repeat(30_000))).toHaveLength(markdown("a".repeat(20_001)).length);
  });

  test.each([
    ["[a](javascript:alert(1))", "<p><span>a</span></p>"],
    ["[a](data:text/html,x)", "<p><span>a</span></p>"],
    [
      "<https://a.example/>",
      '<p><a href="https://a.example/" rel="noreferrer noopener">https://a.example/</a></p>',
    ],
    ["<b onclick=x>a</b>", "<p>&lt;b onclick=x&gt;a&lt;/b&gt;</p>"],
    ['[a](https://a.example/"onclick="x "t\"onclick=x")', undefined],
    ["![a](https://a.example/b.png)", undefined],
    ["a&#x202e;b&#x200b;", "<p>a\\u{202e}b\\u{200b}</p>"],
    [
      "[a]: https://a.example/\n\n[a]",
      '<p><a href="https://a.example/" rel="noreferrer noopener">a</a></p>',
    ],
  ])("%s", (text, want) => {
    const html = markdown(text);
    const inner = html.replace(/^<div class="prose">|<\/div>$/g, "").trim();
    if (want !== undefined) expect(inner).toBe(want);
    expect(html).not.toMatch(/<img|<[^>]*\son\w+=|="(javascript|data):/i);
  });
});

test.each([
  [
    'type A = "x" | 5; // B',
    [
      ["keyword", "type"],
      " A = ",
      ["string", '"x"'],
      " | ",
      ["number", "5"],
      "; ",
      ["comment", "// B"],
    ],
  ],
  [
    "/** a\n * b */\nconst c = `d`",
    [["comment", "/** a\n * b */"], "\n", ["keyword", "const"], " c = ", ["string", "`d`"]],
  ],
  ["{ type?: T }", ["{ type?: T }"]],
])("tokens of %j", (source, want) => {
  expect(tokensOf(source)).toEqual(want);
});

describe("inspect --html", () => {
  test("writes the page besides the table", async () => {
    const file = join(cwd, "out/page.html");
    const printed = fakeTerminal();
    const args = [join(cwd, "plain"), "--html", file, "--output", join(cwd, "nowhere")];
    expect(await run(args, printed.terminal)).toBe(0);
    expect(readFileSync(file, "utf8")).toMatch(/^<!doctype html>/);
    expect(printed.out).toContain("things.update");
    await expect(run([join(cwd, "plain"), "--html", cwd], printed.terminal)).rejects.toThrow(
      UsageError,
    );
  });
});

const shots = process.env["SCREENSHOTS"];

describe.skipIf(!chromium)("in Chromium (skipped without it)", () => {
  let tab: Tab | undefined;
  const use = (): Tab => tab!;
  const show = (name: string) => (shots ? use().screenshot(join(shots, `${name}.png`)) : undefined);
  const focused = () => use().evaluate("document.activeElement.textContent.trim()");
  const shown = () => use().evaluate("document.querySelector('#count').textContent");
  const start = async (name: string, change: (d: Things) => void, hash?: string) => {
    tab = await open(chromium!, await pageOf(name, change), hash);
  };
  const stop = async () => {
    expect(use().requests).toEqual([]);
    expect(use().errors).toEqual([]);
    await use().close();
  };

  test("filters, moves and opens by keyboard", async () => {
    await start("keys", more);
    expect(await shown()).toBe("2 of 2 endpoints");
    await use().press("/");
    await use().type("create");
    expect(await shown()).toBe("1 of 2 endpoints");
    await show("filtered");
    await use().press("Escape");
    expect(await shown()).toBe("2 of 2 endpoints");
    await use().press("ArrowDown");
    expect(await focused()).toContain("things.create");
    await use().press("j");
    expect(await focused()).toContain("things.update");
    await use().press("ArrowUp");
    await use().press("Enter");
    expect(await use().evaluate("document.querySelector('#e0').open")).toBe(true);
    // A browser reports the toggle in a later task.
    await use().evaluate(
      `new Promise((filled) => {
        const look = () => (document.querySelector("#e0 .types-request summary") ? filled() : setTimeout(look));
        look();
      })`,
    );
    const types = `[...document.querySelectorAll("#e0 .types-ROLE summary")].map((s) => s.textContent).join()`;
    expect(await use().evaluate(types.replace("ROLE", "request"))).toMatch(/ThingInput/);
    expect(await use().evaluate(types.replace("ROLE", "response"))).toMatch(/Thing,.*Circle/);
    const code = `document.querySelector("#e0 .types-response code").textContent`;
    expect(await use().evaluate(code)).toContain("export interface Thing {");
    const link = `[...document.querySelectorAll("#e0 .types-response a")].find((a) => a.textContent === "Circle")`;
    await use().evaluate(`${link}.click()`);
    expect(await focused()).toBe("Circle");
    await show("light");
    await use().dark();
    const back = "getComputedStyle(document.body).backgroundColor";
    expect(await use().evaluate(back)).toBe("rgb(20, 23, 26)");
    await show("dark");
    const choose = (by: string, value: string) =>
      use().evaluate(
        `{ const s = document.querySelector('[data-by=${by}]'); s.value = '${value}'; s.dispatchEvent(new Event('change')); }`,
      );
    await choose("kind", "create");
    expect(await shown()).toBe("1 of 2 endpoints");
    await choose("missing", "job");
    expect(await use().evaluate("document.querySelector('#none').hidden")).toBe(false);
    await choose("kind", "");
    await use().evaluate("document.querySelector('[data-show=limit]').click()");
    expect(await shown()).toBe("1 of 2 endpoints");
    await use().evaluate(
      "navigator.clipboard.writeText = async (text) => { window.copied = text; }",
    );
    await use().evaluate("document.querySelector('#e0 .copy').click()");
    expect(await use().evaluate("window.copied")).toContain("client.run(things.create, inputs");
    await use().resize(400, 900);
    expect(await use().evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(400);
    await show("narrow");
    await stop();
  });

  test("runs nothing of a document", async () => {
    await start("hostile", hurt, "#e0");
    expect(await use().evaluate("document.querySelector('#e0').open")).toBe(true);
    expect(await use().evaluate("document.querySelectorAll('#e0 pre').length")).toBeGreaterThan(3);
    expect(await use().evaluate("typeof window.hurt")).toBe("undefined");
    expect(await use().evaluate("document.querySelectorAll('img, iframe, script').length")).toBe(2);
    await show("hostile");
    await stop();
  });
});
