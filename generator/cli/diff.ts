/** `openapi-batch diff`: what changed for code that uses the generated package. */
import { UsageError } from "../base/usage-error.js";
import { oneOf, parseCommand } from "./arguments.js";
import { changeFormats, changesJson, changesMarkdown, changesText } from "./changes.js";
import { countOf, printDiagnostics, untilAborted } from "./problems.js";
import { documentFlags, settingsOf, unlessMistaken } from "./settings.js";
import type { Terminal } from "./terminal.js";

const help = `Usage: openapi-batch diff OLD NEW [flags]

Says what changed for code that uses the generated package: endpoints, parameters, fields, members
of enums, limits, exported names; whether each change is breaking, and why.

OLD and NEW are each a file or a folder of documents, a generated package (or its api.json), or a
git revision of such: REV:path, or REV alone for the path of the other side (or else specs).

      --format FORMAT  text, markdown or json. Default: text
      --strict         fail on every change, not only on breaking ones
      --overlay FILE   an OpenAPI Overlay for the documents of both sides; may be given more than
                       once. Overlays beside the documents apply by themselves
  -o, --output DIR     the folder of the package, whose lock says which names it has.
                       Default: that of the configuration, or else generated
      --config FILE    the configuration. Default: openapi-batch.config.ts, .js, .mjs, .json,
                       .yaml or .yml, where there is one
      --allow-remote   follow references to http(s) addresses
  -h, --help

Exit codes
  0    nothing changed, or nothing that breaks
  1    something is wrong with documents; the changes of the others are listed all the same
  2    wrong usage
  3    something breaks
  4    with --strict: something changed, and nothing breaks
  130  interrupted

Examples
  openapi-batch diff HEAD specs
  openapi-batch diff main:specs specs --format markdown
  openapi-batch diff v1.2.0:generated generated --strict
`;

const options = {
  format: { type: "string", default: "text" },
  strict: { type: "boolean", default: false },
  ...documentFlags,
  help: { type: "boolean", short: "h", default: false },
} as const;

/** What the command needs of `diff.ts`, which is loaded only when there is something to do. */
export type Pipeline = Pick<typeof import("../build/diff.js"), "diff">;

/** @returns The exit code. @throws {UsageError} */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  load: () => Promise<Pipeline> = () => import("../build/diff.js"),
): Promise<number> {
  const { values, positionals } = parseCommand("diff", args, options);
  if (values.help) {
    terminal.out(help);
    return 0;
  }
  const format = oneOf("--format", values.format, changeFormats);
  const [old, next, ...more] = positionals;
  if (old === undefined || next === undefined || more.length > 0)
    throw new UsageError(
      `openapi-batch diff takes two sides, OLD and NEW; ${positionals.length} were given.`,
      "openapi-batch diff HEAD specs compares the last commit with the working tree.",
    );
  const settled = await unlessMistaken(
    () => settingsOf({ ...values, format: undefined }, [old, next]),
    terminal,
    { code: 2, format: "text" },
  );
  if ("code" in settled) return settled.code;
  const [one, ...others] = settled.done.packages;
  if (!one || others.length > 0)
    throw new UsageError(
      "The configuration has several packages, and a comparison is of one.",
      "Say which is meant with --output.",
    );
  const { paths: _paths, ...settings } = one;
  const { diff } = await load();
  const { changes, bump, diagnostics } = await untilAborted(
    diff({ ...settings, old, new: next }),
    terminal.signal,
  );
  const problems = diagnostics.filter(({ severity }) => severity === "error");
  const shown = { format: "text", quiet: true, source: () => undefined } as const;
  await printDiagnostics(problems, terminal, shown);
  if (format === "text") terminal.out(changesText(changes, bump));
  else if (format === "markdown") terminal.out(changesMarkdown(changes, bump));
  else terminal.out(changesJson(changes, bump));
  if (countOf(problems, "error") > 0) return 1;
  if (bump === "major") return 3;
  return values.strict && bump !== "none" ? 4 : 0;
}
