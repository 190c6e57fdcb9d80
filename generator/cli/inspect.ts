/** `openapi-batch inspect`: what `generate` would emit, as a table or as JSON. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Row } from "../batch/model.js";
import { UsageError } from "../base/usage-error.js";
import { parseCommand } from "./arguments.js";
import {
  countOf,
  countProblems,
  printDiagnostics,
  unknownDiagnostics,
  untilAborted,
} from "./problems.js";
import { createProgress } from "./progress.js";
import { suggestedOverlay } from "./suggested-overlay.js";
import { inputFlags, settingsOf, unlessMistaken } from "./settings.js";
import { printTable } from "./table.js";
import { count } from "./terminal.js";
import type { Terminal } from "./terminal.js";

const help = `Usage: openapi-batch inspect [PATH…] [flags]

Lists the batch endpoints of OpenAPI documents: exactly what generate would emit.

PATH is a file, a folder (with all its subfolders) or a glob. Default: specs

      --all            also what was seen and left alone, and why; and an OpenAPI Overlay that
                       makes batches of what may be some: keep the entries that are right
      --json           print an array of {document, method, path, name, kind, tier, items,
                       limit, recognised, signs, reason, suggestion}; what is not known is null
      --html FILE      write all of it into one page: endpoints, types, diagnostics
  -o, --output DIR     the package that is meant: names that its lock has are kept.
                       Default: generated, or all that the configuration has
      --overlay FILE   an OpenAPI Overlay to apply as well; may be given more than once
      --config FILE    the configuration. Default: openapi-batch.config.ts, .js, .mjs, .json,
                       .yaml or .yml, where there is one
      --allow-remote   follow references to http(s) addresses
  -q, --quiet          print the result and problems only
  -h, --help

Columns
  items  where the items of a request are: body or query, and a JSON Pointer or a name
  limit  most items in one request; - if nobody said
  how    how the endpoint was recognised, and the signs of it:
         x-batch    its x-batch says so
         name       a word for a batch in its path or operationId, and a list of items
         listBody   its request body is a list
         mediaType  its media type is one of lines or batches
         reply      its request is about a list, and its replies say what happened to the items
         summary    its summary speaks of several things, and its request has a list of them
         low        nothing but the list: it is left alone
         All but x-batch and name are sent as one request and once, until an x-batch says that
         it may be split.

Exit codes
  0    done
  1    something is wrong with documents; the others are listed all the same
  2    wrong usage
  130  interrupted

Examples
  openapi-batch inspect
  openapi-batch inspect vendor/*.yaml --all
  openapi-batch inspect --json | jq -r '.[].name'
`;

const options = {
  all: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  html: { type: "string" },
  ...inputFlags,
  help: { type: "boolean", short: "h", default: false },
} as const;

/** What the command needs of `generate.ts`, which is loaded only when there is something to do. */
export type Pipeline = Pick<typeof import("../build/generate.js"), "inspect">;

type Page = Awaited<ReturnType<Pipeline["inspect"]>>;

