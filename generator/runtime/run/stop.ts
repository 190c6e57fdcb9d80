/** How a run stops: the reason, and the two signals that follow from it. */
import type { NotSentReason, Summary } from "./outcome.js";

export type StopReason = NotSentReason & Summary["ended"];

export interface Stop {
  /** Aborted when nothing more is to be sent. */
  readonly halt: AbortController;
  /** Aborted when requests under way are to end, too. */
  readonly kill: AbortController;
  /** The first reason; undefined while the run goes on. */
  why: { readonly reason: StopReason; readonly cause: unknown } | undefined;
}

export const newStop = (): Stop => ({
  halt: new AbortController(),
  kill: new AbortController(),
  why: undefined,
});

/** The promise of a summary, with its two ends. */
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
  // Also where the caller does not ask for it.
  promise.catch(() => undefined);
  return { promise, finish, fail };
}
