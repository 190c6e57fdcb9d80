/**
 * Every preset of the tool, proved: its values have sources; the vendor's documented replies, from a plain server, give
 * the outcomes that they must; the request is right byte by byte; the package compiles; and against the emulator with
 * faults, no outcome is false. The emulator speaks from the same data as the preset, so it alone would prove nothing.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { beforeAll, describe, expect, test } from "vitest";
import type { Application } from "../../generator/emulator/emulate.js";
import { presets as faultPlans } from "../../generator/emulator/faults/plan.js";
import type { EmulatedOperation } from "../../generator/emulator/operation.js";
import { emulatedOperations } from "../../generator/emulator/operations.js";
import { listen } from "../../generator/emulator/server.js";
import { createService } from "../../generator/emulator/service.js";
import { read as readDocuments } from "../../generator/openapi/read.js";
import { problems, type Files } from "../emit/compile.js";
import { folder, inputsOf, jumpingClock, packageOf, play, presets, withKeys } from "./preset.js";
import type { PresetPackage } from "./preset.js";
import { withoutSource } from "./sources.js";

const read = (...path: string[]): any => parse(readFileSync(join(folder, ...path), "utf8")); // eslint-disable-line @typescript-eslint/no-explicit-any -- our own files

const packages = new Map<string, PresetPackage>();
let compiled: readonly string[] = [];

beforeAll(async () => {
  const all: Record<string, Files> = {};
  for (const { name } of presets) {
    const made = await packageOf(name);
    packages.set(name, made);
    all[name] = made.files;
  }
  compiled = problems(all);
});

describe.each(presets)("$name", ({ name, cards }) => {
  const made = () => packages.get(name)!;

  test("says where each value is from", () => {
    const { actions } = read(name, "overlay.yaml");
    expect(actions.flatMap(withoutSource)).toEqual([]);
    const about = read(name, "preset.json");
    expect(about.service).toMatch(/\S/);
    expect(about.covers).toMatch(/\S/);
    expect(Array.isArray(about.unverified)).toBe(true);
    for (const { source, path, commit, sha256 } of about.documents) {
      expect(source).toMatch(/^(github:|npm:|https:)/);
      expect(path).toMatch(/\S/);
      expect(commit ?? sha256).toMatch(/^[0-9a-f]{40,64}$/);
    }
  });

  test("fits its document, without a word", () => {
    // Nor is there a word of it in the document.
    expect(readFileSync(join(folder, name, "document.yaml"), "utf8")).not.toContain("x-batch");
    const { diagnostics } = made().generated;
    expect(diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);
    const known = made().generated.rows.filter((row) => row.recognised);
    expect(known.length).toBeGreaterThan(0);
    expect(known.filter(({ kind, tier }) => kind === undefined || tier !== "x-batch")).toEqual([]);
  });

  test("gives a package that compiles", () => {
    expect(compiled.filter((problem) => problem.startsWith(`${name}/`))).toEqual([]);
  });

  test("has a card of success for each kind of operation, and one of failure", () => {
    const all = Object.values(cards);
    expect(all.some(({ want }) => want.every((kind) => kind === "ok"))).toBe(true);
    expect(all.some(({ want }) => want.some((kind) => kind !== "ok"))).toBe(true);
    for (const { source } of all)
      expect(
        withoutSource({ update: { "x-batch": { a: 1 }, "x-sources": { "": source } } }),
      ).toEqual([]);
  });

  test.each(Object.entries(cards))("%s", async (_, card) => {
    const { received, outcomes } = await play(made(), card);
    expect(outcomes).toEqual(card.want);
    expect(received).toHaveLength(card.replies.length);
    const [first] = received;
    const { url, headers = {}, body } = withKeys(card.request, first);
    expect(`${first?.method} ${first?.url}`).toBe(url);
    for (const [header, value] of Object.entries(headers))
      expect({ header, value: first?.headers[header] }).toEqual({
        header,
        value: expect.stringMatching(new RegExp(`^${value}$`)),
      });
    if (typeof body === "string") expect(first?.body).toBe(body);
    else if (body !== undefined) expect(JSON.parse(first?.body ?? "")).toEqual(body);
  });

  /** One card for each operation, whose inputs the emulator gets. */
  const operations = [
    ...new Map(
      Object.values(cards)
        .filter(({ emulated }) => emulated !== false)
        .map((card) => [card.operation, card]),
    ).values(),
  ];
  const succeeded = new Map<string, number>();
  /** What `startEmulator` serves, which would read the document again for each run. */
  let served: readonly EmulatedOperation[] = [];
  beforeAll(async () => {
    const paths = [join(folder, name, "document.yaml")];
    const { specs } = await readDocuments({ cwd: folder, paths, overlays: [], presets: [name] });
    served = emulatedOperations(specs).operations;
  });
  const runs = operations.flatMap((card) =>
    (["moderate", "harsh"] as const).flatMap((faults) =>
      [1, 2, 3].map((seed) => ({ card, faults, seed, operation: card.operation })),
    ),
  );
  test.runIf(runs.length > 0).each(runs)(
    "$operation against the emulator, $faults, seed $seed",
    async ({ card, faults, seed }) => {
      const applied = new Map<string, number>();
      const service = createService(served, {
        faults: faultPlans[faults],
        seed,
        behaviour: { rates: false, validate: false },
        clock: jumpingClock(),
        onApplied({ input }: Application) {
          const key = numberIn(input);
          applied.set(key, (applied.get(key) ?? 0) + 1);
        },
      });
      const { port, close } = await listen(service, { port: 0, host: "127.0.0.1" });
      try {
        const inputs = inputsOf(card, 100);
        const client = made().createClient({
          auth: "token",
          baseUrl: `http://127.0.0.1:${port}`,
          clock: jumpingClock(),
          timeoutMs: 300,
        });
        const options = { chunkSize: 10, ...(card.params && { params: card.params }) };
        const outcomes = await client
          .run(made().endpoints.get(card.operation), inputs, options)
          .collect();
        expect(outcomes).toHaveLength(inputs.length);
        const times = (kind: string) =>
          outcomes
            .filter((one) => one.kind === kind)
            .map(({ index }) => applied.get(String(index)) ?? 0);
        expect(
          times("ok").filter((count) => count === 0),
          card.operation,
        ).toEqual([]);
        expect([...times("failed"), ...times("notSent")].filter((count) => count > 0)).toEqual([]);
        succeeded.set(card.operation, (succeeded.get(card.operation) ?? 0) + times("ok").length);
      } finally {
        await close();
      }
    },
  );

  // A request that holds all inputs may well fail in one of the runs.
  test("succeeds in one of these runs at least, for each operation", () => {
    expect(operations.filter(({ operation }) => (succeeded.get(operation) ?? 0) === 0)).toEqual([]);
  });
});

