import { describe, expect, it } from "vitest";
import { itemError } from "../../generator/runtime/run/outcome.js";

describe("the error of an item: its category and its message", () => {
  it.each<{
    readonly of: string;
    readonly body: unknown;
    readonly status?: number;
    readonly parts?: readonly unknown[];
    readonly want: readonly [category: string, message: string];
  }>([
    {
      of: "a body that has them in `error`",
      body: { error: { code: "NOT_FOUND", message: "no such row" } },
      status: 404,
      want: ["NOT_FOUND", "no such row"],
    },
    {
      of: "a body that has them in a list",
      body: { errors: [{ code: "BAD", detail: "no such row" }] },
      status: 422,
      want: ["BAD", "no such row"],
    },
    {
      of: "a body that has them in two objects",
      body: { error: { errors: [{ code: "BAD", reason: "no such row" }] } },
      status: 400,
      want: ["BAD", "no such row"],
    },
    {
      of: "a part that comes before the body",
      body: { id: "1", message: "outer" },
      parts: [{ error: { message: "inner" } }],
      want: ["error", "inner"],
    },
    {
      of: "a second part",
      body: {},
      parts: [undefined, { errors: [{ type: "TAKEN", title: "taken" }] }],
      want: ["TAKEN", "taken"],
    },
    { of: "a name alone", body: { reason: "conflict" }, want: ["error", "conflict"] },
    {
      of: "a name, and a sentence in `reason`",
      body: { error: "conflict", reason: "Document update conflict." },
      want: ["conflict", "Document update conflict."],
    },
    {
      of: "a code, and a sentence beside it",
      body: { ErrorCode: "Busy", ErrorMessage: "Slow down." },
      want: ["Busy", "Slow down."],
    },
    { of: "nothing", body: {}, status: 503, want: ["HTTP_503", ""] },
  ])("$of", ({ body, status, parts, want }) => {
    const {
      category,
      message,
      body: kept,
    } = itemError(body, status, undefined, parts && { parts });
    expect([category, message]).toEqual(want);
    expect(kept).toBe(body);
  });
});
