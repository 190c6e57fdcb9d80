/** The commands of the two programs that need no queue, and how a command is run. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { books, RUN, type Again, type Row } from "./contacts.js";

/** One line at a time, so the file may be of any size. */
export async function* rowsOf(file: string): AsyncGenerator<Row> {
  for await (const line of createInterface({ input: createReadStream(file) }))
    yield JSON.parse(line) as Row; // the file is our own
}

type Command = (...args: string[]) => Promise<unknown>;

export interface QueueCommands {
  readonly produce: (file: string, again: Again[]) => Promise<unknown>;
  readonly work: Command;
  readonly pause: Command;
  readonly cancel: Command;
  readonly resume: Command;
  /** The number of parts that are not done. */
  readonly left: () => Promise<number>;
}

/** Runs the command that the user named. */
export async function main({ produce, left, ...others }: QueueCommands): Promise<void> {
  const commands: { readonly [name: string]: Command } = {
    ...others,
    produce: (file = "rows.jsonl", ...again) => produce(file, again as Again[]), // the words of the user
    async account() {
      const [parts, account] = [await left(), await books.account(RUN)];
      console.log(JSON.stringify({ parts, ...account }));
    },
    async failed() {
      for await (const { key, outcome } of books.records(RUN, ["failed"]))
        console.log(key, JSON.stringify(outcome));
    },
  };
  const [, , name = "", ...args] = process.argv;
  const command = commands[name];
  if (!command) throw new Error(`Expected one of: ${Object.keys(commands).join(", ")}.`);
  await command(...args);
}
