/** A thread that formats the texts that it receives, one by one. `format.ts` starts it by this file's name. */
import { parentPort } from "node:worker_threads";
import { formatText, type FormatJob, type FormatReply } from "./format.js";

parentPort?.on("message", (job: FormatJob) => {
  const reply = (message: FormatReply): void => parentPort?.postMessage(message);
  formatText(job).then(
    (formatted) => reply({ formatted }),
    (error: unknown) => reply({ error: error instanceof Error ? error.message : String(error) }),
  );
});
