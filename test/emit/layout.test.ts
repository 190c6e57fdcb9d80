/** What is printed without prettier has to be what prettier would have made of it, to the byte. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { describe, expect, test } from "vitest";
import { generate } from "../../generator/generate.js";

const root = join(import.meta.dirname, "../..");
const byPrettier = (text: string): Promise<string> =>
  format(text, { parser: "babel-ts", printWidth: 100 });

describe("packages are as prettier leaves them", () => {
  test.each([
    ["specs", {}],
    ["test/fixtures", { openEnums: true, int64: "bigint" as const }],
    ["test/fixtures", { typesOnly: true }],
    ["../shared/conformance", {}],
    ["../shared/corpus/hubspot", {}],
  ])(
    "%s, %o",
    async (folder, options) => {
      if (!existsSync(join(root, folder))) {
        console.log(`skipped: there is no ${folder}`);
        return;
      }
      const { files } = await generate({ cwd: root, paths: [folder], name: "x", ...options });
      const made = files.filter(({ path }) => /^src\/(?!runtime\/).*\.ts$/.test(path));
      expect(made.length).toBeGreaterThan(0);
      for (const { path, text } of made)
        expect({ path, text }).toEqual({ path, text: await byPrettier(text) });
    },
    120_000,
  );
});
