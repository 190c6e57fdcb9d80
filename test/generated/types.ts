/** What must compile for users of the generated package, and what must not. Checked by `npm run typecheck`. */
import { createClient, isBatchStatus, withCodec, type BatchStatus, type Reply } from "hubspot-batch";
import {
  date,
  number,
  oneOf,
  properties,
  string,
  withProperties,
  type InputValues,
  type ResultValues,
} from "hubspot-batch/codecs";
import * as notes from "hubspot-batch/notes";
import * as objects from "hubspot-batch/objects";
import * as partnerClients from "hubspot-batch/partnerClients";
import * as projects from "hubspot-batch/projects";

declare const rows: AsyncIterable<{ pk: bigint; email: string; first: string | null }>;
const client = createClient({ auth: "token" });

// A builder is a pure function, with the operation's data on it.
const request = notes.update([{ id: "512", properties: { hs_note_body: "hi" } }]);
request.method satisfies string;
request.path satisfies string;
notes.update.operation.kind satisfies "update" | undefined;
objects.create.operation.method satisfies string;

// Replies are told apart by the HTTP status, and the state of the batch is a closed union.
const reply = await client.send(request);
if (reply.status === 207) reply.body.errors satisfies readonly unknown[] | undefined;
// @ts-expect-error a plain success of an update has no errors
if (reply.status === 200) reply.body.errors satisfies unknown;
function told(status: BatchStatus): string {
  switch (status) {
    case "CANCELED":
      return "canceled";
    case "COMPLETE":
      return "complete";
    case "PENDING":
    case "PROCESSING":
      return "later";
  }
}
told(reply.body.status);
// @ts-expect-error prose spells it with two L, and the schema wins
told("CANCELLED");
const unsure: unknown = "COMPLETE";
if (isBatchStatus(unsure)) told(unsure);

// Each endpoint has its own reply.
const upserted = await client.send(projects.upsert([]));
upserted.body.results[0]?.new satisfies boolean | undefined;
// @ts-expect-error an update says nothing of `new`
reply.body.results[0]?.new satisfies unknown;
const partner = await client.send(partnerClients.update([]));
partner.status satisfies 200;
// @ts-expect-error the page of partner clients shows no errors
partner.body.errors satisfies unknown;
const archived = await client.send(objects.archive([{ id: "1" }], { objectType: "notes" }));
archived satisfies Reply<204, undefined>;

// Rows of the caller's become inputs; literals of enums stay literals.
objects.create.from(
  rows,
  (row) => ({
    properties: { email: row.email },
    associations: [
      { to: { id: "7" }, types: [{ associationCategory: "WORK", associationTypeId: 5 }] },
    ],
  }),
  { key: (row) => String(row.pk) },
);

// A read names what it wants, and gets just that.
const picked = objects.read.select(["email", "firstname"]);
const found = await client.send(picked([{ id: "1" }], { objectType: "contacts" }));
found.body.results satisfies readonly unknown[];

// @ts-expect-error `properties` is missing
notes.update([{ id: "1" }]);
// @ts-expect-error a property's value is a string
notes.update([{ id: "1", properties: { amount: 3 } }]);
// @ts-expect-error a bigint never reaches JSON
notes.update([{ id: 1n, properties: {} }]);
// @ts-expect-error `objectType` is missing
objects.create([]);
// @ts-expect-error `objectType` is missing
objects.create([], {});
// @ts-expect-error the required sibling `properties` is missing
objects.read([{ id: "1" }], { objectType: "contacts" });
objects.create(
  // @ts-expect-error no such category
  [{ properties: {}, associations: [{ to: { id: "1" }, types: [{ associationCategory: "HUBSPOT", associationTypeId: 1 }] }] }], // prettier-ignore
  { objectType: "deals" },
);
// @ts-expect-error rows are not inputs
objects.create(rows, { objectType: "deals" });
// @ts-expect-error a null is no value of a property
projects.upsert.from(rows, (row) => ({ id: row.email, properties: { first: row.first } }), { key: (row) => row.email }); // prettier-ignore

// Described properties have their own types, in inputs and in results.
const contact = properties({
  email: string,
  lead_score: number,
  signup: date,
  stage: oneOf("lead", "customer"),
});
const written: InputValues<typeof contact> = { lead_score: 7, signup: null, stage: undefined };
const scored = withProperties(objects.update, contact);
scored([{ id: "1", idProperty: "email", properties: written }], { objectType: "contacts" });
for await (const outcome of client.run(scored, [{ id: "1", properties: written }], {
  params: { objectType: "contacts" },
}))
  if (outcome.kind === "ok") {
    const { properties: found } = outcome.result;
    found satisfies ResultValues<typeof contact>;
    found.email satisfies string | null | undefined;
    if (typeof found.lead_score === "number") found.lead_score.toFixed();
    if (found.signup instanceof Date) found.signup.toISOString();
    switch (found.stage) {
      case "lead":
      case "customer":
      case null:
      case undefined:
        break;
      default:
        // A value that the description does not list.
        found.stage satisfies string;
    }
    // @ts-expect-error it may be a text that is no number
    found.lead_score satisfies number | null | undefined;
    // @ts-expect-error not described
    String(found.phone);
  }
const selected = withProperties(objects.read.select(contact.names), contact);
for await (const outcome of client.run(selected, [{ id: "1" }], {
  params: { objectType: "contacts" },
}))
  if (outcome.kind === "ok")
    outcome.result.properties.lead_score satisfies number | string | null;
objects.create.from(
  rows,
  (row) => ({ properties: contact.write({ email: row.email }), associations: [] }),
  { key: (row) => String(row.pk) },
);
// In a form of your own.
withCodec(objects.update, {
  input: (row: { pk: bigint; score: number }) => ({
    id: String(row.pk),
    properties: contact.write({ lead_score: row.score }),
  }),
  result: (record) => contact.read(record.properties).lead_score,
}) satisfies object;
// @ts-expect-error a text is no number
scored([{ id: "1", properties: { lead_score: "7" } }], { objectType: "contacts" });
// @ts-expect-error no such stage
scored([{ id: "1", properties: { stage: "led" } }], { objectType: "contacts" });
// @ts-expect-error not described
scored([{ id: "1", properties: { phone: "1" } }], { objectType: "contacts" });
