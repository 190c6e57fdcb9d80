/**
 * `npm run detection`: how often detection is right on labelled documents, with the committed weights, and for each
 * vendor with weights learnt from all others. `--write` learns from all, and writes the weights.
 *
 * `--documents FOLDER` holds the documents, in any subfolder, and `labels*.tsv` with the columns document (the file's name
 * without its ending; up to the first `-` it names the vendor), method, path and label: Y is a batch, W may be seen
 * either way, everything else and what is not listed is none.
 */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { operationsOf } from "../generator/openapi/operations.js";
import { read } from "../generator/openapi/read.js";
import { candidatesOf, thresholds } from "../generator/batch/detect/detect.js";
import { documentWords } from "../generator/batch/detect/document-words.js";
import { signals } from "../generator/batch/detect/signals.js";
import { start, weights as committed } from "../generator/batch/detect/weights.js";
import { best, learn, scoreOf, type Sample, type Weights } from "./detection/learn.js";

interface Labelled extends Sample {
  readonly vendor: string;
  readonly name: string;
  readonly label: string;
  /** For each list, whether the document describes it; what it does not describe cannot be recognised. */
  readonly described: boolean;
}

const expected = signals.map((signal) => signal.expected);
const weightsFile = resolve("generator/batch/detect/weights.ts");

const { values: flags } = parseArgs({
  options: {
    documents: { type: "string", default: "../shared/corpus" },
    write: { type: "boolean", default: false },
    errors: { type: "boolean", default: false },
  },
});

function readLabels(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder).filter((name) => /^labels.*\.tsv$/.test(name));
  const lines = files.flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"));
  return new Map(
    lines
      .map((line) => line.split("\t"))
      .map(([document, method, path, label = ""]) => [`${document} ${method} ${path}`, label]),
  );
}

async function readSamples(folder: string): Promise<readonly Labelled[]> {
  const labels = readLabels(folder);
  const documents = new Set([...labels.keys()].map((key) => key.split(" ")[0] ?? ""));
  const { specs } = await read({ cwd: folder, paths: ["."], overlays: [] });
  const operations = specs.flatMap((spec) => {
    const document = basename(spec.name).replace(/\.[^.]*$/, "");
    const all = operationsOf(spec);
    const words = documentWords(all);
    const vendor = document.split("-")[0] ?? "";
    // A folder may hold documents that nobody labelled.
    if (!documents.has(document)) return [];
    return all.map((operation) => {
      const name = `${document} ${operation.method} ${operation.path}`;
      const candidates = candidatesOf(operation, words);
      const lists = candidates.map(({ seen }) => seen.map((signal) => signals.indexOf(signal)));
      const described = candidates.some(({ location }) => location !== undefined);
      return { name, vendor, label: labels.get(name) ?? "none", lists, described };
    });
  });
  const batches = (vendor: string): number =>
    operations.filter((one) => one.vendor === vendor && one.label === "Y").length;
  const shares = new Map(
    operations.map(({ vendor }) => [vendor, Math.min(1, 12 / batches(vendor))]),
  );
  return operations.map((one) => ({
    ...one,
    isBatch: one.label === "Y",
    // A vendor with many batches, all made alike, must not decide alone; what can be seen either way says little.
    share: one.label === "Y" ? (shares.get(one.vendor) ?? 1) : one.label === "W" ? 0.05 : 1,
  }));
}

interface Judged {
  readonly sample: Labelled;
  readonly score: number;
  readonly seen: readonly number[];
}

const judge = (samples: readonly Labelled[], weights: Weights): readonly Judged[] =>
  samples.map((sample) => {
    const seen = sample.lists[best(sample.lists, weights)];
    return { sample, seen: seen ?? [], score: seen ? scoreOf(seen, weights) : -Infinity };
  });

interface Rates {
  readonly batches: number;
  readonly right: number;
  readonly wrong: number;
  readonly either: number;
  readonly precision: string;
  readonly recall: string;
  readonly "with suggested": string;
  readonly suggested: number;
}

