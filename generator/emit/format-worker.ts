/** A thread that formats the batches of texts that it receives. `format-pool.ts` starts it by this file's name. */
import nodeModule from "node:module";
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { messageOf } from "../base/message-of.js";
import type { FormatJob } from "./format-text.js";

/** What a worker is started with. */
export interface WorkerStart {
  readonly compileCache: boolean;
}

export interface FormatRequest {
  readonly jobs: readonly FormatJob[];
  /** Receives the reply. */
  readonly port: MessagePort;
}

/** The texts of all jobs, in their order. */
export type FormatReply = { readonly formatted: readonly string[] } | { readonly error: string };

// `format-pool.ts` gives it
const { compileCache } = workerData as WorkerStart;
// A thread does not inherit it. The types are those of the oldest supported Node, which lacks this function.
if (compileCache) (nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();

const { formatText, warmUp } = await import("./format-text.js");
await warmUp();

async function formatBatch(jobs: readonly FormatJob[]): Promise<readonly string[]> {
  const formatted: string[] = [];
  for (const job of jobs) formatted.push(await formatText(job));
  return formatted;
}

parentPort?.on("message", ({ jobs, port }: FormatRequest) => {
  const reply = (message: FormatReply): void => port.postMessage(message);
  formatBatch(jobs).then(
    (formatted) => reply({ formatted }),
    (error: unknown) => reply({ error: messageOf(error) }),
  );
});
