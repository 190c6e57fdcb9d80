/** The reply to a batch that was taken: status and body by the document and `x-batch`. */
import { getAt, isArray, isObject } from "../read/pointer.js";
import type { JsonObject, JsonValue } from "../read/spec.js";
import type { StatusPattern } from "../runtime/x-batch.js";
import type { Reply } from "./answer.js";
import type { Applied, Failure } from "./apply.js";
import { complete, type Suggest } from "./complete.js";
import { encodeItems } from "./decode.js";
import type { EmulatedOperation, EmulatedReply, Item, RawSchema } from "./operation.js";
import { replyFor } from "./refuse.js";
import { errorOf, nameInMap, resultOf, type Telling } from "./results.js";
import { setAt } from "./values.js";

/** What became of one item, as far as the reply is to tell. */
export type Outcome =
  | { readonly item: Item; readonly applied: Applied }
  /** Items that failed with the same failure object share an entry. */
  | { readonly item: Item; readonly failure: Failure };

export interface Batch {
  /** Those that the reply mentions. */
  readonly outcomes: readonly Outcome[];
  /** Not dealt with, to be sent again. */
  readonly remainder: readonly Item[];
  /** The state that the reply tells; undefined where it tells none. */
  readonly state?: string | undefined;
  /** Members of the body at their pointers, such as the id of a job. */
  readonly members?: Readonly<Record<string, JsonValue>>;
}

/** Whether a reply can tell that single items have failed. */
export function tellsFailures({ batch, replies }: EmulatedOperation, { views }: Telling): boolean {
  const { results, errors } = batch;
  if (results?.status !== undefined || results?.error !== undefined) return true;
  if (errors?.at === undefined) return false;
  const successes = replies.filter(({ status }) => status.startsWith("2"));
  if (successes.length === 0) return true; // the document does not say what comes
  return successes.some(({ schema }) => schema && views.at(schema, errors.at ?? "") !== undefined);
}

export function batchReply(batch: Batch, telling: Telling): Reply {
  const { operation } = telling;
  const partial = batch.outcomes.some((outcome) => "failure" in outcome);
  const { status, reply } = success(operation, partial);
  return render(batch, telling, status, reply?.schema, operation.batch);
}

/** Which of the declared successes it is. */
export function success(
  { replies, batch }: EmulatedOperation,
  partial: boolean,
): { readonly status: number; readonly reply: EmulatedReply | undefined } {
  const declared = replies
    .map(({ status }) => (/^2XX$/i.test(status) ? 200 : Number(status)))
    .filter((status) => status >= 200 && status < 300);
  const usual = [...(batch.kind === "create" ? [201] : []), ...(batch.job ? [202] : []), 200];
  const whole =
    usual.find((status) => declared.includes(status)) ??
    declared.find((status) => status !== 207) ??
    declared[0] ??
    200;
  const status = partial && declared.includes(207) ? 207 : whole;
  return { status, reply: replyFor(replies, status) };
}

