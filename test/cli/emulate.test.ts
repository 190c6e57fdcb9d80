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
    /^POST \/crm\/v3\/objects\/notes\/batch\/update {2}1 item {2}200 {2}\d+ ms\n$/,
  );
  expect(await stop()).toBe(0);
  await expect(update(url)).rejects.toThrow();
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
  expect(printed.err).toMatch(/500 {2}\d+ ms {2}status\n$/);
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
