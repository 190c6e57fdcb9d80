/** `inspect --html`: one page, in a browser where there is one. Set SCREENSHOTS to a folder to look at it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../generator/cli/inspect.js";
import { inspect } from "../../generator/build/generate.js";
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

async function pageOf(name: string, change: (d: Things) => void): Promise<string> {
  const document = things();
  change(document);
  mkdirSync(join(cwd, name));
  writeFileSync(join(cwd, name, "things.json"), JSON.stringify(document));
  return (await inspect({ cwd, paths: [name] })).page();
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
    expect(
      markup(html).filter((tag) => /hurt|onerror|^<img|<!--/.test(tag.replace(/"[^"]*"/g, '""'))),
    ).toEqual([]);
    expect(html.match(/<script\b/g)).toHaveLength(2);
    expect(html).not.toMatch(/[\u0000\u202e\u2028]/);
    expect(html).toContain("\\u{202e}");
  });

  test("has no link but to the web, and loads nothing", () => {
    // Values are not looked into, but for where links lead.
    const tags = markup(html + safe).map((tag) =>
      tag.replace(/"[^"]*"/g, (value) => (/^"https?:/.test(value) ? "web" : "else")),
    );
    expect(tags.filter((tag) => /\b(href|src|action|on\w+)=(?!web)/.test(tag))).toEqual([]);
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
  }, 60_000);

  test("is the same each time, and says what was found", async () => {
    expect(await (await inspect({ cwd, paths: ["plain"] })).page()).toBe(safe);
    expect(safe).toContain("things.create");
    expect(safe).toContain("no limit known");
    expect(safe).toContain("An x-batch value says so");
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
    await choose("limited", "known");
    expect(await shown()).toBe("1 of 2 endpoints");
    await choose("kind", "create");
    expect(await use().evaluate("document.querySelector('#none').hidden")).toBe(false);
    await stop();
  }, 60_000);

  test("runs nothing of a document", async () => {
    await start("hostile", hurt, "#e0");
    expect(await use().evaluate("document.querySelector('#e0').open")).toBe(true);
    expect(await use().evaluate("document.querySelectorAll('#e0 pre').length")).toBeGreaterThan(3);
    expect(await use().evaluate("typeof window.hurt")).toBe("undefined");
    expect(await use().evaluate("document.querySelectorAll('img, iframe, script').length")).toBe(2);
    await show("hostile");
    await stop();
  }, 60_000);
});
