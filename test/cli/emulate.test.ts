import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { run } from "../../generator/cli/emulate.js";
import { UsageError } from "../../generator/base/usage-error.js";
import { fakeTerminal } from "./terminal.js";

const specs = join(import.meta.dirname, "..", "..", "specs");
let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "emulate-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Starts the command, and resolves when it has printed its address. */
async function started(args: readonly string[]) {
  const interrupt = new AbortController();
  let listening: (url: string) => void = () => undefined;
  const url = new Promise<string>((resolve) => (listening = resolve));
  const printed = fakeTerminal({ signal: interrupt.signal });
  const out = printed.terminal.out;
  const terminal = {
    ...printed.terminal,
    out(text: string) {
      out(text);
      const found = /http:\S+/.exec(text);
      if (found) listening(found[0]);
    },
  };
  const code = run([specs, "--preset", "hubspot", "--port", "0", ...args], terminal);
  return { url: await url, printed, stop: () => (interrupt.abort(), code) };
}

const update = (url: string) =>
  fetch(`${url}/crm/v3/objects/notes/batch/update`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ inputs: [{ id: "1", properties: {} }] }),
  });

test("prints its endpoints and a line for each request, until it is interrupted", async () => {
  const { url, printed, stop } = await started([]);
  expect(printed.out).toMatch(/^METHOD +PATH +NAME +KIND +LIMIT\n/);
  expect(printed.out).toMatch(
    /POST +\/crm\/v3\/objects\/notes\/batch\/update +notes\.update +update +100\n/,
  );
  expect(printed.out).toMatch(/8 endpoints at http:\/\/127\.0\.0\.1:\d+\n$/);
  await update(url);
  expect(printed.err).toMatch(
    /^POST \/crm\/v3\/objects\/notes\/batch\/update {2}200 {2}1 item applied {2}\d+ ms\n$/,
  );
  expect(await stop()).toBe(0);
  await expect(update(url)).rejects.toThrow();
});

