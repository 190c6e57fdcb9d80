/** `prepareItem`: makes an item of a value from the source, or the reason why it cannot be sent. */
import type { Json } from "../encode/encoding.js";
import { flawOf } from "../encode/flaw.js";
import { byteLength } from "../encode/bytes.js";
import type { AnyEndpoint, Mapped } from "../endpoint/endpoint.js";
import type { Resolved, Rule } from "../endpoint/resolve.js";
import { get, isObject, put, putAt } from "../pointer.js";
import { idIn, readId, type Item } from "./item.js";

/** The same for the same inputs; if the caller names the run, in another process, too. */
export type KeyFor = (items: readonly Pick<Item, "ids" | "index" | "epoch">[]) => string;

export interface PrepareContext {
  readonly endpoint: AnyEndpoint;
  readonly data: Resolved;
  /** The functions of `endpoint.from`, if it made the source. */
  readonly mapped: Pick<Mapped<unknown, unknown>, "input" | "key"> | undefined;
  /** The option `key` of the run. */
  readonly key: ((input: unknown) => string) | undefined;
  /** The body of a request without its items. */
  readonly siblings: unknown;
  /** The most bytes of an item; Infinity: no limit. */
  readonly mostBytes: number;
  /** Makes an idempotency key for inputs with these names. */
  readonly keyFor: KeyFor;
}

export interface Prepared {
  /** If it is refused: as far as it was prepared. */
  readonly item: Item;
  /** Why it cannot be sent. */
  readonly refusal?: { readonly category: "invalid" | "tooLarge"; readonly message: string };
}

/** An item that is being made. */
type Draft = { -readonly [N in keyof Item]: Item[N] };

const NO_IDS: Item["ids"] = [];

/** Throws nothing: an error of the caller's functions becomes a refusal. */
export const prepareItem = (context: PrepareContext, source: unknown, index: number): Prepared =>
  completeItem(context, readItem(context, source, index));

/** The first half of it: the input, and what identifies it. */
export function readItem(context: PrepareContext, source: unknown, index: number): Prepared {
  const item: Draft = {
    index,
    source,
    input: source,
    key: String(index),
    value: undefined,
    mapKey: "",
    bytes: 0,
    ids: NO_IDS,
    epoch: undefined,
  };
  try {
    readInput(context, item);
    return { item };
  } catch (error) {
    return { item, refusal: invalid(error) };
  }
}

/** The second half: what is generated, and the checks. `epoch`: see `Item`. */
export function completeItem(
  context: PrepareContext,
  prepared: Prepared,
  epoch?: number,
): Prepared {
  if (prepared.refusal) return prepared;
  const { endpoint, mostBytes } = context;
  const { operation, uses } = endpoint;
  const { json = JSON.stringify, write } = uses;
  const item: Draft = prepared.item;
  item.epoch = epoch;
  try {
    addGenerated(context, item);
    checkEnvelope(context, item);
    // If the encoding refuses the item, only this item fails, not the request.
    uses.encode?.([item.value], operation, [item.mapKey], uses.json);
    if (write) item.bytes = write.bytes(item.value, operation, json);
    else if (mostBytes < Infinity) item.bytes = lengthAs(json, item.value) + mapKeyLength(item);
  } catch (error) {
    return { item, refusal: invalid(error) };
  }
  if (item.bytes <= mostBytes) return { item };
  const message = `${item.bytes} bytes are more than fit`;
  return { item, refusal: { category: "tooLarge", message } };
}

const invalid = (error: unknown) => ({
  category: "invalid" as const,
  message: error instanceof Error ? error.message : String(error),
});

/** With quotes and a colon. */
const mapKeyLength = ({ mapKey }: Draft) => (mapKey ? mapKey.length + 3 : 0);

const lengthAs = (json: Json, value: unknown) => byteLength(json(value));

/** Sets the input, its value, key and ids. Generated ids are unique, so they need no locks. */
function readInput({ endpoint, data, mapped, key, siblings }: PrepareContext, item: Draft): void {
  const { bound, uses } = endpoint;
  const { source, index } = item;
  let own = mapped?.key(source);
  item.key = own ?? item.key;
  const ids = (item.ids = [own]);
  const input = mapped ? mapped.input(source, index) : source;
  item.input = input;
  own ??= key?.(input);
  item.key = own ?? item.key;
  ids[0] = own;
  item.value = bound?.input ? bound.input(input) : input;
  const flaw = flawOf(item.value, { bigints: !!uses.json, files: !!uses.write });
  if (flaw) throw new TypeError(flaw.startsWith("/") ? flaw : `the input${flaw}`);

  for (const rule of data.lockRules) ids.push(readId(rule, item.value));
  for (const rule of data.match) {
    if (own !== undefined) break;
    if (rule.generate) continue;
    own = idIn(rule, item, siblings);
    item.key = own ?? item.key;
  }
}

/** Checks an item that is an HTTP request, and adds the media type of its body. Throws a TypeError for a mistake. */
function checkEnvelope({ data: { envelope, prefix } }: PrepareContext, item: Draft): void {
  if (!envelope) return;
  const { method, path, body = "", headers } = envelope;
  for (const at of [method, path])
    if (typeof get(item.value, prefix + at) !== "string")
      throw new TypeError(`${at} is no text: each input is an HTTP request`);
  const content = body && get(item.value, prefix + body);
  if (headers === undefined || !isObject(content)) return;
  const given = Object.keys(get(item.value, prefix + headers) ?? {});
  if (!given.some((name) => name.toLowerCase() === "content-type"))
    item.value = put(item.value, `${prefix}${headers}/Content-Type`, "application/json");
}

/** Adds the generated keys: those of `match` rules with `generate`, and the idempotency key. */
function addGenerated({ data, keyFor }: PrepareContext, item: Draft): void {
  for (const rule of data.match) if (rule.generate) addKey(rule, item, keyFor);
  const { key: idempotency } = data.retry;
  const at = data.prefix + (idempotency?.name ?? "");
  if (idempotency?.in === "item" && get(item.value, at) === undefined)
    item.value = put(item.value, at, keyFor([item]).slice(0, idempotency.maxLength));
}

function addKey(rule: Rule, item: Draft, keyFor: KeyFor): void {
  const key = rule.generate === "uuid" ? keyFor([item]) : String(item.index);
  if (rule.by === "mapKey") item.mapKey = key;
  else if (readId(rule, item.value) === undefined)
    item.value = putAt(item.value, rule.request ?? [], 0, key);
}
