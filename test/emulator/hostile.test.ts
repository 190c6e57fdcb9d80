/** What strangers may not do to the emulator: pages of other sites, endless bodies, patterns that never end. */
import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { bounds } from "../../generator/base/bounds.js";
import { isLocal } from "../../generator/emulator/local.js";
import { remember } from "../../generator/emulator/remember.js";
import { startEmulator, type Emulator } from "../../generator/emulator/emulate.js";
import { makeFolder } from "../openapi/folder.js";

const start = (pattern = "^x"): Promise<Emulator> =>
  startEmulator({
    cwd: makeFolder({
      "api.json": {
        openapi: "3.1.0",
        info: { title: "t", version: "1" },
        paths: {
          "/notes/batch/create": {
            post: {
              requestBody: {
                content: {
                  "application/json": {
                    schema: {
                      type: "object",
                      properties: {
                        inputs: {
                          type: "array",
                          items: { type: "object", properties: { a: { type: "string", pattern } } },
                        },
                      },
                    },
                  },
                },
              },
              responses: { "200": { description: "ok" } },
            },
          },
        },
      },
    }),
    paths: ["."],
  });

/** By `node:http`, since `fetch` sets Host itself. */
function send(
  { port }: Emulator,
  path: string,
  headers: Record<string, string>,
  body?: string | Buffer,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? "GET" : "POST";
    const sent = request({ host: "127.0.0.1", port, path, method, headers }, (reply) => {
      reply.resume();
      resolve(reply.statusCode ?? 0);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

describe("Host and Origin", () => {
  test("over HTTP", async () => {
    await using emulator = await start();
    const json = { "content-type": "application/json" };
    const path = "/notes/batch/create";
    const body = '{"inputs":[{"a":"x"}]}';
    const evil = { ...json, origin: "https://evil.example" };
    expect(await send(emulator, path, evil, body)).toBe(403);
    expect(await send(emulator, "/__emulator/reset", { origin: "null" }, "")).toBe(403);
    expect(await send(emulator, "/__emulator/stats", { host: "rebound.evil.example" })).toBe(403);
    expect(emulator.stats().requests).toBe(0);
    expect(await send(emulator, path, json, body)).toBe(200);
    expect(await send(emulator, path, { ...json, origin: "http://localhost:3000" }, body)).toBe(
      200,
    );
    expect(emulator.stats().requests).toBe(2);
  });

  test.each<[string | undefined, string | undefined, boolean]>([
    ["127.0.0.1:4010", undefined, true],
    ["localhost:4010", "http://127.0.0.1:3000", true],
    ["[::1]:4010", "http://[::1]:4010", true],
    ["emulator:4010", "http://emulator:4010", true], // a service of a compose file
    ["api.test.example", undefined, true], // the name that it was told to listen on
    ["192.168.0.7:4010", undefined, true],
    [undefined, undefined, false],
    ["evil.example", undefined, false],
    ["127.0.0.1.evil.example", undefined, false],
    ["127.0.0.1", "http://192.168.0.9", false],
    ["127.0.0.1", "http://localhost.evil.example", false],
    ["127.0.0.1", "file://", false],
    ["127.0.0.1", "null", false],
  ])("host %s, origin %s: %s", (host, origin, want) => {
    expect(isLocal({ host, origin }, "api.test.example")).toBe(want);
  });
});

test("a body has a bound", async () => {
  await using emulator = await start();
  const headers = { "content-type": "application/json" };
  const body = Buffer.alloc(bounds.requestBytes.most + 1, " ");
  expect(await send(emulator, "/notes/batch/create", headers, body)).toBe(413);
});

test("a pattern takes time in proportion to the text", async () => {
  await using emulator = await start("^(a+)+$");
  const headers = { "content-type": "application/json" };
  const body = (a: string): string => JSON.stringify({ inputs: [{ a }] });
  expect(await send(emulator, "/notes/batch/create", headers, body("aaa"))).toBe(200);
  expect(await send(emulator, "/notes/batch/create", headers, body("a".repeat(1e5) + "!"))).toBe(
    400,
  );
});

test("what it remembers has a bound, and the oldest goes first", () => {
  const map = new Map<string, number>();
  for (let at = 0; at < bounds.remembered.most + 5; at++) remember(map, `k${at}`, at);
  remember(map, "k5", 1);
  remember(map, "new", 1);
  expect(map.size).toBe(bounds.remembered.most);
  expect([map.has("k5"), map.has("k6"), map.has("new")]).toEqual([true, false, true]);
});
