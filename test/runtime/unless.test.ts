/** `match.unless`: an id that means something else in the input than in the reply proves nothing. */
import { expect, test } from "vitest";
import { createClient } from "../../generator/runtime/send/client.js";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import type { Match } from "../../generator/runtime/endpoint/x-batch.js";

interface Input {
  readonly id: string;
  readonly idProperty?: string;
}
interface Result {
  readonly id: string;
}

const service = { baseUrl: "https://api.example" };
const update = (
  match: readonly Match[],
): Endpoint<{ kind: "update"; input: Input; result: Result; reply: Reply }> =>
  endpoint({
    name: "things.update",
    service,
    method: "POST",
    path: "/things/batch/update",
    kind: "update",
    items: { at: "/inputs" },
    limit: { items: 100 },
    results: { at: "/results" },
    match,
    replies: [200],
  });

/** The service knows the second input's record as 9, and has nothing to say of the first. */
async function fates(
  match: readonly Match[],
  inputs: readonly Input[],
): Promise<readonly string[]> {
  const client = createClient({
    auth: "token",
    fetch: async () => Response.json({ results: [{ id: "9" }] }),
  });
  const outcomes = await client.run(update(match), inputs).collect();
  return outcomes.map(({ kind }) => kind);
}

const byId: Match = { by: "value", request: "/id", result: "/id" };
const byCode = [
  { id: "9", idProperty: "code" },
  { id: "x", idProperty: "code" },
];

test.each<[given: string, match: Match, inputs: readonly Input[], want: readonly string[]]>([
  ["an id is taken for the wrong record's", byId, byCode, ["ok", "unknown"]],
  ["unless says otherwise", { ...byId, unless: "/idProperty" }, byCode, ["unknown", "unknown"]],
  [
    "record ids match as ever",
    { ...byId, unless: "/idProperty" },
    [{ id: "9" }, { id: "x", idProperty: "code" }],
    ["ok", "unknown"],
  ],
])("%s", async (_, match, inputs, want) => {
  expect(await fates([match], inputs)).toEqual(want);
});
