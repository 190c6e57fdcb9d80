/** `page`: the batch endpoints of documents as one HTML page, which needs no network and no other file. */
import { createHash } from "node:crypto";
import type { Diagnostic, Locate, Location, Severity } from "../base/diagnostics.js";
import type { BatchApi, Endpoint, Row, Tier } from "../batch/model.js";
import { toolVersion } from "../base/version.js";
import type { PageInput } from "./data.js";
import { escape, scriptData, visible } from "./escape.js";
import { placeDiagnostics } from "./place-diagnostics.js";
import { script } from "./script.js";
import { style } from "./style.js";
import { typesOf } from "./types.js";

const how: Readonly<Record<Tier, string>> = {
  "x-batch": "An x-batch value says so: in the document, an overlay or the configuration.",
  name: "A word for a batch in its path or operationId, and a list of items in its request.",
  signs: "Several signs, which the document shows together.",
  low: "Weak signs only.",
};

const count = (number: number, noun: string): string =>
  `${number} ${noun}${number === 1 ? "" : "s"}`;

const hash = (text: string): string =>
  `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The same input gives the same bytes. Every text of a document is escaped: none becomes a script or a style. */
export function page(input: PageInput): string {
  const { api, diagnostics } = input;
  const placed = placeDiagnostics(input);
  const types = typesOf(api, input.declarations);
  const others = api.rows.filter(({ recognised }) => !recognised);
  const resources = [...new Set(api.endpoints.map(({ resource }) => resource))].sort();
  const titles = [...new Set(api.sources.map(({ title }) => title))];
  const title = titles.length === 1 ? `${titles[0] ?? ""}: batch endpoints` : "Batch endpoints";
  const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escape(title)}</h1>
<p class="dim">${count(api.endpoints.length, "endpoint")} of ${count(api.sources.length, "document")}, ${count(diagnostics.length, "diagnostic")}. Written by openapi-batch ${escape(toolVersion)}. <kbd>/</kbd> filters, <kbd>↓</kbd> and <kbd>↑</kbd> move, <kbd>Enter</kbd> opens.</p>
</header>
${filters(api)}
<main>
<p id="none" hidden>No endpoint fits the filter.</p>
${resources.map((resource) => section(resource, input, placed.endpoints)).join("")}
${others.length > 0 ? notRecognised(others) : ""}
${placed.rest.length > 0 ? `<section><h2>Diagnostics of the documents</h2>${list(placed.rest, input.locate)}</section>` : ""}
${sources(api)}
</main>
<script type="application/json" id="types">${scriptData(types)}</script>
<script>${script}</script>
</body>
</html>
`;
}

function filters({ endpoints }: BatchApi): string {
  const choice = (by: string, label: string, values: readonly string[]): string => {
    const options = [...new Set(values)]
      .sort()
      .map((value) => `<option value="${escape(value)}">${escape(value)}</option>`);
    return `<label>${label}<select data-by="${by}"><option value="">all</option>${options.join("")}</select></label>`;
  };
  return `<form id="filters" role="search">
<label class="wide">Filter<input id="search" type="search" autocomplete="off" placeholder="name, path, document, scope"></label>
${choice(
  "kind",
  "Kind",
  endpoints.map(({ operation }) => operation.kind ?? "unknown"),
)}
${choice(
  "how",
  "Recognised by",
  endpoints.map(({ tier }) => tier),
)}
${choice("limited", "Limit", ["known", "not known"])}
<button type="reset">Reset</button>
<output id="count" aria-live="polite"></output>
</form>`;
}

function section(
  resource: string,
  { api, locate }: PageInput,
  placed: ReadonlyMap<Endpoint, readonly Diagnostic[]>,
): string {
  const entries = api.endpoints.flatMap((endpoint, at) =>
    endpoint.resource === resource
      ? [entry(api, endpoint, at, placed.get(endpoint) ?? [], locate)]
      : [],
  );
  return `<section class="resource"><h2>${escape(resource)}</h2>${entries.join("")}</section>\n`;
}

