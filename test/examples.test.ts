/** The examples of docs/examples, as they stand there: against the emulator, or a service in memory. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"; // prettier-ignore
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Application, EmulatorOptions } from "../generator/emulator/emulate.js";
import { service } from "./docs/service.js";
import { emulateSpecs } from "./emulator/start.js";

const exec = promisify(execFile);
const root = join(import.meta.dirname, "..");
const examples = join(root, "docs/examples");

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "openapi-batch-examples-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const { argv } = process;
const printed: string[] = [];
beforeEach(() => {
  const print = (...parts: unknown[]) => void printed.push(parts.join(" "));
  vi.spyOn(console, "log").mockImplementation(print);
  vi.spyOn(console, "error").mockImplementation(print);
  vi.stubEnv("HUBSPOT_TOKEN", "token");
});
afterEach(() => {
  printed.length = 0;
  process.argv = argv;
  process.exitCode = undefined;
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

/** A module of an example, which may be a program that ends before this does. */
async function load<M>(path: string, url: string, ...args: readonly string[]): Promise<M> {
  vi.stubEnv("OPENAPI_BATCH_URL", url);
  process.argv = [process.execPath, path, ...args];
  return (await import(join(examples, path))) as M; // the example's own exports
}

async function emulator(behaviour: EmulatorOptions["behaviour"] = {}) {
  const applied: Application[] = [];
  const { emulator } = await emulateSpecs({
    behaviour,
    onApplied: (application) => void applied.push(application),
  });
  return { url: emulator.url, applied };
}

test("a script for Node", async () => {
  const { url, applied } = await emulator({ missing: ["2"] });
  const lines = ["1", "2", "3"].map((id) => JSON.stringify({ id, properties: { a: "b" } }));
  await load("node-script.ts", url, file("notes.jsonl", `${lines.join("\n")}\n`));
  expect(printed).toEqual([expect.stringMatching(/^2 /), "2 of 3 notes are updated (complete)."]);
  expect(process.exitCode).toBe(1);
  expect(applied.map(({ id }) => id).sort()).toEqual(["1", "3"]);
});

const csv = `email,firstname,lead_score,signup,newsletter,stage,interests,has_left
ann@example.com,Ann,7,2026-01-31,true,lead,api;crm,
bob@example.com,"Bob, the second",,,false,customer,,
cid@example.com,Cid,many,2026-01-31,,lead,,
dan@example.com,Dan,1,,,,,yes
`;

test("an import of contacts", async () => {
  const { url, applied } = await emulator({ unknownIds: "fail" });
  await fetch(`${url}/crm/v3/objects/contacts/batch/create`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      inputs: ["bob@example.com", "dan@example.com"].map((email) => ({
        properties: { email },
        associations: [],
      })),
    }),
  });
  const [bob, dan] = applied.splice(0).map(({ id }) => id);
  await load("import-contacts/main.ts", url, file("contacts.csv", csv));
  expect(printed).toEqual([
    expect.stringMatching(/^created: cid@example\.com is failed: \/properties\/lead_score is not a number/),
    "created: 1 of 2",
    "updated: 1 of 1",
    "archived: 1 of 1",
  ]); // prettier-ignore
  expect(applied.filter(({ kind }) => kind !== "read")).toMatchObject([
    {
      kind: "create",
      input: {
        properties: {
          email: "ann@example.com",
          firstname: "Ann",
          lead_score: "7",
          signup: "2026-01-31",
          newsletter: "true",
          stage: "lead",
          interests: "api;crm",
        },
      },
    },
    {
      kind: "update",
      id: bob,
      input: { properties: { firstname: "Bob, the second", lead_score: "", stage: "customer" } },
    },
    { kind: "delete", id: dan },
  ]);
});

test("a description of the properties that an account has", async () => {
  const listed = [
    ["email", "string", "text"],
    ["firstname", "string", "text"],
    ["lead_score", "number", "number"],
    ["signup", "date", "date"],
    ["newsletter", "bool", "booleancheckbox"],
    ["stage", "enumeration", "select", "lead", "customer"],
    ["interests", "enumeration", "checkbox", "api", "crm"],
    ["*/ __proto__", "enumeration", "radio", '"', "\n"],
  ].map(([name, type, fieldType, ...values]) => ({
    ...{ name, type, fieldType },
    options: values.map((value) => ({ label: value, value })),
  }));
  vi.stubGlobal("fetch", (...args: ConstructorParameters<typeof Request>) => {
    const request = new Request(...args);
    return Promise.resolve(
      request.url === "http://localhost/crm/v3/properties/contacts" &&
        request.headers.get("authorization") === "Bearer token"
        ? Response.json({ results: listed })
        : new Response(null, { status: 404 }),
    );
  });
  const names = listed.slice(0, -1).map(({ name = "" }) => name);
  await load("import-contacts/write-contact.ts", "http://localhost", ...names);
  const written = readFileSync(join(examples, "import-contacts/contact.ts"), "utf8");
  expect(`${printed.join("\n")}\n`).toBe(written.replaceAll("\r\n", "\n"));

  // All of them, whatever they are called.
  printed.length = 0;
  vi.resetModules();
  await load("import-contacts/write-contact.ts", "http://localhost");
  expect(printed.join("\n")).toContain('  ["*/ __proto__"]: oneOf("\\"", "\\n"),\n');
});

interface Route {
  POST(request: Request): Promise<Response>;
}

