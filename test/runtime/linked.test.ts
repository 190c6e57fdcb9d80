/** Items that need each other: which lists are split where, and what goes again. Runs over HTTP are in fates.test.ts. */
import { expect, test } from "vitest";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import { resolve } from "../../generator/runtime/endpoint/resolve.js";
import { linked } from "../../generator/runtime/run/linked.js";
import { inFlight, type InFlight } from "../../generator/runtime/run/in-flight.js";
import { createChunker, type ChunkerOptions } from "../../generator/runtime/run/chunker.js";
import { service } from "./endpoints.js";
import { clientFor, flightOf } from "./kit.js";

const envelope = {
  ...{ method: "/method", path: "/path", id: "/id", after: "/after" },
  response: { status: "/status", body: "/body" },
};
const operation = { service, name: "t", method: "POST", path: "/t", replies: [200] };
const data = resolve({ ...operation, items: { at: "" }, envelope });

/** `b<a,c`: an item `b` that needs `a` and `c`. */
const flights = (text: string): readonly InFlight[] =>
  text.split(" ").map((one) => {
    const [id = "", after] = one.split("<");
    const value = { id, ...(after !== undefined && { after: after.split(",") }) };
    return inFlight({ ...flightOf(undefined, id).item, key: id, value, bytes: 10 });
  });
const names = (list: Iterable<InFlight>): string => [...list].map(({ item }) => item.key).join(" ");

test.each([
  ["a b c", "a|b|c"],
  ["a b<a c", "a b|c"],
  ["a b c<a d", "a b c|d"],
  ["a<c b c d<e e", "a b c|d e"],
  ["a b<a a c<a", "a b|a c"],
  ["a<nothing b", "a|b"],
  ["a<a b", "a|b"],
  ["a<d b<c c d", "a b c d"],
])("%s is split into %s", (given, want) => {
  expect(linked.units(data, flights(given)).map(names).join("|")).toBe(want);
});

test.each([
  ["a b<a c", "b c", "c"],
  ["a b<a c<b d", "b c d", "d"],
  ["a b<a", "a", "a"],
  ["a<b b<a c", "a b", "a b"],
  ["a<b b<a c", "a c", "c"],
  ["a<nothing b", "a", "a"],
])("of %s, if only %s may go again, %s goes", (given, some, want) => {
  const list = flights(given);
  const kept = list.filter(({ item }) => some.includes(item.key));
  expect(names(linked.closed(data, list, new Set(kept)))).toBe(want);
});

test("in a map, items name each other by their keys", () => {
  const { id: _, ...nameless } = envelope;
  const keyed = resolve({ ...operation, items: { at: "", as: "map" }, envelope: nameless });
  const list = ["a", "b", "c"].map((key, i) =>
    inFlight({ ...flightOf(key).item, key, value: { key, value: i === 1 ? { after: "a" } : {} } }),
  );
  expect(linked.units(keyed, list).map(names)).toEqual(["a b", "c"]);
});

const chunksOf = (text: string, more: Partial<ChunkerOptions> = {}): readonly string[] => {
  const options: ChunkerOptions = {
    ...{ size: () => 3, ids: 2, bytes: Infinity, overhead: 0, duplicates: "separate" },
    ...{ writes: true, giveUp: () => undefined },
    ...more,
  };
  const chunker = linked.gather(data, options, createChunker(options));
  const found: string[] = [];
  const take = (flush: boolean): void => {
    for (let chunk = chunker.take(flush); chunk; chunk = chunker.take(flush)) {
      found.push(names(chunk));
      chunker.release(chunk);
    }
  };
  for (const flight of flights(text)) {
    chunker.add(flight);
    take(false);
  }
  take(true);
  return found;
};

test.each<[string, string, readonly string[], Partial<ChunkerOptions>?]>([
  ["items without links fill their chunks", "a b c d e f g", ["a b c", "d e f", "g"]],
  ["a chunk ends before items that need each other", "a b c d<c e f", ["a b", "c d e", "f"]],
  ["too many for a chunk are not kept together", "a b<a c<b d<c e", ["a b c", "d e"]],
  ["too many bytes are not kept together", "a b<a c", ["a", "b", "c"], { bytes: 15 }],
  ["one id twice is in two chunks", "a b<a a c<a", ["a b", "a c"]],
])("%s", (_, given, want, more) => {
  expect(chunksOf(given, more)).toEqual(want);
});

test("what was not taken is given back", () => {
  const options: ChunkerOptions = {
    ...{ size: () => 2, ids: 2, bytes: Infinity, overhead: 0, duplicates: "separate" },
    ...{ writes: true, giveUp: () => undefined },
  };
  const chunker = linked.gather(data, options, createChunker(options));
  for (const flight of flights("a b c d e f g")) chunker.add(flight);
  expect(names(chunker.take(false) ?? [])).toBe("a b");
  expect(names(chunker.clear()).split(" ").sort().join(" ")).toBe("c d e f g");
  expect(chunker.take(true)).toBeUndefined();
});

type Call = Endpoint<{ kind: "mixed"; input: unknown; result: unknown; reply: Reply }>;

test.each<[string, Response | Error, readonly string[]]>([
  [
    "with one that failed, it fails",
    Response.json({
      responses: [
        { id: "a", status: 404 },
        { id: "b", status: 424 },
        { id: "c", status: 200 },
      ],
    }),
    ["failed", "failed", "ok"],
  ],
  [
    "with one that may have been applied, it is unknown",
    new TypeError("reset"),
    ["unknown", "unknown", "ok"],
  ],
])("an item is not sent again without one that it needs: %s", async (_, first, want) => {
  const calls = endpoint<Call>(
    {
      ...operation,
      kind: "mixed",
      items: { at: "/requests" },
      limit: { items: 10 },
      results: { at: "/responses" },
      errors: { retry: [{ at: "/status", in: [424] }] },
      envelope,
    },
    { linked },
  );
  const requests: string[] = [];
  const client = clientFor("https://h", {
    async fetch(request) {
      const { requests: sent } = (await request.json()) as { requests: { id: string }[] };
      requests.push(sent.map(({ id }) => id).join(" "));
      if (requests.length > 1)
        return Response.json({ responses: sent.map(({ id }) => ({ id, status: 200 })) });
      if (first instanceof Error) throw first;
      return first.clone();
    },
  });
  const inputs = [
    { id: "a", method: "POST" },
    { id: "b", method: "GET", after: ["a"] },
    { id: "c", method: "GET" },
  ].map((one) => ({ ...one, path: "/x" }));
  const outcomes = await client.run(calls, inputs, { order: "source" }).collect();
  expect(outcomes.map(({ kind }) => kind)).toEqual(want);
  expect(requests).toEqual(first instanceof Error ? ["a b c", "c"] : ["a b c"]);
});
