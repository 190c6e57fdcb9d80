/** A redirect that is not followed proves nothing: `303 See Other` is what many services answer when all is done. */
import { expect, test } from "vitest";
import { createClient } from "../../generator/runtime/send/client.js";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";

const create: Endpoint<{
  kind: "create";
  input: { name: string };
  result: { id: string };
  reply: Reply;
}> = endpoint({
  name: "things.create",
  service: { baseUrl: "https://api.example" },
  method: "POST",
  path: "/things/batch/create",
  kind: "create",
  items: { at: "/inputs" },
  limit: { items: 100 },
  results: { at: "/results" },
  replies: [201],
});

test.each([300, 303])(
  "%i to a create is unknown, and the create is not sent again",
  async (status) => {
    let requests = 0;
    const client = createClient({
      auth: "token",
      fetch: async () => {
        requests++;
        return new Response(null, { status, headers: { location: "/things/1" } });
      },
    });
    const [outcome] = await client.run(create, [{ name: "a" }]).collect();
    expect(outcome).toMatchObject({ kind: "unknown", reason: "serverError" });
    expect(requests).toBe(1);
  },
);
