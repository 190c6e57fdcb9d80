/** `pollJob`: polls the state of a batch that the service processes later, until it has ended. */
import { readBody } from "../reply/body.js";
import { BatchAbortError, BatchError } from "../errors.js";
import { get } from "../pointer.js";
import type { JobHandle, PollJob } from "./polling.js";

const FIRST_MS = 1000;
const LONGEST_MS = 15_000;
const PATIENCE_MS = 600_000;

/**
 * Polls after 1 s, 1.5 s, … 15 s (plus or minus a quarter), for up to 10 minutes. Then the outcome is `pending` with a
 * `JobHandle`, and the job continues.
 */
export const pollJob: PollJob = async (job, reply, tools) => {
  const { clock, random, signal, post } = tools;
  const id = get(reply, job.id ?? "/id");
  const { path, method = "GET", param } = job.poll ?? {};
  if (path === undefined || (typeof id !== "string" && typeof id !== "number"))
    return { reason: "pending", cause: reply };
  const hole = param === undefined ? /\{[^{}]*\}/ : `{${param}}`;
  const filled = path.replace(hole, () => encodeURIComponent(String(id)));
  const handle: JobHandle = { id: String(id), method, path: filled };
  const start = clock.now();
  let delay = FIRST_MS;
  while (clock.now() - start < PATIENCE_MS) {
    try {
      await clock.sleep(delay * (0.75 + random() / 2), signal);
      delay = Math.min(delay * 1.5, LONGEST_MS);
      const [route = "", query = ""] = filled.split("?");
      const parts = { path: route, query, headers: {} };
      const { response, value } = await post(method, parts, null, 1, 0);
      const { status } = response;
      const { body } = readBody({}, {}, value);
      const state = String(get(body, job.state?.at ?? ""));
      if (status >= 300 && status < 500 && ![408, 425, 429].includes(status))
        return { reason: "pending", cause: handle };
      if (status < 200 || status >= 300) continue;
      if (job.state?.failed?.includes(state)) return { reason: "canceled", cause: body };
      // A service without a state replies with 202 until the job is done.
      if (job.state ? job.state.done?.includes(state) : status !== 202) return { body };
    } catch (error) {
      if (signal.aborted || error instanceof BatchAbortError)
        return { reason: "aborted", cause: handle };
      if (!(error instanceof BatchError)) throw error;
    }
  }
  return { reason: "pending", cause: handle };
};
