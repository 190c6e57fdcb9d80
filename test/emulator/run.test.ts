/**
 * The generated package against the emulator: two programs that share no code for encoding, decoding or matching.
 * It compares the outcome of each input with what the server applied.
 */
import { describe, expect, test } from "vitest";
import { createClient } from "../../generated/src/index.js";
import * as notes from "../../generated/src/notes.js";
import * as objects from "../../generated/src/objects.js";
import * as partnerClients from "../../generated/src/partnerClients.js";
import * as projects from "../../generated/src/projects.js";
import type { Application, EmulatorOptions } from "../../generator/emulator/emulate.js";
import { emulateSpecs } from "./start.js";

/** Nobody sleeps: time jumps, and with it the rates. */
function jumpingClock() {
  let now = 0;
  return {
    now: () => now,
    async sleep(ms: number, signal: AbortSignal) {
      signal.throwIfAborted();
      now += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const count = 300;
/** Says which input it is: the server tells it back in what it has applied. */
const mark = (i: number) => ({ mark: String(i) });
const range = <T>(make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

type Client = ReturnType<typeof createClient>;

const chunkSize = 20;
const deals = { params: { objectType: "deals" } };

const runs = {
  update: (client: Client) =>
    client.run(
      notes.update,
      range((i) => ({ id: String(i), properties: mark(i) })),
    ),
  "update without a place for errors": (client: Client) =>
    client.run(
      partnerClients.update,
      range((i) => ({ id: String(i), properties: mark(i) })),
    ),
  "update by e-mail": (client: Client) =>
    client.run(
      notes.update,
      range((i) => ({ id: `User${i}@Example.com`, idProperty: "email", properties: mark(i) })),
      { chunkSize },
    ),
  upsert: (client: Client) =>
    client.run(
      projects.upsert,
      range((i) => ({ id: `P${i}`, idProperty: "code", properties: mark(i) })),
      { chunkSize },
    ),
  create: (client: Client) =>
    client.run(
      objects.create,
      range((i) => ({ properties: mark(i), associations: [] })),
      { chunkSize, ...deals },
    ),
  archive: (client: Client) =>
    client.run(
      objects.archive,
      range((i) => ({ id: String(i) })),
      { chunkSize, ...deals },
    ),
};

/** Which input it was, by what the server has applied. */
function markOf({ input }: Application): string {
  const { id, properties } = input as { id?: string; properties?: { mark: string } };
  return properties?.mark ?? id ?? "";
}

async function ledger(name: keyof typeof runs, options: EmulatorOptions, timeoutMs = 10_000) {
  const applied = new Map<string, number>();
  const { emulator } = await emulateSpecs({
    ...options,
    clock: jumpingClock(),
    onApplied(application) {
      const key = markOf(application);
      applied.set(key, (applied.get(key) ?? 0) + 1);
    },
  });
  const client = createClient({
    auth: "token",
    baseUrl: emulator.url,
    clock: jumpingClock(),
    timeoutMs,
  });
  const run = runs[name](client);
  const outcomes: readonly { kind: string; index: number }[] = await run.collect();
  const of = (...kinds: string[]) =>
    outcomes.filter(({ kind }) => kinds.includes(kind)).map(({ index }) => String(index));
  const times = (key: string) => applied.get(key) ?? 0;
  return { outcomes, of, times, summary: await run.summary, emulator };
}

const names = Object.keys(runs) as (keyof typeof runs)[];

test.each(names)("%s: without faults, all is well", async (name) => {
  const { of, times } = await ledger(name, { behaviour: { rates: false } });
  expect(of("ok")).toHaveLength(count);
  expect(of("ok").filter((key) => times(key) !== 1)).toEqual([]);
});

describe.each(names)("%s, with harsh faults", (name) => {
  test.each([1, 2, 3])("seed %d", async (seed) => {
    const options = {
      seed,
      faults: "harsh" as const,
      behaviour: { rates: false },
    };
    const { of, times, summary, emulator } = await ledger(name, options, 150);
    expect(summary.read).toBe(count);
    expect(of("ok", "failed", "unknown", "notSent")).toHaveLength(count);
    expect(of("ok").filter((key) => times(key) === 0)).toEqual([]);
    expect(of("failed", "notSent").filter((key) => times(key) > 0)).toEqual([]);
    if (name === "create") {
      expect(of("ok", "unknown").filter((key) => times(key) > 1)).toEqual([]);
      expect(Object.values(emulator.stats().collections)[0]?.createdAgain ?? 0).toBe(0);
    }
    expect(of("ok").length).toBeGreaterThan(0);
  });
});