/** @returns The exit code. @throws {UsageError} */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  load: () => Promise<Pipeline> = () => import("../build/generate.js"),
): Promise<number> {
  const { values, positionals } = parseCommand("inspect", args, options);
  if (values.help) {
    terminal.out(help);
    return 0;
  }
  const loaded = await unlessMistaken(() => settingsOf(values, positionals), terminal, {
    code: 2,
    format: "text",
  });
  if ("code" in loaded) return loaded.code;
  const settings = loaded.done;
  if (values.html !== undefined && settings.packages.length > 1)
    throw new UsageError(
      `--html writes one page, and the configuration has ${settings.packages.length} packages.`,
      "Say which is meant with --output.",
    );
  const { inspect } = await load();
  const progress = createProgress(terminal, settings.quiet);
  const work = async (): Promise<readonly Page[]> => {
    const inspected: Page[] = [];
    for (const one of settings.packages) {
      inspected.push(await inspect({ ...one, onProgress: (event) => progress.show(event) }));
    }
    return inspected;
  };
  const worked = await unlessMistaken(
    () => untilAborted(work(), terminal.signal).finally(() => progress.end()),
    terminal,
    { code: 1, format: "text" },
  );
  if ("code" in worked) return worked.code;
  const all = worked.done;
  const found = {
    rows: all.flatMap(({ rows }) => rows),
    diagnostics: all.flatMap(({ diagnostics }) => diagnostics),
    unknowns: all.flatMap(({ unknowns }) => unknowns),
    skipped: all.flatMap(({ skipped }) => skipped),
  };
  await printDiagnostics([...unknownDiagnostics(found.unknowns), ...found.diagnostics], terminal, {
    format: "text",
    quiet: settings.quiet,
    locate: (location) =>
      all.map(({ locate }) => locate(location)).find((position) => position !== undefined),
    source: (file) =>
      [...all, settings].map(({ text }) => text(file)).find((text) => text !== undefined),
  });

  const [only] = all;
  if (values.html !== undefined && only) {
    const shown = [...unknownDiagnostics(found.unknowns), ...found.diagnostics];
    await writePage(values.html, await only.page(shown));
  }

  const rows = values.all ? found.rows : found.rows.filter((row) => row.recognised);
  if (values.json) {
    terminal.out(JSON.stringify(rows.map(toJson), null, 2) + "\n");
  } else {
    terminal.out(printRows(rows, terminal.width));
    const recognised = rows.filter((row) => row.recognised);
    const endpoints = new Set(recognised.map((row) => row.name)).size;
    const documents = new Set(recognised.map((row) => row.document)).size;
    const parts = [
      `${count(endpoints, "endpoint")} in ${count(documents, "document")}`,
      ...(values.all ? [`${count(rows.length - recognised.length, "operation")} left alone`] : []),
      ...countProblems(found),
    ];
    terminal.out(`${parts.join(", ")}\n`);
    const likely = found.rows.filter(({ suggestion }) => suggestion !== undefined);
    if (likely.length > 0 && values.all) terminal.out(`\n${suggestedOverlay(likely)}`);
    else if (likely.length > 0)
      terminal.out(
        `${count(likely.length, "operation")} more may be batches: inspect --all has an overlay for them\n`,
      );
  }
  return countOf(found.diagnostics, "error") > 0 ? 1 : 0;
}

async function writePage(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(resolve(file)), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The page cannot be written: ${reason}.`, "Name a file with --html.");
  }
}

/** Every row has every member, so that a reader need not ask for absent ones. */
function toJson(row: Row) {
  return {
    document: row.document,
    method: row.method.toUpperCase(),
    path: row.path,
    name: row.name ?? null,
    kind: row.kind ?? null,
    tier: row.tier ?? null,
    items: row.items ?? null,
    limit: row.limit ?? null,
    recognised: row.recognised,
    signs: row.signs ?? null,
    reason: row.reason ?? null,
    suggestion: row.suggestion ?? null,
  };
}

function printRows(rows: readonly Row[], width: number | undefined): string {
  // What an x-batch says needs no reason.
  const guessed = rows.some(({ tier }) => tier !== "x-batch");
  const header = ["METHOD", "PATH", "NAME", "KIND", "ITEMS", "LIMIT", "HOW", "DOCUMENT"];
  const cells = rows.map((row) => [
    row.method.toUpperCase(),
    row.path,
    row.name ?? "-",
    row.kind ?? "-",
    itemsCell(row.items),
    row.limit === undefined ? "-" : String(row.limit),
    row.tier ?? "-",
    row.document,
    ...(guessed ? [row.signs ?? row.reason ?? ""] : []),
  ]);
  if (rows.length === 0) return "";
  return printTable([guessed ? [...header, "BECAUSE"] : header, ...cells], width) + "\n";
}

/** `body /inputs`, `body (all of it), lines`, `query id`. */
function itemsCell(items: Row["items"]): string {
  if (!items) return "-";
  const where = items.in === "query" ? "query" : "body";
  const at = items.at === "" ? "(all of it)" : items.at;
  const as = items.as === undefined || items.as === "array" ? "" : `, ${items.as}`;
  return `${where} ${at}${as}`;
}
