/** `openEnums`: responses may have values that their enums do not list, requests may not. */
import { describe, expect, test } from "vitest";
import { documentOf } from "../classes.js";
import { filesOf, generateFrom, problems } from "../emit/compile.js";

const string = { type: "string" };
const document = documentOf({
  schemas: {
    A: {
      type: "object",
      properties: {
        status: { $ref: "#/components/schemas/Status" },
        inline: { type: "integer", enum: [1, 2] },
        nullable: { type: "string", nullable: true, enum: ["x", "y", null] },
        one: { type: "string", enum: ["only"] },
        Unlisted: { $ref: "#/components/schemas/Unlisted" },
      },
      required: ["status"],
    },
    Status: { type: "string", enum: ["DONE", "GONE"] },
    Unlisted: { type: "object", properties: { a: string } },
  },
});

const use = (open: boolean): string => `
import type { create } from "./src/x.js";
${open ? 'import type { Unlisted } from "./src/index.js";' : ""}
type S = NonNullable<Parameters<typeof create>[0][number]["s0"]>;
type R = NonNullable<NonNullable<(typeof create)["~types"]>["result"]["r"]>;
declare const r: R;
export function told(): string {
  switch (r.status) {
    case "DONE": return "done";
    case "GONE": return "gone";
    default: return r.status satisfies ${open ? "Unlisted" : "never"};
  }
}
export const closed: S = { status: "DONE", inline: 1 };
// @ts-expect-error requests are closed
export const other: S = { status: "OTHER" };
export const one: "only" | undefined = r.one;
export const inline: ${open ? "1 | 2 | Unlisted<number>" : "1 | 2"} | undefined = r.inline;
export const nullable: ${open ? '"x" | "y" | Unlisted' : '"x" | "y"'} | null | undefined = r.nullable;
`;

describe("openEnums", () => {
  test.each([true, false])("%s", async (openEnums) => {
    const generated = await generateFrom({ "a.json": document }, { openEnums });
    const files = new Map([...filesOf(generated), ["use.ts", use(openEnums)]]);
    expect(problems({ p: files })).toEqual([]);
    expect(files.get("src/index.ts")?.includes("Unlisted")).toBe(openEnums);
  });
});
