/** Real documents: no endpoint fails of itself, and what is answered fits the document's own schemas. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { emulatedOperations } from "../../generator/emulator/operations.js";
import { toJsonSchema } from "../../generator/emulator/request/json-schema.js";
import { listen } from "../../generator/emulator/server.js";
import { createService } from "../../generator/emulator/service.js";
import { setAt } from "../../generator/emulator/values.js";
import { read } from "../../generator/openapi/read.js";
import type { JsonValue } from "../../generator/base/json.js";

const shared = join(import.meta.dirname, "..", "..", "..", "shared");
/** The largest documents take long to read, and have nothing that the others have not. */
const largest = 1_500_000;

const item: JsonValue = { id: "1", name: "a", index: { _id: "1" } };
const bodies: Readonly<Record<string, JsonValue>> = {
  map: { a: item },
  groups: { a: [item] },
  columns: { id: ["1"] },
  csv: "1,2",
};

describe.skipIf(!existsSync(shared))("documents in ../shared (skipped where they are not)", () => {
  test.each(["corpus/hubspot", "corpus/vendors", "conformance"])("%s", async (folder) => {
    const cwd = join(shared, folder);
    const paths = readdirSync(cwd).filter((name) => statSync(join(cwd, name)).size < largest);
    const { specs } = await read({ cwd, paths, overlays: [] });
    const behaviour = { rates: false, validate: false };
    // As `startEmulator` does, which would read the documents again.
    const { operations } = emulatedOperations(specs);
    const service = createService(operations, { behaviour });
    const { port, close } = await listen(service, { port: 0, host: "127.0.0.1" });
    const ajv = new Ajv2020({
      strict: false,
      unicodeRegExp: false, // documents escape more in patterns than the flag allows
      validateSchema: false,
      logger: false,
      validateFormats: false,
      inlineRefs: false,
      code: { optimize: false }, // most validators run once
    });
    // Many documents have the same schemas, and a schema takes longer to compile than a reply to check.
    const validators = new Map<string, ValidateFunction>();
    const validatorOf = (schema: ReturnType<typeof toJsonSchema>): ValidateFunction => {
      const text = JSON.stringify(schema);
      const validate = validators.get(text) ?? ajv.compile(schema);
      validators.set(text, validate);
      return validate;
    };
    const wrong: string[] = [];
    let answered = 0;
    try {
      for (const operation of operations) {
        const { spec, method, path, batch, constants } = operation;
        const which = [method, path, ...constants.map(({ value }) => value)].join(" ");
        const { as = "array", at } = batch.items;
        const query = batch.items.in === "query";
        const lines = as === "lines" || as === "pairs";
        const body = lines
          ? `${JSON.stringify(item)}\n`.repeat(2)
          : JSON.stringify(setAt({}, query ? "" : at, bodies[as] ?? [item]));
        const of = (wanted: string) =>
          constants
            .filter(({ in: place }) => place === wanted)
            .map(({ name, value }) => [name, value]);
        const search = new URLSearchParams([...of("query"), ...(query ? [[at, "1"]] : [])]);
        const plain = path.replace(/\{[^{}]+\}/g, "1");
        const bodiless = query || method === "GET";
        const type = batch.items.mediaType ?? operation.body?.mediaType ?? "application/json";
        const reply = await fetch(`http://127.0.0.1:${port}${plain}?${search.toString()}`, {
          method,
          headers: [...of("header"), ...(bodiless ? [] : [["content-type", type]])] as [
            string,
            string,
          ][],
          ...(bodiless ? {} : { body }),
        });
        const text = await reply.text();
        const { schema } =
          operation.replies.find(({ status }) => status === String(reply.status)) ?? {};
        if (reply.status >= 300) wrong.push(`${which}: ${reply.status} ${text}`);
        // A document may well describe the body of a 204.
        if (schema === undefined || reply.status >= 300 || text === "") continue;
        answered++;
        const validate = validatorOf(toJsonSchema(spec, schema));
        if (!validate(JSON.parse(text))) wrong.push(`${which}: ${ajv.errorsText(validate.errors)}`);
      }
    } finally {
      await close();
    }
    // Texts are echoed, and made up, without regard to patterns and lengths.
    const texts = /must match pattern|fewer than 1 characters/;
    // The item that is sent is echoed, and is none of the document's.
    const echoed = /id must be (integer|object)|index must be string/;
    // One operation is recognised that takes the tags of one queue, and there is no such queue.
    // one document narrows a property in a part of `allOf`: the emulator takes the first part's word for it
    const excused = (message: string): boolean =>
      texts.test(message) ||
      echoed.test(message) ||
      ["lago_customer_id", "UntagQueue"].some((name) => message.includes(name));
    expect(wrong.filter((message) => !excused(message))).toEqual([]);
    expect(answered).toBeGreaterThan(0);
  });
});
