/** `hostileCases`: any number of hostile documents, replies and overlays, and what they found. */
import { inspect } from "node:util";
import type { Found } from "./finding.js";
import { hostileDocument } from "./hostile-document.js";
import { hostileOverlay } from "./overlays.js";
import { createRandom, type Random } from "./random.js";
import { hostileOptions, hostileReply } from "./replies.js";

/** A case above this is a hang: so much time of the processor, which other processes do not lengthen … */
const HANG_MS = 5000;
/** … or so much time in all, for a case that waits for ever. */
const GIVE_UP_MS = 60_000;

type Case = (
  random: Random,
  report: (found: Found, detail: string) => void,
) => Promise<void> | void;

/** Of 100 cases, how many are of each kind. Most are cheap. */
const kinds: Readonly<Record<string, readonly [share: number, run: Case]>> = {
  replies: [66, hostileReply],
  options: [4, hostileOptions],
  overlays: [20, hostileOverlay],
  documents: [10, hostileDocument],
};

export interface Figures {
  cases: number;
  /** All cases, and the slowest. */
  ms: number;
  slowest: number;
  readonly found: Record<Found, number>;
}

export interface Report {
  readonly kinds: Readonly<Record<string, Figures>>;
  /** With the seed that makes the case again, alone. */
  readonly findings: readonly string[];
}

/** Case N has the seed `seed + N`, so that one can be run again alone. `onCase` gets the number of cases that are done. */
export async function hostileCases(
  count: number,
  seed: number,
  onFinding: (finding: string) => void = () => undefined,
  onCase: (done: number) => void = () => undefined,
): Promise<Report> {
  const figures: Record<string, Figures> = {};
  const findings: string[] = [];
  for (let own = seed; own < seed + count; own++) {
    const random = createRandom(own);
    const [kind, run] = pickKind(random);
    const all = (figures[kind] ??= newFigures());
    const report = (found: Found, detail: string): void => {
      all.found[found]++;
      const finding = `--seed ${own} --count 1: ${kind}: ${found}: ${detail}`;
      findings.push(finding);
      onFinding(finding);
    };
    const start = performance.now();
    await within(async () => run(random, report)).catch((error: unknown) =>
      report(error instanceof Hang ? "hang" : "crash", inspect(error).slice(0, 2000)),
    );
    const ms = performance.now() - start;
    all.cases++;
    all.ms += ms;
    all.slowest = Math.max(all.slowest, ms);
    onCase(own - seed + 1);
  }
  return { kinds: figures, findings };
}

const newFigures = (): Figures => ({
  cases: 0,
  ms: 0,
  slowest: 0,
  found: { crash: 0, hang: 0, leak: 0, code: 0 },
});

function pickKind(random: Random): readonly [name: string, run: Case] {
  let left = random.below(100);
  for (const [name, [share, run]] of Object.entries(kinds)) {
    if (left < share) return [name, run];
    left -= share;
  }
  throw new Error("the shares are not 100");
}

class Hang extends Error {}

/** @throws Hang */
async function within(work: () => Promise<void>): Promise<void> {
  const before = process.cpuUsage();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Hang(`no end in ${GIVE_UP_MS} ms`)), GIVE_UP_MS);
  });
  try {
    await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
  const ms = process.cpuUsage(before).user / 1000;
  if (ms > HANG_MS) throw new Hang(`${Math.round(ms)} ms`);
}
