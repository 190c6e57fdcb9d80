/** `npm run simulate`: many seeds, one after the other, or one of them with its trace. */
import { setImmediate as turn } from "node:timers/promises";
import { parseArgs } from "node:util";
import { simulate, type Simulated } from "./simulate.js";

const HELP = `Usage: npm run simulate -- [--seeds N] [--seed S] [--trace]

Runs N simulations (default 10000) from the seed S (default 1): processes that run with a journal, die, stand still, and
take a run over, against a service, a journal and a rate limiter that fail, all in virtual time. Stops at the first
promise that is broken, and prints its seed and what happened before it. The same seed gives the same trace.

  --seeds N   how many seeds; with --seed alone, one
  --seed S    the first of them
  --trace     prints the whole trace of the first seed
  --help      prints this

Exit codes: 0 no promise was broken, 1 one was, 2 wrong arguments, 130 interrupted.`;

/** The lines before the end that are printed. */
const LINES = 60;
const EVERY_MS = 5000;

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const first = Number(values.seed ?? 1);
const count = Number(values.seeds ?? (values.seed === undefined ? 10_000 : 1));
let isInterrupted = false;
process.once("SIGINT", () => (isInterrupted = true));

if (values.help) console.log(HELP);
else if (![first, count].every((one) => Number.isSafeInteger(one) && one >= 0)) {
  console.error(`--seeds and --seed are whole numbers.\n\n${HELP}`);
  process.exitCode = 2;
} else process.exitCode = await run();

async function run(): Promise<number> {
  const start = performance.now();
  const sums = { seeds: 0, lives: 0, events: 0 };
  let told = start;
  const report = () => {
    const seconds = (performance.now() - start) / 1000;
    const pace = Math.round(sums.lives / seconds);
    return `${sums.seeds} seeds, ${sums.lives} lives, ${sums.events} events in ${seconds.toFixed(1)} s (${pace} lives/s)`;
  };
  for (let seed = first; seed < first + count && !isInterrupted; seed++) {
    const done = await simulate(seed, { traced: values.trace && seed === first });
    sums.seeds++;
    sums.lives += done.lives;
    sums.events += done.events;
    if (values.trace && seed === first) console.log(done.trace.join("\n"));
    if (done.broken !== undefined) {
      await explain(done);
      console.log(report());
      return 1;
    }
    if (seed % 64 === 0) await turn(); // for Ctrl-C
    if (performance.now() - told < EVERY_MS) continue;
    told = performance.now();
    console.error(`${report()}, at seed ${seed}`);
  }
  console.log(`${report()}: no promise was broken`);
  return isInterrupted ? 130 : 0;
}

async function explain({ seed, broken }: Simulated): Promise<void> {
  const { trace } = await simulate(seed, { traced: true });
  console.log(trace.slice(-LINES).join("\n"));
  console.log(`\nSeed ${seed}: ${broken}\nRepeat it: npm run simulate -- --seed ${seed} --trace`);
}
