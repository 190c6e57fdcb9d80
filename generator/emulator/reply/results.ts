/** `resultOf` and `errorOf`: one result or one error of a reply, with the values that `x-batch` uses for matching. */
import { isArray, isObject, type JsonValue } from "../../base/json.js";
import { getAt } from "../../base/pointer.js";
import type { Match } from "../../runtime/endpoint/x-batch.js";
import type { Applied, Failure } from "../resources/apply.js";
import { complete, fit } from "./complete.js";
import { idRules } from "../resources/identity.js";
import type { EmulatedOperation, Item, RawSchema } from "../operation.js";
import type { Behaviour } from "../options.js";
import { errorMembers, type ErrorContext } from "./refuse.js";
import { asText, setAt } from "../values.js";

export interface ReplyContext extends ErrorContext {
  readonly operation: EmulatedOperation;
  readonly behaviour: Behaviour;
  readonly requestBody: JsonValue | undefined;
  /** The values of the path's parameters. */
  readonly params: Readonly<Record<string, string>>;
}

/** The result of an item that was applied, in the form of `schema`. */
export function resultOf(
  { item, kind, resource, isNew }: Applied,
  schema: RawSchema | undefined,
  context: ReplyContext,
): JsonValue {
  const { operation, schemas, now } = context;
  const view = schemas.viewOf(schema);
  if (view.properties.size === 0 && view.types.size > 0 && !view.types.has("object")) {
    return (
      fit(resource.id, view) ?? (view.types.has("integer") ? Number(resource.id) : resource.id)
    );
  }
  const members = new Map(Object.entries(resource.fields));
  if (view.properties.size > 0) {
    for (const name of members.keys()) if (!view.properties.has(name)) members.delete(name);
  }
  let result: JsonValue = Object.fromEntries(members);
  const {
    result: idAt = view.properties.has("id") || view.properties.size === 0 ? "/id" : undefined,
  } = idRules(operation);
  if (idAt !== undefined && idAt !== "")
    result = setAt(result, idAt, idIn(resource.id, schema, idAt, context));
  result = selected(result, context);
  for (const rule of operation.batch.match ?? []) result = marked(result, rule, item, context);
  return complete(result, schema, {
    schemas,
    now,
    suggest: (name) => {
      const plain = name.toLowerCase().replace(/[_-]/g, "");
      const time = (ms: number): string => new Date(ms).toISOString();
      if (/^created(at|on|date|time)?$/.test(plain)) {
        return plain === "created" && kind === "upsert" ? isNew : time(resource.createdAt);
      }
      if (/^(updated|modified)(at|on|date|time)?$/.test(plain)) return time(resource.updatedAt);
      if (plain === "archived" || plain === "deleted") return resource.archived;
      if (plain === "new" || plain === "isnew") return isNew;
      return plain === "version" || plain === "_version" ? resource.version : undefined;
    },
  });
}

/** The emulator has ids as text; some documents have numbers. */
function idIn(
  id: string,
  schema: RawSchema | undefined,
  at: string,
  { schemas }: ReplyContext,
): JsonValue {
  const { types } = schemas.viewOf(schemas.at(schema, at));
  const number = types.size > 0 && !types.has("string") && /^\d+$/.test(id);
  return number ? Number(id) : id;
}

/** A read that names fields gets those fields; a field without a value is null. */
function selected(result: JsonValue, { operation, requestBody }: ReplyContext): JsonValue {
  const { select } = operation.batch;
  const names =
    select && requestBody !== undefined ? getAt(requestBody, select.request) : undefined;
  if (!select || names === undefined || !isArray(names)) return result;
  const all = getAt(result, select.result);
  const wanted = names.flatMap((name) =>
    typeof name === "string"
      ? [[name, isObject(all) && Object.hasOwn(all, name) ? (all[name] ?? null) : null] as const]
      : [],
  );
  return setAt(result, select.result, Object.fromEntries(wanted));
}

