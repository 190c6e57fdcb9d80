/** Emulators for tests: documents written out, servers that are closed whatever happens. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect } from "vitest";
import { startEmulator } from "../../generator/emulator/emulate.js";
import type { Emulator, EmulatorClock, EmulatorOptions } from "../../generator/emulator/emulate.js";
import { presets } from "../../generator/emulator/faults/plan.js";
import { emulatedOperations } from "../../generator/emulator/operations.js";
import { listen } from "../../generator/emulator/server.js";
import { createService } from "../../generator/emulator/service.js";
import { read } from "../../generator/openapi/read.js";

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** Serves a document given as an object. */
export async function emulate(document: object, options: EmulatorOptions = {}) {
  const cwd = mkdtempSync(join(tmpdir(), "emulator-"));
  open.push(() => rmSync(cwd, { recursive: true }));
  writeFileSync(join(cwd, "api.json"), JSON.stringify(document));
  return start({ cwd, paths: ["api.json"], ...options });
}

const root = join(import.meta.dirname, "..", "..");

let specs: Promise<ReturnType<typeof emulatedOperations>["operations"]> | undefined;

/** Serves the documents of specs/ as `startEmulator` does, and reads them once for all tests of a file. */
export async function emulateSpecs({ faults = [], port = 0, ...options }: EmulatorOptions = {}) {
  specs ??= read({ cwd: root, paths: ["specs"], overlays: [], presets: ["hubspot"] }).then(
    (found) => emulatedOperations(found.specs).operations,
  );
  const plan = typeof faults === "string" ? presets[faults] : faults;
  const service = createService(await specs, { ...options, faults: plan });
  const listening = await listen(service, { port, host: "127.0.0.1" });
  const url = `http://127.0.0.1:${listening.port}`;
  return opened({
    ...{ url, port: listening.port, close: () => listening.close() },
    stats: (options?: { readonly keys?: boolean }) => service.stats(options),
    reset: () => service.reset(),
  });
}

async function start(options: EmulatorOptions) {
  const emulator = await startEmulator(options);
  expect(emulator.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return opened(emulator);
}

function opened<E extends Pick<Emulator, "url" | "close">>(emulator: E) {
  open.push(() => emulator.close());
  return { emulator, post: (path: string, body: unknown) => send(emulator, "POST", path, body) };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined where the text is no JSON. */
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- any JSON
}

/** A body that is a text is sent as it is. */
export async function send(
  { url }: Pick<Emulator, "url">,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const reply = await fetch(url + path, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: text }),
    signal: AbortSignal.timeout(5000),
  });
  const answer = await reply.text();
  let parsed: unknown;
  try {
    parsed = JSON.parse(answer);
  } catch {
    parsed = undefined;
  }
  return { status: reply.status, headers: reply.headers, text: answer, body: parsed };
}

/** A document with one operation. */
export function documentOf(
  path: string,
  batch: object | undefined,
  {
    method = "post",
    request = {},
    replies = {},
    more = {},
    media = "application/json",
    parameters = [],
  }: {
    method?: string;
    request?: object;
    replies?: Record<string, object | undefined>;
    more?: object;
    media?: string;
    parameters?: object[];
  } = {},
) {
  const content = (schema: object, type = "application/json") => ({
    content: { [type]: { schema } },
  });
  return {
    openapi: "3.1.0",
    info: { title: "Test", version: "1" },
    paths: {
      [path]: {
        [method]: {
          parameters,
          ...(method === "get" ? {} : { requestBody: content(request, media) }),
          responses: Object.fromEntries(
            Object.entries(replies).map(([status, schema]) => [
              status,
              { description: "", ...(schema && content(schema)) },
            ]),
          ),
          ...(batch && { "x-batch": batch }),
        },
      },
      ...more,
    },
  };
}

/** A clock that a test moves. Sleep takes no time, and the clock records it. */
export function fakeClock(start = Date.UTC(2024, 2, 1)) {
  const slept: number[] = [];
  let now = start;
  const clock: EmulatorClock = {
    now: () => now,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
  };
  return { clock, slept, pass: (ms: number) => void (now += ms) };
}

export const ids = (count: number, from = 1): string[] =>
  Array.from({ length: count }, (_, i) => String(from + i));
