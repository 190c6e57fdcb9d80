/** A route handler of Next.js: `POST /api/notes` updates the notes of a list, and says which of them it did not update. */
import { createClient } from "hubspot-batch";
import * as notes from "hubspot-batch/notes";
import { z } from "zod";

const { HUBSPOT_TOKEN: auth = "", OPENAPI_BATCH_URL: baseUrl = "https://api.hubapi.com" } =
  process.env;
/** One for all requests: they share the rate limit. */
const client = createClient({ auth, baseUrl });

const body = z.array(z.object({ id: z.string(), text: z.string() })).max(5000);

/** In seconds. */
export const maxDuration = 60;

export async function POST(request: Request): Promise<Response> {
  const parsed = body.safeParse(await request.json().catch(() => undefined));
  if (!parsed.success) return Response.json({ error: parsed.error.issues }, { status: 400 });
  const inputs = notes.update.from(
    parsed.data,
    ({ id, text }) => ({ id, properties: { hs_note_body: text } }),
    { key: ({ id }) => id },
  );
  // The run ends before the platform stops the handler, and says of each note what became of it.
  const run = client.run(notes.update, inputs, {
    signal: request.signal,
    budget: { ms: (maxDuration - 10) * 1000 },
  });
  const open: { id: string; kind: string; reason: string }[] = [];
  for await (const outcome of run) {
    const { key: id, kind } = outcome;
    if (kind === "failed") open.push({ id, kind, reason: outcome.error.message });
    else if (kind !== "ok") open.push({ id, kind, reason: outcome.reason });
  }
  const { read, ok } = await run.summary;
  return Response.json({ read, ok, open });
}
