/** `pollJob`: polls the state of a batch that the service processes later, until it has ended. */
import { BatchAbortError, BatchError } from "../errors.js";
import { get } from "../pointer.js";
import { readBody } from "../reply/body.js";
import type { Job } from "../endpoint/x-batch.js";
import type { Draft } from "../endpoint/request.js";
import { styles } from "../endpoint/styles.js";
import type { JobHandle } from "../run/outcome.js";
import type { Accepted, PollJob, PollTools } from "./polling.js";
import { pauseMs, retryAfterMs } from "./retry.js";

const FIRST_MS = 1000;
const LONGEST_MS = 15_000;

/**
 * Polls after 1 s, 1.5 s, … 15 s (plus or minus a quarter), or later if the service asks for that, for up to `maxJobMs`.
 * Then the outcome is `pending` with a `JobHandle`, and the job continues.
 */
export const pollJob: PollJob = async (job, accepted, tools) => {
  const { clock, random, signal, limits, told } = tools;
  const handle = handleOf(job, accepted, tools);
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
      const exchange = await ask(handle, tools);
      const { status, headers } = exchange.response;
      asked = retryAfterMs(headers) ?? (status === 429 ? pauseMs(row++, random) : 0);
      if (status >= 300 && status < 500 && ![408, 425, 429].includes(status))
        return { reason: "pending", cause: handle };
      const { body, intact } = readBody({}, {}, exchange.text);
      const ended = status >= 200 && status < 300 && intact && endOf(job, status, body);
      // A service that refers to another address for the result has ended the job.
      if (ended === "canceled") return { reason: ended, cause: body };
      if (ended === "lost") return { reason: "pending", cause: handle };
      if (ended || (ended === undefined && exchange.seeOther)) {
        if (!job.report) return { body };
        const pages = await reportOf(job, accepted, tools);
        return pages ? { body, pages } : { reason: "pending", cause: handle };
      }
    } catch (error) {
      if (signal.aborted || error instanceof BatchAbortError)
        return { reason: "aborted", cause: handle };
      if (!(error instanceof BatchError)) throw error;
    }
  }
};

function ask({ method, path: address, headers = {} }: JobHandle, { post }: PollTools) {
  const [path = "", query = ""] = address.split("?");
  return post(method, { path, query, headers }, null, 1, []);
}

/** The most pages of a report. */
const MOST_PAGES = 10_000;

/** The pages of a report; undefined if one of them cannot be read. Rejects only with a BatchError. */
async function reportOf(
  { id, report = {} }: Job,
  accepted: Accepted,
  tools: PollTools,
): Promise<readonly unknown[] | undefined> {
  const pages: unknown[] = [];
  let handle = handleOf(
    { ...(id !== undefined && { id }), poll: report },
    accepted,
    tools,
    "report",
  );
  for (let row = 1; handle && pages.length < MOST_PAGES;) {
    const { response, text, url } = await ask(handle, tools);
    const { status, headers } = response;
    if ((status === 429 || status >= 500) && row < 5) {
      const ms = retryAfterMs(headers) ?? pauseMs(row++, tools.random);
      if (ms > tools.limits.maxWaitMs) return undefined;
      await tools.clock.sleep(ms, tools.signal);
      continue;
    }
    const { body, intact } = readBody({}, {}, text);
    if (status < 200 || status >= 300 || !intact) return undefined;
    pages.push(body);
    const next = report.next === undefined ? undefined : get(body, report.next);
    if (typeof next !== "string" || !next) return pages;
    const path = within(next, url, tools.baseUrl);
    handle = path === undefined ? undefined : { ...handle, path };
  }
  return undefined;
}

/** An address in a reply from `url`; undefined if it is none, or leads to another origin: that gets no secret. */
function within(address: string, url: string, baseUrl: string): string | undefined {
  if (!URL.canParse(address, url)) return undefined;
  const { origin, pathname, search } = new URL(address, url);
  return origin === new URL(baseUrl).origin ? origin + pathname + search : undefined;
}

/**
 * How a job has ended; false if it has not; undefined if its reply does not say; `lost` for a state that the data does
 * not list although it lists those of a job that has not ended.
 */
function endOf(
  { state }: Job,
  status: number,
  body: unknown,
): "canceled" | "lost" | boolean | undefined {
  // A service without a state replies with 202 until the job is done.
  if (!state) return status !== 202;
  const value = get(body, state.at);
  if (value === undefined) return undefined;
  // A list or an object is no name that the data could list.
  const name = typeof value === "string" ? value : JSON.stringify(value);
  if (state.failed?.includes(name)) return "canceled";
  if (state.done?.includes(name)) return true;
  return state.pending && !state.pending.includes(name) && "lost";
}

/** Where to ask; undefined if the reply does not say, or names a place that a request must not go to. */
function handleOf(
  { id: at = "/id", poll = {} }: Job,
  { body, headers, url }: Accepted,
  { baseUrl, operation, params }: PollTools,
  of: "poll" | "report" = "poll",
): JobHandle | undefined {
  const { path, method = "GET", header } = poll;
  if (header !== undefined) {
    const address = headers.get(header) ?? "";
    const target = address && within(address, url, baseUrl);
    return target ? { id: address, method, path: target } : undefined;
  }
  const id = get(body, at);
  const text = typeof id === "string" || typeof id === "number" ? String(id) : "";
  // It would change the path, or is half of a character, which cannot be encoded.
  if (path === undefined || /^\.{0,2}$|\p{Surrogate}/u.test(text)) return undefined;
  const param = poll.param ?? /\{([^{}]*)\}/.exec(path)?.[1] ?? "";
  const parameters = operation.jobParameters?.[of] ?? [{ name: param, in: "path" as const }];
  const draft: Draft = { method, path, query: "", headers: {}, body: undefined };
  try {
    styles(
      draft,
      { ...operation, parameters, items: { at: "" } },
      { ...params, [param]: text },
      [],
    );
  } catch {
    return undefined;
  }
  // A place that is not filled in.
  if (/[{}]/.test(draft.path)) return undefined;
  const query = draft.query && `?${draft.query}`;
  return { id: text, method, path: draft.path + query, headers: draft.headers };
}
