import { describe, expect, it } from "vitest";
import { markdownOf, plainOf } from "../../generator/base/html.js";
import { doc, isIdentifier, literal, propertyName } from "../../generator/schemas/text.js";

describe("doc", () => {
  it.each<[string, Parameters<typeof doc>, string]>([
    ["nothing", [[undefined, "", " \n "]], ""],
    ["one line", [["Hello."]], "/** Hello. */\n"],
    ["paragraphs", [["One.", "Two."]], "/**\n * One.\n *\n * Two.\n */\n"],
    ["tags", [["One."], [{ tag: "deprecated" }]], "/**\n * One.\n * @deprecated\n */\n"],
    ["a tag alone", [[], [{ tag: "default", text: "5" }]], "/** @default 5 */\n"],
    ["the end of a comment", [["a */ b **/ c"]], "/** a *\\/ b **\\/ c */\n"],
    ["what could be tags", [["@internal x"]], "/** \\@internal x */\n"],
    [
      "every kind of line break",
      [["a\r\nb\u2028c\u2029d\re"]],
      "/**\n * a\n * b\n * c\n * d\n * e\n */\n",
    ],
    ["characters that nobody sees", [["a\u0000\u202eb"]], "/** ab */\n"],
  ])("%s", (_, given, want) => {
    expect(doc(...given)).toBe(want);
  });
});

describe("HTML in a description", () => {
  it.each<[string, string, markdown: string, plain?: string]>([
    ["none", "a < b, <id>, `<id>` and List<String>", "a < b, <id>, `<id>` and List<String>"],
    ["paragraphs", "<p>One.</p> <p>Two.</p>", "One.\n\nTwo.", "One. Two."],
    ["breaks", "one<br>two<br/>three", "one\ntwo\nthree", "one two three"],
    [
      "a list of paragraphs",
      "<p>Do:</p> <ul> <li> <p>One.</p> </li> <li> <p>Two.</p> <p>More.</p> </li> </ul> <p>End.</p>",
      "Do:\n\n- One.\n- Two.\n  More.\n\nEnd.",
      "Do: One. Two. More. End.",
    ],
    [
      "lists in a list",
      "<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul>",
      "- a\n  1. b\n  2. c\n- d",
      "a 1. b 2. c d",
    ],
    [
      "marks",
      "Use <code>a_b</code>, <b>not <i>this</i></b>.",
      "Use `a_b`, **not *this***.",
      "Use a_b, not this.",
    ],
    [
      "links",
      'See <a href="https://e.com/a?b=c#d">this page </a>, <a href="#x">that</a>.',
      "See [this page](https://e.com/a?b=c#d), that.",
      "See this page, that.",
    ],
    ["a link in code", '<code><a href="https://e.com">Put</a></code>', "`Put`", "Put"],
    ["a note", "<p>One.</p> <note> <p>Two.</p> </note>", "One.\n\nNote: Two.", "One. Note: Two."],
    ["entities, once", "<p>a &lt;b&gt; &amp;lt; &#233; &unknown;</p>", "a <b> &lt; é &unknown;"],
    ["a placeholder", "<p>The <target> of it.</p>", "The <target> of it."],
    [
      "Markdown",
      "**One**<br>\n- `<br>` two\n- three",
      "**One**\n- `<br>` two\n- three",
      "**One** - `<br>` two - three",
    ],
    ["a link to a script", '<a href="javascript:alert(1)">x</a>', "x"],
    ["tags that nobody opens or closes", "</ul></b><li><p>a</li></a><ul>", "- a", "a"],
  ])("%s", (_, given, want, without = want) => {
    expect(markdownOf(given)).toBe(want);
    expect(plainOf(given)).toBe(without);
  });

  it("cannot end a comment, or begin a tag", () => {
    expect(doc(["<p>a &#42;/ b</p><p>@internal</p>"])).toBe(
      "/**\n * a *\\/ b\n *\n * \\@internal\n */\n",
    );
  });
});

describe("names and literals", () => {
  it.each<[string, boolean, string]>([
    ["abc", true, "abc"],
    ["$a_1", true, "$a_1"],
    ["größe", true, "größe"],
    ["\u{16ea0}", false, '"\u{16ea0}"'],
    ["delete", true, "delete"],
    ["a-b", false, '"a-b"'],
    ["", false, '""'],
    ["1", false, '"1"'],
    ["__proto__", true, '"__proto__"'],
    ['a"b\\', false, '"a\\"b\\u005c"'],
    ['\\\\"\\', false, '"\\\\\\\\\\"\\u005c"'],
    ["\u2028", false, '"\\u2028"'],
  ])("%j", (name, identifier, property) => {
    expect([isIdentifier(name), propertyName(name)]).toEqual([identifier, property]);
  });

  it("writes values as source", () => {
    expect([literal("a\u2029'"), literal(-1), literal(true), literal(null)]).toEqual([
      '"a\\u2029\'"',
      "-1",
      "true",
      "null",
    ]);
  });
});
