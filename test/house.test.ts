/** The rules that keep the house in order, where a linter has no rule for them. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { cruise } from "dependency-cruiser";
import type { ICruiseOptions, ICruiseResult } from "dependency-cruiser";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

function below(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => !/(^|[\\/])(node_modules|dist)[\\/]/.test(path))
    .map((path) => path.replaceAll("\\", "/"));
}

const sources = below("generator");

const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*/g, "");

/**
 * Services whose documents the tool reads. What they do differently is data, so no code knows their names. Names that
 * are words of the trade as well (Segment, Iterable) cannot be looked for.
 */
const vendors = [
  ...["hubspot", "square", "squareup", "elastic", "elasticsearch", "opensearch", "postmark"],
  ...["klaviyo", "algolia", "shopify", "stripe", "salesforce", "jsforce", "mailchimp", "sendgrid"],
  ...["twilio", "zendesk", "intercom", "atlassian", "jira", "slack", "airtable", "asana", "trello"],
  ...[
    "google",
    "firestore",
    "firebase",
    "gmail",
    "microsoft",
    "azure",
    "aws",
    "amazon",
    "dynamodb",
  ],
  ...["cloudflare", "digitalocean", "heroku", "datadog", "newrelic", "pagerduty", "mixpanel"],
  ...["amplitude", "braze", "onesignal", "pipedrive", "freshdesk", "zoho", "xero", "quickbooks"],
  ...["adyen", "paypal", "plaid", "brex", "typesense", "meilisearch", "pinecone", "weaviate"],
  ...["qdrant", "mongodb", "supabase", "contentful", "bigcommerce", "woocommerce", "magento"],
];

describe("no vendor is named in generator/", () => {
  test.each(vendors)("%s", (vendor) => {
    const word = new RegExp(`\\b${vendor}\\b`, "i");
    expect(word.test(`of ${vendor}.`)).toBe(true);
    const found = sources.filter((path) => word.test(path) || word.test(read(path)));
    expect(found).toEqual([]);
  });

  test("the list reaches what it looks for", () => {
    expect(sources).toContain("generator/main.ts");
    expect(sources.length).toBeGreaterThan(20);
  });
});

test("the import rules hold", async () => {
  const { default: config } = (await import(join(root, ".dependency-cruiser.cjs"))) as {
    default: { forbidden: ICruiseOptions["ruleSet"]; options: ICruiseOptions };
  };
  const { output } = await cruise(["generator"], {
    ...config.options,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: config.forbidden } as NonNullable<ICruiseOptions["ruleSet"]>,
  });
  const { summary } = output as ICruiseResult;
  expect(summary.totalCruised).toBeGreaterThan(20);
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual(
    [],
  );
});

test("the runtime imports nothing but itself", () => {
  const imports = below("generator/runtime")
    .filter((path) => path.endsWith(".ts"))
    .flatMap((path) =>
      ts
        .preProcessFile(read(path), true, true)
        .importedFiles.map(({ fileName }) => ({ path, from: fileName })),
    );
  expect(imports.length).toBeGreaterThan(0);
  const runtime = join(root, "generator/runtime/");
  const outside = imports.filter(
    ({ path, from }) =>
      !/^\.\.?\/.*\.js$/.test(from) || !join(root, path, "..", from).startsWith(runtime),
  );
  expect(outside).toEqual([]);
});

