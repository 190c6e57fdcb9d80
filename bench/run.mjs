/**
 * openapi-batch beside its peers: every tool on the same (newest) Node, in turns. Prints Markdown, and writes a plot.
 *
 *     npm run bench [-- --counts 50,100,200,400,500 --turns 3 --only one,corpus,collection,growth,run --collection DIR --write]
 *
 * `--write` puts the tables into docs/bench.md, and the plot beside it. `--collection` names a checkout of the public
 * collection of documents (see docs/bench.md); without it, that part is left out.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { makeDocument, writeDocuments } from "./documents.mjs";
import { filesBelow, median, run, sizeOf } from "./measure.mjs";
import { plot } from "./plot.mjs";

const here = import.meta.dirname;
const root = resolve(here, "..");
const node = join(here, "node_modules/node/bin/node");
const tsc = join(here, "node_modules/typescript/bin/tsc");

const { values } = parseArgs({
  options: {
    counts: { type: "string", default: "50,100,200,400,500" },
    turns: { type: "string", default: "3" },
    only: { type: "string", default: "one,corpus,collection,growth,run" },
    collection: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const counts = values.counts.split(",").map(Number);
const turns = Number(values.turns);
const wanted = new Set(values.only.split(","));
const said = [];
const say = (text) => {
  said.push(text);
  console.log(text);
};
/** What is to be reached: a ratio, and what it may be at most. That of processor time tells more on a busy machine. */
const goals = [];
const goal = (what, most, value, ofProcessor) =>
  goals.push([
    what,
    `at most ${most}`,
    value.toFixed(2),
    ofProcessor?.toFixed(2) ?? "–",
    value <= most ? "reached" : ofProcessor <= most ? "by processor time" : "not reached",
  ]);
const note = (text) => console.error(text);

