/** Described properties: what is written and read, what is refused, and that reading never costs an outcome. */
import { expect, describe, it } from "vitest";
import {
  boolean,
  date,
  dateTime,
  manyOf,
  number,
  oneOf,
  properties,
  string,
  withProperties,
  type Property,
} from "../../generator/runtime/codecs.js";
import { withCodec } from "../../generator/runtime/endpoint/codec.js";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import { selectEndpoint } from "../../generator/runtime/endpoint/select.js";
import { styles } from "../../generator/runtime/endpoint/styles.js";
import { read, update as plainUpdate } from "./endpoints.js";
import { clientFor } from "./kit.js";

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const stage = oneOf("lead", "customer");
const tags = manyOf("a", "b c");

interface Write {
  write(value: never): string;
}
it.each<[string, Write, unknown, string]>([
  ["string", string, "", ""],
  ["boolean", boolean, false, "false"],
  ["number", number, -1.5, "-1.5"],
  ["number", number, 0, "0"],
  ["number", number, 1e20, "100000000000000000000"],
  ["date", date, day("2026-01-31"), "2026-01-31"],
  ["date", date, day("1969-12-31"), "1969-12-31"],
  ["dateTime", dateTime, new Date(1), "1970-01-01T00:00:00.001Z"],
  ["oneOf", stage, "lead", "lead"],
  ["manyOf", tags, ["b c", "a"], "b c;a"],
  ["manyOf", tags, [], ""],
])("%s writes, %#", (_, property, value, want) => {
  expect(property.write(value as never)).toBe(want);
});

it.each<[string, Write, unknown, string]>([
  ["string", string, 1, "not a string"],
  ["boolean", boolean, "true", "not a boolean"],
  ["number", number, "1", "not a number"],
  ["number", number, NaN, "not a number"],
  ["number", number, Infinity, "not a number"],
  ["number that only an exponent can write", number, 1e21, "decimal digits"],
  ["number that only an exponent can write", number, 1e-7, "decimal digits"],
  ["date with a time", date, new Date("2026-01-31T09:30:00Z"), "midnight UTC"],
  ["date that is none", date, new Date("x"), "midnight UTC"],
  ["date", date, "2026-01-31", "midnight UTC"],
  ["date", date, new Date("+010000-01-01T00:00:00Z"), "the years 0 to 9999"],
  ["dateTime that is none", dateTime, new Date("x"), "not a Date"],
  ["dateTime", dateTime, 0, "not a Date"],
  ["oneOf", stage, "Lead", "not one of"],
  ["oneOf", stage, "constructor", "not one of"],
  ["manyOf", tags, ["a", "c"], "not a list"],
  ["manyOf", tags, "a", "not a list"],
])("%s refuses, %#", (_, property, value, want) => {
  expect(() => property.write(value as never)).toThrow(want);
});

it.each<[string, { read(text: string): unknown }, string, unknown]>([
  ["string", string, "1", "1"],
  ["boolean", boolean, "true", true],
  ["boolean", boolean, "TRUE", undefined],
  ["number", number, "-0.50", -0.5],
  ["number", number, "1.5E7", 15_000_000],
  ["number", number, "", undefined],
  ["number", number, " 1", undefined],
  ["number", number, "0x10", undefined],
  ["number", number, "Infinity", undefined],
  ["number that a double cannot hold", number, "12345678901234567890", undefined],
  ["date", date, "2026-01-31", day("2026-01-31")],
  ["date", date, "1430438400000", day("2015-05-01")],
  ["date", date, "2026-01-31T00:00:00.000Z", day("2026-01-31")],
  ["date", date, "2026-01-31T09:30:00Z", undefined],
  ["date", date, "2026-02-31", undefined],
  ["date", date, "31.01.2026", undefined],
  ["date", date, "January", undefined],
  ["dateTime", dateTime, "2026-01-31T09:30:00.5Z", new Date("2026-01-31T09:30:00.500Z")],
  ["dateTime", dateTime, "2026-01-31T09:30:00+02:00", new Date("2026-01-31T07:30:00Z")],
  ["dateTime", dateTime, "2026-02-30T09:30:00Z", undefined],
  ["dateTime", dateTime, "2026-01-31T09:30:00+99:00", undefined],
  ["dateTime", dateTime, "9".repeat(40), undefined],
  ["oneOf", stage, "customer", "customer"],
  ["oneOf", stage, "opportunity", undefined],
  ["manyOf", tags, "a;b c", ["a", "b c"]],
  ["manyOf", tags, "a;x", undefined],
  ["manyOf", tags, "", undefined],
])("%s reads, %#", (_, property, text, want) => {
  expect(property.read(text)).toEqual(want);
});

it("a value with the separator is no value of manyOf", () => {
  expect(() => manyOf("a;b")).toThrow(TypeError);
});

const fragile: Property<string> = {
  write: (value) => value,
  read: () => {
    throw new Error("not mine");
  },
};
const contact = properties({ score: number, signup: date, stage, fragile });

