/** What two packages offer, side by side: what a change means for code that uses the first and is given the second. */
import { refsOf } from "../schemas/combine.js";
import type { Schema } from "../schemas/schema.js";
import { enumNames, typesName } from "../batch/surface.js";
import { changeRules, inOrder, type Change, type ChangeCode } from "./changes.js";
import { compareTypes, type Finding, type TypeComparison } from "./compare-types.js";
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

function compareEndpoints(pair: Pair, types: TypeComparison): readonly Finding[] {
  const { was, is, old, new: next } = pair;
  const findings: Finding[] = [];
  const say = (code: ChangeCode, message: string, at = is): void =>
    void findings.push({ code, at, message });
  const compare = (a: Schema, b: Schema, met: Parameters<TypeComparison["compare"]>[2]): void =>
    void findings.push(...types.under(types.compare(a, b, met)));

  if (was !== is) say("endpoint-renamed", `${was} → ${is}`, was);
  if (requestOf(old) !== requestOf(next))
    say("endpoint-moved", between(requestOf(old), requestOf(next)));
  if (!old.deprecated && next.deprecated) say("endpoint-deprecated", requestOf(next));
  if (old.deprecated && !next.deprecated) say("endpoint-undeprecated", requestOf(next));
  if (old.baseUrl !== next.baseUrl)
    say("base-url-changed", between(old.baseUrl || "none", next.baseUrl || "none"));
  if (old.kind !== next.kind) say("kind-changed", between(old.kind, next.kind));
  findings.push(...compareLimits(pair));

  if (old.inputForm !== next.inputForm)
    say("encoding-changed", between(old.inputForm ?? "item", next.inputForm ?? "item"));
  compare(old.input, next.input, { position: "request", at: `${is} input` });
  compare(old.params ?? noFields, next.params ?? noFields, {
    position: "request",
    at: `${is} params`,
    parameters: true,
  });
  if (old.select?.join() !== next.select?.join())
    say(
      !old.select ? "select-added" : !next.select ? "select-removed" : "select-changed",
      between(old.select?.join(", "), next.select?.join(", ")),
    );

  if (old.result && next.result) {
    compare(old.result, next.result, { position: "response", at: `${is} result` });
    const text = typeText(next.result);
    if (!old.resultMayBeAbsent && next.resultMayBeAbsent)
      say("result-may-be-absent", `${text} → ${text} | undefined`);
    if (old.resultMayBeAbsent && !next.resultMayBeAbsent)
      say("result-always-there", `${text} | undefined → ${text}`);
  } else if (next.result) say("result-added", typeText(next.result));
  else if (old.result) say("result-removed", typeText(old.result));

  for (const status of new Set([...Object.keys(old.replies), ...Object.keys(next.replies)])) {
    const [a, b] = [own(old.replies, status), own(next.replies, status)];
    if (a?.body && b?.body)
      compare(a.body, b.body, { position: "response", at: `${is} reply ${status}` });
    else if (a && b && (a.body || b.body))
      say(
        "response-type-changed",
        between(a.body && typeText(a.body), b.body && typeText(b.body)),
        `${is} reply ${status}`,
      );
    else if (!a || !b) say(a ? "reply-removed" : "reply-added", status);
  }
  if (old.errors && next.errors)
    compare(old.errors, next.errors, { position: "response", at: `${is} error` });
  return findings;
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

/** Names that go with endpoints that only one side has: to tell of the endpoint is enough. */
function lonelyNames(side: Description, kept: ReadonlySet<string>): ReadonlySet<string> {
  const lonely = new Set<string>();
  const shared = new Set<string>();
  for (const [endpoint, described] of Object.entries(side.endpoints)) {
    const names = kept.has(endpoint) ? shared : lonely;
    const short = endpoint.slice(endpoint.lastIndexOf(".") + 1);
    names.add(typesName(short));
    for (const key of reach(side, described)) {
      const name = nameOfKey(key);
      for (const one of enumNames(name)) names.add(one);
    }
  }
  return new Set([...lonely].filter((name) => !shared.has(name)));
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
    // A whole resource that came or went is told by its endpoints.
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

/** Names one by one, an enum with its tuple and its guard. */
function together(names: readonly string[]): readonly (readonly [string, ...string[]])[] {
  const all = new Set(names);
  const companions = new Map(
    names.flatMap((name) => {
      const [, ...others] = enumNames(name);
      return others.every((other) => all.has(other)) ? [[name, others]] : [];
    }),
  );
  const told = new Set([...companions.values()].flat());
  return names
    .filter((name) => !told.has(name))
    .map((name) => [name, ...(companions.get(name) ?? [])]);
}
