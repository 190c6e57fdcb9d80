/** The tasks of the public contract that need no second stage, as types; and lines that must not compile. */
import { expect, it } from "vitest";
import type { BatchClient } from "../../generator/runtime/send/client.js";
import { withCodec } from "../../generator/runtime/endpoint/codec.js";
import { createClient } from "../../generator/runtime/send/client.js";
import {
  createRateLimiter,
  type RateLimiterStore,
} from "../../generator/runtime/send/rate-limiter.js";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import { archive, create, read, service, update } from "./endpoints.js";
import { clientFor } from "./kit.js";
import { serve } from "./server.js";

interface Row {
  readonly pk: bigint;
  readonly email: string;
  readonly first: string | null;
}
declare const rows: AsyncIterable<Row>;
declare const store: RateLimiterStore;
declare const signal: AbortSignal;
declare function query(sql: string, values: readonly unknown[]): Promise<void>;
interface Unlimited {
  kind: "create";
  input: { id: string };
  result: undefined;
  reply: Reply;
  chunkSize: "required";
}
const unlimited: Endpoint<Unlimited> = endpoint({
  name: "x.y",
  service,
  method: "POST",
  path: "/x",
  items: { at: "" },
  replies: [200],
});

/** Only compiled. */
export async function tasks(): Promise<void> {
  const rateLimiter = createRateLimiter({
    key: "app:1",
    windows: [
      { requests: 190, ms: 10_000 },
      { requests: 625_000, ms: 86_400_000, use: 0.8 },
    ],
    use: 0.9,
    store,
  });
  const client = createClient({ auth: "t", rateLimiter });

  // rows, grouped outcomes
  const mapped = update.from(
    rows,
    (row) => ({ id: row.email, properties: { n: row.first ?? "" } }),
    {
      key: (row) => String(row.pk),
    },
  );
  const run = client.run(update, mapped, { signal });
  for await (const group of run.batches(1000))
    await query("update …", [group.map((o) => [o.source.pk satisfies bigint, o.kind, o.input.id])]);
  (await run.summary).ended satisfies string;

  // creates: parameters, results
  const creating = client.run(
    create,
    create.from(rows, (row) => ({ properties: { n: row.email } }), {
      key: (row) => String(row.pk),
    }),
    { params: { objectType: "deals" } },
  );
  for await (const o of creating)
    switch (o.kind) {
      case "ok":
        o.result.id satisfies string;
        break;
      case "failed":
        o.error.context["existingId"]?.[0] satisfies string | undefined;
        break;
      case "unknown":
      case "notSent":
        o.reason satisfies string;
        break;
      default:
        o satisfies never;
    }

  // a typed read
  for await (const o of client.run(read.select(["email", "name"]), [{ id: "1" }]))
    if (o.kind === "ok") {
      o.result.properties.email satisfies string | null;
      // @ts-expect-error not selected
      String(o.result.properties.phone);
    }

  // archive, and the rest under the same rate limiter
  await client.fetch(new Request("https://example.com/search", { method: "POST" }));
  const summary = await client.run(archive, [], { stopWhen: (p) => p.failed > 50 }).drain();
  summary.failedBy satisfies object;

  // codecs
  const coded = withCodec(update, {
    input: (value: { key: number }) => ({ id: String(value.key), properties: { n: 1 } }),
    result: (result) => ({ identity: result.id }),
  });
  for await (const o of client.run(coded, [{ key: 1 }]))
    if (o.kind === "ok") o.result.identity satisfies string;
  // @ts-expect-error the codec's own form
  client.run(coded, [{ key: "1" }]);

  // spans
  createClient({
    auth: { token: () => "t", rejected: (stale) => console.log(stale.length) },
    instrument: {
      async request(event, headers, send) {
        headers.set("traceparent", event.runId);
        await send();
        String(event.status);
      },
    },
  });

  // replies are this endpoint's own
  const reply = await client.send(create([], { objectType: "deals" }));
  if (reply.status === 207) reply.body.results satisfies readonly unknown[];
  // @ts-expect-error no such status
  if (reply.status === 204) return;

  // @ts-expect-error params are required
  client.run(create, []);
  // @ts-expect-error params are required
  client.run(create, [], { concurrency: 1 });
  // @ts-expect-error params are required
  create([]);
  // @ts-expect-error null is no value
  update.from(rows, (row) => ({ id: row.email, properties: { n: row.first } }), {
    key: (row) => row.email,
  });
  // @ts-expect-error rows are not inputs
  client.run(update, rows);
  // @ts-expect-error a number is no id
  client.run(update, [{ id: 1, properties: { n: 1 } }]);
  // @ts-expect-error required sibling
  client.run(read, [{ id: "1" }]);
  // @ts-expect-error a bigint never reaches JSON
  update([{ id: 1n, properties: { n: 1 } }]);
  // @ts-expect-error nobody knows how many fit
  client.run(unlimited, []);
  // @ts-expect-error nobody knows how many fit
  client.run(unlimited, [], { concurrency: 1 });
  client.run(unlimited, [], { chunkSize: 5 });
}

it("lets a function that takes a client be tested", async () => {
  const server = await serve();
  const sync = async (client: BatchClient) =>
    (await client.run(update, [{ id: "1", properties: { n: 1 } }]).drain()).ok;
  expect(await sync(clientFor(server.url))).toBe(1);
  await server.close();
});
it("refuses at run time, too, what the types refuse", () => {
  const client = createClient({ auth: "t" });
  const careless = client.run as unknown as (...args: unknown[]) => unknown; // a JavaScript caller
  expect(() => careless(unlimited, [])).toThrow(/chunkSize/);
  expect(() => careless(create, [])).toThrow(/objectType/);
});
