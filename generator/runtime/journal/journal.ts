/** `createJournal`: makes a journal of a store. It brings all code of journals with it. */
import type { Journal, RunJournal, Steps } from "../run/run-journal.js";
import type { AnyOutcome } from "../run/run-totals.js";
import { accept, dissolve, look } from "./accept.js";
import { hostOf } from "./host.js";
import { acknowledge, keep, sending, withdraw } from "./keep.js";
import { readOutcome } from "./plain.js";
import { hold } from "./reconcile.js";
import { newState, type JournalState } from "./state.js";
import type { JournalBackend } from "./store.js";

/** Makes a journal of a store of your own. */
export const createJournal = (backend: JournalBackend): Journal => ({
  account: (run) => backend.account(run),
  async *records(run, kinds) {
    for await (const record of backend.records(run, kinds)) {
      const { decision, kept } = readOutcome(record);
      const { kind, ...outcome } = decision;
      if (kind !== "notSent")
        yield { run: record.run, key: record.key, kind, outcome: { ...outcome, ...kept } };
    }
  },
  forget: (run) => backend.forget(run),
  "~journal": (run) => runJournal(newState(backend, hostOf(run))),
});

function runJournal(state: JournalState): RunJournal {
  const isLooking = () => state.finding || state.waiting.length > 0;
  return {
    accept: (prepared) => accept(state, prepared),
    look: (least) => look(state, least),
    get finding() {
      return state.finding;
    },
    get looking() {
      return isLooking();
    },
    get writing() {
      return !state.failed && state.writer.busy;
    },
    get busy() {
      return isLooking() || (!state.failed && (state.writer.busy || state.reconciling));
    },
    dissolve: () => dissolve(state),
    sending: (flights, key) => sending(state, flights, key),
    withdraw: (flights) => withdraw(state, flights),
    hold: (flight, decision) => hold(state, flight, decision),
    keep: (flight, outcome, result) => keep(state, flight, outcome, result),
    discard() {
      state.discarding = true;
    },
    follow: (outcomes) => follow(state, outcomes),
    acknowledge: (outcomes) => acknowledge(state, outcomes),
    finish: () => finish(state),
  };
}

function follow(state: JournalState, outcomes: Required<Steps>): Steps {
  let given: AnyOutcome[] = [];
  return {
    async next() {
      acknowledge(state, given);
      given = [];
      const step = await outcomes.next();
      if (step.done) await finish(state);
      else given.push(step.value);
      return step;
    },
    async return() {
      const step = await outcomes.return();
      await finish(state);
      return step;
    },
  };
}

/** Rejects if the last acknowledgements cannot be written. */
async function finish(state: JournalState): Promise<void> {
  if (state.writer.size && !state.failed) await state.writer.flush();
  state.endBeat?.();
  if (state.closed || !state.epoch) return;
  state.closed = true;
  const session = await state.session();
  await session.close().catch(() => undefined);
}
