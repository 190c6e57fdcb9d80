/** `accept` and `look`: from inputs that were read, through a look-up, to what becomes of each. */
import { inputFailed } from "../run/decide-outcomes.js";
import { inFlight, type InFlight } from "../run/in-flight.js";
import type { Prepared } from "../run/prepare-item.js";
import { fateOf, type Fate } from "./fate.js";
import { digestOf, readOutcome } from "./plain.js";
import { dueAfter, lose } from "./reconcile.js";
import { parseRequest } from "./request-name.js";
import { beat, fail, type JournalState, type Waiting } from "./state.js";
import type { FoundRecord } from "./store.js";
import { tried } from "./tried.js";

/** The most keys of one look-up. */
const MOST = 1000;

export function accept(state: JournalState, prepared: Prepared): void {
  const { item, refusal } = prepared;
  const [key] = item.ids;
  if (key !== undefined && isText(key))
    state.waiting.push({ prepared, key, digest: digestOf(item.value) });
  // Nothing can be kept without a key that each store gives back as it was.
  else state.host.settle(inFlight(item), inputFailed("invalid", refusal?.message ?? NO_TEXT));
}

const NO_TEXT = "its key is no text, or has characters that are none";

/** Whoever writes JavaScript may give numbers. Databases take neither NUL nor half a character. */
const isText = (key: unknown): boolean =>
  typeof key === "string" && !/[\0\p{Surrogate}]/u.test(key);

export function look(state: JournalState, least: number): void {
  if (state.finding || state.failed || state.waiting.length < Math.min(least, MOST)) return;
  state.finding = true;
  state.kept.clear();
  void find(state, state.waiting.splice(0, MOST));
}

/** Look-ups come one at a time, so inputs keep their order. */
async function find(state: JournalState, batch: readonly Waiting[]): Promise<void> {
  const { host } = state;
  try {
    const session = await state.session();
    state.epoch = session.epoch;
    const keys = [...new Set(batch.map(({ key }) => key))];
    let askedAt = 0;
    const found = await tried(host, () => {
      askedAt = host.clock.now();
      return session.find(keys);
    });
    // The answer may be late, or have waited for a process that stood still.
    const lateMs = host.clock.now() - askedAt;
    if (!state.failed) for (const one of batch) place(state, one, aged(found.get(one.key), lateMs));
    beat(state);
  } catch (error) {
    fail(state, error);
  }
  state.finding = false;
  host.changed();
}

const aged = (record: FoundRecord | undefined, ms: number): FoundRecord | undefined =>
  record && { ...record, ageMs: record.ageMs + ms };

function place(state: JournalState, waiting: Waiting, record: FoundRecord | undefined): void {
  const { data, options } = state.host;
  const { key, digest, prepared } = waiting;
  if (state.live.has(key) || state.kept.has(key) || record?.own)
    refuse(state, waiting, "duplicate", `the key ${key} came before`);
  else if (!record) send(state, waiting);
  else {
    const fate = fateOf(record, { digest, value: prepared.item.value }, data, options.again ?? []);
    onRecord[fate](state, waiting, record);
  }
}

const onRecord: Readonly<
  Record<Fate, (state: JournalState, waiting: Waiting, record: FoundRecord) => void>
> = {
  send,
  resend(state, waiting, record) {
    const flight = begin(state, waiting, record);
    if (flight) state.host.add(flight);
  },
  together: gather,
  lost(state, waiting, record) {
    // Nobody can be asked, so its outcome stands.
    const { options } = state.host;
    if (record.state !== "sent" && !options.reconcile)
      return onRecord[record.state === "seen" ? "skip" : "replay"](state, waiting, record);
    const flight = begin(state, waiting, record);
    if (flight) lose(state, { flight, dueAt: dueAfter(state.host, record.writtenMs) });
  },
  replay: giveAgain,
  skip: ({ host }, { prepared }) => host.skip(prepared.item),
  changed: (state, waiting) =>
    refuse(state, waiting, "changed", `another input had the key ${waiting.key}`),
};

/** It gets no record, because that of its key is of another input. */
function refuse(
  { host }: JournalState,
  { prepared }: Waiting,
  category: string,
  message: string,
): void {
  host.settle(inFlight(prepared.item), inputFailed(category, message));
}

function send(state: JournalState, waiting: Waiting): void {
  const flight = begin(state, waiting, undefined);
  if (flight) state.host.add(flight);
}

/** Makes an item complete. Undefined if it is refused. `record`: it may have been applied before. */
function begin(
  state: JournalState,
  { prepared, key, digest }: Waiting,
  record: FoundRecord | undefined,
): InFlight | undefined {
  const { host, live } = state;
  // What is sent again has the same generated keys.
  const epoch = parseRequest(record?.request)?.epoch ?? state.epoch;
  const { item, refusal } = host.complete(prepared, epoch);
  const flight = record
    ? inFlight(item, { reason: "crashed", cause: undefined }, host.clock.now() - record.ageMs)
    : inFlight(item);
  live.set(key, {
    digest,
    flight,
    intent: false,
    writtenAt: -Infinity,
    request: record?.request,
    inherited: record !== undefined,
    asked: "no",
    found: false,
  });
  if (!refusal) return flight;
  host.settle(flight, inputFailed(refusal.category, refusal.message));
  return undefined;
}

/** Waits for the other inputs of its request. */
function gather(state: JournalState, waiting: Waiting, record: FoundRecord): void {
  const { host, groups } = state;
  const { request = "", writtenMs } = record;
  const flight = begin(state, waiting, record);
  if (!flight) return;
  const group = groups.get(request) ?? [];
  groups.set(request, group);
  group.push({ flight, dueAt: dueAfter(host, writtenMs) });
  const { count, key } = parseRequest(request) ?? {};
  if (group.length !== count) return;
  groups.delete(request);
  const flights = group.map((each) => each.flight);
  // The same inputs in the same order have the same key.
  const isWhole = host.keyFor(flights.map(({ item }) => item)) === key;
  if (!isWhole || !host.addTogether(flights)) for (const each of group) lose(state, each);
}

/** Those of their requests that the source does not have do not come any more. */
export function dissolve(state: JournalState): void {
  const groups = [...state.groups.values()];
  state.groups.clear();
  for (const each of groups.flat()) lose(state, each);
}

function giveAgain(state: JournalState, { prepared }: Waiting, record: FoundRecord): void {
  const { decision, kept, found } = readOutcome(record);
  state.host.settle(inFlight(prepared.item), decision, kept, found);
}
