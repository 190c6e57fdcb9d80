import { expect, test } from "vitest";
import { createRouter } from "../../generator/emulator/routes.js";

const find = (path: string, ...templates: string[]) => {
  const found = createRouter(
    templates.map((path) => ({ method: "POST", path, target: path })),
  ).find("POST", path);
  return found && "target" in found ? [found.target, { ...found.params }] : found;
};

test.each<[template: string, path: string, params: Record<string, string> | undefined]>([
  ["/a/{x}/batch", "/a/1/batch", { x: "1" }],
  ["/a/{x}/batch", "/a/b%2Fc%20d/batch", { x: "b/c d" }],
  ["/a/{x}/batch", "/a/1/2/batch", undefined],
  ["/a/{x}/batch", "/a/1/batch/", undefined],
  ["/a/{x}/batch", "/A/1/batch", undefined],
  ["/a/{x}", "/a/%", undefined],
  ["/{c}:action", "/rows:action", { c: "rows" }],
  ["/{d}.{e}", "/main.users", { d: "main", e: "users" }],
  ["/a/{object-type}/{__proto__}", "/a/1/2", { "object-type": "1", ["__proto__"]: "2" }],
  ["/$batch", "/$batch", {}],
  ["/a(b)*[c]+!", "/a(b)*[c]+!", {}],
  ["/über/`${x}`", "/%C3%BCber/%60$1%60", { x: "1" }],
])("%s: %s", (template, path, params) => {
  expect(find(path, template)).toEqual(params && [template, params]);
});

test("of several the one with more fixed text", () => {
  const templates = ["/{type}/batch", "/notes/batch", "/{type}/{verb}"];
  expect(find("/notes/batch", ...templates)).toEqual(["/notes/batch", {}]);
  expect(find("/deals/batch", ...templates)).toEqual(["/{type}/batch", { type: "deals" }]);
  expect(find("/deals/x", ...templates)?.[0 as never]).toBe("/{type}/{verb}");
});

test("a path that cannot be served has a diagnostic", () => {
  const { refused } = createRouter([{ method: "GET", path: "/{a}{b}", target: 1 }]);
  expect(refused).toEqual([{ path: "/{a}{b}", reason: expect.stringContaining("b") }]);
});
