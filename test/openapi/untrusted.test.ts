/** What a folder or a server may not do: silence, waiting, addresses that nobody named. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { bounds } from "../../generator/base/bounds.js";
import { createRemote } from "../../generator/openapi/remote.js";
import { read } from "../../generator/openapi/read.js";
import { readFiles, makeFolder } from "./folder.js";

/** What every name means. */
const names = vi.hoisted(() => ({ address: "127.0.0.1" }));
vi.mock("node:dns", async (original) => {
  const real = await original<typeof import("node:dns")>();
  const lookup = (_: string, __: unknown, done: (error: null, found: unknown) => void): void =>
    done(null, [{ address: names.address, family: names.address.includes(":") ? 6 : 4 }]);
  return { ...real, lookup };
});

const yaml = 'openapi: 3.1.0\ninfo: { title: "é", version: "1" }\npaths: {}\n';
const json = JSON.stringify({ openapi: "3.1.0", info: { title: "é" }, paths: {} });

describe("encodings", () => {
  const utf16be = (text: string, mark: boolean): Buffer =>
    Buffer.from((mark ? "\ufeff" : "") + text, "utf16le").swap16();
  it.each<[string, string, Buffer]>([
    ["UTF-8", "a.yaml", Buffer.from(yaml)],
    ["UTF-8 with a mark", "a.json", Buffer.from("\ufeff" + json)],
    ["UTF-16LE with a mark", "a.yaml", Buffer.from("\ufeff" + yaml, "utf16le")],
    ["UTF-16BE with a mark", "a.yaml", utf16be(yaml, true)],
    ["UTF-16LE", "a.json", Buffer.from(json, "utf16le")],
    ["UTF-16BE", "a.json", utf16be(json, false)],
  ])("%s is read", async (_, name, bytes) => {
    const { spec, problems } = await readFiles({ [name]: bytes });
    expect(problems).toEqual([]);
    expect(spec(name).document).toMatchObject({ info: { title: "é" } });
  });

  it.each<[string, Buffer]>([
    ["Latin-1", Buffer.from(yaml, "latin1")],
    ["half a character", Buffer.concat([Buffer.from(yaml), Buffer.of(0xe2, 0x82)])],
    [
      "UTF-16 that ends in half a character",
      Buffer.from(`\ufeff${yaml}`, "utf16le").subarray(0, -1),
    ],
  ])("%s is an error with its line", async (_, bytes) => {
    const { problems, diagnostics } = await readFiles({ "a.yaml": bytes });
    expect(problems).toEqual(["error unreadable-file"]);
    expect(diagnostics[0]?.message).toMatch(/a\.yaml cannot be read: line [234] is not UTF-/);
  });
});

it("a key that JSON has twice is an error with both places", async () => {
  const text = '{"openapi": "3.1.0",\n "paths": {"/\\"a": {}},\n "paths": {"b": ["x"]}}';
  const { diagnostics, problems, specs } = await readFiles({ "a.json": text });
  expect(specs).toEqual([]);
  expect(problems).toEqual(["error duplicate-key a.json:3:2 "]);
  expect(diagnostics[0]?.message).toBe('The key "paths" is here and at 2:2.');
});

it("a pipe is no document, wherever it stands", async () => {
  const folder = makeFolder({
    "a.json": { openapi: "3.1.0", paths: { "/x": { $ref: "pipe.json" } } },
  });
  execFileSync("mkfifo", [path.join(folder, "pipe.json")]);
  const options = { cwd: folder, overlays: [] };
  const below = await read({ ...options, paths: ["."] });
  expect(below.diagnostics.map(({ code }) => code)).toEqual(["dangling-reference"]);
  const named = await read({ ...options, paths: ["pipe.json"] });
  expect(named.diagnostics.map(({ message }) => message)).toEqual([
    "pipe.json cannot be read: it is not a regular file.",
  ]);
});

it.skipIf(process.getuid?.() === 0)("a folder that may not be read is an error", async () => {
  const folder = makeFolder({ "a.json": { openapi: "3.1.0", paths: {} } });
  mkdirSync(path.join(folder, "closed"), { mode: 0 });
  const { diagnostics } = await read({ cwd: folder, paths: ["."], overlays: [] });
  expect(diagnostics[0]?.message).toBe("The folder closed cannot be read: permission is denied.");
});

describe("fetching", () => {
  async function serve(answer: RequestListener): Promise<{ host: string; count: () => number }> {
    let requests = 0;
    const server = createServer((request, reply) => {
      requests++;
      answer(request, reply);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    onTestFinished(() => void server.close());
    return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, count: () => requests }; // it listens on a port
  }
  const referring = (ref: string) => ({
    "api.json": { openapi: "3.1.0", paths: { "/x": { $ref: ref } } },
  });

  it("asks no host that nobody named, and none behind a redirect", async () => {
    const inner = await serve((_, reply) => reply.end("{}"));
    const outer = await serve((_, reply) =>
      reply.writeHead(302, { location: `http://${inner.host}/x` }).end(),
    );
    const { diagnostics } = await readFiles(referring(`http://${outer.host}/a.json`));
    expect(diagnostics[0]?.message).toContain("is not among the hosts of --allow-remote");
    const remote = createRemote([outer.host]);
    await expect(remote.fetch(`http://${outer.host}/`)).rejects.toThrow("is not among the hosts");
    expect([outer.count(), inner.count()]).toEqual([1, 0]);
  });

  it.each(["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1"])(
    "connects to no address of this machine or its network by another name: %s",
    async (address) => {
      names.address = address;
      const { host, count } = await serve((_, reply) => reply.end("{}"));
      const name = `public.example:${host.split(":")[1]}`;
      const fetching = createRemote([name]).fetch(`http://${name}/`);
      await expect(fetching).rejects.toThrow("public.example is an address of this machine");
      expect(count()).toBe(0);
    },
  );

  it("ends an endless chain of files, and of redirects", async () => {
    const chain = await serve(({ url = "" }, reply) => {
      const next = Number(/\d+/.exec(url)?.[0] ?? 0) + 1;
      reply.end(JSON.stringify({ get: { callbacks: { c: { e: { $ref: `/${next}.json` } } } } }));
    });
    const { problems } = await readFiles(referring(`http://${chain.host}/0.json`), {
      allowRemote: [chain.host],
    });
    expect(chain.count()).toBe(bounds.remoteFiles.most);
    expect(problems.some((problem) => problem.startsWith("warning dangling-reference"))).toBe(true);
    const round = await serve((_, reply) => reply.writeHead(302, { location: "/again" }).end());
    const remote = createRemote([round.host]);
    await expect(remote.fetch(`http://${round.host}/`)).rejects.toThrow("redirected more than");
    expect(round.count()).toBe(bounds.redirects.most + 1);
  });

  it("stops a reply that is larger than its bound", async () => {
    const endless = await serve((_, reply) => {
      const more = (): void => {
        while (!reply.destroyed && reply.write(Buffer.alloc(2 ** 20)));
      };
      reply.on("drain", more);
      more();
    });
    const remote = createRemote([endless.host]);
    await expect(remote.fetch(`http://${endless.host}/`)).rejects.toThrow("is larger than");
  });

  it("prints no password", async () => {
    const { diagnostics } = await readFiles(
      referring("https://me:hunter2@schemas.example.com/a.json"),
      { allowRemote: ["schemas.example.com"] },
    );
    expect(JSON.stringify(diagnostics)).not.toContain("hunter2");
    expect(diagnostics[0]?.message).toContain("https://***@schemas.example.com/a.json");
  });
});
