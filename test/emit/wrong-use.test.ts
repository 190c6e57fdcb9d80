/** What the compiler says of a wrong use: it names the field. */
import { resolve } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { generate } from "../../generator/build/generate.js";
import { filesOf, problems } from "./compile.js";

const root = resolve(import.meta.dirname, "../..");

const head = `import { createClient, type Endpoint } from "./src/index.js";
import * as notes from "./src/notes.js";
import * as objects from "./src/objects.js";
const client = createClient({ auth: "t" });
declare const sized: Endpoint<{ input: string; result: undefined; reply: never; chunkSize: "required" }>;
export type { notes, objects, client, sized };
`;

const deal = '{ params: { objectType: "deals" } }';

const cases: readonly (readonly [name: string, use: string, want: string])[] = [
  ["a field of an input, in a run", `client.run(objects.create, [{ properties: {} }], ${deal});`, "Property 'associations' is missing"],
  ["a field of an input, in a request", 'objects.create([{ properties: {} }], { objectType: "deals" });', "Property 'associations' is missing"],
  ["a field of another type", "client.run(notes.update, [{ id: 1, properties: {} }]);", "Type 'number' is not assignable to type 'string'"],
  ["the parameters of a run", "client.run(objects.create, [], {});", "Property 'params' is missing"],
  ["one of the parameters of a run", "client.run(objects.create, [], { params: {} });", "Property 'objectType' is missing"],
  ["one of the parameters of a request", "objects.create([], {});", "Property 'objectType' is missing"],
  ["the size of chunks", "client.run(sized, [], {});", "Property 'chunkSize' is missing"],
  ["a member of the types", 'export type Size = notes.Update["size"];', "Property 'size' does not exist on type 'Update'"],
]; // prettier-ignore

let found: readonly string[];
beforeAll(async () => {
  const generated = await generate({
    cwd: root,
    paths: ["specs"],
    presets: ["hubspot"],
    output: "nowhere",
    name: "x",
    format: false,
  });
  const uses = cases.map(([, use], index): [string, string] => [`use${index}.ts`, head + use]);
  found = problems({ wrong: new Map([...filesOf(generated), ...uses]) });
}, 60_000);

test.each(cases.map((one, index) => [...one, index] as const))("%s", (_, _use, want, index) => {
  const texts = found.filter((text) => text.includes(`use${index}.ts:`));
  expect(texts).toHaveLength(1);
  expect(texts[0]).toContain(want);
});
