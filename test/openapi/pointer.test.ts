import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatPointer, getAt, parsePointer, resolveRef } from "../../generator/base/pointer.js";
import type { JsonValue } from "../../generator/base/json.js";

describe("parsePointer and formatPointer", () => {
  it.each<[string, string[]]>([
    ["", []],
    ["/", [""]],
    ["/a/b", ["a", "b"]],
    ["/a~1b/c~0d", ["a/b", "c~d"]],
    ["/~01", ["~1"]],
    ["/a//b", ["a", "", "b"]],
  ])("%j is %j", (pointer, tokens) => {
    expect(parsePointer(pointer)).toEqual(tokens);
    expect(formatPointer(tokens)).toBe(pointer);
  });

  it("are inverse for any tokens", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (tokens) => {
        expect(parsePointer(formatPointer(tokens))).toEqual(tokens);
      }),
    );
  });

  it("refuse what is no pointer", () => expect(() => parsePointer("a/b")).toThrow(TypeError));
});

const document = JSON.parse(`{
  "a b": {"x": [10, {"y": 20}], "": 30},
  "a/b": {"c~d": 40, "100%": 50, "%41": 60},
  "__proto__": {"own": 70},
  "defs": {"first": {"$anchor": "here", "v": 80}, "second": {"$anchor": "here", "v": 90}},
  "link": {"$ref": "#/defs/first"}
}`) as JsonValue;

describe("getAt", () => {
  it.each<[string, JsonValue | undefined]>([
    ["/a b/x/1/y", 20],
    ["/a b/", 30],
    ["/a~1b/c~0d", 40],
    ["/__proto__/own", 70],
    ["/a b/x/01", undefined],
    ["/a b/x/-", undefined],
    ["/a b/x/length", undefined],
    ["/toString", undefined],
    ["/a b/constructor", undefined],
    ["not a pointer", undefined],
    ["/a b/x/0/deeper", undefined],
  ])("%j is %j", (pointer, value) => expect(getAt(document, pointer)).toBe(value));

  it("gives the document itself for the empty pointer", () => {
    expect(getAt(document, "")).toBe(document);
  });
});

describe("resolveRef", () => {
  it.each<[string, string | undefined, JsonValue | undefined]>([
    ["#/a%20b/x/0", "/a b/x/0", 10],
    ["#/a b/x/0", "/a b/x/0", 10],
    ["#/a~1b/c~0d", "/a~1b/c~0d", 40],
    ["#/a%7E1b/c~0d", "/a~1b/c~0d", 40],
    ["#/a~1b/100%", "/a~1b/100%", 50],
    ["#/a~1b/100%25", "/a~1b/100%", 50],
    ["#/a~1b/%41", "/a~1b/%41", 60],
    ["#/link/v", undefined, undefined],
    ["#/nowhere", undefined, undefined],
    ["#nowhere", undefined, undefined],
    ["other.json#/a", undefined, undefined],
  ])("%j leads to %j", (ref, pointer, value) => {
    expect(resolveRef(document, ref)).toEqual(
      pointer === undefined ? undefined : { pointer, value },
    );
  });

  it("finds an anchor, the first of two", () => {
    expect(resolveRef(document, "#here")?.pointer).toBe("/defs/first");
  });

  it("gives the document for #", () => {
    expect(resolveRef(document, "#")).toEqual({ pointer: "", value: document });
  });
});
