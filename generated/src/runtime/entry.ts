/** From what comes out of a source to an entry that can be sent. */
import { byteLength } from "./bytes.js";
import type { Mapped } from "./endpoint.js";
import type { Sent, UnknownReason } from "./outcome.js";
import { get, isObject, member, put } from "./pointer.js";
import type { Match } from "./x-batch.js";
import type { RunSetup } from "./run-options.js";

/** One input on its way. The first part is known when it is read, the second when it is prepared. */
export interface Entry {
  readonly index: number;
  readonly source: unknown;
  input: unknown;
  key: string;
  /** The input in the service's form, keys injected. */
  item: unknown;
  /** The item as JSON. */
  text: string;
  /** What it adds to a body; 0 where there is no limit for that. */
  bytes: number;
  /** Its place in a keyed map, where the runtime chose it. */
  mapKey: string;
  /** What each rule of `match` finds it by. */
  ids: readonly (string | undefined)[];
  /** Entries that share a lane are not sent together, and one after the other. */
  readonly lanes: string[];
  sent: Sent;
  /** It is in a chunk that was taken to be sent. */
  taken: boolean;
  /** It has its outcome. */
  settled: boolean;
  /** Set when a send left nothing proved: from then on it cannot have failed for sure. */
  lost: { readonly reason: UnknownReason; readonly cause: unknown } | undefined;
}

export const NEVER_SENT: Sent = { attempts: 0, requestIds: [] };

/** How an id compares. Undefined where there is none. */
export function idOf(value: unknown, { fold }: Match): string | undefined {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "bigint")
    return undefined;
  const text = String(value);
  return fold === "lower" ? text.toLowerCase() : text;
}

export const newEntry = (source: unknown, index: number): Entry => ({
  index,
  source,
  input: source,
  key: String(index),
  item: undefined,
  text: "",
  bytes: 0,
  mapKey: "",
  ids: [],
  lanes: [],
  sent: NEVER_SENT,
  taken: false,
  settled: false,
  lost: undefined,
});

/** `shared`: the body without its items. Throws where the input cannot be sent; the entry tells how far it came. */
export function prepare(
  entry: Entry,
  {
    endpoint: { operation, uses, bound },
    data,
    options,
  }: Pick<RunSetup, "endpoint" | "data" | "options">,
  mapped: Pick<Mapped<unknown, unknown>, "input" | "key"> | undefined,
  shared: unknown,
): void {
  const { source, index, lanes } = entry;
  const { match } = data;
  let own = mapped?.key(source);
  entry.key = own ?? entry.key;
  const input = mapped ? mapped.input(source, index) : source;
  entry.input = input;
  own ??= options.key?.(input);
  entry.key = own ?? entry.key;
  let item = bound?.input ? bound.input(input) : input;
  const { json = JSON.stringify } = uses;
  const flaw = flawOf(item, uses.json && "bigint");
  if (flaw) throw new TypeError(flaw.startsWith("/") ? flaw : `the input${flaw}`);

  if (own !== undefined) lanes.push("=" + own);
  const ids = match.map((rule, i) => {
    const { by, request, generate, unless } = rule;
    if (by === "mapKey") {
      if (generate) return (entry.mapKey = newKey(generate, index));
      const id = idOf(member(item, "key"), rule);
      lanes.push(`${i}:${String(id)}`);
      return id;
    }
    if (request === undefined || by === "index" || by === "order") return undefined;
    const id = idOf(get(item, request), rule);
    if (id !== undefined) {
      if (data.lanes.includes(rule)) lanes.push(`${request}:${id}`);
    } else if (generate) {
      const key = newKey(generate, index);
      item = put(item, request, key);
      return idOf(key, rule);
    }
    // Here the id means something else than in the reply, and might be another input's.
    const other = unless !== undefined && (get(item, unless) ?? get(shared, unless)) !== undefined;
    return other ? undefined : id;
  });
  const { key } = data.retry;
  if (key?.in === "item" && get(item, key.name) === undefined)
    item = put(item, key.name, crypto.randomUUID());
  // What the encoding refuses, it refuses for this entry alone.
  uses.encode?.([item], operation, [entry.mapKey], json);
  entry.item = item;
  entry.text = json(item);
  const { bytes, itemBytes } = data.limit ?? {};
  if (bytes ?? itemBytes)
    entry.bytes = uses.write?.bytes(item, operation, json) ?? byteLength(entry.text);
  entry.ids = ids;
  if (own === undefined)
    entry.key = ids.find((id, i) => id !== undefined && !match[i]?.generate) ?? entry.key;
}

const newKey = (generate: Match["generate"], index: number) =>
  generate === "uuid" ? crypto.randomUUID() : String(index);

/**
 * What JSON would lose or refuse in a value: ` is …`, after the pointer to it. `also`: a type that will be written all
 * the same. Throws RangeError for a cycle.
 */
function flawOf(value: unknown, also?: string): string | undefined {
  if (typeof value === also) return undefined;
  switch (typeof value) {
    case "string":
    case "boolean":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : ` is ${value}`;
    case "object":
      break;
    default:
      return ` is ${typeof value === "bigint" ? "a bigint" : typeof value}`;
  }
  if (value === null) return undefined;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const flaw = flawOf(value[i], also);
      if (flaw) return `/${i}${flaw}`;
    }
    return undefined;
  }
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === "function") {
    const plain: unknown = toJSON.call(value);
    return plain === null ? " is not valid" : flawOf(plain, also);
  }
  if (isObject(value))
    for (const name of Object.keys(value)) {
      const flaw = flawOf(value[name], also);
      if (flaw) return `/${name}${flaw}`;
    }
  return undefined;
}
