/**
 * `compareDescriptions`: compares the descriptions of two packages, and says what each change means for code that moves
 * from the first to the second.
 */
import { refsOf } from "../schemas/combine.js";
import type { Schema } from "../schemas/schema.js";
import { enumNames, typesName } from "../batch/surface.js";
import { changeRules, inOrder, type Change, type ChangeCode } from "./changes.js";
import { compareTypes, type Finding, type Met, type TypeComparison } from "./compare-types.js";
import type { DescribedEndpoint, Description } from "./description.js";
import { nameOfKey, typeText } from "./view.js";

/** An endpoint before and after; the names differ where it was renamed. */
interface Pair {
  readonly was: string;
  readonly is: string;
  readonly old: DescribedEndpoint;
  readonly new: DescribedEndpoint;
}

/** Every difference that code can see, breaking ones first. */
export function compareDescriptions(old: Description, next: Description): readonly Change[] {
  const types = compareTypes(old.types, next.types);
  const found = new Map<string, Finding & { readonly endpoints: Set<string> }>();
  const add = (finding: Finding, endpoint?: string): void => {
    const key = JSON.stringify([finding.code, finding.at, finding.message]);
    const known = found.get(key) ?? { ...finding, endpoints: new Set() };
    if (endpoint !== undefined) known.endpoints.add(endpoint);
    found.set(key, known);
  };

  const { pairs, removed, added } = pairEndpoints(old, next);
  for (const name of removed)
    add({ code: "endpoint-removed", at: name, message: requestOf(own(old.endpoints, name)) }, name);
  for (const name of added)
    add({ code: "endpoint-added", at: name, message: requestOf(own(next.endpoints, name)) }, name);
  for (const pair of pairs)
    for (const finding of compareEndpoints(pair, types)) add(finding, pair.is);
  const before = lonelyNames(old, new Set(pairs.map(({ was }) => was)));
  const after = lonelyNames(next, new Set(pairs.map(({ is }) => is)));
  for (const finding of compareExports(old, next, before, after)) add(finding);

  return inOrder(
    [...found.values()].map(({ code, at, message, endpoints }): Change => {
      const [bump, why] = changeRules[code];
      return {
        code,
        breaking: bump === "major",
        bump,
        at,
        message,
        why,
        endpoints: [...endpoints].sort(),
      };
    }),
  );
}

const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

const requestOf = (endpoint: DescribedEndpoint | undefined): string =>
  endpoint ? `${endpoint.method} ${endpoint.path}` : "";

function pairEndpoints(
  old: Description,
  next: Description,
): {
  readonly pairs: readonly Pair[];
  readonly removed: readonly string[];
  readonly added: readonly string[];
} {
  const pairs: Pair[] = [];
  const removed: string[] = [];
  const news = new Map(Object.entries(next.endpoints));
  const olds = Object.entries(old.endpoints).filter(([name, endpoint]) => {
    const same = news.get(name);
    if (!same) return true;
    pairs.push({ was: name, is: name, old: endpoint, new: same });
    news.delete(name);
    return false;
  });
  for (const [name, endpoint] of olds) {
    const moved = [...news].filter(([, other]) => requestOf(other) === requestOf(endpoint));
    const [to] = moved;
    if (!to || moved.length > 1) removed.push(name);
    else {
      pairs.push({ was: name, is: to[0], old: endpoint, new: to[1] });
      news.delete(to[0]);
    }
  }
  return { pairs, removed, added: [...news.keys()] };
}

const between = (old: string | undefined, next: string | undefined): string =>
  `${old ?? "none"} → ${next ?? "none"}`;

/** The steps of {@link compareEndpoints} add to `findings`. */
interface Comparing {
  readonly pair: Pair;
  readonly types: TypeComparison;
  readonly findings: Finding[];
}

/** @param at default: the endpoint's new name */
function report(
  { pair, findings }: Comparing,
  code: ChangeCode,
  message: string,
  at = pair.is,
): void {
  findings.push({ code, at, message });
}

function compareSchemas({ types, findings }: Comparing, old: Schema, next: Schema, met: Met): void {
  findings.push(...types.under(types.compare(old, next, met)));
}

function compareEndpoints(pair: Pair, types: TypeComparison): readonly Finding[] {
  const comparing: Comparing = { pair, types, findings: [] };
  compareFacts(comparing);
  comparing.findings.push(...compareLimits(pair));
  compareRequests(comparing);
  compareResults(comparing);
  compareReplies(comparing);
  return comparing.findings;
}

function compareFacts(comparing: Comparing): void {
  const { was, is, old, new: next } = comparing.pair;
  if (was !== is) report(comparing, "endpoint-renamed", `${was} → ${is}`, was);
  if (requestOf(old) !== requestOf(next))
    report(comparing, "endpoint-moved", between(requestOf(old), requestOf(next)));
  if (!old.deprecated && next.deprecated) report(comparing, "endpoint-deprecated", requestOf(next));
  if (old.deprecated && !next.deprecated)
    report(comparing, "endpoint-undeprecated", requestOf(next));
  if (old.baseUrl !== next.baseUrl)
    report(comparing, "base-url-changed", between(old.baseUrl || "none", next.baseUrl || "none"));
  if (old.kind !== next.kind) report(comparing, "kind-changed", between(old.kind, next.kind));
  for (const fact of ["retry", "statuses"] as const) {
    const [was, is] = [old[fact], next[fact]].map((value) => value && textOf(value));
    if (was !== is) report(comparing, `${fact}-changed`, between(was, is));
  }
}

/** The order of members is no change. */
const textOf = (value: object): string =>
  JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));

