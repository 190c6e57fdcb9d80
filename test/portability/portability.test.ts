/**
 * The same generated package and the same short run on each platform, faults on, against what the emulator has applied.
 * `npm test` takes the Node that it runs on; `npm run test:portability` takes all that can be had.
 */
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  startEmulator,
  type Application,
  type Emulator,
} from "../../generator/emulator/emulate.js";
import { front } from "./front.js";
import { browse, chromium, others, printed, thisNode } from "./platforms.js";

const root = resolve(import.meta.dirname, "../..");
const everything = process.env["PORTABILITY"] === "all";
const notAsked = "not asked for: npm run test:portability";

/** A project that has installed the package. */
const project = mkdtempSync(join(tmpdir(), "portability-"));
const installed = join(project, "node_modules/hubspot-batch");
let emulator: Emulator;
const applied: Application[] = [];

beforeAll(async () => {
  expect(existsSync(join(root, "generated/dist/index.js")), "npm run build:generated").toBe(true);
  for (const part of ["package.json", "dist"])
    cpSync(join(root, "generated", part), join(installed, part), { recursive: true });
  for (const file of ["short-run.js", "command-line.js", "require.cjs"])
    cpSync(join(import.meta.dirname, file), join(project, file));
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  emulator = await startEmulator({
    cwd: root,
    presets: ["hubspot"],
    faults: "harsh",
    seed: 7,
    behaviour: { rates: false },
    onApplied: (application) => void applied.push(application),
  });
});
afterAll(async () => {
  await emulator.close();
  rmSync(project, { recursive: true, force: true });
});

interface Told {
  readonly outcomes: readonly { readonly index: number; readonly key: string; kind: string }[];
  readonly summary: Readonly<
    Record<"read" | "ok" | "failed" | "unknown" | "notSent" | "requests" | "retries", number>
  > & { readonly ended: string };
}

/** Every promise that can be checked from outside. */
function check(told: unknown, label: string): void {
  expect(told).toMatchObject({ updates: {}, creates: {} });
  const runs = told as { readonly updates: Told; readonly creates: Told };
  const times = new Map<string, number>();
  const kindOf = (properties: object) => ("dealname" in properties ? "creates " : "updates ");
  for (const { input } of applied) {
    const { properties } = input as { properties: Record<string, string> };
    const name = properties["hs_note_body"] ?? properties["dealname"] ?? "";
    if (name.startsWith(`${label}/`))
      times.set(kindOf(properties) + name, (times.get(kindOf(properties) + name) ?? 0) + 1);
  }
  for (const [kind, { outcomes, summary }] of Object.entries(runs)) {
    const { ended, read, ok, failed, unknown, notSent, requests } = summary;
    expect({ ended, read }).toEqual({ ended: "complete", read: 300 });
    expect(ok + failed + unknown + notSent).toBe(read);
    expect(new Set(outcomes.map(({ index }) => index)).size).toBe(300);
    // The faults were there, and most of the work was done in spite of them.
    expect(ok).toBeGreaterThan(30);
    expect(requests).toBeGreaterThanOrEqual(15);
    for (const outcome of outcomes) {
      const count = times.get(`${kind} ${outcome.key}`) ?? 0;
      if (outcome.kind === "ok") expect(count, `${outcome.key} is ok`).toBeGreaterThan(0);
      if (outcome.kind === "failed" || outcome.kind === "notSent")
        expect(count, `${outcome.key} is ${outcome.kind}`).toBe(0);
      if (kind === "creates") expect(count, `${outcome.key} is created`).toBeLessThan(2);
    }
  }
}

test(`a short run on ${thisNode.name}`, async () => {
  const found = await thisNode.find(project);
  if ("missing" in found) throw new Error(found.missing);
  check(
    await printed(found.program, ["command-line.js", emulator.url, "this-node"], project),
    "this-node",
  );
});

test("CommonJS: require() of the package", async (context) => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  // Node 21 and 22.0 to 22.11 have no `require` of ESM without a flag.
  if (!(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)))
    return context.skip(`Node ${process.versions.node} cannot require ESM`);
  expect(await printed(process.execPath, ["require.cjs"], project)).toEqual({
    same: true,
    path: "/crm/v3/objects/notes/batch/update",
    body: { inputs: [{ id: "1", properties: { hs_note_body: "hi" } }] },
    run: "function",
    kind: "create",
  });
});

describe("elsewhere", () => {
  test.for(others)("a short run on $name", async (platform, context) => {
    if (!everything) return context.skip(notAsked);
    const { name, find, args } = platform;
    const label = name.replaceAll(" ", "-");
    const found = await find(join(project, `programs-${label}`));
    if ("missing" in found) return context.skip(found.missing);
    const told = await printed(
      found.program,
      [...args, "command-line.js", emulator.url, label],
      project,
    );
    check(told, label);
  });

  test(`a short run in ${chromium.name}`, async (context) => {
    if (!everything) return context.skip(notAsked);
    const found = await chromium.find(project);
    if ("missing" in found) return context.skip(found.missing);
    const page = await front(emulator.url, installed);
    const browser = await browse(found.program, `${page.url}/?label=chromium`);
    try {
      const told = await Promise.race([
        page.report,
        browser.closed.then((said) => ({ error: `the browser ended: ${said}` })),
        new Promise((done) => setTimeout(done, 120_000, { error: "the page told nothing" })),
      ]);
      check(told, "chromium");
    } finally {
      await browser.close();
      await page.close();
    }
  });
});