describe("a record", () => {
  it("has texts for the described values", () => {
    const values = { score: 1, signup: day("2026-01-31"), stage: undefined, fragile: null };
    expect(contact.write(values)).toEqual({ score: "1", signup: "2026-01-31", fragile: "" });
    expect(contact.names).toEqual(["score", "signup", "stage", "fragile"]);
  });

  it.each<[unknown, string]>([
    [{ score: "1" }, "/properties/score is not a number"],
    [{ scor: 1 }, "/properties/scor is not described"],
    [{ constructor: "x" }, "/properties/constructor is not described"],
    [JSON.parse('{"__proto__": "x"}'), "/properties/__proto__ is not described"],
  ])("refuses %j", (values, want) => {
    expect(() => contact.write(values as never)).toThrow(want);
  });

  it("keeps what does not fit, and what is not described", () => {
    const stored = JSON.parse(
      '{"score":"high","stage":"lead","signup":null,"fragile":"x","__proto__":"y","other":"1"}',
    ) as Record<string, string | null>;
    const found = contact.read(stored);
    expect(found).toEqual(stored);
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
  });

  it.each([[null], ["text"], [["1"]], [7]])("reads %j as it is", (stored) => {
    expect(contact.read(stored as never)).toEqual(stored);
  });
});

interface Texts {
  readonly [name: string]: string;
}
interface Update {
  kind: "update";
  input: { id: string; properties: Texts };
  result: { readonly id: string; readonly properties: Readonly<Record<string, string | null>> };
  reply: Reply;
}
const update: Endpoint<Update> = endpoint(plainUpdate.operation);

/** Answers with these results, and keeps the inputs that it got. */
function answering(results: (inputs: readonly { id: string }[]) => unknown) {
  const sent: unknown[] = [];
  const client = clientFor("https://service", {
    fetch: async (request) => {
      const { inputs } = (await request.json()) as { inputs: { id: string }[] };
      sent.push(...inputs);
      return Response.json({ status: "COMPLETE", results: results(inputs) });
    },
  });
  return { client, sent };
}

describe("in a run", () => {
  const written = [
    { id: "1", properties: { score: 1 } },
    { id: "2", properties: { score: NaN } },
    { id: "3", properties: { score: 3, stage: "lead" as const } },
  ];

  it("an input that does not fit fails alone, before it is sent", async () => {
    const { client, sent } = answering((inputs) => inputs);
    const outcomes = await client.run(withProperties(update, contact), written).collect();
    expect(sent).toMatchObject([
      { id: "1", properties: { score: "1" } },
      { id: "3", properties: { score: "3", stage: "lead" } },
    ]);
    expect(outcomes).toMatchObject([
      { kind: "ok", result: { properties: { score: 1 } } },
      { kind: "failed", at: "input", error: { category: "invalid" }, sent: { attempts: 0 } },
      { kind: "ok", result: { properties: { score: 3, stage: "lead" } } },
    ]);
    expect(outcomes[1]).toMatchObject({
      error: { message: "/properties/score is not a number of decimal digits" },
    });
  });

  it.each([[{ score: "high" }], [null], ["text"], [[1]], [undefined]])(
    "is ok, whatever the properties of a result are: %j",
    async (properties) => {
      const { client } = answering((inputs) => inputs.map(({ id }) => ({ id, properties })));
      const [outcome] = await client
        .run(withProperties(update, contact), [{ id: "1", properties: {} }])
        .collect();
      expect(outcome).toMatchObject({ kind: "ok", result: { id: "1" } });
      expect(outcome?.kind === "ok" && outcome.result.properties).toEqual(properties);
    },
  );

  it("what is selected is read", async () => {
    const select: typeof read = selectEndpoint(read.operation, { fill: styles });
    const { client } = answering(() => [{ id: "1", properties: { score: "2", stage: null } }]);
    const [outcome] = await client
      .run(withProperties(select.select(contact.names), contact), [{ id: "1" }])
      .collect();
    expect(outcome).toMatchObject({
      kind: "ok",
      result: { id: "1", properties: { score: 2, stage: null } },
    });
  });
});

describe("withCodec, in a run", () => {
  it("an input that its codec refuses fails alone, before it is sent", async () => {
    const { client, sent } = answering((inputs) => inputs);
    const positive = withCodec(update, {
      input: (id: number) => {
        if (id < 0) throw new RangeError("not positive");
        return { id: String(id), properties: {} };
      },
    });
    expect(await client.run(positive, [1, -2, 3]).collect()).toMatchObject([
      { kind: "ok", input: 1 },
      { kind: "failed", at: "input", error: { message: "not positive" }, sent: { attempts: 0 } },
      { kind: "ok", input: 3 },
    ]);
    expect(sent).toMatchObject([{ id: "1" }, { id: "3" }]);
  });

  it("a result that its codec refuses is unknown, never failed, and the others are ok", async () => {
    const { client } = answering((inputs) => inputs);
    const cause = new TypeError("not a record of ours");
    const strict = withCodec(update, {
      result: ({ id }) => {
        if (id === "2") throw cause;
        return id;
      },
    });
    const inputs = ["1", "2", "3"].map((id) => ({ id, properties: {} }));
    expect(await client.run(strict, inputs).collect()).toMatchObject([
      { kind: "ok", result: "1" },
      { kind: "unknown", reason: "crashed", cause, sent: { attempts: 1 } },
      { kind: "ok", result: "3" },
    ]);
  });

  it("an asynchronous schema is refused on both sides", async () => {
    const schema = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: (value: unknown) => Promise.resolve({ value }),
      },
    };
    const { client, sent } = answering((inputs) => inputs);
    const one = [{ id: "1", properties: {} }];
    const inputSide = withCodec(update, { input: schema as never });
    expect(await client.run(inputSide, one as never).collect()).toMatchObject([
      { kind: "failed", at: "input", error: { message: "an asynchronous schema" } },
    ]);
    expect(sent).toEqual([]);
    const resultSide = withCodec(update, { result: schema as never });
    expect(await client.run(resultSide, one).collect()).toMatchObject([
      { kind: "unknown", reason: "crashed", cause: { message: "an asynchronous schema" } },
    ]);
  });
});