function compareRequests(comparing: Comparing): void {
  const { is, old, new: next } = comparing.pair;
  if (old.inputForm !== next.inputForm) {
    const forms = between(old.inputForm ?? "item", next.inputForm ?? "item");
    report(comparing, "encoding-changed", forms);
  }
  compareSchemas(comparing, old.input, next.input, { position: "request", at: `${is} input` });
  compareSchemas(comparing, old.params ?? noFields, next.params ?? noFields, {
    position: "request",
    at: `${is} params`,
    parameters: true,
  });
  if (old.select?.join() !== next.select?.join())
    report(
      comparing,
      !old.select ? "select-added" : !next.select ? "select-removed" : "select-changed",
      between(old.select?.join(", "), next.select?.join(", ")),
    );
}

function compareResults(comparing: Comparing): void {
  const { is, old, new: next } = comparing.pair;
  if (old.result && next.result) {
    const met: Met = { position: "response", at: `${is} result` };
    compareSchemas(comparing, old.result, next.result, met);
    const text = typeText(next.result);
    if (!old.resultMayBeAbsent && next.resultMayBeAbsent)
      report(comparing, "result-may-be-absent", `${text} → ${text} | undefined`);
    if (old.resultMayBeAbsent && !next.resultMayBeAbsent)
      report(comparing, "result-always-there", `${text} | undefined → ${text}`);
  } else if (next.result) report(comparing, "result-added", typeText(next.result));
  else if (old.result) report(comparing, "result-removed", typeText(old.result));
}

function compareReplies(comparing: Comparing): void {
  const { is, old, new: next } = comparing.pair;
  for (const status of new Set([...Object.keys(old.replies), ...Object.keys(next.replies)])) {
    const [a, b] = [own(old.replies, status), own(next.replies, status)];
    const at = `${is} reply ${status}`;
    if (a?.body && b?.body) compareSchemas(comparing, a.body, b.body, { position: "response", at });
    else if (a && b && (a.body || b.body)) {
      const types = between(a.body && typeText(a.body), b.body && typeText(b.body));
      report(comparing, "response-type-changed", types, at);
    } else if (!a || !b) report(comparing, a ? "reply-removed" : "reply-added", status);
  }
  if (old.errors && next.errors)
    compareSchemas(comparing, old.errors, next.errors, {
      position: "response",
      at: `${is} error`,
    });
}

const noFields: Schema = { type: "object", additionalProperties: false };

const limitNames = ["items", "bytes", "itemBytes"] as const;

function compareLimits({ is, old, new: next }: Pair): readonly Finding[] {
  const bounded = ({ limit }: DescribedEndpoint): boolean =>
    limit?.items !== undefined || limit?.bytes !== undefined;
  const findings = limitNames.flatMap((name): readonly Finding[] => {
    const [a = Infinity, b = Infinity] = [old.limit?.[name], next.limit?.[name]];
    if (a === b) return [];
    const text = (limit: number): string => (limit === Infinity ? "none" : String(limit));
    return [
      {
        code: b > a ? "limit-raised" : "limit-lowered",
        at: is,
        message: `${name}: ${text(a)} → ${text(b)}`,
      },
    ];
  });
  if (bounded(old) === bounded(next)) return findings;
  return findings.map((finding) => ({
    ...finding,
    code: bounded(next) ? "limit-added" : "limit-removed",
  }));
}

/** The exported names of endpoints that only one side has. The change of the endpoint covers them. */
function lonelyNames(side: Description, kept: ReadonlySet<string>): ReadonlySet<string> {
  const lonely = new Set<string>();
  const common = new Set<string>();
  for (const [endpoint, described] of Object.entries(side.endpoints)) {
    const names = kept.has(endpoint) ? common : lonely;
    const short = endpoint.slice(endpoint.lastIndexOf(".") + 1);
    names.add(typesName(short));
    for (const key of reach(side, described)) {
      const name = nameOfKey(key);
      for (const one of enumNames(name)) names.add(one);
    }
  }
  return new Set([...lonely].filter((name) => !common.has(name)));
}

function reach({ types }: Description, endpoint: DescribedEndpoint): ReadonlySet<string> {
  const bodies = Object.values(endpoint.replies).map(({ body }) => body);
  const roots = [endpoint.input, endpoint.params, endpoint.result, endpoint.errors, ...bodies];
  const seen = new Set<string>();
  const queue = roots.flatMap((schema) => (schema ? refsOf(schema) : []));
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    queue.push(...refsOf(own(types, key) ?? {}));
  }
  return seen;
}

function compareExports(
  old: Description,
  next: Description,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const module of new Set([...Object.keys(old.exports), ...Object.keys(next.exports)])) {
    const a = own(old.exports, module);
    const b = own(next.exports, module);
    // the changes of its endpoints cover a resource that only one side has
    if (!a || !b) continue;
    const say = (code: "name-removed" | "name-added", names: readonly string[]): void => {
      for (const [name, ...with_] of together(names))
        findings.push({ code, at: `${module} ${name}`, message: [name, ...with_].join(", ") });
    };
    const [was, is] = [new Set(a), new Set(b)];
    say(
      "name-removed",
      a.filter((name) => !is.has(name) && !before.has(name)),
    );
    say(
      "name-added",
      b.filter((name) => !was.has(name) && !after.has(name)),
    );
  }
  return findings;
}

/** Each name alone, but an enum together with its tuple and its guard. */
function together(names: readonly string[]): readonly (readonly [string, ...string[]])[] {
  const all = new Set(names);
  const companions = new Map(
    names.flatMap((name) => {
      const [, ...others] = enumNames(name);
      return others.every((other) => all.has(other)) ? [[name, others]] : [];
    }),
  );
  const listed = new Set([...companions.values()].flat());
  return names
    .filter((name) => !listed.has(name))
    .map((name) => [name, ...(companions.get(name) ?? [])]);
}
