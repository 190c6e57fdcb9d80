/**
 * Updates a note for each line of a file, and says which ones a person has to look at.
 *
 *     node node-script.ts notes.jsonl
 */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createClient } from "hubspot-batch";
import * as notes from "hubspot-batch/notes";

const { HUBSPOT_TOKEN: auth = "", OPENAPI_BATCH_URL: baseUrl = "https://api.hubapi.com" } =
  process.env;
const [, , file = "notes.jsonl"] = process.argv;

/** One line at a time, so the file may be of any size. */
async function* inputs(): AsyncGenerator<notes.RecordUpdate> {
  for await (const line of createInterface({ input: createReadStream(file) }))
    yield JSON.parse(line) as notes.RecordUpdate; // the file is our own
}

const interrupt = new AbortController();
process.once("SIGINT", () => interrupt.abort());

const client = createClient({ auth, baseUrl });
const run = client.run(notes.update, inputs(), { signal: interrupt.signal });
for await (const outcome of run) {
  if (outcome.kind === "failed") console.error(outcome.input.id, outcome.error.message);
  else if (outcome.kind !== "ok") console.error(outcome.input.id, outcome.kind, outcome.reason);
}
const { read, ok, ended } = await run.summary;
console.log(`${ok} of ${read} notes are updated (${ended}).`);
process.exitCode = ended === "complete" && ok === read ? 0 : 1;
