import { describe, expect, it } from "vitest";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import { pollJob } from "../../generator/runtime/send/job.js";
import type { Job } from "../../generator/runtime/endpoint/x-batch.js";
import { service, update } from "./endpoints.js";
import { clientFor, jumpingClock } from "./kit.js";

const job: Job = {
  id: "/data/id",
  poll: { method: "GET", path: "/jobs/{job_id}", param: "job_id" },
  state: { at: "/state", done: ["complete"], pending: ["queued"], failed: ["cancelled"] },
  results: { at: "/results" },
};
interface Upsert {
  kind: "upsert";
  input: { id: string };
  result: { id: string };
  reply: Reply;
}
const importing = (changes: Partial<Job> = {}, uses = { pollJob }) =>
  endpoint<Endpoint<Upsert>>(
    {
      name: "profiles.import",
      service,
      method: "POST",
      path: "/import",
      kind: "upsert",
      items: { at: "/data/list" },
      limit: { items: 100 },
      match: [{ by: "value", request: "/id", result: "/id" }],
      job: { ...job, ...changes },
      replies: [202],
    },
    uses,
  );

/** A service that makes a job, and tells its states one after the other. */
function jobs(states: readonly (string | number)[]) {
  const asked: string[] = [];
  const fetch = (request: Request): Promise<Response> => {
    asked.push(`${request.method} ${new URL(request.url).pathname}`);
    if (request.method === "POST")
      return Promise.resolve(Response.json({ data: { id: "a/1" } }, { status: 202 }));
    const state = states[Math.min(asked.length - 2, states.length - 1)];
    return Promise.resolve(
      typeof state === "number"
        ? new Response("{}", { status: state })
        : Response.json({ state, results: [{ id: "2" }, { id: "1" }] }),
    );
  };
  return { asked, fetch };
}
const inputs = [{ id: "1" }, { id: "2" }];

it("waits for the end, and matches what the job tells", async () => {
  const { asked, fetch } = jobs(["queued", 503, "queued", "complete"]);
  const clock = jumpingClock();
  const outcomes = await clientFor("https://h", { fetch, clock })
    .run(importing(), inputs)
    .collect();
  expect(outcomes).toMatchObject([
    { kind: "ok", result: { id: "1" } },
    { kind: "ok", result: { id: "2" } },
  ]);
  expect(asked).toEqual(["POST /import", ...Array(4).fill("GET /jobs/a%2F1")]);
  expect(clock.slept).toEqual([1000, 1500, 2250, 3375]);
});
it.each([
  ["cancelled is never ok", ["cancelled"], { kind: "unknown", reason: "canceled" }],
  [
    "an unlisted state never counts as done",
    ["finished"],
    { kind: "unknown", reason: "pending", cause: { id: "a/1", path: "/jobs/a%2F1" } },
  ],
  ["a job that is gone", [404], { kind: "unknown", reason: "pending" }],
  ["a job that is not seen to end", ["queued"], { kind: "unknown", reason: "pending" }],
] as const)("%s", async (_, states, wanted) => {
  const { asked, fetch } = jobs(states);
  const [outcome] = await clientFor("https://h", { fetch }).run(importing(), inputs).collect();
  expect(outcome).toMatchObject(wanted);
  expect(asked.filter((each) => !/^(POST|GET)/.test(each))).toEqual([]);
});
describe("a report", () => {
  const report = { method: "GET", path: "/jobs/{job_id}/results", param: "job_id", next: "/next" };
  const done = { kind: "ok" };
  const pending = { kind: "unknown", reason: "pending" };
  it.each<{
    readonly of: string;
    readonly pages: readonly (Readonly<Record<string, unknown>> | number | string)[];
    readonly want: readonly [object, object];
    readonly asked?: readonly string[];
  }>([
    { of: "one page", pages: [{ results: inputs }], want: [done, done] },
    {
      of: "several pages, by relative and by whole addresses",
      pages: [
        { results: [], next: "?page=2" },
        { results: [{ id: "2" }], next: "https://h/pages/3?a=b" },
        { results: [{ id: "1" }], next: null },
      ],
      want: [done, done],
      asked: ["/jobs/a%2F1/results", "/jobs/a%2F1/results?page=2", "/pages/3?a=b"],
    },
    {
      of: "pages that leave an input out",
      pages: [{ results: [{ id: "1" }], next: "?page=2" }, { results: [] }],
      want: [done, { kind: "unknown", reason: "noResult" }],
    },
    { of: "a page that is busy once", pages: [503, { results: inputs }], want: [done, done] },
    {
      of: "a page that is gone",
      pages: [{ results: [{ id: "1" }], next: "?page=2" }, 404],
      want: [pending, pending],
    },
    { of: "half a page", pages: ['{"results": [{"id": "1"}'], want: [pending, pending] },
    {
      of: "a page on another server",
      pages: [{ results: inputs, next: "https://other/2" }],
      want: [pending, pending],
      asked: ["/jobs/a%2F1/results"],
    },
  ])("of $of", async ({ pages, want, asked = [] }) => {
    const seen: string[] = [];
    const fetch = (request: Request): Promise<Response> => {
      const { pathname, search, origin } = new URL(request.url);
      if (request.method === "POST")
        return Promise.resolve(Response.json({ data: { id: "a/1" } }, { status: 202 }));
      if (pathname === "/jobs/a%2F1") return Promise.resolve(Response.json({ state: "complete" }));
      expect(origin).toBe("https://h");
      const page = pages[Math.min(seen.push(pathname + search), pages.length) - 1];
      return Promise.resolve(
        typeof page === "object"
          ? Response.json(page)
          : new Response(typeof page === "string" ? page : "{}", {
              status: typeof page === "number" ? page : 200,
            }),
      );
    };
    const outcomes = await clientFor("https://h", { fetch })
      .run(importing({ report }), inputs)
      .collect();
    expect(outcomes).toMatchObject(want);
    if (asked.length > 0) expect(seen).toEqual(asked);
  });
});
it("is done where the reply covers it", async () => {
  const { fetch } = jobs([]);
  const [outcome] = await clientFor("https://h", { fetch })
    .run(importing({ fireAndForget: true }), inputs)
    .collect();
  expect(outcome?.kind).toBe("ok");
});
it("nobody can poll: unknown", async () => {
  const { fetch } = jobs([]);
  const { poll: _, ...rest } = job;
  const blind = endpoint<Endpoint<Upsert>>({
    ...importing().operation,
    job: rest,
  });
  const [outcome] = await clientFor("https://h", { fetch }).run(blind, inputs).collect();
  expect(outcome).toMatchObject({ kind: "unknown", reason: "pending" });
});
it.each([
  ["PROCESSING", "pending"],
  ["CANCELED", "canceled"],
  ["COMPLETED_MAYBE", "noResult"],
])("a reply in the state %s is not ok, whatever it holds", async (status, reason) => {
  const fetch = () => Promise.resolve(Response.json({ status, results: [{ id: "1" }] }));
  const [outcome] = await clientFor("https://h", { fetch })
    .run(update, [{ id: "1", properties: { n: 1 } }])
    .collect();
  expect(outcome).toMatchObject({ kind: "unknown", reason });
});
