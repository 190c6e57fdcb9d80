/**
 * A short run of the generated package, for any platform: plain JavaScript, web-standard APIs only. What comes back is
 * plain data, to be held against what the server has applied.
 *
 * @param {string} baseUrl
 * @param {string} label Goes into every input, so that runs against one server can be told apart.
 * @param {import("hubspot-batch").ClientOptions} [options] What the platform needs.
 */
import { createClient, notes, objects } from "hubspot-batch";

const INPUTS = 300;

export async function shortRun(baseUrl, label, options = {}) {
  // Nobody waits for a rate limit here: time jumps.
  let now = Date.now();
  const clock = {
    now: () => now,
    async sleep(ms, signal) {
      signal.throwIfAborted();
      now += ms;
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
  };
  const client = createClient({ auth: "token", baseUrl, clock, timeoutMs: 1500, ...options });
  const name = (i) => `${label}/${i}`;
  const numbers = Array.from({ length: INPUTS }, (_, i) => i);

  const updates = client.run(
    notes.update,
    numbers.map((i) => ({ id: String(1000 + i), properties: { hs_note_body: name(i) } })),
    { chunkSize: 20, key: (input) => input.properties.hs_note_body },
  );
  const stream = new ReadableStream({
    start(controller) {
      for (const i of numbers)
        controller.enqueue({ properties: { dealname: name(i) }, associations: [] });
      controller.close();
    },
  });
  const creates = client.run(objects.create, stream, {
    params: { objectType: "deals" },
    chunkSize: 20,
    key: (input) => input.properties.dealname,
  });
  return { updates: await told(updates), creates: await told(creates) };
}

async function told(run) {
  const outcomes = [];
  for await (const { index, key, kind } of run) outcomes.push({ index, key, kind });
  const { ended, read, ok, failed, unknown, notSent, requests, retries } = await run.summary;
  return { outcomes, summary: { ended, read, ok, failed, unknown, notSent, requests, retries } };
}