test("a route handler", async () => {
  const { url, applied } = await emulator({ missing: ["2"] });
  const { POST } = await load<Route>("next-route/app/api/notes/route.ts", url);
  const post = (body: string) => POST(new Request("http://app", { method: "POST", body }));
  const notes = ["1", "2"].map((id) => ({ id, text: "hello" }));
  const reply = await post(JSON.stringify(notes));
  expect(await reply.json()).toEqual({
    read: 2,
    ok: 1,
    open: [{ id: "2", kind: "failed", reason: expect.any(String) as unknown }],
  });
  expect(applied).toMatchObject([{ id: "1", input: { properties: { hs_note_body: "hello" } } }]);
  expect((await post("[{}]")).status).toBe(400);
  expect((await post("no JSON")).status).toBe(400);
});

interface Worker {
  default: {
    fetch(request: Request, env: object, context: object): Promise<Response>;
  };
}

test("a Worker", async () => {
  const { url, applied } = await emulator();
  const { default: worker } = await load<Worker>("cloudflare-worker/src/index.ts", url);
  const body = Array.from({ length: 250 }, (_, i) =>
    JSON.stringify({ id: `P${i}`, idProperty: "code", properties: { name: "ä" } }),
  ).join("\n");
  const work: Promise<unknown>[] = [];
  const reply = await worker.fetch(
    new Request("http://app", { method: "POST", body }),
    { HUBSPOT_TOKEN: "token", HUBSPOT_URL: url },
    { waitUntil: (promise: Promise<unknown>) => void work.push(promise) },
  );
  const lines = (await reply.text()).trimEnd().split("\n");
  const outcomes = lines.map((line) => JSON.parse(line) as { index: number; kind: string });
  expect(outcomes.filter(({ kind }) => kind === "ok")).toHaveLength(250);
  expect(new Set(outcomes.map(({ index }) => index)).size).toBe(250);
  expect(applied).toHaveLength(250);
  await Promise.all(work);
  // Of a line without an end, the Worker keeps a part, and then breaks off.
  const endless = new Request("http://app", { method: "POST", body: "x".repeat(2_000_000) });
  const broken = await worker.fetch(
    endless,
    { HUBSPOT_TOKEN: "token", HUBSPOT_URL: url },
    { waitUntil: (promise: Promise<unknown>) => void work.push(promise) },
  );
  await expect(broken.text()).rejects.toMatchObject({
    cause: { message: "A line has more than 1000000 characters." },
  });
  const get = await worker.fetch(new Request("http://app"), {}, {});
  expect(get.status).toBe(405);
});

interface Traced {
  tracedClient(auth: string, baseUrl?: string): import("hubspot-batch").BatchClient;
}

test("spans", async () => {
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  );
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const parents: (string | null)[] = [];
  vi.stubGlobal("fetch", (...args: ConstructorParameters<typeof Request>) => {
    const request = new Request(...args);
    parents.push(request.headers.get("traceparent"));
    return service(request);
  });
  try {
    const { tracedClient } = await load<Traced>("opentelemetry.ts", "");
    const notes = await import("hubspot-batch/notes");
    const inputs = [{ id: "1", properties: {} }];
    const client = tracedClient("token");
    const { ok } = await trace
      .getTracer("test")
      .startActiveSpan("import", (span) => client.run(notes.update, inputs).drain().finally(() => span.end())); // prettier-ignore
    expect(ok).toBe(1);
    const [request, parent] = exporter.getFinishedSpans();
    expect(request).toMatchObject({
      name: "notes.update",
      attributes: { "http.response.status_code": 200, "batch.items": 1, "batch.attempt": 1 },
      parentSpanContext: { spanId: parent?.spanContext().spanId },
    });
    const { traceId, spanId } = request!.spanContext();
    expect(parents).toEqual([`00-${traceId}-${spanId}-01`]);
  } finally {
    for (const api of [trace, propagation, context]) api.disable();
  }
});

test("a monorepo", async () => {
  const repository = join(folder, "monorepo");
  cpSync(join(examples, "monorepo"), repository, { recursive: true });
  for (const name of ["notes.yaml", "common.yaml"])
    cpSync(join(root, "specs", name), join(repository, "specs", name));
  const modules = join(repository, "node_modules");
  // What `npm install` makes of it, without a registry.
  for (const [at, target] of [
    ["@acme/crm-batch", join(repository, "packages/crm-batch")],
    ["@types", join(root, "node_modules/@types")],
    ["typescript", join(root, "node_modules/typescript")],
    ["openapi-batch", root],
  ] as const) {
    mkdirSync(dirname(join(modules, at)), { recursive: true });
    symlinkSync(target, join(modules, at), "junction");
  }
  const { url, applied } = await emulator();
  const node = (path: string, cwd = repository) => {
    const env = { ...process.env, OPENAPI_BATCH_URL: url };
    return exec(process.execPath, path.split(" "), { cwd, env });
  };
  const generated = await node("node_modules/openapi-batch/dist/main.js generate --no-format");
  expect(generated.stdout).toMatch(/^1 endpoint from 1 document/);
  for (const name of ["crm-batch", "app"])
    await node(`${join(modules, "typescript/bin/tsc")} -p packages/${name} --skipLibCheck`);
  const { stdout } = await node("dist/main.js", join(repository, "packages/app"));
  expect(stdout).toBe("3 of 3 notes are updated.\n");
  expect(applied).toHaveLength(3);
});
