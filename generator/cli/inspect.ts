/** `openapi-batch inspect`: the endpoints that `generate` would emit, as a table, as JSON, or as a page. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { messageOf } from "../base/message-of.js";
import type { Row } from "../build/generate.js";
import { UsageError } from "../base/usage-error.js";
import { helpOf, type HelpText } from "./help.js";
import { parseArguments } from "./parse-arguments.js";
import {
  countOf,
  countProblems,
  printDiagnostics,
  unknownDiagnostics,
  untilAborted,
} from "./print-diagnostics.js";
import { createProgress } from "./progress.js";
import { missingOverlay, suggestedOverlay } from "./suggested-overlay.js";
import { loadSettings, reportMistakes, withInput, type Settings } from "./settings.js";
import { printTable, widthOf } from "./table.js";
import { count, cut, printable, printableJson } from "./terminal.js";
import type { Terminal } from "./terminal.js";

const help: HelpText = {
  usage: "[PATH…] [flags]",
  intro: [
    "Lists the batch endpoints of OpenAPI documents: exactly those that generate would emit.",
    "PATH is a file, a folder (with all its subfolders) or a glob. Default: specs.",
  ],
  notes: [
    [
      "Columns",
      "items  where the items of a request are: body or query, and a JSON Pointer or a name",
      "limit  the most items in one request, or else the most bytes; - if neither is known; ~ if",
      "       it is advised, and not documented",
      "how    how the operation was recognised:",
      "       x-batch    its x-batch declares it",
      "       name       a word for a batch in its path or operationId, and other signals",
      "       signs      other signals, which add up to a batch",
      "       low        not recognised, but it may be a batch",
      "       All but x-batch and name are sent as a single request, and once, until an x-batch",
      "       allows to split the request.",
      "because    the score, and what it is the sum of; from 0 on it recognises",
    ],
  ],
  exitCodes: [
    [0, "done"],
    [1, "a document has an error; the endpoints of the others are listed"],
    [2, "wrong usage"],
    [130, "interrupted"],
  ],
  examples: [
    "",
    " vendor/*.yaml --all",
    " vendor/api.yaml --suggest > api.overlay.yaml",
    " --json | jq -r '.[].name'",
  ],
};

/** The functions of the library that the command needs. It is loaded only when there is something to do. */
export type Library = Pick<typeof import("../build/generate.js"), "inspect">;

type Inspected = Awaited<ReturnType<Library["inspect"]>>;

/** The results for all packages. */
type Found = Pick<Inspected, "rows" | "diagnostics" | "skipped" | "unknowns">;

/** @returns The exit code. @throws {UsageError} */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  load: () => Promise<Library> = () => import("../build/generate.js"),
): Promise<number> {
  const { flags, positionals } = parseArguments("inspect", args);
  if (flags.help) {
    terminal.out(helpOf("inspect", help));
    return 0;
  }
  const loaded = await reportMistakes(() => loadSettings(flags, positionals), terminal, {
    code: 2,
  });
  if ("code" in loaded) return loaded.code;
  const settings = await withInput(loaded.done, terminal);
  if (flags.html !== undefined && settings.packages.length > 1)
    throw new UsageError(
      `--html writes one page, and the configuration has ${settings.packages.length} packages.`,
      "Select one with --output.",
    );
  const library = await load();
  const worked = await reportMistakes(() => inspectAll(settings, library, terminal), terminal, {
    code: 1,
  });
  if ("code" in worked) return worked.code;
  const all = worked.done;
  const found: Found = {
    rows: all.flatMap(({ rows }) => rows),
    diagnostics: all.flatMap(({ diagnostics }) => diagnostics),
    skipped: all.flatMap(({ skipped }) => skipped),
    unknowns: all.flatMap(({ unknowns }) => unknowns),
  };
  const diagnostics = [...unknownDiagnostics(found.unknowns), ...found.diagnostics];
  await printDiagnostics(diagnostics, terminal, {
    reporter: "text",
    quiet: settings.quiet,
    locate: (location) =>
      all.map(({ locate }) => locate(location)).find((position) => position !== undefined),
    source: (file) =>
      [...all, settings].map(({ text }) => text(file)).find((text) => text !== undefined),
  });
  const [only] = all;
  if (flags.html !== undefined && only) await writePage(flags.html, await only.page(diagnostics));

  const listsAll = flags.all ?? false;
  if (flags.suggest) terminal.out(missingOverlay(found.rows));
  else if (flags.json) terminal.out(printJson(rowsOf(found, listsAll)));
  else terminal.out(printText(found, listsAll, terminal.width));
  return countOf(found.diagnostics, "error") > 0 ? 1 : 0;
}

async function inspectAll(
  settings: Settings,
  { inspect }: Library,
  terminal: Terminal,
): Promise<readonly Inspected[]> {
  const progress = createProgress(terminal, settings.quiet);
  const work = async (): Promise<readonly Inspected[]> => {
    const inspected: Inspected[] = [];
    for (const one of settings.packages) {
      inspected.push(await inspect({ ...one, onProgress: (event) => progress.show(event) }));
    }
    return inspected;
  };
  return untilAborted(work(), terminal.signal).finally(() => progress.end());
}

const rowsOf = ({ rows }: Found, listsAll: boolean): readonly Row[] =>
  listsAll ? rows : rows.filter((row) => row.recognised);

