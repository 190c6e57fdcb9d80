/** `entries` and `failures`: the results and the errors in a reply, an entry for each item. */
import { groupBy } from "../../base/group-by.js";
import { isObject, type JsonObject, type JsonValue } from "../../base/json.js";
import { getAt } from "../../base/pointer.js";
import type { Applied, Failure } from "../resources/apply.js";
import { complete } from "./complete.js";
import type { EmulatedOperation, Item, RawSchema } from "../operation.js";
import { errorOf, nameInMap, resultOf, told, type ReplyContext } from "./results.js";
import { setAt } from "../values.js";

/** The outcome of an item that the reply mentions. */
export type Outcome =
  | { readonly item: Item; readonly applied: Applied }
  /** Items that failed with the same failure object share an entry. */
  | { readonly item: Item; readonly failure: Failure };

/** An entry, and its name if the reply is a map. */
export type Named = readonly [name: string, entry: JsonValue];

/** The entries of the results: successes, and failures unless the errors have their own list. */
export function entries(
  outcomes: readonly Outcome[],
  context: ReplyContext,
  schema: RawSchema | undefined,
  { results, errors }: Pick<EmulatedOperation["batch"], "results" | "errors">,
): Named[] {
  const { schemas } = context;
  if (!results) return [];
  const list = schemas.viewOf(schemas.at(schema, results.at));
  const groups = results.as === "groups" ? schemas.viewOf(list.values) : list;
  const listed = groups.items ?? groups.values;
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
    const form = wrapped
      ? (schemas.at(listed, `/${action}`) ?? anyMember(listed, context))
      : listed;
    const entry = failed
      ? failedEntry(outcome, form, context, results)
      : goodEntry(outcome.applied, form, context, results);
    const name = nameInMap(outcome.item, failed ? undefined : outcome.applied);
    return [[name, wrapped ? Object.fromEntries([[action, entry]]) : entry]];
  });
}

const anyMember = (
  schema: RawSchema | undefined,
  { schemas }: ReplyContext,
): RawSchema | undefined =>
  schemas.viewOf(schema).properties.values().next().value ?? schemas.viewOf(schema).values;

type Results = NonNullable<EmulatedOperation["batch"]["results"]>;

function goodEntry(
  applied: Applied,
  form: RawSchema | undefined,
  context: ReplyContext,
  { value, status, ok }: Results,
): JsonValue {
  const at = value ?? "";
  const { schemas, now, operation } = context;
  const result = resultOf(applied, at === "" ? form : schemas.at(form, at), context);
  let entry = at === "" ? result : setAt({}, at, result);
  if (isObject(entry)) entry = { ...entry, ...repeated(applied.item, form, context) };
  const code = goodStatus(ok, applied.kind);
  if (status !== undefined && code !== null) entry = setAt(entry, status, code);
  const { envelope } = operation.batch;
  if (envelope) {
    entry = setAt(entry, envelope.response.status, 200);
    entry = setAt(entry, envelope.response.body, isObject(result) ? result : {});
    const id = envelope.id === undefined ? undefined : getAt(applied.item.value, envelope.id);
    if (envelope.id !== undefined && id !== undefined) entry = setAt(entry, envelope.id, id);
  }
  return at === "" ? entry : complete(entry, form, { schemas, now });
}

/** What an entry repeats of the action line, and of the path what the line leaves out: `_index` for `index`. */
function repeated(
  { meta }: Item,
  form: RawSchema | undefined,
  { schemas, params }: ReplyContext,
): JsonObject {
  if (!isObject(meta)) return {};
  const { properties } = schemas.viewOf(form);
  const inPath = Object.entries(params).flatMap(([name, value]) =>
    properties.has(`_${name}`) ? [[`_${name}`, value] as const] : [],
  );
  return { ...Object.fromEntries(inPath), ...meta };
}

function failedEntry(
  { item, failure }: { readonly item: Item; readonly failure: Failure },
  form: RawSchema | undefined,
  context: ReplyContext,
  { status, error, ok }: Results,
): JsonValue {
  const { schemas, now } = context;
  const base = repeated(item, form, context);
  let entry: JsonValue = { ...base };
  if (error !== undefined) {
    const schema = schemas.at(form, error);
    const list = schemas.viewOf(schema);
    const one = errorOf([item], failure, list.types.has("array") ? list.items : schema, context);
    entry = setAt(entry, error, list.types.has("array") ? [one] : one);
  } else {
    const made = errorOf([item], failure, form, context);
    entry = isObject(made) ? { ...made, ...base } : made;
  }
  const retry = context.operation.batch.errors?.retry?.[0];
  const [busy] = retry?.in ?? [];
  if (status !== undefined) entry = setAt(entry, status, badStatus(ok, failure.status));
  if (failure.busy && retry && busy !== undefined) entry = setAt(entry, retry.at, busy);
  for (const { by, result, request } of context.operation.batch.match ?? []) {
    const name = request === undefined ? undefined : getAt(item.value, request);
    if (result === undefined || result === "") continue;
    if (by === "index") entry = setAt(entry, result, item.index);
    else if (name !== undefined) entry = setAt(entry, result, name);
  }
  entry = told(entry, failure, context);
  return error === undefined ? complete(entry, form, { schemas, now }) : entry;
}

/** A status from the list `ok`: the value itself, or the usual one of its range. */
function goodStatus(ok: Results["ok"] = ["2XX"], kind: string): JsonValue {
  const [first = null] = ok;
  if (typeof first !== "string") return first;
  return /^\dXX$/i.test(first) ? Number(first[0]) * 100 + (kind === "create" ? 1 : 0) : first;
}

/** The HTTP status of the failure, unless `ok` shows that the service uses its own codes. */
function badStatus(ok: Results["ok"] = ["2XX"], status: number): JsonValue {
  if (ok.includes(true)) return false;
  const texts = ok.every((one) => typeof one === "string" && !/^\d/.test(one));
  return texts ? "FAILED" : status;
}

/** The entries of the list of errors: items with the same failure share an entry. */
export function failures(
  outcomes: readonly Outcome[],
  schema: RawSchema | undefined,
  context: ReplyContext,
): readonly Named[] {
  const failed = outcomes.flatMap((outcome) => ("failure" in outcome ? [outcome] : []));
  const groups = groupBy(failed, ({ failure }) => failure);
  const { operation, schemas } = context;
  const lists = (operation.batch.match ?? []).some(({ error }) => {
    const { types } = schemas.viewOf(error === undefined ? undefined : schemas.at(schema, error));
    return error !== undefined && (types.size === 0 || types.has("array"));
  });
  const shared = [...groups].flatMap(([failure, items]) =>
    lists
      ? [{ failure, items: items.map(({ item }) => item) }]
      : items.map(({ item }) => ({ failure, items: [item] })),
  );
  return shared.map(({ failure, items }) => {
    const [first] = items;
    const name = first ? nameInMap(first, undefined) : "";
    return [name, told(errorOf(items, failure, schema, context), failure, context)] as const;
  });
}
