/** A process of `kills.ts`: runs, and dies at its point. Each outcome is a line, written before the next is asked for. */
import { writeSync } from "node:fs";
import { JournalError } from "../../generator/runtime/journal/journal-error.js";
import { live, type Life } from "./kill-life.js";

const life = JSON.parse(process.argv[2] ?? "") as Life; // our parent's
const tell = (line: string) => void writeSync(1, `${line}\n`);
try {
  const { summary } = await live(
    life,
    (outcome) => tell(JSON.stringify(outcome)),
    () => {
      process.kill(process.pid, "SIGKILL");
      for (;;); // the signal is on its way
    },
  );
  tell(`end ${summary.ended}`);
} catch (error) {
  if (!(error instanceof JournalError)) throw error;
  tell(`end ${error.taken ? "taken" : error.message}`);
}
