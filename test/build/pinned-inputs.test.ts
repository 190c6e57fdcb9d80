/** Documents at addresses, which the lock pins, and on standard input. */
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { MistakesError } from "../../generator/base/mistakes-error.js";
import { inspect, type GenerateOptions } from "../../generator/build/generate.js";
import { createSession } from "../../generator/build/incremental/incremental.js";
import { writeLock, writePackage } from "../../generator/build/write/write.js";
import { makeFolder } from "../openapi/folder.js";

const api = (path: string) =>
  JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Things", version: "1" },
    servers: [{ url: "https://api.example.com" }],
    paths: {
      [path]: {
        post: {
          requestBody: {
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  properties: { inputs: { type: "array", items: { $ref: "item.json" } } },
                },
              },
            },
          },
          responses: { 200: { description: "ok" } },
        },
      },
    },
  });
const item = JSON.stringify({ type: "object", properties: { id: { type: "string" } } });

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
}

/** A service that publishes a document, and the file that it refers to. */
async function published() {
  const now = { document: api("/things/batch/create"), isUp: true };
  const asked: string[] = [];
  const base = await serve(({ url = "" }, reply) => {
    asked.push(url);
    if (!now.isUp) reply.writeHead(503).end();
    else if (url === "/v1/api.json?x=1") reply.end(now.document);
    else if (url === "/v1/item.json") reply.end(item);
    else reply.writeHead(404).end();
  });
  return { now, asked, url: `${base}/v1/api.json?x=1` };
}

function project() {
  const folder = makeFolder({ "package.json": "{}" });
  const run = async (options: GenerateOptions & { cache?: false }) => {
    const session = createSession();
    const generated = await session.generate({ cwd: folder, format: false, ...options });
    await writePackage(generated.files, join(folder, "generated"));
    if (generated.lock) await writeLock(generated.lock);
    session.save();
    return generated;
  };
  const lock = () => readFileSync(join(folder, "generated/openapi-batch.lock"), "utf8");
  return { folder, run, lock };
}

const paths = ({ rows }: { rows: readonly { path: string }[] }) => rows.map(({ path }) => path);
const reasons = async (work: Promise<unknown>) => {
  const error = await work.catch((caught: unknown) => caught);
  if (!(error instanceof MistakesError)) throw error;
  return error.diagnostics.map(({ code, message }) => `${code} ${message}`);
};

describe("a document at an address", () => {
  test("is fetched once, pinned, and used from the cache, whatever is published", async () => {
    const { now, asked, url } = await published();
    const { run, lock } = project();
    const first = await run({ paths: [url] });
    expect(paths(first)).toEqual(["/things/batch/create"]);
    expect(first.diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);
    expect(first.rows[0]).toMatchObject({ document: "api.json", name: "things.create" });
    expect(lock()).toMatch(/\ninputs:\n {2}"\.":\n {4}"http:.*api\.json\?x=1": "[0-9a-f]{64}"\n$/);
    expect(asked).toEqual(["/v1/api.json?x=1", "/v1/item.json"]);

    now.document = api("/other/batch/create");
    const pinned = lock();
    expect(paths(await run({ paths: [url] }))).toEqual(["/things/batch/create"]);
    expect(lock()).toBe(pinned);
    expect(asked.filter((path) => path.includes("api.json"))).toHaveLength(1);

    const updated = await run({ paths: [url], update: true });
    expect(paths(updated)).toEqual(["/other/batch/create"]);
    expect(lock()).not.toBe(pinned);
  });

  test("has to be the pinned one where the cache does not have it, or nothing is written", async () => {
    const { now, url } = await published();
    const { folder, run, lock } = project();
    await run({ paths: [url] });
    await run({ paths: [url], cache: false });
    const before = [lock(), readdirSync(join(folder, "generated/src"))];
    now.document = api("/other/batch/create");
    expect(await reasons(run({ paths: [url], cache: false }))).toEqual([
      expect.stringMatching(/^input-changed .*api\.json.* has changed: its SHA-256 is .{12}…, and/),
    ]);
    now.isUp = false;
    expect(await reasons(run({ paths: [url], cache: false }))).toEqual([
      expect.stringMatching(/^unreadable-file .* cannot be read: the server answered 503\.$/),
    ]);
    expect([lock(), readdirSync(join(folder, "generated/src"))]).toEqual(before);
  });

  test("is taken from a copy only if the copy has the hash", async () => {
    const { now, url } = await published();
    const { folder, run } = project();
    await run({ paths: [url] });
    const copies = join(folder, "node_modules/.cache/openapi-batch/inputs");
    const [copy = ""] = readdirSync(copies);
    writeFileSync(join(copies, copy), api("/evil/batch/create"));
    expect(paths(await inspect({ cwd: folder, paths: [url] }))).toEqual(["/things/batch/create"]);
    now.isUp = false;
    writeFileSync(join(copies, copy), api("/evil/batch/create"));
    expect(await reasons(inspect({ cwd: folder, paths: [url] }))).toHaveLength(1);
    rmSync(copies, { recursive: true });
    expect(existsSync(copies)).toBe(false);
  });

  test("lets its own host be asked, and no other", async () => {
    const inner: string[] = [];
    const other = await serve(({ url = "" }, reply) => void (inner.push(url), reply.end(item)));
    const document = api("/things/batch/create").replace("item.json", `${other}/item.json`);
    const base = await serve(({ url }, reply) =>
      url === "/away"
        ? reply.writeHead(302, { location: `${other}/x` }).end()
        : reply.end(document),
    );
    const { diagnostics } = await inspect({ cwd: makeFolder({}), paths: [`${base}/api.json`] });
    expect(diagnostics.map(({ code }) => code)).toContain("refused-reference");
    expect(await reasons(inspect({ cwd: makeFolder({}), paths: [`${base}/away`] }))).toEqual([
      expect.stringContaining("is not among the hosts of --allow-remote"),
    ]);
    expect(inner).toEqual([]);
  });

  test.each([
    ["http://user:secret@127.0.0.1:1/a.json", "it holds a user name or a password"],
    ["http://127.0.0.1:1/a.json", "ECONNREFUSED"],
  ])("%s", async (url, reason) => {
    const said = await reasons(inspect({ cwd: makeFolder({}), paths: [url] }));
    expect(said).toEqual([expect.stringContaining(reason)]);
    expect(said.join()).not.toContain("secret");
  });
});

describe("standard input", () => {
  test("is a document", async () => {
    const folder = makeFolder({ "item.json": item });
    const stdin = new TextEncoder().encode(api("/things/batch/create"));
    const { rows, diagnostics } = await inspect({ cwd: folder, paths: ["-"], stdin });
    expect(rows).toMatchObject([{ document: "<stdin>", name: "things.create" }]);
    expect(diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);
  });

  test("has positions, and is asked for where nobody gives it", async () => {
    const cwd = makeFolder({});
    const stdin = new TextEncoder().encode('{"openapi": "3.1.0",\n "paths": {"/a": 1,,}}');
    const { diagnostics, locate } = await inspect({ cwd, paths: ["-"], stdin });
    const [first] = diagnostics;
    expect(first).toMatchObject({ code: "invalid-json", location: { file: "<stdin>" } });
    expect(first?.location && locate(first.location)).toMatchObject({ line: 2 });
    await expect(inspect({ cwd, paths: ["-"] })).rejects.toThrow("does not read");
  });
});
