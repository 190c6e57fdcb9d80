/** Idempotency keys: the same for the same inputs of the same run, in any process; they fit, and are counted. */
import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeKey, sha256 } from "../../generator/runtime/encode/make-key.js";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import type { Operation } from "../../generator/runtime/endpoint/operation.js";
import { encodings } from "./encodings.js";
import { service } from "./endpoints.js";
import { clientFor, seeded } from "./kit.js";
import { serve, type Service } from "./server.js";

let server: Service;
beforeEach(async () => {
  server = await serve();
  server.fault = () => ({ status: 200, body: {} });
});
afterEach(() => server.close());

interface Row {
  readonly id: string;
}
type Rows = Endpoint<{ kind: "create"; input: Row; result: unknown; reply: Reply }>;
const rows = (count: number): Row[] => Array.from({ length: count }, (_, i) => ({ id: `r${i}` }));
const base: Operation = {
  name: "rows.create",
  service,
  method: "POST",
  path: "/rows",
  kind: "create",
  items: { at: "/inputs" },
  limit: { items: 10 },
  replies: [200],
};
const target = (changes: Partial<Operation>) =>
  endpoint<Rows>(
    { ...base, ...changes },
    { makeKey, ...(changes.items?.as === "map" && { encode: encodings.map }) },
  );

const keysOf = () => server.received.map(({ headers }) => String(headers["idempotency-key"]));
const inHeader = (more = {}) =>
  target({ retry: { key: { in: "header", name: "Idempotency-Key", ...more } } });
const named = { runId: "import-42", key: ({ id }: Row) => id, concurrency: 1 };

it("is SHA-256, as the platform makes it", () => {
  const random = seeded(1);
  for (let length = 0; length < 300; length++) {
    const bytes = Uint8Array.from({ length }, () => 256 * random());
    expect(sha256(bytes)).toBe(createHash("sha256").update(bytes).digest("hex"));
  }
});

describe("the key of a request", () => {
  it("is the same in a run of the same name, and in no other", async () => {
    const seen: string[][] = [];
    for (const options of [named, named, { ...named, runId: "import-43" }, { concurrency: 1 }]) {
      server.received.length = 0;
      await clientFor(server.url).run(inHeader(), rows(25), options).drain();
      seen.push(keysOf());
    }
    expect(seen[0]).toEqual(seen[1]);
    const all = new Set([seen[0], seen[2], seen[3]].flat());
    expect(all.size).toBe(9);
    for (const key of all)
      expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
  it("is that of the same inputs, wherever they stand in the source", async () => {
    await clientFor(server.url).run(inHeader(), rows(20), named).drain();
    await clientFor(server.url).run(inHeader(), rows(20).slice(10), named).drain();
    expect(keysOf()[2]).toBe(keysOf()[1]);
  });
  it("differs for the same key twice in a run without a name", async () => {
    const twice = [...rows(1), ...rows(1)];
    await clientFor(server.url)
      .run(inHeader(), twice, { key: ({ id }) => id })
      .drain();
    expect(new Set(keysOf()).size).toBe(2);
  });
  it.each([8, 32, 36, 255])("has at most %i characters", async (maxLength) => {
    await clientFor(server.url).run(inHeader({ maxLength }), rows(20), named).drain();
    expect(keysOf().map(({ length }) => length)).toEqual(Array(2).fill(Math.min(36, maxLength)));
    expect(new Set(keysOf()).size).toBe(2);
  });
});

describe.each<[string, Partial<Operation>]>([
  ["a key in the body", { retry: { key: { in: "body", name: "/options/key" } } }],
  ["a key in each item", { retry: { key: { in: "item", name: "/key" } } }],
  [
    "a key of a map",
    { items: { at: "/inputs", as: "map" }, match: [{ by: "mapKey", generate: "uuid" }] },
  ],
  ["a generated field", { match: [{ by: "key", request: "/trace", generate: "uuid" }] }],
])("%s", (_, changes) => {
  it.each([200, 500, 1000])("counts towards a limit of %i bytes", async (bytes) => {
    const endpoint = target({ ...changes, limit: { items: 100, bytes } });
    const summary = await clientFor(server.url).run(endpoint, rows(100)).drain();
    const lengths = server.received.map(({ body }) => body.length);
    expect(summary.ok + summary.unknown).toBe(100);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(bytes);
    // And hardly a request could have taken one more.
    expect(lengths.filter((length) => length < bytes - 100).length).toBeLessThanOrEqual(1);
  });
  it("is the same in a run of the same name", async () => {
    const endpoint = target(changes);
    for (let i = 0; i < 2; i++) await clientFor(server.url).run(endpoint, rows(10), named).drain();
    expect(server.received[0]?.body).toBe(server.received[1]?.body);
    expect(server.received[0]?.body).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-8/);
  });
});