/** The table, the totals, and an overlay for operations that may be batches. */
function printText(found: Found, listsAll: boolean, width: number | undefined): string {
  const rows = rowsOf(found, listsAll);
  const recognised = rows.filter((row) => row.recognised);
  const endpoints = new Set(recognised.map((row) => row.name)).size;
  const documents = new Set(recognised.map((row) => row.document)).size;
  const others = rows.length - recognised.length;
  const parts = [
    `${count(endpoints, "endpoint")} in ${count(documents, "document")}`,
    ...(listsAll ? [`${count(others, "operation")} not recognised`] : []),
    ...countProblems(found),
  ];
  const advised = rows.map(({ name, advised = [] }) =>
    advised.length > 0 ? `advised, not documented: ${advised.join(", ")} of ${name ?? ""}\n` : "",
  );
  const said = [printRows(rows, width), `${parts.join(", ")}\n`, ...new Set(advised)];
  return `${said.join("")}${suggestions(found, listsAll)}`;
}

function suggestions({ rows }: Found, listsAll: boolean): string {
  const likely = rows.filter(({ suggestion }) => suggestion !== undefined);
  if (likely.length === 0) return "";
  return listsAll
    ? `\n${suggestedOverlay(likely)}`
    : `${count(likely.length, "more operation")} may be ${likely.length === 1 ? "a batch" : "batches"}: inspect --all prints an overlay with what to declare\n`;
}

async function writePage(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(resolve(file)), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    const reason = messageOf(error);
    throw new UsageError(`The page cannot be written: ${reason}.`, "Name a file with --html.");
  }
}

/** Every row has every member, so that a reader need not handle absent ones. */
function printJson(rows: readonly Row[]): string {
  const all = rows.map((row) => ({
    document: row.document,
    method: row.method.toUpperCase(),
    path: row.path,
    name: row.name ?? null,
    kind: row.kind ?? null,
    tier: row.tier ?? null,
    items: row.items ?? null,
    limit: row.limit ?? null,
    bytes: row.bytes ?? null,
    advised: row.advised ?? [],
    recognised: row.recognised,
    signs: row.signs ?? null,
    reason: row.reason ?? null,
    suggestion: row.suggestion ?? null,
  }));
  return `${printableJson(all, 2)}\n`;
}

interface Column {
  readonly header: string;
  readonly cell: (row: Row) => string;
}

const columns: readonly Column[] = [
  { header: "METHOD", cell: (row) => row.method.toUpperCase() },
  { header: "PATH", cell: (row) => row.path },
  { header: "NAME", cell: (row) => row.name ?? "-" },
  { header: "KIND", cell: (row) => row.kind ?? "-" },
  { header: "ITEMS", cell: (row) => itemsCell(row.items) },
  { header: "LIMIT", cell: limitCell },
  { header: "HOW", cell: (row) => row.tier ?? "-" },
  { header: "DOCUMENT", cell: (row) => row.document },
  { header: "BECAUSE", cell: (row) => row.signs ?? row.reason ?? "" },
];

/** What a narrow terminal goes without, first to last. */
const dispensable = ["BECAUSE", "DOCUMENT", "HOW", "ITEMS", "KIND", "METHOD"];

/**
 * A table. In a terminal, a column with one value is a line below the table, and columns that do not fit are left out;
 * elsewhere all columns are there, so that a reader can rely on them.
 */
function printRows(rows: readonly Row[], width: number | undefined): string {
  if (rows.length === 0) return "";
  // An endpoint that an x-batch declares needs no reason.
  const isInferred = rows.some(({ tier }) => tier !== "x-batch");
  const all = columns.filter(({ header }) => isInferred || header !== "BECAUSE");
  if (width === undefined) return `${printTable(tableOf(all, rows), width)}\n`;
  const same = all.filter(
    ({ header, cell }) =>
      dispensable.includes(header) && rows.length > 1 && new Set(rows.map(cell)).size === 1,
  );
  let shown = all.filter((column) => !same.includes(column));
  const left: string[] = [];
  for (const name of dispensable) {
    if (widthOf(tableOf(shown, rows)) <= width) break;
    if (!shown.some(({ header }) => header === name)) continue;
    shown = shown.filter(({ header }) => header !== name);
    left.push(name);
  }
  const [first] = rows;
  const notes = [
    ...same.map(({ header, cell }) => `${header} of all rows: ${first ? cell(first) : ""}`),
    ...(left.length > 0 ? [`no room for ${left.join(", ")}; --json has them`] : []),
  ];
  return `${printTable(tableOf(shown, rows), width)}\n${notes.map((note) => `${cut(printable(note), width)}\n`).join("")}`;
}

const tableOf = (
  shown: readonly Column[],
  rows: readonly Row[],
): readonly (readonly string[])[] => [
  shown.map(({ header }) => header),
  ...rows.map((row) => shown.map(({ cell }) => cell(row))),
];

function limitCell({ limit, bytes, advised = [] }: Row): string {
  const mark = (name: string): string => (advised.includes(`/limit/${name}`) ? "~" : "");
  if (limit !== undefined) return `${mark("items")}${limit}`;
  return bytes === undefined ? "-" : `${mark("bytes")}${count(bytes, "byte")}`;
}

/** `body /inputs`, `body (all of it), lines`, `query id`. */
function itemsCell(items: Row["items"]): string {
  if (!items) return "-";
  const where = items.in === "query" ? "query" : "body";
  const at = items.at === "" ? "(all of it)" : items.at;
  const as = items.as === undefined || items.as === "array" ? "" : `, ${items.as}`;
  return `${where} ${at}${as}`;
}
