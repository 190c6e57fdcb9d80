import { describe, expect, it } from "vitest";
import {
  endpoint,
  type Endpoint,
  type EndpointTypes,
} from "../../generator/runtime/endpoint/endpoint.js";
import type { Operation } from "../../generator/runtime/endpoint/operation.js";
import { findRemainder } from "../../generator/runtime/reply/remainder.js";
import type { Uses } from "../../generator/runtime/endpoint/uses.js";
import { encodings } from "./encodings.js";
import { service } from "./endpoints.js";
import { clientFor } from "./kit.js";

const base: Operation = {
  name: "x.y",
  service,
  method: "POST",
  path: "/x",
  kind: "create",
  items: { at: "" },
  limit: { items: 10 },
  replies: [200, 204],
};

/** The outcomes of the inputs when the service answers so. */
async function outcomesOf(
  changes: Partial<Operation>,
  inputs: readonly unknown[],
  reply: unknown,
  { status = 200, uses = {} }: { status?: number; uses?: Uses } = {},
) {
  const target = endpoint<Endpoint<EndpointTypes>>({ ...base, ...changes }, uses);
  const replies = Array.isArray(reply) && reply[0] === "replies" ? reply.slice(1) : [reply];
  const fetch = () => {
    const body: unknown = replies.length > 1 ? replies.shift() : replies[0];
    return Promise.resolve(
      new Response(
        body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
        { status },
      ),
    );
  };
  return clientFor("https://h", { fetch }).run(target, inputs).collect();
}

/** The outcomes as text: `ok 5`, `failed BAD`, `unknown noResult`. */
async function answers(...given: Parameters<typeof outcomesOf>): Promise<string[]> {
  return (await outcomesOf(...given)).map((outcome) =>
    outcome.kind === "ok"
      ? `ok ${JSON.stringify(outcome.result)}`
      : outcome.kind === "failed"
        ? `failed ${outcome.error.category}`
        : `${outcome.kind} ${outcome.reason}`,
  );
}

const byId = { by: "value", request: "/id", result: "/id", error: "/id" } as const;
const results = { at: "/r" };
const errors = { at: "/e" };
const two = [{ id: "1" }, { id: "2" }];

