/** `batchReply`: the reply to a batch that the service accepted, by the document and `x-batch`. */
import { isArray, isObject, type JsonValue } from "../../base/json.js";
import type { Reply } from "./http-reply.js";
import { complete, type Suggest } from "./complete.js";
import { encodeItems } from "../request/decode.js";
import { entries, failures, type Named, type Outcome } from "./entries.js";
import type { EmulatedOperation, EmulatedReply, Item, RawSchema } from "../operation.js";
import { replyFor } from "./refuse.js";
import type { ReplyContext } from "./results.js";
import { exactStatus, membersFor } from "../statuses.js";
import { setAt } from "../values.js";

export interface Batch {
  /** The outcomes that the reply mentions. */
  readonly outcomes: readonly Outcome[];
  /** Items that the service did not process, for the client to send again. */
  readonly remainder: readonly Item[];
  /** The state in the reply; undefined where it has none. */
  readonly state?: string | undefined;
  /** Members of the body at their pointers, such as the id of a job. */
  readonly members?: Readonly<Record<string, JsonValue>>;
}

/** Whether a reply can report that single items failed. */
export function reportsFailures(
  { batch, replies }: EmulatedOperation,
  { schemas }: ReplyContext,
): boolean {
  const { errors, job, counts } = batch;
  const results = job?.results ?? batch.results;
  if (job && (errors?.at !== undefined || counts?.failed !== undefined)) return true;
  if (results?.status !== undefined || results?.error !== undefined) return true;
  if (errors?.at === undefined) return false;
  const successes = replies.filter(({ status }) => status.startsWith("2"));
  if (successes.length === 0) return true; // the document declares no success
  return successes.some(
    ({ schema }) => schema && schemas.at(schema, errors.at ?? "") !== undefined,
  );
}

export function batchReply(batch: Batch, context: ReplyContext): Reply {
  const { operation } = context;
  const partial = batch.outcomes.some((outcome) => "failure" in outcome);
  const { status, reply } = success(operation, partial);
  const special = partial ? membersFor(operation.batch.statuses?.partial?.[0]) : {};
  const members = { ...countMembers(operation.batch.counts, batch.outcomes), ...special };
  return render({ ...batch, members }, context, status, reply?.schema, operation.batch);
}

/** The numbers that `x-batch.counts` names, by pointer. */
export function countMembers(
  { ok, failed }: NonNullable<EmulatedOperation["batch"]["counts"]> = {},
  outcomes: readonly Outcome[],
): Readonly<Record<string, JsonValue>> {
  const failures = outcomes.filter((outcome) => "failure" in outcome).length;
  return {
    ...(ok !== undefined && { [ok]: outcomes.length - failures }),
    ...(failed !== undefined && { [failed]: failures }),
  };
}

/** Chooses one of the declared successes. */
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
  const [rule] = batch.statuses?.partial ?? [];
  const split = rule === undefined ? 207 : exactStatus(rule);
  const known = rule !== undefined || declared.includes(207);
  const status = partial && known ? split : whole;
  return { status, reply: replyFor(replies, status) };
}

/** @param form where results, errors and state are, for the operation or for its job */
export function render(
  { outcomes, remainder, state, members = {} }: Batch,
  context: ReplyContext,
  status: number,
  schema: RawSchema | undefined,
  form: Pick<EmulatedOperation["batch"], "results" | "errors" | "remainder" | "state">,
): Reply {
  const { operation, schemas, random, now, behaviour } = context;
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
  const mentioned = shuffle ? random.shuffle(outcomes) : outcomes;
  const lists = {
    results: silent ? [] : entries(mentioned, context, schema, form),
    errors: [] as Named[],
  };
  const list = errors?.at;
  if (list !== undefined && (schemas.at(schema, list) !== undefined || schema === undefined)) {
    const entry = schemas.viewOf(schemas.at(schema, list));
    lists.errors.push(...failures(mentioned, entry.items ?? entry.values, context));
  }
  if (results?.as === "lines") {
    const body = lists.results.map(([, entry]) => `${JSON.stringify(entry)}\n`).join("");
    return { status, headers: { "content-type": "application/x-ndjson" }, body };
  }
  let body: JsonValue | undefined;
  if (results && !silent) body = setAt(body, results.at, gathered(lists.results, results.as));
  if (list !== undefined && lists.errors.length > 0)
    body = setAt(body, list, gathered(lists.errors, "array"));
  if (form.remainder && remainder.length > 0) {
    body = setAt(body, form.remainder.at, encodeItems(operation.batch.items, remainder));
  }
  if (form.state && state !== undefined) body = setAt(body, form.state.at, state);
  for (const [pointer, value] of Object.entries(members)) body = setAt(body, pointer, value);
  const suggest = counts(outcomes, lists.errors.length);
  body = isArray(body)
    ? body
    : complete(isObject(body) ? body : {}, schema, { schemas, now, suggest });
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

function gathered(named: readonly Named[], as: string | undefined): JsonValue {
  if (as === "map") return Object.fromEntries(named);
  if (as !== "groups") return named.map(([, entry]) => entry);
  const lists = new Map<string, JsonValue[]>();
  for (const [name, entry] of named) {
    const list = lists.get(name);
    if (list) list.push(entry);
    else lists.set(name, [entry]);
  }
  return Object.fromEntries(lists);
}

/** Suggests values for the counts of a reply. */
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
