import { count, cut } from "./terminal.js";
import type { Terminal } from "./terminal.js";

export interface ProgressEvent {
  readonly phase: "read" | "model" | "emit" | "format";
  readonly done: number;
  readonly total: number;
}

export interface Progress {
  show(event: ProgressEvent): void;
  /** Takes the line away again. Must be called before anything else is printed. */
  end(): void;
}

const phases = {
  read: { verb: "reading", noun: "file" },
  model: { verb: "finding endpoints in", noun: "document" },
  emit: { verb: "emitting", noun: "file" },
  format: { verb: "formatting", noun: "file" },
};

/** How often the line of a terminal is rewritten at most. */
const intervalMs = 50;

/**
 * Shows how far a run is: one line that is rewritten on a terminal, one plain line for each phase elsewhere, nothing
 * if `quiet`.
 * @param now The clock, in ms. Default `performance.now`.
 */
export function createProgress(
  terminal: Terminal,
  quiet: boolean,
  now: () => number = () => performance.now(),
): Progress {
  if (quiet) return { show: () => undefined, end: () => undefined };
  let last: number | undefined;
  let phase: string | undefined;

  if (!terminal.rewritable) {
    return {
      show(event) {
        if (event.phase === phase) return;
        phase = event.phase;
        const { verb, noun } = phases[event.phase];
        terminal.err(`${verb} ${count(event.total, noun)}\n`);
      },
      end: () => undefined,
    };
  }
  return {
    show(event) {
      const time = now();
      if (event.phase === phase && last !== undefined && time - last < intervalMs) return;
      last = time;
      phase = event.phase;
      const line = `${phases[event.phase].verb} ${event.done}/${count(event.total, phases[event.phase].noun)}`;
      terminal.err(`\r\u001b[2K${cut(line, terminal.width)}`);
    },
    end() {
      if (last !== undefined) terminal.err("\r\u001b[2K");
      last = undefined;
    },
  };
}
