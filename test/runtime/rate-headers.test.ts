import { describe, expect, it } from "vitest";
import type { Rate } from "../../generator/runtime/endpoint/x-batch.js";
import { observeRate } from "../../generator/runtime/send/rate-headers.js";
import type { RateLimiter } from "../../generator/runtime/send/rate-limiter.js";

const date = "Sun, 29 Nov 2026 12:00:00 GMT";
const soon = Date.parse(date) / 1000 + 40;

/** What a limiter is told: `5 of 100 in 60000 ms`, `?` for what the reply does not say; `pause 30000`. */
function told(headers: Readonly<Record<string, string>>, rate?: Rate): readonly string[] {
  const calls: string[] = [];
  const text = (value: number) => (Number.isNaN(value) ? "?" : String(value));
  const rateLimiter: RateLimiter = {
    ...{ key: "k", state: { waitMs: 0, remaining: [] }, take: () => Promise.resolve(0) },
    pause: (ms) => void calls.push(`pause ${ms}`),
    observe: ({ remaining, limit, intervalMs }) =>
      void calls.push(`${text(remaining)} of ${text(limit)} in ${text(intervalMs)} ms`),
  };
  observeRate(rateLimiter, rate, new Headers({ date, ...headers }));
  return calls;
}

type Row = [
  of: string,
  headers: Readonly<Record<string, string>>,
  want: readonly string[],
  rate?: Rate,
];
const limit = "ratelimit";
const policy = "ratelimit-policy";

describe("the fields of the IETF", () => {
  it.each<Row>([
    ["nothing", {}, []],
    ["a policy", { [limit]: '"a";r=5;t=30', [policy]: '"a";q=100;w=60' }, ["5 of 100 in 60000 ms"]],
    ["no more of it", { [limit]: '"a";r=0;t=30' }, ["0 of ? in ? ms", "pause 30000"]],
    [
      "two policies in another order, with spaces",
      { [limit]: '"a" ; r=5, "b"; r=0 ;t=9', [policy]: '"b";q=50;w=1,  "a";w=60;q=100' },
      ["5 of 100 in 60000 ms", "0 of 50 in 1000 ms", "pause 9000"],
    ],
    [
      "names with commas, semicolons and quotes",
      {
        [limit]: '"a;r=0, b;r=9;t=9";r=5;t=30, "say \\"x;r=1\\"";r=6',
        [policy]: '"a;r=0, b;r=9;t=9";q=100;w=60, "say \\"x;r=1\\"";q=7;w=1',
      },
      ["5 of 100 in 60000 ms", "6 of 7 in 1000 ms"],
    ],
    [
      "parameters that are no numbers",
      { [limit]: '"a";r=5;t=30;pk=:cHsd=:', [policy]: '"a";q=100;qu="requests";w=60' },
      ["5 of 100 in 60000 ms"],
    ],
    ["a limit without its window", { [limit]: '"a";r=5', [policy]: '"a";q=9' }, ["5 of ? in ? ms"]],
    ["no number left", { [limit]: '"a";t=30', [policy]: '"a";q=100;w=60' }, []],
    ["something else", { [limit]: '"""";;==,,r=-1;r=x' }, []],
    [
      "all in one, as in draft 7",
      { [limit]: "limit=100, remaining=0, reset=5", [policy]: "100;w=60, 5000;w=3600" },
      ["0 of 100 in 60000 ms", "pause 5000"],
    ],
    [
      "three fields, as in the first drafts",
      { "ratelimit-limit": "100", "ratelimit-remaining": "0", "ratelimit-reset": "5" },
      ["0 of ? in ? ms", "pause 5000"],
    ],
    [
      "three fields, with the policies beside the limit",
      { "ratelimit-limit": "50, 50;w=1;burst=9, 1000;w=60", "ratelimit-remaining": "20" },
      ["20 of 50 in 1000 ms"],
    ],
    [
      "a reset that is a time",
      { "ratelimit-remaining": "0", "ratelimit-reset": String(soon) },
      ["0 of ? in ? ms", "pause 40000"],
    ],
    [
      "empty fields",
      { [limit]: "", [policy]: "", "ratelimit-remaining": "", "ratelimit-reset": " " },
      [],
    ],
  ])("%s", (_, headers, want, rate) => {
    expect(told(headers, rate)).toEqual(want);
  });
});

const reset = (as: "seconds" | "epoch" | "epochMs" | "date"): Rate => ({
  headers: { remaining: "x-left", reset: { name: "x-reset", as } },
});

describe("the headers that the data names", () => {
  it.each<Row>([
    [
      "a window",
      { "x-left": "3", "x-most": "10", "x-ms": "500" },
      ["3 of 10 in 500 ms"],
      { headers: { remaining: "x-left", limit: "x-most", intervalMs: "x-ms" } },
    ],
    [
      "a header for each window",
      { "x-minute": "3", "x-day": "70" },
      ["3 of ? in 60000 ms", "70 of ? in 86400000 ms"],
      {
        windows: [
          { requests: 60, ms: 60_000, remaining: "x-minute" },
          { requests: 5000, ms: 86_400_000, remaining: "x-day" },
        ],
      },
    ],
    ["a missing header", { "x-reset": "5" }, [], reset("seconds")],
    ["an empty header, which is not 0", { "x-left": "", "x-reset": "5" }, [], reset("seconds")],
    ["no number", { "x-left": "many", "x-reset": "5" }, [], reset("seconds")],
    ["less than nothing", { "x-left": "-1", "x-reset": "5" }, [], reset("seconds")],
    [
      "a header that came twice",
      { "x-left": "0, 0", "x-reset": "5" },
      ["0 of ? in ? ms", "pause 5000"],
      reset("seconds"),
    ],
    ["no reset", { "x-left": "0", "x-reset": "" }, ["0 of ? in ? ms"], reset("epoch")],
    ...(
      [
        ["seconds", "1.5", 1500],
        ["epoch", String(soon), 40_000],
        ["epochMs", String(soon * 1000), 40_000],
        ["date", "Sun, 29 Nov 2026 12:00:07 GMT", 7000],
      ] as const
    ).map(([as, text, ms]): Row => [
      `a reset as ${as}`,
      { "x-left": "0", "x-reset": text },
      ["0 of ? in ? ms", `pause ${ms}`],
      reset(as),
    ]),
    [
      "the names of the IETF, in another meaning",
      { "ratelimit-remaining": "0", "ratelimit-reset": String(soon * 1000) },
      ["0 of ? in ? ms", "pause 40000"],
      {
        headers: {
          remaining: "RateLimit-Remaining",
          reset: { name: "RateLimit-Reset", as: "epochMs" },
        },
      },
    ],
  ])("%s", (_, headers, want, rate) => {
    expect(told(headers, rate)).toEqual(want);
  });
});
