/** Forms, read by the platform's own parsers: a body arrives whole, however it is sent. */
import { describe, expect, it } from "vitest";
import { createClient } from "../../generator/runtime/send/client.js";
import { makeKey } from "../../generator/runtime/encode/make-key.js";
import { lines } from "../../generator/runtime/encode/lines.js";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import { form } from "../../generator/runtime/encode/form.js";
import { multipart } from "../../generator/runtime/encode/multipart.js";
import type { Operation, Service } from "../../generator/runtime/endpoint/operation.js";
import { scalars } from "../../generator/runtime/endpoint/scalars.js";
import { jumpingClock } from "./kit.js";

interface Thing {
  readonly id: string;
  readonly note?: string;
}

const service: Service = { baseUrl: "https://things.example.com" };
const operation = {
  service,
  method: "POST",
  path: "/things/batch/update",
  kind: "update",
  parameters: [{ name: "/purpose", in: "body", required: true }],
  limit: { items: 4 },
  results: { at: "/results" },
  match: [{ by: "value", request: "/id", result: "/id" }],
  replies: [200],
} as const satisfies Partial<Operation>;

type Made = Endpoint<{
  kind: "update";
  params: { purpose: string };
  input: Thing;
  result: Thing;
  reply: Reply;
}>;
const multipartType = "multipart/form-data";
const formType = "application/x-www-form-urlencoded";

const file = endpoint<Made>(
  {
    ...operation,
    name: "things.file",
    items: { at: "/file", as: "lines", mediaType: multipartType },
    encoding: { file: { contentType: "application/x-ndjson", fileName: "file.ndjson" } },
  },
  { fill: scalars, write: multipart, encode: lines },
);
const parts = endpoint<Made>(
  { ...operation, name: "things.parts", items: { at: "/things", mediaType: multipartType } },
  { fill: scalars, write: multipart },
);
const pairs = endpoint<Made>(
  { ...operation, name: "things.pairs", items: { at: "/things", mediaType: formType } },
  { fill: scalars, write: form },
);
const json = endpoint<Made>(
  {
    ...operation,
    name: "things.json",
    items: { at: "/things", mediaType: formType },
    encoding: { things: { contentType: "application/json" } },
  },
  { fill: scalars, write: form },
);

interface Arrived {
  readonly url: string;
  readonly purpose: unknown;
  readonly things: readonly Thing[];
  readonly bytes: number;
  readonly headers: Headers;
}

async function read(request: Request): Promise<Arrived> {
  const bytes = (await request.clone().arrayBuffer()).byteLength;
  const fields = await request.formData();
  const file = fields.get("file");
  const texts =
    file instanceof Blob
      ? (await file.text()).trimEnd().split("\n")
      : fields.getAll("things").map(String); // no files
  return {
    url: request.url,
    purpose: fields.get("purpose"),
    things: texts.flatMap((text) => JSON.parse(text) as Thing | Thing[]),
    bytes,
    headers: request.headers,
  };
}

/** A service that answers with what came, unless `refuse` answers first. */
function serve(refuse: (arrived: Arrived) => Response | undefined = () => undefined) {
  const arrived: Arrived[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    const one = await read(request);
    arrived.push(one);
    return refuse(one) ?? Response.json({ results: one.things });
  };
  return { arrived, fetch };
}

const things = (count: number): Thing[] =>
  Array.from({ length: count }, (_, i) => ({ id: String(i), note: `ä "${i}" & = % \r\n --` }));
const params = { purpose: "a & b" };

