/** `sending`, `withdraw` and `keep`: what is on disk before a request leaves, and before an outcome is given. */
import type { InFlight } from "../run/in-flight.js";
import type { AnyOutcome } from "../run/run-totals.js";
import { recordOutcome } from "./plain.js";
import { requestName } from "./request-name.js";
import { liveOf, type JournalState } from "./state.js";

/**
 * How long it counts that this process had the run, in milliseconds. If it stood still for longer, another may have the
 * run, and it has to ask before it sends.
 */
export const FRESH_MS = 30_000;

export function sending(
  state: JournalState,
  flights: readonly InFlight[],
  key: string | undefined,
): Promise<void> | undefined {
  const { host } = state;
  if (host.data.kind === "read") return undefined;
  const nameOf = namerOf(state, flights, key);
  const isFresh = (flight: InFlight) => {
    const live = liveOf(state, flight);
    const isNamed = live?.request === nameOf(flight);
    return !live || (isNamed && host.clock.now() - live.writtenAt < FRESH_MS);
  };
  return flights.every(isFresh) ? undefined : intend(state, flights, nameOf);
}

type Namer = (flight: InFlight) => string | undefined;

/** Names the request, as the generated keys of an item need it: one key of all, or one of each. */
function namerOf(
  { host }: JournalState,
  flights: readonly InFlight[],
  key: string | undefined,
): Namer {
  const nameIt = (of: InFlight | undefined, count: number) => {
    const epoch = of?.item.epoch;
    if (!host.hasKeys || epoch === undefined) return undefined;
    return requestName({ epoch, count, key: key ?? "" });
  };
  if (key === undefined) return (flight) => nameIt(flight, 0);
  const name = nameIt(flights[0], flights.length);
  return () => name;
}

/** Resolves when it is on disk that these may have been sent. */
async function intend(
  state: JournalState,
  flights: readonly InFlight[],
  nameOf: Namer,
): Promise<void> {
  const { host, writer } = state;
  let from: number;
  do {
    from = host.clock.now();
    for (const flight of flights) {
      const live = liveOf(state, flight);
      if (!live) continue;
      const request = nameOf(flight);
      Object.assign(live, { request, intent: true, writtenAt: from });
      writer.put({ key: keyOf(flight), digest: live.digest, state: "sent", request });
    }
    await writer.flush();
    // A process that stood still meanwhile asks again.
  } while (host.clock.now() - from >= FRESH_MS && !host.halt.aborted);
}

const keyOf = ({ item }: InFlight) => item.ids[0] ?? "";

/** A record that says `sent` for longer would be unknown after a crash. */
export function withdraw(state: JournalState, flights: readonly InFlight[]): void {
  for (const flight of flights) {
    const live = liveOf(state, flight);
    // An earlier request with it may have been applied.
    if (!live?.intent || flight.lost) continue;
    live.intent = false;
    live.writtenAt = -Infinity;
    state.writer.drop(keyOf(flight));
  }
}

export function keep(
  state: JournalState,
  flight: InFlight,
  outcome: AnyOutcome,
  result: unknown,
): void {
  const { writer, records } = state;
  if (state.failed) return;
  const live = liveOf(state, flight);
  const key = keyOf(flight);
  if (!live) {
    if (outcome.replayed) records.set(outcome, key);
    return give(state, outcome);
  }
  const end = () => {
    state.live.delete(key);
    give(state, outcome);
  };
  if (outcome.kind === "notSent") {
    if (live.intent) writer.drop(key);
    // Its intent may have been taken away, and still be on disk.
    return writer.busy ? writer.then(end) : end();
  }
  // The run stops before it has sent it again, or asked: the next one does.
  const isLeft = live.inherited && state.host.halt.aborted && !outcome.sent.attempts;
  if (isLeft && outcome.kind === "unknown") return end();
  const { digest, request, found } = live;
  const { kind, category, outcome: text } = recordOutcome(outcome, result, found);
  const kept = { key, digest, kind, category, outcome: text, request };
  writer.put({ ...kept, state: state.discarding ? "seen" : "done" });
  writer.then(() => {
    records.set(outcome, key);
    if (state.finding) state.kept.add(key);
    end();
  });
}

function give(state: JournalState, outcome: AnyOutcome): void {
  if (state.discarding && outcome.replayed) {
    acknowledge(state, [outcome]);
    state.writer.flush().catch(() => undefined);
  }
  state.host.give(outcome);
}

/** The most acknowledgements that wait for another write. */
const MOST_SEEN = 1000;

/** The consumer is done with these. */
export function acknowledge(
  { records, writer }: JournalState,
  outcomes: readonly AnyOutcome[],
): void {
  for (const outcome of outcomes) {
    const key = records.get(outcome);
    if (key !== undefined) writer.seen(key);
  }
  if (writer.size >= MOST_SEEN) writer.flush().catch(() => undefined);
}
