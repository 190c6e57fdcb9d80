/** A short form of `npm run hostile`, and that it finds what it looks for. */
import { expect, test } from "vitest";
import { hostileCases } from "./cases.js";
import { strangers } from "./strangers.js";

test("300 hostile documents, replies and overlays find nothing", async () => {
  const { kinds, findings } = await hostileCases(300, 1);
  expect(findings).toEqual([]);
  expect(Object.keys(kinds).sort()).toEqual(["documents", "options", "overlays", "replies"]);
});

test("code of a document would be found", () => {
  expect(strangers("src/a.ts", 'export const a = "evil()"; // evil()\n')).toEqual([]);
  expect(strangers("src/a.ts", 'export const a = ""; evil(); "";\n')).not.toEqual([]);
});