function entry(
  api: BatchApi,
  endpoint: Endpoint,
  at: number,
  diagnostics: readonly Diagnostic[],
  locate: Locate,
): string {
  const { operation, docs, documents, tier } = endpoint;
  const defaults = api.services.find(({ name }) => name === endpoint.service)?.defaults;
  const limit = { ...defaults?.limit, ...operation.limit };
  const kind = operation.kind ?? defaults?.kind ?? "unknown";
  const known = limit.items !== undefined || limit.bytes !== undefined;
  const texts = [operation.name, operation.method, operation.path, docs.summary ?? ""];
  const text = [...texts, ...docs.scopes, ...documents].join(" ").toLowerCase();
  const worst = diagnostics.find(({ severity }) => severity !== "info")?.severity;
  const badge = (label: string, kindOf = ""): string =>
    `<span class="badge ${kindOf}">${escape(label)}</span>`;
  const badges = [
    badge(kind),
    badge(
      limit.items === undefined ? (known ? "by size" : "no limit known") : `at most ${limit.items}`,
    ),
    badge(tier),
    ...(docs.deprecated === true ? [badge("deprecated", "warning")] : []),
    ...(diagnostics.length > 0 ? [badge(count(diagnostics.length, "diagnostic"), worst)] : []),
  ];
  const data =
    `data-at="${at}" data-kind="${escape(kind)}" data-how="${escape(tier)}" ` +
    `data-limited="${known ? "known" : "not known"}" data-text="${escape(text)}"`;
  return `<details class="endpoint" id="e${at}" ${data}>
<summary><span class="method">${escape(operation.method)}</span><span><span class="name">${escape(operation.name)}</span><span class="path">${escape(operation.path)}</span></span><span class="badges">${badges.join("")}</span></summary>
<div class="body">
${paragraph(docs.summary)}${docs.description === docs.summary ? "" : paragraph(docs.description)}${link(docs.externalDocs)}
${diagnostics.length > 0 ? `<h3>Diagnostics</h3>${list(diagnostics, locate)}` : ""}
<div class="columns">
<div><h3>Types of requests</h3><div class="types-request"></div></div>
<div><h3>Types of replies</h3><div class="types-response"></div></div>
</div>
<div class="columns">
<div><h3>Details</h3>${facts(api, endpoint)}</div>
<div><h3>Replies</h3>${replies(endpoint)}</div>
</div>
</div>
</details>
`;
}

const paragraph = (text: string | undefined): string =>
  text === undefined ? "" : `<p class="prose">${escape(text.trim())}</p>`;

function link(url: string | undefined): string {
  if (url === undefined) return "";
  const web = /^https?:\/\//i.test(url) && URL.canParse(url);
  const text = escape(url);
  return `<p>${web ? `<a href="${text}" rel="noreferrer noopener">${text}</a>` : text}</p>`;
}

/** The x-batch values of an endpoint, those of its service included, and the signs that detection found. */
function facts(api: BatchApi, { operation, service, tier, docs, documents }: Endpoint): string {
  const signs = new Set(
    api.rows.flatMap((row) => (row.name === operation.name ? (row.signs ?? []) : [])),
  );
  const { defaults, service: served } = api.services.find(({ name }) => name === service) ?? {};
  const { name: _, method: _m, path: _p, parameters, replies: _r, auth: _a, ...own } = operation;
  const values = { ...defaults, ...own, limit: { ...defaults?.limit, ...operation.limit } };
  const terms: (readonly [string, string])[] = [
    ["recognised by", `${tier}. ${how[tier]}`],
    ...(tier === "x-batch" ? [] : [["signs", [...signs].join("\n")] as const]),
    ["server", served?.baseUrl || "none declared"],
    ...Object.entries(values)
      .filter(([, value]: [string, unknown]) => JSON.stringify(value) !== "{}")
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]: [string, unknown]) => {
        // one line for each rule of a list
        const lines = Array.isArray(value) ? value.map(factText) : [factText(value)];
        return [key, lines.join("\n")] as const;
      }),
    ...(parameters ?? []).map(
      (one) =>
        [
          "parameter",
          `${one.key ?? one.name} (${one.in}${one.required ? ", required" : ""})`,
        ] as const,
    ),
    ...(docs.scopes.length > 0 ? [["scopes", docs.scopes.join(", ")] as const] : []),
    ["documents", documents.join(", ")],
  ];
  return `<dl>${terms.map(([term, text]) => `<dt>${escape(term)}</dt><dd>${escape(text)}</dd>`).join("")}</dl>`;
}

