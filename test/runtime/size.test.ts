/** What a user ships: ceilings, so that it cannot grow unseen. `npm run bench:size` shows what it is made of. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { bundle, builder, ENDPOINTS, RUN } from "../../bench/bundle.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Bytes, gzipped. */
const RUN_CEILING = 23_600;
const BUILDER_CEILING = 1_720;

describe("gzipped", () => {
  test("a client with run and one endpoint", async () => {
    const { gzipped } = await bundle(root, RUN);
    expect(gzipped).toBeGreaterThan(1000);
    expect(gzipped).toBeLessThanOrEqual(RUN_CEILING);
    // What a page says of it is so, to a kilobyte.
    const page = readFileSync(`${root}/docs/coming-from-hubspot-api-client.md`, "utf8");
    const [, kilobytes] = /(\d+) KB with\s+`client\.run`/.exec(page) ?? [];
    expect(Math.abs(gzipped / 1000 - Number(kilobytes))).toBeLessThan(1);
  });

  test("what describes properties is in the bundles of those who import it", async () => {
    const { files } = await bundle(root, RUN);
    expect([...files.keys()].filter((file) => file.endsWith("codecs.ts"))).toEqual([]);
  });

  test("a journal is in the bundles of those who import a store", async () => {
    const journalIn = async (code: string) =>
      [...(await bundle(root, code)).files.keys()].filter((file) =>
        /runtime\/(journal|stores)\//.test(file),
      );
    expect(await journalIn(RUN)).toEqual([]);
    const store = 'import { journal } from "./generated/src/runtime/stores/sqlite.js"; journal();';
    expect((await journalIn(RUN + store)).length).toBeGreaterThan(5);
  });

  test.each(ENDPOINTS)("the builder %s", async (endpoint) => {
    const { gzipped } = await bundle(root, builder(endpoint));
    expect(gzipped).toBeGreaterThan(300);
    expect(gzipped).toBeLessThanOrEqual(BUILDER_CEILING);
  });
});