/** Inputs differ in their number alone, which each has after a hash, or is. */
const numberIn = (input: unknown): string =>
  /(?:#|^"?)(\d+)/.exec(JSON.stringify(input))?.[1] ?? "";

test("README and docs have a row for each", () => {
  for (const page of ["README.md", "docs/presets.md"]) {
    const text = readFileSync(join(folder, "..", page), "utf8");
    const rows = [...text.matchAll(/^\| `([a-z0-9-]+)` +\|/gm)].map(([, name]) => name);
    expect(rows, page).toEqual(expect.arrayContaining(presets.map(({ name }) => name)));
  }
});

test("no value without a source passes", () => {
  const value = { kind: "create", limit: { items: 5 }, retry: { safe: true } };
  const said = (how: string, at = "") => ({
    update: {
      "x-batch": value,
      "x-sources": { [at]: { url: "https://a.example/x", how, date: "2026-01-01" } },
    },
  });
  expect(withoutSource(said("documented"))).toEqual([]);
  expect(withoutSource(said("advised"))).toEqual(["/retry/safe is only advised"]);
  expect(withoutSource(said("documented", "/retry"))).toEqual(["/limit/items has no source"]);
  expect(withoutSource(said("guessed"))).not.toEqual([]);
  expect(existsSync(folder)).toBe(true);
});