const work = mkdtempSync(join(tmpdir(), "openapi-batch-bench-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

// A copy, as it would be installed: the checkout may be built or edited while this runs.
const tool = join(work, "openapi-batch");
for (const part of [
  "dist",
  "package.json",
  "generator/runtime",
  "generator/batch/x-batch/x-batch.schema.json",
  "presets",
]) {
  cpSync(join(root, part), join(tool, part), { recursive: true, preserveTimestamps: true });
}
symlinkSync(join(root, "node_modules"), join(tool, "node_modules"), "dir");
const main = join(tool, "dist/main.js");
const { inspect } = await import(pathToFileURL(join(tool, "dist/build/generate.js")).href);

/** A folder of documents to work on, and the operations of each that openapi-batch emits. */
async function prepare(name, fill) {
  const cwd = join(work, name);
  mkdirSync(join(cwd, "docs"), { recursive: true });
  fill(join(cwd, "docs"));
  writeFileSync(join(cwd, "package.json"), '{ "type": "module" }');
  const { rows } = await inspect({ cwd, paths: ["docs"] });
  const emitted = rows.filter(({ recognised }) => recognised);
  const documents = filesBelow(join(cwd, "docs")).map((path, index) => ({
    path,
    output: String(index),
    operations: emitted
      .filter(({ document }) => path.endsWith(`/${document}`))
      .map(({ method, path }) => `${method.toUpperCase()} ${path}`),
  }));
  return { name, cwd, documents, emitted: new Set(emitted.map(({ name }) => name)).size };
}

const ours = (set, on = node, flags = []) =>
  // Exit code 1 tells of errors in documents; the others are generated all the same.
  run(on, [main, "generate", "docs", "-o", "out/openapi-batch", "-q", ...flags], {
    cwd: set.cwd,
    accept: [0, 1],
  });

const outputOf = (set) => join(set.cwd, "out/openapi-batch");

function forget(set) {
  rmSync(outputOf(set), { recursive: true, force: true });
  rmSync(join(set.cwd, "node_modules"), { recursive: true, force: true });
}

/** One field more in every schema of one document, for the time of `work`. */
async function withChange(set, work) {
  const candidates = set.documents.filter(({ operations }) => operations.length > 0);
  const { path } = candidates[Math.floor(candidates.length / 2)];
  const before = readFileSync(path, "utf8");
  const document = JSON.parse(before);
  for (const { properties } of Object.values(document.components.schemas)) {
    if (properties) properties.fieldOfTheBench = { type: "string", description: "One more." };
  }
  writeFileSync(path, JSON.stringify(document, null, 2));
  try {
    return await work();
  } finally {
    writeFileSync(path, before);
  }
}

/**
 * @param together all documents at once, as its own configuration has them; default: one after the other
 * @param formatted with prettier after it
 */
function peer(tool, { filtered = false, together = false, formatted = false } = {}) {
  return async (set) => {
    const label = [
      tool,
      filtered ? "filtered" : "whole",
      together ? "together" : "each",
      formatted ? "formatted" : "raw",
    ].join();
    const out = join(set.cwd, "out", label.replaceAll(/\W+/g, "-"));
    rmSync(out, { recursive: true, force: true });
    const plan = join(set.cwd, "plan.json");
    const documents = set.documents.map((document) => ({
      ...document,
      output: join(out, document.output),
    }));
    writeFileSync(plan, JSON.stringify({ documents, filtered, together, formatted }));
    const cost = await run(node, [join(here, "peers.mjs"), tool, plan], { cwd: set.cwd });
    return { ...cost, out, lost: JSON.parse(cost.stdout.trim().split("\n").at(-1)).lost };
  };
}

const contenders = {
  "openapi-batch": async (set) => {
    forget(set);
    return { ...(await ours(set)), out: join(set.cwd, "out/openapi-batch"), lost: 0 };
  },
  "openapi-batch, unformatted": async (set) => {
    forget(set);
    return { ...(await ours(set, node, ["--no-format"])), out: outputOf(set), lost: 0 };
  },
  "hey-api, filtered, formatted": peer("hey-api", {
    filtered: true,
    together: true,
    formatted: true,
  }),
  "hey-api, filtered": peer("hey-api", { filtered: true, together: true }),
  "hey-api": peer("hey-api", { together: true }),
  "hey-api, filtered, one by one": peer("hey-api", { filtered: true }),
  "hey-api, one by one": peer("hey-api"),
  "openapi-typescript": peer("openapi-typescript"),
  orval: peer("orval"),
  oazapfts: peer("oazapfts"),
  "kubb, filtered": peer("kubb", { filtered: true }),
  kubb: peer("kubb"),
};
const oneByOne = /, one by one$/;
/** Contenders whose types another contender already has. */
const sameOutput = /, (one by one|formatted|unformatted)$/;
/** Those that take part where there are many documents. */
const many = [
  "openapi-batch",
  "openapi-batch, unformatted",
  "hey-api, filtered, formatted",
  "hey-api, filtered",
  "hey-api, filtered, one by one",
  "hey-api",
  "hey-api, one by one",
  "openapi-typescript",
];

/** Every contender once a turn. What one of them cannot do is told and left out. */
async function race(set, names) {
  const runs = new Map(names.map((name) => [name, []]));
  for (let turn = 0; turn < turns; turn++) {
    for (const name of names) {
      try {
        runs.get(name)?.push(await contenders[name](set));
      } catch (error) {
        note(`${set.name}: ${name}: ${error.message}`);
        runs.delete(name);
      }
    }
  }
  return new Map(
    [...runs].map(([name, all]) => [
      name,
      {
        ms: median(all.map(({ ms }) => ms)),
        cpu: median(all.map(({ cpu }) => cpu)),
        mb: median(all.map(({ mb }) => mb)),
        out: all[0].out,
        lost: all[0].lost,
      },
    ]),
  );
}

const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n") +
  "\n";
const ratio = (value, base) => (value / base).toFixed(2);

/** The output, type-checked on its own. */
async function check(out) {
  const config = join(out, "tsconfig.bench.json");
  writeFileSync(
    config,
    JSON.stringify({
      compilerOptions: {
        target: "ES2022",
        lib: ["ES2022", "DOM", "DOM.Iterable"],
        types: [],
        module: "ESNext",
        moduleResolution: "Bundler",
        strict: true,
        noEmit: true,
        skipLibCheck: true,
      },
      include: ["**/*.ts"],
    }),
  );
  const { stdout } = await run(
    node,
    ["--max-old-space-size=8192", tsc, "-p", config, "--extendedDiagnostics"],
    { cwd: out, accept: [0, 1, 2] },
  );
  rmSync(config);
  const number = (name) => Number(new RegExp(`^${name}:\\s+([\\d.]+)`, "m").exec(stdout)?.[1]);
  return {
    seconds: number("Total time"),
    types: number("Types"),
    mb: number("Memory used") / 1024,
    errors: (stdout.match(/error TS/g) ?? []).length,
  };
}

/** Operations that the output can call. */
function callable(name, set, out) {
  if (name === "openapi-batch") return set.emitted;
  if (name.endsWith(", filtered"))
    return set.documents.reduce((sum, { operations }) => sum + operations.length, 0);
  if (name !== "hey-api") return undefined;
  return filesBelow(out, /sdk\.gen\.ts$/).reduce(
    (sum, file) => sum + (readFileSync(file, "utf8").match(/^export const /gm) ?? []).length,
    0,
  );
}

async function report(set, results) {
  const base = results.get("openapi-batch");
  const rows = [];
  const each = new Map();
  for (const [name, { ms, cpu, mb, out, lost }] of results) {
    const { files, bytes } = sizeOf(out);
    // The same output as that of all together.
    const types = sameOutput.test(name) ? undefined : await check(out);
    const operations = types && callable(name, set, out);
    rows.push([
      name,
      `${Math.round(ms)} ms`,
      ratio(base.ms, ms),
      `${Math.round(cpu)} ms`,
      ratio(base.cpu, cpu),
      `${Math.round(mb)} MB`,
      ratio(base.mb, mb),
      files,
      `${Math.round(bytes / 1024)} kB`,
      lost,
      types
        ? `${types.seconds} s, ${types.types} types, ${Math.round(types.mb)} MB${types.errors ? `, ${types.errors} errors` : ""}`
        : "–",
      operations ? ((types.seconds * 1000) / operations).toFixed(1) : "–",
    ]);
    if (operations) each.set(name, types.seconds / operations);
  }
  if (set.documents.length > 1) {
    const [mine, theirs] = [each.get("openapi-batch"), each.get("hey-api, filtered")];
    const what = "type-check of an endpoint, to an operation of hey-api filtered";
    if (mine && theirs) goal(`${what}; documents: ${set.documents.length}`, 0.33, mine / theirs);
  }
  say(
    table(
      [
        "tool",
        "cold",
        "ours to it",
        "processor",
        "ours to it",
        "peak memory",
        "ours to it",
        "files",
        "size",
        "documents lost",
        "type-check",
        "ms an operation",
      ],
      rows,
    ),
  );
}

/** What a run costs that has little to do. */
async function again(set, cold) {
  const unchanged = [];
  const floor = [];
  const changed = [];
  const old = [];
  await ours(set);
  await ours(set);
  const reading = [join(here, "floor.mjs"), join(set.cwd, "docs"), outputOf(set)];
  for (let turn = 0; turn < turns * 2; turn++) {
    floor.push(await run(node, reading, { cwd: set.cwd }));
    unchanged.push(await ours(set));
  }
  for (let turn = 0; turn < turns; turn++) {
    changed.push(await withChange(set, () => ours(set)));
    await ours(set);
    await ours(set);
  }
  if (set.name === "one") {
    // Its cache is of another Node, and so none to it.
    await ours(set, process.execPath);
    await ours(set, process.execPath);
    for (let turn = 0; turn < turns * 2; turn++) old.push(await ours(set, process.execPath));
  }
  const [u, f, c, o] = [unchanged, floor, changed, old].map((all) => ({
    ms: median(all.map(({ ms }) => ms)),
    cpu: median(all.map(({ cpu }) => cpu)),
  }));
  const times = ({ ms, cpu }) => [`${Math.round(ms)} ms`, `${Math.round(cpu)} ms`];
  const compared = (a, b) => [ratio(a.ms, b.ms), ratio(a.cpu, b.cpu)];
  say(
    table(
      ["openapi-batch", "time", "processor", "compared to", "time, ratio", "processor, ratio"],
      [
        ["unchanged", ...times(u), "reading and hashing the same files", ...compared(u, f)],
        ["one document changed", ...times(c), "cold", ...compared(c, cold)],
        ...(old.length > 0
          ? [[`unchanged, Node ${process.versions.node}`, ...times(o), "–", "–", "–"]]
          : []),
      ],
    ),
  );
  const documents = set.documents.length;
  goal(`unchanged, to reading and hashing; documents: ${documents}`, 2, u.ms / f.ms, u.cpu / f.cpu);
  if (documents === 500)
    goal(`one changed of ${documents}, to cold`, 0.35, c.ms / cold.ms, c.cpu / cold.cpu);
}

/**
 * The most that a cold run may cost, as a ratio to a peer, by the name of the set. Like is compared with like: a run that
 * formats to a peer whose output is formatted, and one that does not to the others.
 */
const coldMost = {
  one: { "hey-api": 1.3 },
  corpus: { "hey-api, filtered, formatted": 0.4, "hey-api, filtered": 0.85, "hey-api": 0.55 },
  collection: { "hey-api": 0.35 },
  made: { "hey-api, filtered, formatted": 0.5, "hey-api, filtered": 1.2 },
};

/** Ratios of a cold run to those of the peers. */
function coldGoals(set, results) {
  const [formatted, raw] = ["openapi-batch", "openapi-batch, unformatted"].map((name) =>
    results.get(name),
  );
  // To the faster way of the two that a tool has.
  const to = (name) =>
    ["ms", "cpu"].map((measure) => {
      const theirs = [name, `${name}, one by one`].map((way) => results.get(way)?.[measure]);
      const ours = (name.endsWith(", formatted") ? formatted : raw)[measure];
      return ours / Math.min(...theirs.filter((value) => value !== undefined));
    });
  const what = `cold, ${set.name}, documents: ${set.documents.length}`;
  for (const [name, most] of Object.entries(coldMost[set.name.replace(/-.*/, "")] ?? {}))
    goal(
      `${what}, to ${name}${name.endsWith(", formatted") ? "" : ", unformatted"}`,
      most,
      ...to(name),
    );
  if (set.documents.length === 500) {
    const memory = raw.mb / (results.get("hey-api")?.mb ?? NaN);
    goal(`${what}, memory, unformatted, to hey-api as one configuration`, 0.3, memory);
  }
}

/** Minified and compressed: what a program pays that makes one call. */
async function bundles(results) {
  const found = [];
  // Where a tool puts the functions that call operations, and how the first of them begins.
  const rows = [
    [
      "openapi-batch",
      /src\/(?!client|index|service|schemas|runtime)[^/]+\.ts$/,
      /^export const (\w+): Endpoint/m,
    ],
    ["hey-api", /sdk\.gen\.ts$/, /^export const (\w+) = </m],
    ["orval", /index\.ts$/, /^export const (\w+) = async/m],
    ["oazapfts", /index\.ts$/, /^export (?:async )?function (\w+)/m],
    ["kubb", /clients\/.+\.ts$/, /^export async function (\w+)/m],
  ];
  for (const [name, match, begin] of rows) {
    const out = results.get(name)?.out;
    if (!out) continue;
    const file = filesBelow(out, match).find((path) => begin.test(readFileSync(path, "utf8")));
    if (!file) {
      note(`bundle of ${name}: no function was found`);
      continue;
    }
    const called = begin.exec(readFileSync(file, "utf8"))?.[1];
    const entries = [
      [
        "builder",
        `import { ${called} } from ${JSON.stringify(file)}; globalThis.call = ${called};`,
      ],
    ];
    if (name === "openapi-batch") {
      const client = JSON.stringify(join(out, "src/client.ts"));
      entries.push([
        "builder and run",
        `${entries[0][1]} import { createClient } from ${client}; globalThis.client = createClient;`,
      ]);
    }
    for (const [what, contents] of entries) {
      try {
        const { outputFiles } = await build({
          stdin: { contents, resolveDir: here, loader: "ts" },
          bundle: true,
          minify: true,
          format: "esm",
          write: false,
          platform: "neutral",
          mainFields: ["module", "main"],
          nodePaths: [join(here, "node_modules")],
          logLevel: "silent",
        });
        found.push([
          `${name}, ${what}`,
          `${(gzipSync(outputFiles[0].contents).length / 1024).toFixed(1)} kB`,
        ]);
      } catch (error) {
        note(`bundle of ${name}: ${error.message.split("\n")[1] ?? error.message}`);
      }
    }
  }
  say(table(["one call, minified, gzip", "size"], found));
}

const { stdout: version } = await run(node, ["-e", "console.log(process.version)"], { cwd: here });
say(`Node ${version.trim()}, ${cpus().length} processors, ${turns} turns, medians.\n`);

if (wanted.has("one")) {
  const set = await prepare("one", (folder) =>
    writeFileSync(join(folder, "0000.json"), JSON.stringify(makeDocument(0), null, 2)),
  );
  say("## One document\n");
  const results = await race(
    set,
    Object.keys(contenders).filter((name) => !oneByOne.test(name)),
  );
  await report(set, results);
  await bundles(results);
  coldGoals(set, results);
  await again(set, results.get("openapi-batch"));
}

const corpus = join(root, "../shared/corpus/hubspot");
if (wanted.has("corpus") && !existsSync(corpus))
  say("The folder of published documents is skipped: there is no ../shared/corpus/hubspot.\n");
else if (wanted.has("corpus")) {
  const set = await prepare("corpus", (folder) => cpSync(corpus, folder, { recursive: true }));
  say(`## ${set.documents.length} published documents\n`);
  const results = await race(set, many);
  await report(set, results);
  coldGoals(set, results);
  await again(set, results.get("openapi-batch"));
}

if (wanted.has("collection") && values.collection) {
  const documents = filesBelow(resolve(values.collection), /\/Rollouts\/.*\.json$/).filter(
    (path) => !path.includes("Collection"),
  );
  const set = await prepare("collection", (folder) =>
    documents.forEach((path, index) => cpSync(path, join(folder, `${index}.json`))),
  );
  say(`## ${set.documents.length} documents: a whole public collection\n`);
  const results = await race(set, ["openapi-batch", "openapi-batch, unformatted", "hey-api"]);
  await report(set, results);
  coldGoals(set, results);
}

if (wanted.has("growth")) {
  const names = many;
  const series = new Map(names.map((name) => [name, []]));
  for (const count of counts) {
    const set = await prepare(`made-${count}`, (folder) => writeDocuments(folder, count));
    const results = await race(set, names);
    for (const [name, { ms }] of results) series.get(name).push([count, ms]);
    note(
      `${count}: ${[...results].map(([name, { ms, mb }]) => `${name} ${Math.round(ms)} ms, ${Math.round(mb)} MB`).join("; ")}`,
    );
    if (count !== counts.at(-1)) continue;
    say(`## ${count} documents made up\n`);
    await report(set, results);
    coldGoals(set, results);
    await again(set, results.get("openapi-batch"));
  }
  say("## Growth\n");
  say(
    table(
      ["documents", ...names],
      counts.map((count, index) => [
        count,
        ...names.map((name) => `${Math.round(series.get(name)[index]?.[1] ?? NaN)} ms`),
      ]),
    ),
  );
  const [[few, first], ...more] = series.get("openapi-batch");
  const [highest, last] = more.at(-1) ?? [few, first];
  if (more.length > 0)
    goal(
      `time of a document among ${highest}, to one among ${few}`,
      1,
      last / highest / (first / few),
    );
  if (values.write) {
    const drawn = [...series].filter(([name]) => !oneByOne.test(name));
    writeFileSync(join(root, "docs/bench.svg"), plot(new Map(drawn)));
    said.push("![Time of a cold run over the number of documents](bench.svg)\n");
  }
}

if (wanted.has("run")) {
  say("## A run of the generated package\n");
  const script = [join(root, "scripts/run-ts.mjs"), join(here, "throughput.ts")];
  const turn = ["--inputs", "200000", "--turns", "4"];
  const { stdout } = await run(node, [...script, ...turn], { cwd: root, accept: [0, 1] });
  say("```\n" + stdout.trim() + "\n```\n");
}

say("## Goals\n");
say(table(["what", "goal", "time, ratio", "processor, ratio", ""], goals));

if (values.write) {
  const { format } = await import("prettier");
  const file = join(root, "docs/bench.md");
  const [before, , after] = readFileSync(file, "utf8").split(
    /(?<=<!-- measured -->\n)|(?=<!-- end -->)/,
  );
  const measured = said.join("\n").replaceAll("## ", "### ");
  const text = `${before}\n${measured}\n${after}`;
  writeFileSync(file, await format(text, { parser: "markdown", printWidth: 120 }));
}
