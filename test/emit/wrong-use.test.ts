/** What the compiler says of a wrong use: it names the field. */
import { resolve } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { generate } from "../../generator/build/generate.js";
import { filesOf, problems } from "./compile.js";

const root = resolve(import.meta.dirname, "../..");

const head = `import { createClient, withCodec, type Endpoint } from "./src/index.js";
import * as notes from "./src/notes.js";
import * as objects from "./src/objects.js";
import { number, oneOf, properties, withProperties } from "./src/runtime/codecs.js";
const client = createClient({ auth: "t" });
declare const sized: Endpoint<{ input: string; result: undefined; reply: never; chunkSize: "required" }>;
const contact = properties({ score: number, stage: oneOf("lead", "customer") });
const scored = withProperties(notes.update, contact);
export { notes, objects, client, sized, withCodec, scored };
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
  ["a request instead of the endpoint", "client.run(notes.update([]), []);", "Property 'from' is missing in type 'BatchRequest<Update>'"],
  ["a misspelt option", "client.run(notes.update, [], { concurency: 2 });", "'concurency' does not exist in type 'RunOptions<Update, RecordUpdate>'. Did you mean to write 'concurrency'?"],
  ["a value outside an enum", 'client.run(notes.update, [], { order: "input" });', "Type '\"input\"' is not assignable to type '\"source\" | \"completion\" | undefined'"],
  ["a codec of another type", "withCodec(notes.update, { input: (row: { pk: number }) => ({ id: row.pk, properties: {} }) });", "The types of 'id' are incompatible"],
  ["a property of another type", 'client.run(scored, [{ id: "1", properties: { score: "high" } }]);', "Type 'string' is not assignable to type 'number'"],
  ["a property's value that is none of its own", 'client.run(scored, [{ id: "1", properties: { stage: "led" } }]);', "Type '\"led\"' is not assignable to type '\"lead\" | \"customer\" | null | undefined'"],
  ["a property that is not described", 'client.run(scored, [{ id: "1", properties: { scor: 1 } }]);', "Did you mean to write 'score'?"],
  ["a property of a result, which may be a text that does not fit", 'for await (const one of client.run(scored, [])) if (one.kind === "ok") one.result.properties.score?.toFixed();', "Property 'toFixed' does not exist on type 'string | number'"],
  ["a property that was not selected", 'for await (const one of client.run(objects.read.select(["email"]), [{ id: "1" }], { params: { objectType: "contacts" } })) if (one.kind === "ok") one.result.properties.phone;', "Property 'phone' does not exist on type"],
  ["an outcome's field of an awaited run, which is its summary", "export const { kind } = await client.run(notes.update, []);", "Property 'kind' does not exist on type 'Summary'"],
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
});

test.each(cases.map((one, index) => [...one, index] as const))("%s", (_, _use, want, index) => {
  const texts = found.filter((text) => text.includes(`use${index}.ts:`));
  expect(texts).toHaveLength(1);
  expect(texts[0]).toContain(want);
  // The compiler walks a function down to the member that differs; all other texts are short. One line is the code.
  expect(texts[0]?.split("\n").length).toBeLessThanOrEqual(want.startsWith("The types of") ? 6 : 3);
});
