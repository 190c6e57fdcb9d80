/**
 * Brings the contacts of a CSV file into the CRM: creates those that it has not, updates the others by e-mail, and
 * archives those that have left.
 *
 *     node main.ts contacts.csv
 */
import { createReadStream } from "node:fs";
import { parse } from "csv-parse";
import { createClient, type Run } from "hubspot-batch";
import { withProperties, type InputValues } from "hubspot-batch/codecs";
import * as objects from "hubspot-batch/objects";
import { contact } from "./contact.js";

interface Row {
  readonly email: string;
  /** Those of `contact`. */
  readonly values: InputValues<typeof contact>;
  readonly hasLeft: boolean;
}

const { HUBSPOT_TOKEN: auth = "", OPENAPI_BATCH_URL: baseUrl = "https://api.hubapi.com" } =
  process.env;
const client = createClient({ auth, baseUrl });
const params = { objectType: "contacts" };
const key = (row: Row) => row.email;

const rows: Row[] = [];
const texts = createReadStream(process.argv[2] ?? "contacts.csv").pipe(
  parse({ bom: true, columns: true, cast: (text) => (text === "" ? null : text) }),
);
for await (const { email, has_left, ...others } of texts as AsyncIterable<Record<string, string>>) {
  if (email === undefined) throw new Error("The file has no column called email.");
  // A text that does not fit stays a text here: the run refuses it, and the others are sent.
  const values = contact.read(others) as InputValues<typeof contact>;
  rows.push({ email, values, hasLeft: has_left === "yes" });
}

/** Says what a person has to look at. */
async function report(what: string, run: Run<Told>): Promise<void> {
  for await (const told of run) if (told.kind !== "ok") tell(what, told);
  const { read, ok } = await run.summary;
  console.log(`${what}: ${ok} of ${read}`);
}
interface Told {
  readonly kind: string;
  readonly key: string;
  readonly error?: { readonly message: string };
  readonly reason?: string;
}
const tell = (what: string, { key, kind, error, reason }: Told) =>
  console.error(`${what}: ${key} is ${kind}: ${error?.message ?? reason}`);

// Which of them are there?
const read = withProperties(objects.read.select(contact.names), contact);
const known = new Map<Row, string>();
const missing: Row[] = [];
const reading = client.run(
  read,
  read.from(rows, ({ email }) => ({ id: email }), { key }),
  {
    params: { ...params, idProperty: "email" },
  },
);
for await (const outcome of reading) {
  const { source } = outcome;
  if (outcome.kind === "ok") known.set(source, outcome.result.id);
  else if (outcome.kind === "failed" && outcome.error.category === "OBJECT_NOT_FOUND")
    missing.push(source);
  else tell("read", outcome); // nobody knows whether it is there: it is neither created nor updated
}

const create = withProperties(objects.create, contact);
const created = create.from(
  missing.filter(({ hasLeft }) => !hasLeft),
  ({ email, values }) => ({ properties: { ...values, email }, associations: [] }),
  { key },
);
await report("created", client.run(create, created, { params }));

const update = withProperties(objects.update, contact);
const updated = update.from(
  [...known.keys()].filter(({ hasLeft }) => !hasLeft),
  ({ email, values }) => ({ id: email, idProperty: "email", properties: values }),
  { key },
);
await report("updated", client.run(update, updated, { params }));

const archived = objects.archive.from(
  [...known].filter(([{ hasLeft }]) => hasLeft),
  ([, id]) => ({ id }),
  { key: ([row]) => row.email },
);
await report("archived", client.run(objects.archive, archived, { params }));
