/** Lost inputs: those that may have been applied, and must not be sent twice. `reconcile` asks what became of them. */
import { isSafe } from "../endpoint/resolve.js";
import { isObject } from "../pointer.js";
import { unknown, type Decision } from "../run/decide-outcomes.js";
import { inFlight, noteLost, type InFlight } from "../run/in-flight.js";
import type { Verdict } from "../run/run-journal.js";
import type { JournalHost } from "./host.js";
import { FRESH_MS } from "./keep.js";
import { beat, liveOf, type JournalState, type LostFlight } from "./state.js";

/** The most inputs of one call. */
const MOST = 100;
/** Without a timeout of its own, a request ends with that of the platform, in milliseconds. */
const PLATFORM_MS = 300_000;

/** When no request can be on its way any more whose intent was written so long ago. */
export const dueAfter = ({ clock, timeoutMs }: JournalHost, writtenMs: number): number =>
  clock.now() -
  writtenMs +
  FRESH_MS +
  (timeoutMs > 0 && timeoutMs < Infinity ? timeoutMs : PLATFORM_MS);

export function lose(state: JournalState, lost: LostFlight): void {
  const { options, halt } = state.host;
  const live = liveOf(state, lost.flight);
  if (!live) return;
  if (options.reconcile && !halt.aborted) {
    live.asked = "waits";
    state.lost.push(lost);
    if (!state.reconciling) void askAll(state);
  } else {
    // The next run may have a `reconcile` that has more time.
    live.inherited &&= !!options.reconcile;
    giveUp(state, lost.flight);
  }
}

/** Keeps an input back of which this run itself can prove nothing. */
export function hold(state: JournalState, flight: InFlight, decision: Decision): boolean {
  const { options, halt, data, clock } = state.host;
  const live = liveOf(state, flight);
  if (!live || !options.reconcile || state.failed || live.asked === "yes") return false;
  if (live.asked === "waits") return true;
  if (decision.kind !== "unknown" || halt.aborted) return false;
  // A job goes on, and a resend would have done no harm.
  if (decision.reason === "pending" || (isSafe(data, flight.item.value) && !data.retry.byKey))
    return false;
  noteLost([flight], decision, live.writtenAt);
  lose(state, { flight, dueAt: dueAfter(state.host, clock.now() - live.writtenAt) });
  return true;
}

/** Asks about all that are lost, as soon as their time has come. */
async function askAll(state: JournalState): Promise<void> {
  const { host } = state;
  const { clock, halt } = host;
  state.reconciling = true;
  beat(state);
  while (state.lost.length) {
    const dueAt = state.lost.reduce((least, each) => Math.min(least, each.dueAt), Infinity);
    await clock.sleep(Math.max(0, dueAt - clock.now()), halt).catch(() => undefined);
    const now = halt.aborted ? Infinity : clock.now();
    const due = state.lost.filter((each) => each.dueAt <= now);
    state.lost = state.lost.filter((each) => each.dueAt > now);
    // Whoever has taken the run over may be sending them.
    if (!halt.aborted) await state.writer.flush().catch(() => undefined);
    for (let from = 0; from < due.length && !state.failed; from += MOST)
      await askSome(state, due.slice(from, from + MOST));
  }
  state.reconciling = false;
  host.changed();
}

async function askSome(state: JournalState, lost: readonly LostFlight[]): Promise<void> {
  const { host } = state;
  const flights = lost.map(({ flight }) => flight);
  const verdicts = host.halt.aborted ? [] : await ask(host, flights);
  if (state.failed) return;
  flights.forEach((flight, i) => obey(state, flight, verdicts[i]));
  host.changed();
}

/** Empty if nobody knows. */
async function ask(
  { options, halt }: JournalHost,
  flights: readonly InFlight[],
): Promise<readonly (Verdict<unknown> | undefined)[]> {
  const lost = flights.map(({ item: { key, input, source } }) => ({ key, input, source }));
  try {
    const verdicts = await options.reconcile?.(lost, halt);
    // An answer too few, and nobody knows whose they are.
    return verdicts?.length === lost.length ? verdicts : [];
  } catch {
    return [];
  }
}

function obey(state: JournalState, flight: InFlight, verdict: Verdict<unknown> | undefined): void {
  const { host } = state;
  const live = liveOf(state, flight);
  if (!live) return;
  if (isObject(verdict) && "found" in verdict) {
    Object.assign(live, { asked: "yes", found: true });
    host.settle(flight, { kind: "ok", result: verdict.found }, undefined, true);
  } else if (verdict === "absent") {
    // It begins anew, with a record that says `sent` until it is sent or given up.
    const { item, sent } = flight;
    live.flight = { ...inFlight(item), sent };
    Object.assign(live, { asked: "no", inherited: false, intent: true, writtenAt: -Infinity });
    host.add(live.flight);
  } else giveUp(state, flight);
}

function giveUp(state: JournalState, flight: InFlight): void {
  const live = liveOf(state, flight);
  if (live) live.asked = "yes";
  const { reason, cause } = flight.lost ?? { reason: "crashed", cause: undefined };
  state.host.settle(flight, unknown(reason, cause));
}