test("comments of the runtime are for those who read a package: none says what the generator has to do", () => {
  const comments = below("generator/runtime").flatMap((path) =>
    [...read(path).matchAll(/\/\*\*[\s\S]*?\*\/|(?<=^|\s)\/\/ .*/g)].map(([text]) => ({
      path,
      text,
    })),
  );
  expect(comments.length).toBeGreaterThan(100);
  // `segments` of segments.js, if …
  const inside = /\bemit(s|ted|ter)\b|\bthe generator\b|\bgenerator\/|` of [\w-]+\.(js|ts)\b/;
  expect(comments.filter(({ text }) => inside.test(text))).toEqual([]);
});

/**
 * What reaches for something from outside, and the files that may: those that bound it (docs/security.md), and others with
 * the reason. Regular expressions that are written out are in `linear.test.ts`.
 */
const doors: readonly {
  readonly what: string;
  readonly how: RegExp;
  readonly bounded: readonly string[];
  readonly others?: Readonly<Record<string, string>>;
}[] = [
  {
    what: "a file is read",
    how: /\b(readFileSync|readFile|createReadStream)\(/,
    bounded: ["base/read-file.ts"],
    others: {
      "base/version.ts": "our own package.json",
      "batch/x-batch/x-batch.ts": "our own schema",
      "emit/format.ts": "what our build wrote",
      "emit/runtime.ts": "our own runtime",
      "build/config/config-file.ts": "the configuration, which is trusted",
      "build/config/imported-files.ts": "what the configuration imports",
      "build/incremental/prettier-config.ts": "the user's package.json, which prettier reads, too",
      "build/write/swap.ts": "our own journal, in a folder of ours",
      "emulator/faults/file.ts": "the user's own faults",
    },
  },
  {
    what: "the body of a reply or a request is read",
    how: /\.(text|json|arrayBuffer|blob|formData)\(\)|\.getReader\(\)/,
    bounded: ["runtime/send/read-text.ts", "emulator/server.ts", "openapi/remote.ts"],
    others: {
      "runtime/send/client.ts": "the caller's own request",
      "runtime/run/input-reader.ts": "the caller's own stream",
      "batch/call.ts": "text of an example",
    },
  },
  {
    what: "a request is sent",
    how: /(?<![.\w])fetch\(|\bhttps?\.(get|request)\(/,
    bounded: ["runtime/send/transport.ts", "openapi/remote.ts"],
    others: {
      "runtime/send/client.ts": "the name of a method",
      "runtime/send/instrument.ts": "calls what the transport gives it",
      "batch/call.ts": "text of an example",
    },
  },
  {
    what: "a time is waited for",
    how: /\bset(Timeout|Interval)\(/,
    bounded: ["runtime/send/clock.ts"],
    others: {
      "runtime/run/input-reader.ts": "the caller's own interval",
      "watch/bursts.ts": "our own intervals",
      "bundlers/vite-hooks.ts": "our own interval",
      "emulator/service.ts": "the user's own delays",
      "page/script.ts": "the next turn",
    },
  },
  {
    what: "an expression is made of a text",
    how: /\bnew RegExp\(|\bRegExp\(/,
    bounded: ["base/linear-regexp.ts", "batch/x-batch/patterns.ts"],
    others: {
      "batch/x-batch/x-batch.ts": "after patternProblem, on an empty text",
      "runtime/reply/statuses.ts": "after patternProblem, on a text that is cut",
      "emulator/request/limits.ts": "after patternProblem, on a text that is made of it",
      "runtime/reply/bigints.ts": "our own mark",
      "emulator/faults/choose.ts": "the user's own faults",
      "build/config/config-file.ts": "the configuration, which is trusted",
    },
  },
  {
    what: "a text is run",
    how: /\beval\(|\bnew Function\(|\bnode:vm\b|(?<!\.)\bexec(Sync|File|FileSync)?\(\s*[`"']/,
    bounded: [],
  },
];

describe("whoever goes around the bounds is found", () => {
  test.each(doors)("where $what", ({ how, bounded, others = {} }) => {
    const found = sources
      .filter((path) => path.endsWith(".ts"))
      .filter((path) => how.test(withoutComments(read(path))))
      .map((path) => path.slice("generator/".length));
    const known = [...bounded, ...Object.keys(others)];
    expect(found.filter((path) => !known.includes(path))).toEqual([]);
    // A row that nothing needs hides the next one who does it.
    expect(Object.keys(others).filter((path) => !found.includes(path))).toEqual([]);
  });
});

test("no file knows the machine that it was written on", () => {
  const tracked = ["generator", "specs", "generated", "test", ".ci"].flatMap(below);
  const machine = new RegExp(["/wor" + "k/", "/hom" + "e/[a-z]", "/Use" + "rs/[A-Za-z]"].join("|"));
  const files = [...tracked, "package.json", "package-lock.json", "README.md"];
  expect(files.filter((path) => machine.test(read(path)))).toEqual([]);
});

describe.each(["ARCHITECTURE.md", "CONTRIBUTING.md"])("%s", (page) => {
  const spans = [...read(page).matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? "");

  test("names paths that exist", () => {
    const paths = [
      ...spans.filter((span) => /^[\w.-]+\/[\w./-]*$|^\.[\w.-]+$/.test(span)),
      ...spans.flatMap((span) => [...span.matchAll(/\b(?:generator|test)\/[\w./-]+/g)].map(String)),
      ...[...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? ""),
    ].filter((path) => path !== "dist/");
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test("names scripts that exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = spans.flatMap((span) =>
      [...span.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? ""),
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

test("the tree of ARCHITECTURE.md has the rooms that there are", () => {
  const [, tree = ""] = /```\ngenerator\/\n([\s\S]*?)```/.exec(read("ARCHITECTURE.md")) ?? [];
  const named = [...tree.matchAll(/^ {2}([\w.]+\/?)/gm)].map((match) => match[1] ?? "");
  const rooms = readdirSync(join(root, "generator"), { withFileTypes: true })
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .filter((name) => name !== "tsconfig.json");
  expect(named.toSorted()).toEqual(rooms.toSorted());
});

describe("the README", () => {
  const readme = read("README.md");
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

  test("names scripts that exist", () => {
    const named = [...readme.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? "");
    expect(named).toContain("generate");
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  test("names files and folders that exist", () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? "");
    const tree = /```\n(package\.json[\s\S]*?)```/.exec(readme)?.[1] ?? "";
    let folder = "";
    const listed = tree.split("\n").flatMap((line) => {
      const [, indent = "", name = ""] = /^( *)(\S+)/.exec(line) ?? [];
      if (name === "" || indent.length > 2) return [];
      if (indent === "") folder = name.endsWith("/") ? name : "";
      return [indent === "" ? name : folder + name];
    });
    expect(listed.length).toBeGreaterThan(10);
    const missing = [...links, ...listed].filter((path) => {
      try {
        readdirSync(join(root, path));
        return false;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code !== "ENOTDIR";
      }
    });
    expect(missing).toEqual([]);
  });
});
