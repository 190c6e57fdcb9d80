/** What `init` and `generate` say to do next. */
import { describe, expect, test } from "vitest";
import type { Row } from "../../generator/build/generate.js";
import { stepsAfterGenerate, stepsAfterInit, type Made } from "../../generator/cli/next-steps.js";

const row = (name: string, isOpen = false): Row => ({
  document: "a.yaml",
  method: "post",
  path: "/a",
  name,
  recognised: true,
  gaps: isOpen ? [{ field: "limit", example: "{}", quotes: [] }] : [],
});

const made: Made = {
  output: "src/batch",
  name: "app-batch",
  form: { layout: "modules", importExtensions: "ts" },
  rows: [row("v2/notes.read"), row("notes.update")],
  isFirst: true,
  install: "folder",
  hasOffer: false,
  given: [],
};
const trial = "To try it without the service: npx openapi-batch emulate\n";

describe("after generate", () => {
  test.each<[string, Partial<Made>, string]>([
    [
      "modules among the sources",
      {},
      `
Import it, from a file in src:
  import { createClient } from "./batch/index.ts";
  import * as notes from "./batch/notes.ts";
${trial}`,
    ],
    [
      "modules without endings, a nested resource",
      { form: { layout: "modules", importExtensions: "none" }, rows: [row("v2/notes.read")] },
      `
Import it, from a file in src:
  import { createClient } from "./batch/index";
  import * as notes from "./batch/v2/notes";
${trial}`,
    ],
    [
      "modules at the top",
      { output: "batch", form: { layout: "modules" } },
      `
Import it, from a file in this folder:
  import { createClient } from "./batch/index.js";
  import * as notes from "./batch/notes.js";
${trial}`,
    ],
    [
      "a package",
      { output: "generated", form: {} },
      `
Install and build the package:
  npm install ./generated
  npm run build --prefix generated
Import it:
  import { createClient } from "app-batch";
  import * as notes from "app-batch/notes";
${trial}`,
    ],
    [
      "a workspace",
      { output: "packages/app-batch", form: {}, install: "workspace" },
      `
Install and build the package:
  npm install
  npm run build --prefix packages/app-batch
Import it:
  import { createClient } from "app-batch";
  import * as notes from "app-batch/notes";
${trial}`,
    ],
    [
      "a package that is not built, and is installed already",
      { form: { importExtensions: "none" }, install: undefined },
      `
Import it:
  import { createClient } from "app-batch";
  import * as notes from "app-batch/notes";
${trial}`,
    ],
    [
      "types only",
      { form: { ...made.form, typesOnly: true }, rows: [row("notes.update", true)] },
      `
Import it, from a file in src:
  import type * as notes from "./batch/notes.ts";
`,
    ],
    [
      "limits that nobody knows",
      { isFirst: false, rows: [row("notes.update", true), row("notes.read")] },
      `No limit is known for 1 of 2 endpoints: notes.update.
  A run of them needs \`chunkSize\`. Write the limits into an overlay: npx openapi-batch inspect --suggest prints one.
`,
    ],
    [
      "many limits, and a preset",
      {
        isFirst: false,
        hasOffer: true,
        rows: ["a", "b", "c", "d", "e", "f", "f"].map((name) => row(`${name}.read`, true)),
      },
      `No limit is known for 6 of 6 endpoints: a.read, b.read, c.read, d.read, e.read and 1 more.
  A run of them needs \`chunkSize\`. The preset above may know more; or write the limits into an overlay: npx openapi-batch inspect --suggest prints one.
`,
    ],
    [
      "documents and presets of the command line",
      { rows: [row("notes.update", true)], given: ["my api", "--preset", "npm:@acme/crm"] },
      `
Import it, from a file in src:
  import { createClient } from "./batch/index.ts";
  import * as notes from "./batch/notes.ts";
No limit is known for 1 of 1 endpoints: notes.update.
  A run of them needs \`chunkSize\`. Write the limits into an overlay: npx openapi-batch inspect --suggest "my api" --preset npm:@acme/crm prints one.
To try it without the service: npx openapi-batch emulate "my api" --preset npm:@acme/crm
`,
    ],
    [
      "a document on standard input",
      { rows: [row("notes.read")], given: ["-"] },
      `
Import it, from a file in src:
  import { createClient } from "./batch/index.ts";
  import * as notes from "./batch/notes.ts";
To try it without the service: npx openapi-batch emulate PATH
`,
    ],
    ["a further run, with nothing to say", { isFirst: false }, ""],
    ["no endpoint", { rows: [{ ...row("x"), recognised: false }] }, ""],
  ])("%s", (_, over, want) => {
    expect(stepsAfterGenerate({ ...made, ...over })).toBe(want);
  });
});

describe("after init", () => {
  test.each<[string, Parameters<typeof stepsAfterInit>[0], string]>([
    [
      "modules",
      { members: { output: "src/batch", layout: "modules" }, presets: [], chosen: [] },
      `The code will be in src/batch, among your sources: your own compiler and bundler build it.
Next: npx openapi-batch generate
`,
    ],
    [
      "a package, and presets",
      { members: { output: "generated" }, presets: ["a", "b", "c"], chosen: ["b"] },
      `The package will be in generated.
Presets that fit: a, c. openapi-batch preset show a says what it knows; \`presets: ["a","c"]\` in the configuration uses them.
Next: npx openapi-batch generate
`,
    ],
    [
      "a workspace",
      { members: { output: "packages/app-batch" }, presets: ["a"], chosen: ["a"] },
      `The package will be in packages/app-batch, as one of your workspaces.
Next: npx openapi-batch generate
`,
    ],
  ])("%s", (_, plan, want) => {
    expect(stepsAfterInit(plan)).toBe(want);
  });
});