/** Data as text: `at: /inputs, as: array`. */
function factText(value: unknown): string {
  if (Array.isArray(value)) return value.map(factText).join("; ");
  if (typeof value !== "object" || value === null)
    return value === "" ? "(the whole)" : String(value);
  return Object.entries(value)
    .map(([key, member]: [string, unknown]) => {
      const text = factText(member);
      return typeof member === "object" && member !== null
        ? `${key}: (${text})`
        : `${key}: ${text}`;
    })
    .join(", ");
}

function replies({ replies: declared }: Endpoint): string {
  const rows = declared.map(
    ({ status, description = "", mediaType = "no body" }) =>
      `<tr><td>${escape(status)}</td><td>${escape(mediaType)}</td><td>${escape(description)}</td></tr>`,
  );
  return `<div class="scroll"><table class="replies"><thead><tr><th>Status</th><th>Body</th><th></th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

const order: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

function list(diagnostics: readonly Diagnostic[], locate: Locate): string {
  const items = [...diagnostics]
    .sort((a, b) => order[a.severity] - order[b.severity])
    .map(({ severity, code, message, location, hint }) => {
      const place = location
        ? `<br><span class="dim">${escape(locationText(location, locate))}</span>`
        : "";
      const advice = hint === undefined ? "" : `<br>${escape(hint)}`;
      return `<li><strong class="severity-${severity}">${severity}</strong> <code>${escape(code)}</code> ${escape(message)}${place}${advice}</li>`;
    });
  return `<ul class="diagnostics">${items.join("")}</ul>`;
}

/** `file:line:column pointer`. */
function locationText(location: Location, locate: Locate): string {
  const position = locate(location);
  const file = position ? `${location.file}:${position.line}:${position.column}` : location.file;
  return `${file} ${location.pointer}`;
}

function notRecognised(rows: readonly Row[]): string {
  const cells = rows.map(({ method, path, document, reason = "", suggestion }) => {
    const text = [method, path, document, reason].join(" ").toLowerCase();
    const value = suggestion
      ? `<br><code>x-batch: ${escape(JSON.stringify(suggestion))}</code>`
      : "";
    return `<tr data-text="${escape(text)}"><td class="method">${escape(method.toUpperCase())}</td><td class="path">${escape(path)}</td><td>${escape(reason)}${value}</td><td class="dim">${escape(document)}</td></tr>`;
  });
  return `<section><h2>Not recognised</h2><details class="more"><summary>${count(rows.length, "operation")}</summary><div class="scroll"><table><thead><tr><th>Method</th><th>Path</th><th>Because</th><th>Document</th></tr></thead><tbody>${cells.join("")}</tbody></table></div></details></section>`;
}

function sources({ sources: documents }: BatchApi): string {
  const rows = documents.map(
    ({ name, title, version }) =>
      `<tr><td>${escape(name)}</td><td>${escape(title)}</td><td>${escape(visible(version))}</td></tr>`,
  );
  return `<section><h2>Documents</h2><details class="more"><summary>${count(documents.length, "document")}</summary><div class="scroll"><table><thead><tr><th>Document</th><th>Title</th><th>Version</th></tr></thead><tbody>${rows.join("")}</tbody></table></div></details></section>`;
}
