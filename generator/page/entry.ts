/** `entry`: one endpoint, as an element that opens. */
import type { Diagnostic } from "../base/diagnostics.js";
import { callOf } from "../batch/call.js";
import type { Endpoint, Row, Tier } from "../batch/model.js";
import { requestLine } from "../batch/request-line.js";
import type { XBatch } from "../runtime/endpoint/x-batch.js";
import type { PageInput } from "./data.js";
import { diagnosticList } from "./diagnostics.js";
import { count, escape } from "./escape.js";
import { tokensOf } from "./highlight.js";
import { markdown, markdownLine, webLinkTo } from "./markdown.js";
import { missingOf } from "./missing.js";
import { sentencesOf } from "./sentences.js";

/** How an endpoint was recognised. */
const how: Readonly<Record<Tier, string>> = {
  "x-batch": "An x-batch value says so: in the document, an overlay or the configuration.",
  name: "A word for a batch in its path or operationId, and a list of items in its request.",
  signs: "Several signs, which the document shows together.",
  low: "Weak signs only.",
};

/** An endpoint of the page, and what is known of it. */
export interface Entry {
  readonly input: PageInput;
  readonly endpoint: Endpoint;
  /** Its index in the model. */
  readonly at: number;
  readonly rows: readonly Row[];
  readonly diagnostics: readonly Diagnostic[];
}

export function entry(one: Entry): string {
  const { input, endpoint, at, rows, diagnostics } = one;
  const { operation, docs, documents, tier } = endpoint;
  const xBatch = wholeXBatch(input, endpoint);
  const kind = xBatch.kind ?? "unknown";
  const texts = [operation.name, requestLine(operation), docs.summary ?? ""];
  const text = [...texts, ...docs.scopes, ...documents].join(" ").toLowerCase();
  const path = requestLine(operation).slice(operation.method.length + 1);
  const data =
    `data-at="${at}" data-kind="${escape(kind)}" data-how="${escape(tier)}" ` +
    `data-missing="${missingOf(rows).join(" ")}" data-text="${escape(text)}"`;
  return `<details class="endpoint" id="e${at}" ${data}>
<summary><span class="method">${escape(operation.method)}</span><span><span class="name">${escape(operation.name)}</span><span class="path">${escape(path)}</span></span><span class="badges">${badges(one, xBatch)}</span></summary>
<div class="body">
${docs.summary === undefined ? "" : `<p class="summary">${escape(docs.summary.trim())}</p>`}${docs.description === undefined || docs.description === docs.summary ? "" : markdown(docs.description)}${docs.externalDocs === undefined ? "" : `<p>${webLinkTo(docs.externalDocs)}</p>`}
${diagnostics.length > 0 ? `<h3>Diagnostics</h3>${diagnosticList(diagnostics, input.locate)}` : ""}
<h3>Call</h3>${call(input, endpoint)}
<h3>How it works</h3><ul class="sentences">${sentences(one, xBatch)}</ul>
<div class="columns">
<div><h3>Types of requests</h3><div class="types-request"></div></div>
<div><h3>Types of replies</h3><div class="types-response"></div></div>
</div>
<div class="columns">
<div><h3>Details</h3>${facts(one)}</div>
<div><h3>Replies</h3>${replies(endpoint)}</div>
</div>
</div>
</details>
`;
}

/** The `x-batch` of an endpoint, with the values of its service. */
function wholeXBatch({ api }: PageInput, { service, operation }: Endpoint): XBatch {
  const { defaults = {} } = api.services.find(({ name }) => name === service) ?? {};
  return {
    ...defaults,
    ...operation,
    limit: { ...defaults.limit, ...operation.limit },
    statuses: { ...defaults.statuses, ...operation.statuses },
  };
}

function badges({ endpoint, rows, diagnostics }: Entry, { kind, limit }: XBatch): string {
  const badge = (label: string, kindOf = ""): string =>
    `<span class="badge ${kindOf}">${escape(label)}</span>`;
  const isAdvised = rows.some(({ advised }) => advised?.includes("/limit/items"));
  const size =
    limit?.items !== undefined
      ? `at most ${limit.items}${isAdvised ? ", advised" : ""}`
      : limit?.bytes === undefined
        ? "no limit known"
        : "by size";
  const worst = diagnostics.find(({ severity }) => severity !== "info")?.severity;
  return [
    badge(kind ?? "unknown"),
    badge(size),
    badge(endpoint.tier),
    ...(endpoint.docs.deprecated === true ? [badge("deprecated", "warning")] : []),
    ...(diagnostics.length > 0 ? [badge(count(diagnostics.length, "diagnostic"), worst)] : []),
  ].join("");
}

/** Code to copy. */
function call({ api, from }: PageInput, endpoint: Endpoint): string {
  const tokens = tokensOf(callOf({ api, endpoint, from }).join("\n"));
  const code = tokens.map((token) =>
    typeof token === "string"
      ? escape(token)
      : `<span class="${token[0]}">${escape(token[1])}</span>`,
  );
  return `<div class="call"><button type="button" class="copy">Copy</button><pre><code>${code.join("")}</code></pre></div>`;
}

const sentences = ({ rows }: Entry, xBatch: XBatch): string => {
  const advised = rows.flatMap((row) => row.advised ?? []);
  return sentencesOf(xBatch, advised)
    .map((html) => `<li>${html}</li>`)
    .join("");
};

/** How it was found, and where it is. */
function facts({ input: { api }, endpoint, rows }: Entry): string {
  const { operation, service, tier, docs, documents } = endpoint;
  const signs = new Set(rows.flatMap((row) => row.signs ?? []));
  const served = api.services.find(({ name }) => name === service)?.service;
  const terms: (readonly [string, string])[] = [
    ["recognised by", `${tier}. ${how[tier]}`],
    ...(tier === "x-batch" ? [] : [["signs", [...signs].join("\n")] as const]),
    ["server", served?.baseUrl || "none declared"],
    ...(operation.parameters ?? []).map(
      ({ key, name, in: place, required, value }) =>
        [
          "parameter",
          `${key ?? name} (${place}${required ? ", required" : ""}${value === undefined ? "" : `, always ${value}`})`,
        ] as const,
    ),
    ...(docs.scopes.length > 0 ? [["scopes", docs.scopes.join(", ")] as const] : []),
    ["documents", documents.join(", ")],
  ];
  return `<dl>${terms.map(([term, text]) => `<dt>${escape(term)}</dt><dd>${escape(text)}</dd>`).join("")}</dl>`;
}

function replies({ replies: declared }: Endpoint): string {
  const rows = declared.map(
    ({ status, description = "", mediaType = "no body" }) =>
      `<tr><td>${escape(status)}</td><td>${escape(mediaType)}</td><td>${markdownLine(description)}</td></tr>`,
  );
  return `<div class="scroll"><table class="replies"><thead><tr><th>Status</th><th>Body</th><th></th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}
