/** `Stop`: why a run stops, and the two signals that stop it. `Ended`: the promise of its summary. */
import type { NotSentReason, Summary } from "./outcome.js";

export type StopReason = NotSentReason & Summary["ended"];

export interface Stop {
  /** Aborted when nothing more may be sent. */
  readonly halt: AbortController;
  /** Aborted when requests in flight must end, too. */
  readonly kill: AbortController;
  /** The first reason; undefined while the run continues. */
  why: { readonly reason: StopReason; readonly cause: unknown } | undefined;
}

export const newStop = (): Stop => ({
  halt: new AbortController(),
  kill: new AbortController(),
  why: undefined,
});

/** The promise of a summary, and how it is fulfilled or rejected. */
export interface Ended {
  readonly promise: Promise<Summary>;
  finish(summary: Summary): void;
  fail(error: unknown): void;
}

export function newEnded(): Ended {
  let finish: Ended["finish"] = () => undefined;
  let fail: Ended["fail"] = () => undefined;
  const promise = new Promise<Summary>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  // The caller need not use the summary, so its rejection must not be unhandled.
  promise.catch(() => undefined);
  return { promise, finish, fail };
}