/** @param form Where results, errors and state are: of the operation, or of its job. */
export function render(
  { outcomes, remainder, state, members = {} }: Batch,
  telling: Telling,
  status: number,
  schema: RawSchema | undefined,
  form: Pick<EmulatedOperation["batch"], "results" | "errors" | "remainder" | "state">,
): Reply {
  const { operation, views, random, now, behaviour } = telling;
  const { results, errors } = form;
  const silent = results === undefined || results.as === "none";
  const mute = state === undefined && errors === undefined && Object.keys(members).length === 0;
  if (silent && schema === undefined && mute) {
    return { status, headers: {} };
  }
  if (status === 204) return { status, headers: {} };
  const ordered =
    results?.order === true || operation.batch.match?.some(({ by }) => by === "order");
  const shuffle = behaviour.shuffle ?? ordered !== true;
  const told = shuffle ? random.shuffle(outcomes) : outcomes;
  const lists = {
    results: silent ? [] : entries(told, telling, schema, form),
    errors: [] as Named[],
  };
  const list = errors?.at;
  if (list !== undefined && (views.at(schema, list) !== undefined || schema === undefined)) {
    const entry = views.of(views.at(schema, list));
    lists.errors.push(...failures(told, entry.items ?? entry.values, telling));
  }
  if (results?.as === "lines") {
    const body = lists.results.map(([, entry]) => `${JSON.stringify(entry)}\n`).join("");
    return { status, headers: { "content-type": "application/x-ndjson" }, body };
  }
  let body: JsonValue | undefined;
  if (results && !silent) body = setAt(body, results.at, gathered(lists.results, results.as));
  if (list !== undefined && lists.errors.length > 0)
    body = setAt(body, list, gathered(lists.errors, errors?.as));
  if (form.remainder && remainder.length > 0) {
    body = setAt(body, form.remainder.at, encodeItems(operation.batch.items, remainder));
  }
  if (form.state && state !== undefined) body = setAt(body, form.state.at, state);
  for (const [pointer, value] of Object.entries(members)) body = setAt(body, pointer, value);
  const suggest = counts(outcomes, lists.errors.length);
  body = isArray(body)
    ? body
    : complete(isObject(body) ? body : {}, schema, { views, now, suggest });
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** An entry, and its name if the reply is a map. */
type Named = readonly [name: string, entry: JsonValue];

const gathered = (named: readonly Named[], as: string | undefined): JsonValue =>
  as === "map" ? Object.fromEntries(named) : named.map(([, entry]) => entry);

/** The entries of the results: those that went well and, unless errors stand apart, those that did not. */
function entries(
  outcomes: readonly Outcome[],
  telling: Telling,
  schema: RawSchema | undefined,
  { results, errors }: Pick<EmulatedOperation["batch"], "results" | "errors">,
): Named[] {
  const { views } = telling;
  if (!results) return [];
  const list = views.of(views.at(schema, results.at));
  const listed = list.items ?? list.values;
  return outcomes.flatMap((outcome): Named[] => {
    const failed = "failure" in outcome;
    if (
      failed &&
      errors?.at !== undefined &&
      results.status === undefined &&
      results.error === undefined
    ) {
      return [];
    }
    const action = outcome.item.action ?? (failed ? "" : outcome.applied.kind);
    const wrapped = results.first === true;
    const form = wrapped ? (views.at(listed, `/${action}`) ?? anyMember(listed, telling)) : listed;
    const entry = failed
      ? failedEntry(outcome, form, telling, results)
      : goodEntry(outcome.applied, form, telling, results);
    const name = nameInMap(outcome.item, failed ? undefined : outcome.applied);
    return [[name, wrapped ? Object.fromEntries([[action, entry]]) : entry]];
  });
}

const anyMember = (schema: RawSchema | undefined, { views }: Telling): RawSchema | undefined =>
  views.of(schema).properties.values().next().value ?? views.of(schema).values;

type Results = NonNullable<EmulatedOperation["batch"]["results"]>;

function goodEntry(
  applied: Applied,
  form: RawSchema | undefined,
  telling: Telling,
  { value, status, ok }: Results,
): JsonValue {
  const at = value ?? "";
  const { views, now, operation } = telling;
  const result = resultOf(applied, at === "" ? form : views.at(form, at), telling);
  let entry = at === "" ? result : setAt({}, at, result);
  const { meta } = applied.item;
  if (isObject(meta) && isObject(entry)) entry = { ...meta, ...entry };
  if (status !== undefined) entry = setAt(entry, status, goodStatus(ok, applied.kind));
  const { envelope } = operation.batch;
  if (envelope) {
    entry = setAt(entry, envelope.response.status, 200);
    entry = setAt(entry, envelope.response.body, isObject(result) ? result : {});
    const id = envelope.id === undefined ? undefined : getAt(applied.item.value, envelope.id);
    if (envelope.id !== undefined && id !== undefined) entry = setAt(entry, envelope.id, id);
  }
  return at === "" ? entry : complete(entry, form, { views, now });
}

function failedEntry(
  { item, failure }: { readonly item: Item; readonly failure: Failure },
  form: RawSchema | undefined,
  telling: Telling,
  { status, error, ok }: Results,
): JsonValue {
  const { views, now } = telling;
  const base: JsonObject = isObject(item.meta) ? item.meta : {};
  let entry: JsonValue = { ...base };
  if (error !== undefined) {
    const schema = views.at(form, error);
    const list = views.of(schema);
    const one = errorOf([item], failure, list.types.has("array") ? list.items : schema, telling);
    entry = setAt(entry, error, list.types.has("array") ? [one] : one);
  } else {
    const said = errorOf([item], failure, form, telling);
    entry = isObject(said) ? { ...said, ...base } : said;
  }
  const retry = telling.operation.batch.errors?.retry?.[0];
  const [busy] = retry?.in ?? [];
  if (status !== undefined) entry = setAt(entry, status, badStatus(ok, failure.status));
  if (failure.busy && retry && busy !== undefined) entry = setAt(entry, retry.at, busy);
  for (const { by, result, request, base: first = 0 } of telling.operation.batch.match ?? []) {
    const name = request === undefined ? undefined : getAt(item.value, request);
    if (result === undefined || result === "") continue;
    if (by === "index") entry = setAt(entry, result, item.index + first);
    else if (name !== undefined) entry = setAt(entry, result, name);
  }
  return error === undefined ? complete(entry, form, { views, now }) : entry;
}

/** A status that `ok` lists: the number itself, or the usual one of its range. */
function goodStatus(ok: readonly StatusPattern[] = ["2XX"], kind: string): JsonValue {
  const [first = "2XX"] = ok;
  if (typeof first === "number") return first;
  return /^\dXX$/i.test(first) ? Number(first[0]) * 100 + (kind === "create" ? 1 : 0) : first;
}

/** The failure's own HTTP status, unless `ok` says that this service has codes of its own. */
function badStatus(ok: readonly StatusPattern[] = ["2XX"], status: number): JsonValue {
  const texts = ok.every((one) => typeof one === "string" && !/^\d/.test(one));
  return texts ? "FAILED" : status;
}

/** Failures apart: items with the same failure share an entry. */
function failures(
  outcomes: readonly Outcome[],
  schema: RawSchema | undefined,
  telling: Telling,
): readonly Named[] {
  const groups = new Map<Failure, Item[]>();
  for (const outcome of outcomes) {
    if (!("failure" in outcome)) continue;
    const group = groups.get(outcome.failure);
    if (group) group.push(outcome.item);
    else groups.set(outcome.failure, [outcome.item]);
  }
  const { operation, views } = telling;
  const lists = (operation.batch.match ?? []).some(({ error }) => {
    const { types } = views.of(error === undefined ? undefined : views.at(schema, error));
    return error !== undefined && (types.size === 0 || types.has("array"));
  });
  const shared = [...groups].flatMap(([failure, items]) =>
    lists ? [{ failure, items }] : items.map((item) => ({ failure, items: [item] })),
  );
  return shared.map(({ failure, items }) => {
    const [first] = items;
    const name = first ? nameInMap(first, undefined) : "";
    return [name, errorOf(items, failure, schema, telling)] as const;
  });
}

/** Numbers and times that replies tell of the whole. */
function counts(outcomes: readonly Outcome[], errors: number): Suggest {
  const failed = outcomes.filter((outcome) => "failure" in outcome).length;
  const numbers = new Map<string, JsonValue>([
    ["numerrors", errors],
    ...["errorcount", "failedcount", "failurecount", "failed"].map(
      (name) => [name, failed] as const,
    ),
    ...["successcount", "succeededcount", "succeeded"].map(
      (name) => [name, outcomes.length - failed] as const,
    ),
    ...["total", "count", "totalcount"].map((name) => [name, outcomes.length] as const),
    ["errors", failed > 0],
    ["haserrors", failed > 0],
    ["took", 1],
  ]);
  return (name, { format, types }) => {
    const value = numbers.get(name.toLowerCase().replace(/[_-]/g, ""));
    if (typeof value === "boolean" && !types.has("boolean")) return undefined;
    if (value === 0 && name === "numErrors") return undefined;
    return format === "date-time" ? undefined : value;
  };
}