function rates(judged: readonly Judged[]): Rates {
  const count = (among: readonly Judged[], wanted: (label: string) => boolean): number =>
    among.filter(({ sample }) => wanted(sample.label)).length;
  const isBatch = (label: string): boolean => label === "Y";
  const recognised = judged.filter(
    ({ sample, score }) => sample.described && score >= thresholds.recognised,
  );
  const likely = judged.filter(({ score }) => score >= thresholds.suggested);
  const batches = count(judged, isBatch);
  const right = count(recognised, isBatch);
  const either = count(recognised, (label) => label === "W");
  const wrong = recognised.length - right - either;
  return {
    batches,
    right,
    wrong,
    either,
    precision: share(right, right + wrong),
    recall: share(right, batches),
    "with suggested": share(count(likely, isBatch), batches),
    suggested: likely.length - recognised.length,
  };
}

const share = (part: number, whole: number): string =>
  whole === 0 ? "-" : (part / whole).toFixed(3);

function printTable(
  title: string,
  rows: readonly Readonly<Record<string, string | number>>[],
): void {
  const head = Object.keys(rows[0] ?? {});
  const cells = [head, ...rows.map((row) => head.map((name) => String(row[name])))];
  const widths = head.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  console.log([`\n${title}`, ...lines].join("\n"));
}

/** Each operation judged with weights that no document of its vendor taught. */
function leaveOneVendorOut(samples: readonly Labelled[]): readonly Judged[] {
  const vendors = [...new Set(samples.map(({ vendor }) => vendor))];
  return vendors.flatMap((vendor) => {
    const others = samples.filter((sample) => sample.vendor !== vendor);
    return judge(
      samples.filter((sample) => sample.vendor === vendor),
      learn(others, expected),
    );
  });
}

function printErrors(judged: readonly Judged[]): void {
  const wrong = judged.filter(({ sample, score }) => {
    const found = sample.described && score >= thresholds.recognised;
    return sample.label !== "W" && found !== (sample.label === "Y");
  });
  printTable(
    "Wrong and missed",
    wrong.map(({ sample, score, seen }) => ({
      label: sample.label,
      score: score.toFixed(2),
      operation: sample.name,
      signals: seen.map((i) => signals[i]?.name).join(" "),
    })),
  );
}

async function writeWeights(weights: Weights): Promise<void> {
  const lines = signals.map(
    ({ name }, i) => `  ${JSON.stringify(name)}: ${(weights[i] ?? 0).toFixed(2)},`,
  );
  const text = readFileSync(weightsFile, "utf8")
    .replace(/(start = )[-\d.]+/, `$1${(weights.at(-1) ?? 0).toFixed(2)}`)
    .replace(/= \{[^}]*\}/, `= {\n${lines.join("\n")}\n}`);
  writeFileSync(weightsFile, await format(text, { parser: "typescript", printWidth: 100 }));
}

const samples = await readSamples(resolve(flags.documents));
const weights = flags.write
  ? learn(samples, expected)
  : [...signals.map(({ name }) => committed[name] ?? 0), start];
if (flags.write) await writeWeights(weights);
const judged = judge(samples, weights);
printTable(
  "Signals",
  signals.map(({ name, says }, i) => {
    const seen = judged.filter((one) => one.seen.includes(i));
    const batches = seen.filter(({ sample }) => sample.isBatch).length;
    const all = samples.filter(({ isBatch }) => isBatch).length;
    return {
      signal: name,
      weight: (weights[i] ?? 0).toFixed(2),
      precision: share(batches, seen.length),
      recall: share(batches, all),
      says,
    };
  }),
);
const left = leaveOneVendorOut(samples);
printTable(
  "Vendors, each with weights learnt from the others",
  [...new Set(samples.map(({ vendor }) => vendor))].map((vendor) => ({
    vendor,
    ...rates(left.filter(({ sample }) => sample.vendor === vendor)),
  })),
);
printTable("All", [
  { weights: "from all vendors", ...rates(judged) },
  { weights: "from the other vendors", ...rates(left) },
]);
if (flags.errors) printErrors(left);
