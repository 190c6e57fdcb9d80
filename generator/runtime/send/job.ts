/** `pollJob`: polls the state of a batch that the service processes later, until it has ended. */
import { BatchAbortError, BatchError } from "../errors.js";
import { get } from "../pointer.js";
import { readBody } from "../reply/body.js";
import type { Job } from "../endpoint/x-batch.js";
import type { JobHandle } from "../run/outcome.js";
import type { Accepted, PollJob } from "./polling.js";
import { pauseMs, retryAfterMs } from "./retry.js";

const FIRST_MS = 1000;
const LONGEST_MS = 15_000;

/**
 * Polls after 1 s, 1.5 s, … 15 s (plus or minus a quarter), or later if the service asks for that, for up to `maxJobMs`.
 * Then the outcome is `pending` with a `JobHandle`, and the job continues.
 */
export const pollJob: PollJob = async (job, accepted, tools) => {
  const { clock, random, signal, post, limits, told } = tools;
  const handle = handleOf(job, accepted, tools.baseUrl);
  if (!handle) return { reason: "pending", cause: accepted.body };
  told(handle);
  const start = clock.now();
  let delay = FIRST_MS;
  let asked = accepted.afterMs ?? 0;
  for (let row = 1; ;) {
    const wait = Math.max(asked, delay * (0.75 + random() / 2));
    const left = start + limits.maxJobMs - clock.now();
    if (wait > limits.maxWaitMs || wait > left) return { reason: "pending", cause: handle };
    try {
      await clock.sleep(wait, signal);
      delay = Math.min(delay * 1.5, LONGEST_MS);
      const [path = "", query = ""] = handle.path.split("?");
      const exchange = await post(handle.method, { path, query, headers: {} }, null, 1, []);
      const { status, headers } = exchange.response;
      asked = retryAfterMs(headers) ?? (status === 429 ? pauseMs(row++, random) : 0);
      if (status >= 300 && status < 500 && ![408, 425, 429].includes(status))
        return { reason: "pending", cause: handle };
      const { body, intact } = readBody({}, {}, exchange.text);
      const ended = status >= 200 && status < 300 && intact && endOf(job, status, body);
      // A service that refers to another address for the result has ended the job.
      if (ended === "canceled") return { reason: ended, cause: body };
      if (ended || (ended === undefined && exchange.seeOther)) return { body };
    } catch (error) {
      if (signal.aborted || error instanceof BatchAbortError)
        return { reason: "aborted", cause: handle };
      if (!(error instanceof BatchError)) throw error;
    }
  }
};

/** How a job has ended; false if it has not; undefined if its reply does not say. */
function endOf({ state }: Job, status: number, body: unknown): "canceled" | boolean | undefined {
  // A service without a state replies with 202 until the job is done.
  if (!state) return status !== 202;
  const value = get(body, state.at);
  if (value === undefined) return undefined;
  // A list or an object is no name that the data could list.
  const name = typeof value === "string" ? value : JSON.stringify(value);
  if (state.failed?.includes(name)) return "canceled";
  return state.done?.includes(name) ?? false;
}

/** Where to poll; undefined if the reply does not say, or names a place that a request must not go to. */
function handleOf(
  { id: at = "/id", poll = {} }: Job,
  { body, headers, url }: Accepted,
  baseUrl: string,
): JobHandle | undefined {
  const { path, method = "GET", param, header } = poll;
  if (header !== undefined) {
    const address = headers.get(header) ?? "";
    if (!address || !URL.canParse(address, url)) return undefined;
    const { origin, pathname, search } = new URL(address, url);
    // The secret goes to the origin of the service only.
    if (origin !== new URL(baseUrl).origin) return undefined;
    return { id: address, method, path: origin + pathname + search };
  }
  const id = get(body, at);
  const text = typeof id === "string" || typeof id === "number" ? String(id) : "";
  // It would change the path, or is half of a character, which cannot be encoded.
  if (path === undefined || /^\.{0,2}$|\p{Surrogate}/u.test(text)) return undefined;
  const hole = param === undefined ? /\{[^{}]*\}/ : `{${param}}`;
  return { id: text, method, path: path.replace(hole, () => encodeURIComponent(text)) };
}
