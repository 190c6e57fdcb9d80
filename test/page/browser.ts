/** A headless Chromium, spoken to over a pipe (the DevTools protocol); nothing is downloaded and no port is opened. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";

/** The command of a Chromium on this machine, if there is one. */
export const chromium = ["chromium", "chromium-browser", "google-chrome"].find(
  (command) => spawnSync(command, ["--version"], { timeout: 20_000 }).status === 0,
);

export interface Tab {
  /** The value of an expression in the page; a promise is waited for. */
  evaluate(expression: string): Promise<unknown>;
  /** Presses a key, such as `/`, `Enter` or `ArrowDown`. */
  press(key: string): Promise<void>;
  type(text: string): Promise<void>;
  dark(): Promise<void>;
  resize(width: number, height: number): Promise<void>;
  screenshot(file: string): Promise<void>;
  /** What the page asked for over the network or from disk, besides itself. */
  readonly requests: readonly string[];
  /** Errors of its scripts, and what its policy refused. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

type Json = Readonly<Record<string, unknown>>;

export async function open(command: string, html: string, hash = ""): Promise<Tab> {
  const folder = mkdtempSync(join(tmpdir(), "openapi-batch-page-"));
  const file = join(folder, "page.html");
  writeFileSync(file, html);
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"];
  const window = ["--window-size=1200,1000", `--user-data-dir=${join(folder, "profile")}`];
  const child = spawn(command, [...flags, ...window, "about:blank"], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  });
  // The two that were asked for above.
  const [, , , input, output] = child.stdio as unknown as [0, 0, 0, Writable, Readable];
  const waiting = new Map<number, (message: Json) => void>();
  const requests: string[] = [];
  const errors: string[] = [];
  let loaded = (): void => undefined;
  let rest = "";
  output.setEncoding("utf8").on("data", (chunk: string) => {
    const messages = (rest + chunk).split("\0");
    rest = messages.pop() ?? "";
    for (const text of messages) {
      const message = JSON.parse(text);
      waiting.get(message.id)?.(message);
      const { method, params } = message;
      if (method === "Page.loadEventFired") loaded();
      if (method === "Network.requestWillBeSent" && params.type !== "Document")
        requests.push(params.request.url);
      if (method === "Runtime.exceptionThrown") errors.push(JSON.stringify(params));
      if (method === "Log.entryAdded") errors.push(params.entry.text);
    }
  });
  let last = 0;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the protocol has its own types, which are not installed
  const send = (method: string, params: Json = {}, sessionId?: string): Promise<any> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, ({ result, error }) =>
        error === undefined ? resolve(result) : reject(new Error(JSON.stringify(error))),
      );
      input.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
    });
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
  const tab = (method: string, params: Json = {}): Promise<any> => send(method, params, sessionId);
  for (const domain of ["Page", "Network", "Runtime", "Log"]) await tab(`${domain}.enable`);
  const ready = new Promise<void>((resolve) => (loaded = resolve));
  await tab("Page.navigate", { url: pathToFileURL(file).href + hash });
  await ready;
  return {
    requests,
    errors,
    async evaluate(expression) {
      const { result, exceptionDetails } = await tab("Runtime.evaluate", {
        expression,
        returnByValue: true,
        awaitPromise: true,
      });
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
      return result.value;
    },
    async press(key) {
      const text = key === "Enter" ? "\r" : key.length === 1 ? key : undefined;
      const named = {
        key,
        ...(text && { text }),
        ...(key === "Enter" && { code: "Enter", windowsVirtualKeyCode: 13 }),
      };
      await tab("Input.dispatchKeyEvent", { type: "keyDown", ...named });
      await tab("Input.dispatchKeyEvent", { type: "keyUp", key });
    },
    type: (text) => tab("Input.insertText", { text }),
    dark: () =>
      tab("Emulation.setEmulatedMedia", {
        features: [{ name: "prefers-color-scheme", value: "dark" }],
      }),
    resize: (width, height) =>
      tab("Emulation.setDeviceMetricsOverride", {
        ...{ width, height, deviceScaleFactor: 1, mobile: true },
      }),
    async screenshot(path) {
      const { data } = await tab("Page.captureScreenshot", { format: "png" });
      writeFileSync(path, Buffer.from(data, "base64"));
    },
    async close() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await send("Browser.close").catch(() => undefined);
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