describe("a reply", () => {
  it.each<[string, Partial<Operation>, readonly unknown[], unknown, string[]]>([
    [
      "in another order",
      { results, match: [byId] },
      two,
      { r: [{ id: "2" }, { id: "1" }] },
      ['ok {"id":"1"}', 'ok {"id":"2"}'],
    ],
    [
      "with failures whose names stand where the data says",
      { results, errors: { at: "/e", category: "/why/kind" }, match: [byId] },
      [...two, { id: "3" }],
      {
        r: [{ id: "1" }],
        e: [
          { id: "2", code: "GENERAL", why: { kind: "TAKEN" } },
          { id: "3", code: "GENERAL", why: { kind: 7 } },
        ],
      },
      ['ok {"id":"1"}', "failed TAKEN", "failed 7"],
    ],
    [
      "with numbers for ids",
      { results, match: [byId] },
      two,
      { r: [{ id: 2 }, { id: 1 }] },
      ['ok {"id":1}', 'ok {"id":2}'],
    ],
    [
      "with ids in lower case",
      { results, match: [{ ...byId, fold: "lower" }] },
      [{ id: "A@B" }, { id: "c" }],
      { r: [{ id: "a@b" }, { id: "C" }] },
      ['ok {"id":"a@b"}', 'ok {"id":"C"}'],
    ],
    [
      "with one result for two inputs",
      { results, match: [byId] },
      two,
      { r: [{ id: "2" }] },
      ["unknown noResult", 'ok {"id":"2"}'],
    ],
    [
      "with a stranger for the last one",
      { results, match: [byId] },
      two,
      { r: [{ id: "2" }, { id: "77" }] },
      ["unknown noResult", 'ok {"id":"2"}'],
    ],
    [
      "with an entry without an id for the last one",
      { results, match: [byId] },
      two,
      { r: [{ id: "2" }, { name: "a" }] },
      ['ok {"name":"a"}', 'ok {"id":"2"}'],
    ],
    [
      "with something that is no entry for the last one",
      { results, match: [byId] },
      two,
      { r: [{ id: "2" }, "a"] },
      ["unknown noResult", 'ok {"id":"2"}'],
    ],
    [
      "that lacks what an acknowledgement has",
      { results: { at: "/task", as: "none" } },
      two,
      { message: "hello" },
      ["unknown noResult", "unknown noResult"],
    ],
    [
      "with strangers only",
      { results, match: [byId] },
      two,
      { r: [{ id: "8" }, { id: "9" }] },
      ["unknown noResult", "unknown noResult"],
    ],
    [
      "with a stranger too many",
      { results, match: [byId] },
      [{ id: "1" }],
      { r: [{ id: "8" }, { id: "9" }] },
      ["unknown noResult"],
    ],
    [
      "with both a result and an error",
      { results, errors, match: [byId] },
      two,
      { r: two, e: [{ id: "1", code: "BAD" }] },
      ["unknown noResult", 'ok {"id":"2"}'],
    ],
    [
      "with two inputs in one error",
      { results, errors, match: [{ ...byId, error: "/ids" }] },
      two,
      { e: [{ ids: ["2", "1"], code: "BAD" }] },
      ["failed BAD", "failed BAD"],
    ],
    [
      "with one error and nothing to find it by, for one input",
      { results, errors, match: [byId] },
      [{ id: "1" }],
      { r: [], e: [{ code: "BAD" }] },
      ["failed BAD"],
    ],
    [
      "with one error and nothing to find it by, for two",
      { results, errors, match: [byId] },
      two,
      { r: [{ id: "1" }], e: [{ code: "BAD" }] },
      ['ok {"id":"1"}', "unknown noResult"],
    ],
    [
      "with an error that is none",
      { results, errors: { ...errors, ignore: [{ at: "/code", equals: "NONE" }] }, match: [byId] },
      [{ id: "1" }],
      { r: [{ id: "1" }], e: [{ id: "1", code: "NONE" }] },
      ['ok {"id":"1"}'],
    ],
    [
      "to a read, with an error that is none and no result",
      {
        kind: "read",
        results,
        errors: { ...errors, ignore: [{ at: "/code", equals: "NONE" }] },
        match: [byId],
      },
      [...two, { id: "3" }],
      { r: [{ id: "1" }], e: [{ id: "2", code: "NONE" }] },
      ['ok {"id":"1"}', "ok undefined", "unknown noResult"],
    ],
    [
      "to a write, with an error that is none and no result",
      { results, errors: { ...errors, ignore: [{ at: "/code", equals: "NONE" }] }, match: [byId] },
      [{ id: "1" }],
      { r: [], e: [{ id: "1", code: "NONE" }] },
      ["unknown noResult"],
    ],
    [
      "by index",
      { results, errors, match: [{ by: "index", result: "/i", error: "/i" }] },
      two,
      { r: [{ i: 1 }], e: [{ i: 0, code: "BAD" }] },
      ["failed BAD", 'ok {"i":1}'],
    ],
    [
      "by order, one missing",
      { results: { ...results, order: true } },
      two,
      { r: [1] },
      ["unknown noResult", "unknown noResult"],
    ],
    ["by order", { results: { ...results, order: true } }, two, { r: [1, 2] }, ["ok 1", "ok 2"]],
    [
      "with a status in each result",
      { results: { at: "", status: "/s", ok: ["2XX"], order: true } },
      [1, 2, 3],
      [{ s: 201 }, { s: 422, code: "BAD" }, {}],
      ['ok {"s":201}', "failed BAD", "unknown noResult"],
    ],
    [
      "with a value in each result",
      { results: { at: "", value: "/v", error: "/e", order: true } },
      [1, 2, 3],
      [{ v: 5 }, { e: "BAD" }, { v: 6, e: null }],
      ["ok 5", "failed BAD", "ok 6"],
    ],
    [
      "that mentions only what failed",
      { results, errors, match: [{ ...byId, absent: "ok" }] },
      two,
      { e: [{ id: "1", code: "BAD" }] },
      ["failed BAD", "ok undefined"],
    ],
    [
      "that mentions only what failed, one of it unknown",
      { results, errors, match: [{ ...byId, absent: "ok" }] },
      two,
      { e: [{ code: "BAD" }] },
      ["unknown noResult", "unknown noResult"],
    ],
    ["that acknowledges", {}, two, { anything: 1 }, ["ok undefined", "ok undefined"]],
    [
      "that acknowledges, with an error",
      { errors, match: [byId] },
      two,
      { e: [{ id: "2", code: "BAD" }] },
      ["ok undefined", "failed BAD"],
    ],
    [
      "of an atomic service",
      { mode: "atomic", results },
      two,
      { r: [{ x: 1 }, { x: 2 }] },
      ["ok undefined", "ok undefined"],
    ],
    [
      "without a body",
      { results, match: [byId] },
      two,
      undefined,
      ["unknown noResult", "unknown noResult"],
    ],
    [
      "of an unexpected shape",
      { results, match: [byId] },
      two,
      { r: "many" },
      ["unknown noResult", "unknown noResult"],
    ],
    [
      "with hostile names",
      { results: { at: "/r", as: "map" }, match: [{ by: "mapKey" }], items: { at: "", as: "map" } },
      [
        { key: "__proto__", value: 1 },
        { key: "constructor", value: 2 },
      ],
      '{"r": {"__proto__": 1}}',
      ["ok 1", "unknown noResult"],
    ],
  ])("%s", async (_, changes, inputs, reply, wanted) => {
    const as = changes.items?.as;
    const uses = as && as !== "array" ? { encode: encodings[as] } : {};
    expect(await answers(changes, inputs, reply, { uses })).toEqual(wanted);
  });
  it("without a body, declared", async () => {
    expect(await answers({ results, match: [byId] }, two, undefined, { status: 204 })).toEqual([
      "ok undefined",
      "ok undefined",
    ]);
  });
  it.each<[string, Partial<Operation>, object, string]>([
    ["where services put it", { errors }, { e: [{ id: "1", reason: "taken" }] }, "taken"],
    [
      "where the data says",
      { errors: { at: "/e", message: "/why" } },
      { e: [{ id: "1", message: "failed", why: "taken" }] },
      "taken",
    ],
    [
      "in a result that failed",
      { results: { at: "/r", error: "/error" }, errors: { message: "/why" } },
      { r: [{ id: "1", error: { message: "failed" }, why: "taken" }] },
      "taken",
    ],
    [
      "in the error of a result",
      { results: { at: "/r", error: "/error" } },
      { r: [{ id: "1", message: "done", error: { message: "taken" } }] },
      "taken",
    ],
  ])("with the text of a failure %s", async (_, changes, reply, want) => {
    const [outcome] = await outcomesOf({ ...changes, match: [byId] }, [{ id: "1" }], reply);
    expect(outcome).toMatchObject({ kind: "failed", error: { message: want } });
  });
  it.each<[string, Partial<Operation>, readonly string[]]>([
    ["nothing", {}, ["unknown noResult", "failed BAD"]],
    ["that it is partial", { statuses: { partial: [422] } }, ["ok undefined", "failed BAD"]],
    [
      "that it is partial with such a body",
      { statuses: { partial: [{ status: 422, at: "/e" }] } },
      ["ok undefined", "failed BAD"],
    ],
    [
      "that it is partial with another body",
      { statuses: { partial: [{ status: 422, at: "/imported" }] } },
      ["unknown noResult", "failed BAD"],
    ],
    [
      "that it refuses all, and that a parameter asks for a part",
      {
        mode: { switch: { in: "query", name: "partial", value: true } },
        statuses: { wholeBatch: [422] },
      },
      ["unknown noResult", "failed BAD"],
    ],
    ["that all fail together", { mode: "atomic" }, ["failed HTTP_422", "failed BAD"]],
  ])("of 422 that names an input, where the data says %s", async (_, changes, want) => {
    const operation = { errors, match: [{ by: "value", request: "/id", error: "/id" }] } as const;
    const reply = { e: [{ id: "2", code: "BAD" }] };
    expect(await answers({ ...operation, ...changes }, two, reply, { status: 422 })).toEqual(want);
  });
  it("accepted is not done", async () => {
    expect(await answers({}, two, {}, { status: 202 })).toEqual([
      "unknown pending",
      "unknown pending",
    ]);
    expect(
      await answers({ results, match: [byId] }, [two[0]], { r: [two[0]] }, { status: 202 }),
    ).toEqual(['ok {"id":"1"}']);
  });
  it("with an error that names some inputs by one rule and some by another", async () => {
    const match = [
      { by: "key", request: "/t", error: "/t" },
      { ...byId, error: "/ids" },
    ] as const;
    const inputs = [{ id: "1", t: "a" }, { id: "2" }, { id: "3" }];
    const reply = { r: [{ id: "3" }], e: [{ t: ["a"], ids: ["1", "2"], code: "BAD" }] };
    expect(await answers({ results, errors, match }, inputs, reply)).toEqual([
      "failed BAD",
      "failed BAD",
      'ok {"id":"3"}',
    ]);
  });
  it("with an id that two inputs have proves nothing", async () => {
    const key = { by: "key", request: "/t", result: "/t", generate: "counter" } as const;
    // The caller's own key is the one that the first input will get.
    expect(
      await answers({ results, match: [key] }, [{ id: "a" }, { id: "b", t: "0" }], {
        r: [{ t: "0" }],
      }),
    ).toEqual(["unknown noResult", "unknown noResult"]);
  });
  it.each<[string, Partial<Operation>, readonly unknown[], unknown]>([
    [
      "a list",
      { items: { at: "/inputs" } },
      [{ a: 1, b: 2 }, { a: 2 }],
      { left: [{ b: 2, a: 1 }] },
    ],
    [
      "the request's own shape",
      { items: { at: "/inputs" } },
      [{ a: 1 }, { a: 2 }],
      { left: { inputs: [{ a: 1 }] } },
    ],
    [
      "groups",
      { items: { at: "/tables", as: "groups" } },
      [
        { key: "t", value: { a: 1 } },
        { key: "u", value: 2 },
      ],
      { left: { t: [{ a: 1 }] } },
    ],
  ])("that gives a part back, as %s: it is sent again", async (_, changes, inputs, reply) => {
    const as = changes.items?.as;
    const uses = { findRemainder, ...(as === "groups" && { encode: encodings.groups }) };
    const operation = { remainder: { at: "/left" }, ...changes };
    expect(await answers(operation, inputs, ["replies", reply, {}], { uses })).toEqual([
      "ok undefined",
      "ok undefined",
    ]);
    expect(await answers(operation, inputs, reply, { uses })).toEqual([
      "notSent quota",
      "ok undefined",
    ]);
  });
});
