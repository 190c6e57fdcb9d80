/** `hostileOverlay`: an overlay made by chance, applied to a document. */
import type { Diagnostic } from "../../generator/base/diagnostics.js";
import type { JsonObject, JsonValue } from "../../generator/base/json.js";
import { applyOverlay } from "../../generator/openapi/apply-overlay.js";
import { readOverlay } from "../../generator/openapi/overlay.js";
import type { Source } from "../../generator/openapi/source.js";
import type { Finding } from "./finding.js";
import type { Random } from "./random.js";
import { name, scalar, value } from "./values.js";

const sourceOf = (file: string, value: JsonValue): Source => ({
  id: `/${file}`,
  file,
  hash: "",
  value,
  locate: (pointer) => ({ file, pointer }),
});

const patterns = [
  "(a+)+b",
  "(a|a)*$",
  "a{1000}{1000}",
  "(",
  "[",
  "\\p{L}+",
  "(?=a)",
  "(.*)*x",
  "[^]",
  "\\1",
  "a".repeat(400),
] as const;
const filters = [
  "@.id == 'a'", "@ == 1", "!@.a", "@..*", "count(@..*) > 1", "length(@) < 3", "value(@..id) == 'k1'", "@.a < $..b", "(((@.a)))", "@.a && @.b || @.c", "1 == 1",
  "@[0] == null", "nothing(@)", "@.a ==", "count(1) == 1",
] as const; // prettier-ignore

function path(random: Random): string {
  if (random.chance(0.05)) return JSON.stringify(scalar(random));
  const segment = random.pick<() => string>([
    () => `.${random.pick(["id", "paths", "a", "__proto__", "results"])}`,
    () => `[${JSON.stringify(name(random))}]`,
    () => ".*",
    () => "..*",
    () => `..['${random.pick(["a", "id"])}', *]`,
    () => `[${random.below(9) - 4}]`,
    () =>
      random.pick([
        "[0:9:2]",
        "[::-1]",
        "[:-1]",
        "[::0]",
        "[9007199254740993]",
        "[0,0,0]",
        "[*,*]",
      ]),
    () => `[?${random.pick<string>(filters)}]`,
    () => `..[?${random.pick(["match", "search"])}(@.id, '${random.pick<string>(patterns)}')]`,
    () => random.pick(["[", "]", "[?", "['", "..", ".", "[?@", "~"]),
  ]);
  return `$${random.list(4, segment).join("")}`;
}

const action = (random: Random): JsonValue =>
  random.chance(0.05)
    ? value(random, 2)
    : {
        target: path(random),
        ...random.pick<() => JsonObject>([
          () => ({ update: value(random) }),
          () => ({ update: value(random) }),
          () => ({ remove: true }),
          () => ({ copy: path(random) }),
          () => ({ [name(random)]: value(random, 1) }),
        ])(),
      };

export function hostileOverlay(random: Random, report: Finding): void {
  const given = value(random, 6);
  const document: JsonObject = {
    openapi: "3.1.0",
    paths: { "/a": { get: { id: "a".repeat(random.below(60)) + "!" } } },
    a: given,
    results: random.list(random.chance(0.05) ? 300 : 6, () => ({ id: scalar(random) })),
  };
  const before = JSON.stringify(document);
  const source = sourceOf("document.json", document);
  const overlay = sourceOf("overlay.json", {
    overlay: random.pick(["1.0.0", "1.1.0"]),
    info: { title: "o", version: "1" },
    actions: random.list(5, () => action(random)),
  });
  const told: Diagnostic[] = [];
  const checked = readOverlay(overlay, (diagnostic) => told.push(diagnostic));
  if (checked)
    applyOverlay(document, checked, {
      source,
      origins: new WeakMap(),
      matched: () => undefined,
      xBatchAs: "x-batch",
      report: (diagnostic) => told.push(diagnostic),
    });
  if (JSON.stringify(document) !== before)
    report("crash", "the overlay changed the document that it was given");
  for (const { message } of told)
    if (/undefined|\[object|Cannot read/.test(message)) report("crash", message.slice(0, 300));
}
