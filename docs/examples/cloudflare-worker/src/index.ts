/**
 * A Cloudflare Worker: it takes projects as lines of JSON, upserts them, and answers with a line for each of them, while
 * it goes on. Neither side is ever whole in memory.
 */
import { createClient } from "hubspot-batch";
import * as projects from "hubspot-batch/projects";

interface Env {
  /** A secret: `npx wrangler secret put HUBSPOT_TOKEN`. */
  readonly HUBSPOT_TOKEN: string;
  /** For tests. */
  readonly HUBSPOT_URL?: string;
}
interface Context {
  waitUntil(work: Promise<unknown>): void;
}

/** A Worker of the free plan may send 50 requests. What is left is `notSent`: send it to the next one. */
const budget = { requests: 40 };

export default {
  async fetch(request: Request, env: Env, context: Context): Promise<Response> {
    if (request.method !== "POST" || !request.body) return new Response(null, { status: 405 });
    const { HUBSPOT_TOKEN: auth, HUBSPOT_URL: baseUrl = "https://api.hubapi.com" } = env;
    const client = createClient({ auth, baseUrl });
    const run = client.run(projects.upsert, lines(request.body), {
      budget,
      signal: request.signal,
    });
    const { readable, writable } = new TransformStream<Uint8Array>();
    const writer = writable.getWriter();
    const encoder = new TextEncoder();
    const answer = async () => {
      for await (const { index, kind } of run)
        await writer.write(encoder.encode(`${JSON.stringify({ index, kind })}\n`));
      await writer.close();
    };
    context.waitUntil(answer().catch((error: unknown) => writer.abort(error)));
    return new Response(readable, { headers: { "content-type": "application/x-ndjson" } });
  },
};

/** The most characters of a line that is not complete: more of it is not kept. */
const longest = 1_000_000;

/** The values of a body of lines of JSON. */
async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<projects.RecordUpsert> {
  // a run refuses a value that is no input
  const parse = (line: string) => JSON.parse(line) as projects.RecordUpsert;
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of body) {
    const complete = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = complete.pop() ?? "";
    if (rest.length > longest) throw new RangeError(`A line has more than ${longest} characters.`);
    for (const line of complete) if (line.trim()) yield parse(line);
  }
  rest += decoder.decode();
  if (rest.trim()) yield parse(rest);
}
