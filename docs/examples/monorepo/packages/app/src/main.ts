/** The app imports the generated package as any other one. */
import { createClient } from "@acme/crm-batch";
import * as notes from "@acme/crm-batch/notes";

const { HUBSPOT_TOKEN: auth = "", OPENAPI_BATCH_URL: baseUrl } = process.env;
const client = createClient({ auth, ...(baseUrl && { baseUrl }) });
const inputs = ["1", "2", "3"].map((id) => ({ id, properties: { hs_note_body: "hello" } }));
const { read, ok } = await client.run(notes.update, inputs);
console.log(`${ok} of ${read} notes are updated.`);