/** The result with the value that one matching rule looks for in it. */
function marked(result: JsonValue, rule: Match, item: Item, context: ReplyContext): JsonValue {
  const { value } = item;
  // the result has all members of an item that names its resource as a whole
  if (rule.by === "value" && rule.request === "" && rule.result === "" && isObject(value))
    return isObject(result) ? { ...result, ...value } : result;
  if (rule.result === undefined || rule.result === "") return result;
  if (rule.by === "index") return setAt(result, rule.result, item.index);
  if (rule.by === "key") {
    const key = rule.request === undefined ? undefined : getAt(item.value, rule.request);
    const echo = key !== undefined && context.random.chance(echoRate(result, item, context));
    return echo ? setAt(result, rule.result, key) : result;
  }
  const found = getAt(result, rule.result);
  const fold = rule.fold === "lower" && context.behaviour.fold !== false;
  return fold && typeof found === "string"
    ? setAt(result, rule.result, found.toLowerCase())
    : result;
}

const usualEcho = 0.5;

/** 1 where no other rule finds the item of this result. */
function echoRate(
  result: JsonValue,
  { value }: Item,
  { operation, behaviour }: ReplyContext,
): number {
  const found = (operation.batch.match ?? []).some(({ by, request, result: at, fold, unless }) => {
    if (by === "order" || by === "mapKey") return true;
    if (by === "key" || at === undefined) return false;
    if (by === "index" || request === undefined) return true;
    if (unless !== undefined && getAt(value, unless) !== undefined) return false;
    const [sent, got] = [asText(getAt(value, request)), asText(getAt(result, at))];
    return fold === "lower" ? sent?.toLowerCase() === got?.toLowerCase() : sent === got;
  });
  return behaviour.echoKey ?? (found ? usualEcho : 1);
}

/** One entry for one or several items with the same failure. */
export function errorOf(
  items: readonly Item[],
  failure: Failure,
  schema: RawSchema | undefined,
  context: ReplyContext,
): JsonValue {
  const { schemas, now, operation } = context;
  const view = schemas.viewOf(schema);
  if (view.types.has("string") && view.properties.size === 0) return failure.message;
  let entry: JsonValue = complete({}, schema, {
    schemas,
    now,
    suggest: errorMembers(failure, context),
  });
  if (view.properties.size === 0) entry = { message: failure.message, code: failure.category };
  for (const [name, texts] of Object.entries(failure.context ?? {})) {
    const context = getAt(entry, "/context");
    if (isObject(context)) entry = setAt(entry, "/context", { ...context, [name]: texts });
  }
  for (const [pointer, value] of namesOf(items, schema, context))
    entry = setAt(entry, pointer, value);
  const retry = operation.batch.errors?.retry?.[0];
  const [busy] = retry?.in ?? [];
  return failure.busy && retry && busy !== undefined ? setAt(entry, retry.at, busy) : entry;
}

/** An entry that failed, with its message and its category where `x-batch` says that they are. */
export function told(
  entry: JsonValue,
  { message, category }: Failure,
  { operation }: ReplyContext,
): JsonValue {
  const { errors } = operation.batch;
  if (!isObject(entry)) return entry;
  const said = errors?.message === undefined ? entry : setAt(entry, errors.message, message);
  return errors?.category === undefined ? said : setAt(said, errors.category, category);
}

/** The values that name items in an error, by pointer: a list if the document has one, or for several items. */
export function namesOf(
  items: readonly Item[],
  schema: RawSchema | undefined,
  { operation, schemas }: ReplyContext,
): readonly (readonly [string, JsonValue])[] {
  return (operation.batch.match ?? []).flatMap(({ by, request, error }) => {
    if (error === undefined || error === "") return [];
    const names = items.flatMap((item) => {
      const name = by === "index" ? item.index : getAt(item.value, request ?? "");
      return typeof name === "string" || typeof name === "number" ? [name] : [];
    });
    const [first] = names;
    if (first === undefined) return [];
    const { types } = schemas.viewOf(schemas.at(schema, error));
    const single = names.length === 1 && !types.has("array");
    return [[error, single ? first : [...new Set(names)]] as const];
  });
}

/** The key of an item in a reply that is a map. */
export const nameInMap = (item: Item, applied: Applied | undefined): string =>
  item.key ?? applied?.resource.id ?? asText(item.value) ?? String(item.index);