test("the log says what became of the items, and why a request was refused", async () => {
  const { url, printed, stop } = await started([]);
  const post = (path: string, body: object, method = "POST") =>
    fetch(`${url}/crm/v3/objects/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(method === "POST" && { body: JSON.stringify(body) }),
    });
  const one = { id: "1", properties: {} };
  await post("notes/batch/read", {
    inputs: [{ id: "1" }],
    properties: [],
    propertiesWithHistory: [],
  });
  await post("notes/batch/update", { inputs: [one, { ...one, id: 2 }] });
  await post("notes/batch/update", {
    inputs: Array.from({ length: 101 }, (_, i) => ({ ...one, id: String(i) })),
  });
  await post("notes/batch/update", {}, "GET");
  await post("nothing", {});
  const lines = printed.err
    .replace(/ {2}\d+ ms/g, "")
    .trimEnd()
    .split("\n");
  expect(lines).toEqual([
    "POST /crm/v3/objects/notes/batch/read  200  1 item read",
    expect.stringMatching(/batch\/update {2}400 {2}nothing applied$/),
    expect.stringMatching(/^ {2}.*\/inputs\/1\/id/),
    expect.stringMatching(/batch\/update {2}400 {2}nothing applied$/),
    expect.stringMatching(/^ {2}.*100/),
    expect.stringMatching(/^GET .*batch\/update {2}405$/),
    "  This path takes POST.",
    "POST /crm/v3/objects/nothing  404",
    "  No batch endpoint is served at POST /crm/v3/objects/nothing.",
  ]);
  await stop();
});

describe("--exec", () => {
  const script = (code: string) => {
    const file = join(folder, "script.mjs");
    writeFileSync(file, code);
    return `"${process.execPath}" "${file}"`;
  };
  const execute = async (command: string, ...args: readonly string[]) => {
    const printed = fakeTerminal();
    const all = [specs, "--preset", "hubspot", ...args, "--exec", command];
    return { code: await run(all, printed.terminal), printed };
  };

  test("a command gets the address, its code is the result, and stdout is its own", async () => {
    const command = script(`
      const url = process.env.OPENAPI_BATCH_URL;
      const { status } = await fetch(url + "/__emulator/stats");
      process.exitCode = status === 200 ? 7 : 1;
    `);
    const { code, printed } = await execute(command);
    expect(code).toBe(7);
    expect(printed.out).toBe("");
    expect(printed.err).toMatch(/^8 endpoints at http:\/\/127\.0\.0\.1:\d+\n$/);
    // the server has ended with the command
    await expect(fetch(/http:\S+/.exec(printed.err)?.[0] ?? "")).rejects.toThrow();
  });

  test("a command that does nothing wrong, one that does not exist", async () => {
    expect((await execute(script(""), "--quiet")).printed.err).toBe("");
    expect((await execute(script(""))).code).toBe(0);
    const { code } = await execute("exit 3");
    expect(code).toBe(3);
  });

  test.skipIf(process.platform === "win32")("a command that a signal ends", async () => {
    expect((await execute("kill -TERM $$")).code).toBe(143);
  });

  test("documents with an error start no command", async () => {
    const file = join(folder, "api.json");
    writeFileSync(file, '{"openapi": "3.1.0",');
    const printed = fakeTerminal();
    const code = await run([file, "--exec", script("process.exitCode = 7")], printed.terminal);
    expect(code).toBe(1);
  });
});

test("--faults and --quiet", async () => {
  const { url, printed, stop } = await started(["--quiet", "--faults", "harsh", "--seed", "3"]);
  await update(url).catch(() => undefined);
  expect(printed.out).toBe(`8 endpoints at ${url}\n`);
  expect(printed.err).toBe("");
  expect(await stop()).toBe(0);
});

test("a file of faults, and what is wrong with one", async () => {
  const file = join(folder, "faults.yaml");
  writeFileSync(file, "- fault: status\n  status: 500\n");
  const { url, stop, printed } = await started(["--faults", file]);
  expect((await update(url)).status).toBe(500);
  expect(printed.err).toMatch(
    /500 {2}nothing applied {2}\d+ ms {2}status\n {2}The fault plan asks for this status: 500\.\n$/,
  );
  await stop();

  writeFileSync(file, "- fault: statu\n");
  const broken = fakeTerminal();
  expect(await run([specs, "--faults", file], broken.terminal)).toBe(1);
  expect(broken.err).toContain(`${relative(process.cwd(), file).replaceAll("\\", "/")}:1:10`);
});

test("a port that is in use", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" ? String(address?.port) : "";
  const printed = fakeTerminal();
  expect(await run([specs, "--port", port], printed.terminal)).toBe(1);
  expect(printed.err).toBe(`error Port ${port} is in use; --port 0 takes any free port.\n`);
  other.close();
});

test("a configuration says what is served, and flags win over it", async () => {
  const before = process.cwd();
  const config = {
    packages: [
      {
        inputs: [join(specs, "notes.yaml")],
        output: "one",
        presets: ["hubspot"],
        xBatch: { "POST /crm/v3/objects/notes/batch/update": { limit: { items: 7 } } },
      },
      { inputs: [join(specs, "projects.yaml")], output: "two" },
    ],
  };
  writeFileSync(join(folder, "openapi-batch.config.json"), JSON.stringify(config));
  process.chdir(folder);
  const serve = async (...args: readonly string[]) => {
    const interrupt = new AbortController();
    const printed = fakeTerminal({ signal: interrupt.signal });
    const out = (text: string): void => {
      printed.terminal.out(text);
      if (/ at http:/.test(text)) interrupt.abort();
    };
    const code = await run(["--port", "0", ...args], { ...printed.terminal, out });
    return { code, out: printed.out };
  };
  try {
    const all = await serve();
    expect(all.out).toMatch(/notes\.update +update +7\n/);
    expect(all.out).toMatch(/2 endpoints at/);
    expect((await serve("-o", "two")).out).toMatch(/1 endpoint at/);
    await expect(serve(specs)).rejects.toThrow("A PATH is for one package");
  } finally {
    process.chdir(before);
  }
});

test("documents without a batch endpoint", async () => {
  const file = join(folder, "api.json");
  writeFileSync(
    file,
    JSON.stringify({ openapi: "3.1.0", info: { title: "", version: "" }, paths: {} }),
  );
  const printed = fakeTerminal();
  expect(await run([file, "--port", "0"], printed.terminal)).toBe(1);
  expect(printed.err).toContain("no batch endpoint");
});

describe("wrong usage", () => {
  test.each([
    [["--port", "99999"], "--port must be a whole number"],
    [["--seed", "x"], "--seed must be a whole number"],
    [["--faults", "modrate"], "--faults must be one of none, mild, moderate, harsh"],
    [["--faults", "./none.yaml"], "Cannot read"],
    [["--prot", "1"], "no flag --prot"],
  ])("%j", async (args, message) => {
    const { terminal } = fakeTerminal();
    const failure = await run([specs, ...args], terminal).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UsageError);
    expect((failure as Error).message).toContain(message);
  });

  test("--help says what there is", async () => {
    const printed = fakeTerminal();
    expect(await run(["--help"], printed.terminal)).toBe(0);
    expect(printed.out).toContain("Usage: openapi-batch emulate");
  });
});