describe.each(Object.entries({ file, parts, pairs, json }))("%s", (_, made) => {
  const open = (
    fetch: (request: Request) => Promise<Response>,
    auth: Parameters<typeof createClient>[0]["auth"] = "secret",
  ) => createClient({ auth, fetch, clock: jumpingClock(), random: () => 0.5 });
  const inputs = things(10);

  it("is sent by toRequest, send and run", async () => {
    const { arrived, fetch } = serve();
    const request = made(inputs.slice(0, 2), params);
    expect(await read(request.toRequest(service.baseUrl, { token: "t" }))).toMatchObject({
      purpose: "a & b",
      things: inputs.slice(0, 2),
    });
    expect((await open(fetch).send(request)).body).toEqual({ results: inputs.slice(0, 2) });
    const outcomes = await open(fetch).run(made, inputs, { params }).collect();
    expect(outcomes.map((one) => one.kind === "ok" && one.result)).toEqual(inputs);
    expect(arrived.map(({ things }) => things.length).sort()).toEqual([2, 2, 4, 4]);
    expect(arrived.every(({ purpose }) => purpose === "a & b")).toBe(true);
  });

  it("is no larger than the service takes, and not much smaller", async () => {
    const { arrived, fetch } = serve();
    const { operation, uses } = made;
    const bytes = 2000;
    const small = endpoint<Made>({ ...operation, limit: { items: 1000, bytes } }, uses);
    const outcomes = await open(fetch).run(small, things(100), { params }).collect();
    expect(outcomes.filter(({ kind }) => kind === "ok")).toHaveLength(100);
    const sizes = arrived.map(({ bytes }) => bytes);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(bytes);
    expect(Math.max(...sizes)).toBeGreaterThan(bytes * 0.75);
  });

  it("an input that never fits fails alone", async () => {
    const { operation, uses } = made;
    const small = endpoint<Made>({ ...operation, limit: { items: 10, itemBytes: 400 } }, uses);
    const large = { id: "large", note: "x".repeat(400) };
    const outcomes = await open(serve().fetch)
      .run(small, [...things(1), large], { params })
      .collect();
    expect(outcomes).toMatchObject([{ kind: "ok" }, { kind: "failed", at: "input" }]);
  });

  it("is halved where it is too large", async () => {
    const { fetch } = serve(({ things }) =>
      things.length > 1 ? new Response(null, { status: 413 }) : undefined,
    );
    const outcomes = await open(fetch).run(made, inputs, { params }).collect();
    expect(outcomes.filter(({ kind }) => kind === "ok")).toHaveLength(10);
  });

  it("is sent again whole: after a failure, a new token, a redirect", async () => {
    const seen = new Set<string>();
    const once = (what: string, { things, url }: Arrived) => {
      const key = `${what} ${things[0]?.id} ${url}`;
      return !seen.has(key) && seen.add(key);
    };
    const { arrived, fetch } = serve((one) => {
      if (once("503", one)) return new Response(null, { status: 503 });
      if (one.headers.get("authorization") === "Bearer old")
        return new Response(null, { status: 401 });
      if (new URL(one.url).host !== "other.example.com")
        return new Response(null, {
          status: 307,
          headers: { location: "https://other.example.com/" },
        });
      return undefined;
    });
    let token = "old";
    const auth = { token: () => token, rejected: () => void (token = "new") };
    const outcomes = await open(fetch, auth).run(made, inputs, { params }).collect();
    expect(outcomes.filter(({ kind }) => kind === "ok")).toHaveLength(10);
    expect(arrived.length).toBeGreaterThan(9);
    for (const { things, purpose } of arrived) {
      expect(things.length).toBeGreaterThan(1);
      expect(purpose).toBe("a & b");
    }
  });

  it.each([
    ["header", "idempotency-key"],
    ["body", "/key"],
  ] as const)("one idempotency key for one request, in the %s", async (place, name) => {
    const keys: unknown[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      const { things } = await read(request.clone());
      const fields = await request.formData();
      keys.push(place === "header" ? request.headers.get(name) : fields.get("key"));
      return keys.length === 1
        ? new Response(null, { status: 503 })
        : Response.json({ results: things });
    };
    const { operation, uses } = made;
    const keyed = endpoint<Made>(
      { ...operation, retry: { key: { in: place, name } } },
      { ...uses, makeKey },
    );
    const outcomes = await open(fetch).run(keyed, things(2), { params }).collect();
    expect(outcomes.map(({ kind }) => kind)).toEqual(["ok", "ok"]);
    expect(keys).toEqual([expect.stringMatching(/^[\w-]{30,}$/), keys[0]]);
  });
});

it("a file cannot stand in a form that is a text", () => {
  const request = pairs([{ id: new Blob([]) } as never, new Blob([]) as never], params);
  expect(() => request.toRequest(service.baseUrl)).toThrow(/is a Blob/);
});

it("files count with all their bytes", async () => {
  const { operation, uses } = parts;
  const upload = endpoint<
    Endpoint<{
      kind: "create";
      params: { purpose: string };
      input: Blob;
      result: undefined;
      reply: Reply;
    }>
  >(
    {
      ...operation,
      kind: "create",
      limit: { bytes: 3000, items: 100 },
      results: { at: "", as: "none" },
      match: [],
    },
    uses,
  );
  const sizes: number[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    sizes.push((await request.arrayBuffer()).byteLength);
    return new Response(null, { status: 200 });
  };
  const client = createClient({ auth: "t", fetch, clock: jumpingClock() });
  const files = [...Array.from({ length: 6 }, () => 1000), 3000].map(
    (size) => new Blob([new Uint8Array(size)]),
  );
  const outcomes = await client.run(upload, files, { params }).collect();
  expect(outcomes.map(({ kind }) => kind)).toEqual([
    ...Array.from({ length: 6 }, () => "ok"),
    "failed",
  ]);
  expect(sizes).toHaveLength(3);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(3000);
});
