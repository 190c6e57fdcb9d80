/** `page`: the batch endpoints of documents as one HTML page, which needs no network and no other file. */
import { createHash } from "node:crypto";
import { toolVersion } from "../base/version.js";
import type { BatchApi, Row } from "../batch/model.js";
import { byResource } from "../batch/surface.js";
import type { PageInput } from "./data.js";
import { diagnosticList } from "./diagnostics.js";
import { entry } from "./entry.js";
import { count, escape, scriptData, visible } from "./escape.js";
import { fields, missingOf, missingText, rowsByName } from "./missing.js";
import { placeDiagnostics } from "./place-diagnostics.js";
import { script } from "./script.js";
import { style } from "./style.js";
import { typesOf } from "./types.js";

const hash = (text: string): string =>
  `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** A part of the page, with its place in the side list. */
interface Part {
  readonly id: string;
  readonly title: string;
  readonly count: number;
  readonly html: string;
}

/** The same input gives the same bytes. Every text of a document is escaped: none becomes a script or a style. */
export function page(input: PageInput): string {
  const { api } = input;
  const titles = [...new Set(api.sources.map(({ title }) => title))];
  const title = titles.length === 1 ? `${titles[0] ?? ""}: batch endpoints` : "Batch endpoints";
  const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;
  const { modules, others } = partsOf(input);
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
<p class="dim">${count(api.endpoints.length, "endpoint")} of ${count(api.sources.length, "document")}. Written by openapi-batch ${escape(toolVersion)}. <span class="keys"><kbd>/</kbd> filters, <kbd>↓</kbd> and <kbd>↑</kbd> move, <kbd>Enter</kbd> opens.</span></p>
</header>
${sideList(modules, others)}
<main>
${overview(input, others)}
${filters(api)}
<p id="none" hidden>No endpoint fits the filter.</p>
${[...modules, ...others].map(({ html }) => html).join("\n")}
</main>
<script type="application/json" id="types">${scriptData(typesOf(api, input.declarations))}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** The modules of the package in order of their names, and what else there is. */
function partsOf(input: PageInput): {
  readonly modules: readonly Part[];
  readonly others: readonly Part[];
} {
  const { api, locate } = input;
  const placed = placeDiagnostics(input);
  const rows = rowsByName(api);
  const places = new Map(api.endpoints.map((endpoint, at) => [endpoint, at]));
  const modules = [...byResource(api)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([resource, endpoints], index): Part => {
      const id = `m${index}`;
      const entries = endpoints.map((endpoint) =>
        entry({
          input,
          endpoint,
          at: places.get(endpoint) ?? -1,
          rows: rows.get(endpoint.operation.name) ?? [],
          diagnostics: placed.endpoints.get(endpoint) ?? [],
        }),
      );
      const html = `<section class="resource" id="${id}"><h2>${escape(resource)}</h2>${entries.join("")}</section>`;
      return { id, title: resource, count: endpoints.length, html };
    });
  const left = api.rows.filter(({ recognised }) => !recognised);
  const others: readonly Part[] = [
    part("left-out", "Not recognised", left.length, notRecognised(left)),
    part(
      "diagnostics",
      "Diagnostics of the documents",
      placed.rest.length,
      diagnosticList(placed.rest, locate),
    ),
    part("documents", "Documents", api.sources.length, sources(api)),
  ];
  return { modules, others: others.filter((one) => one.count > 0) };
}

const part = (id: string, title: string, number: number, html: string): Part => ({
  id,
  title,
  count: number,
  html: `<section id="${id}"><h2>${title}</h2>${html}</section>`,
});

function sideList(modules: readonly Part[], others: readonly Part[]): string {
  const list = (parts: readonly Part[]): string =>
    `<ul>${parts.map(({ id, title, count: number }) => `<li data-of="${id}"><a href="#${id}">${escape(title)}</a> <span class="dim">${number}</span></li>`).join("")}</ul>`;
  return `<nav aria-label="Modules"><h2>Modules</h2>${list(modules)}${list(others)}</nav>`;
}

/** What is missing, and what else to look at first. */
function overview({ api, diagnostics }: PageInput, others: readonly Part[]): string {
  const rows = [...rowsByName(api).values()];
  const total = api.endpoints.length;
  const missing = rows.map(missingOf);
  const gaps = fields.flatMap((field) => {
    const number = missing.filter((own) => own.includes(field)).length;
    return number > 0
      ? [
          `<button type="button" data-show="${field}">${number} of ${total}</button> ${missingText(field, number)}`,
        ]
      : [];
  });
  const advised = rows.filter((own) =>
    own.some((row) => row.advised?.includes("/limit/items")),
  ).length;
  const likely = api.rows.filter(({ suggestion }) => suggestion !== undefined).length;
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.filter(({ severity }) => severity === "warning").length;
  const more = [
    ...(advised > 0
      ? [`The limit of ${advised} of ${total} is advised by the service, and not documented.`]
      : []),
    ...(likely > 0 && others.some(({ id }) => id === "left-out")
      ? [`<a href="#left-out">${count(likely, "operation")} more</a> may be batches.`]
      : []),
    ...(errors + warnings > 0
      ? [`${count(errors, "error")} and ${count(warnings, "warning")}.`]
      : []),
  ];
  const advice =
    gaps.length > 0
      ? "<p><code>openapi-batch inspect --suggest</code> prints an overlay to fill in, with the sentences of the documents that may say it.</p>"
      : "";
  const all = [...gaps, ...more];
  return all.length === 0
    ? ""
    : `<section id="overview"><h2>What is missing</h2><ul>${all.map((text) => `<li>${text}</li>`).join("")}</ul>${advice}</section>`;
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
${choice("missing", "Missing", fields)}
<button type="reset">Reset</button>
<output id="count" aria-live="polite"></output>
</form>`;
}

function notRecognised(rows: readonly Row[]): string {
  const cells = rows.map(({ method, path, document, reason = "", suggestion }) => {
    const text = [method, path, document, reason].join(" ").toLowerCase();
    const value = suggestion
      ? `<br><code>x-batch: ${escape(JSON.stringify(suggestion))}</code>`
      : "";
    return `<tr data-text="${escape(text)}"><td class="method">${escape(method.toUpperCase())}</td><td class="path">${escape(path)}</td><td>${escape(reason)}${value}</td><td class="dim">${escape(document)}</td></tr>`;
  });
  return `<details class="more"><summary>${count(rows.length, "operation")}</summary><div class="scroll"><table><thead><tr><th>Method</th><th>Path</th><th>Because</th><th>Document</th></tr></thead><tbody>${cells.join("")}</tbody></table></div></details>`;
}

function sources({ sources: documents }: BatchApi): string {
  const rows = documents.map(
    ({ name, title, version }) =>
      `<tr><td>${escape(name)}</td><td>${escape(title)}</td><td>${escape(visible(version))}</td></tr>`,
  );
  return `<details class="more"><summary>${count(documents.length, "document")}</summary><div class="scroll"><table><thead><tr><th>Document</th><th>Title</th><th>Version</th></tr></thead><tbody>${rows.join("")}</tbody></table></div></details>`;
}
