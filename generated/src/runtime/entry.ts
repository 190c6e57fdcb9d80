/** From what comes out of a source to an entry that can be sent. */
import type { AnyEndpoint, Mapped } from "./endpoint.js";
import type { Sent, UnknownReason } from "./outcome.js";
import { get, isObject, member, put } from "./pointer.js";
import type { Match } from "./x-batch.js";
import type { Resolved } from "./resolve.js";

/** One input on its way. */
export interface Entry {
  readonly index: number;
  readonly source: unknown;
  readonly input: unknown;
  readonly key: string;
  /** The input in the service's form, keys injected. */
  readonly item: unknown;
  /** The item as JSON. */
  readonly text: string;
  /** Its place in a keyed map, where the runtime chose it. */
  readonly mapKey: string;
  /** What each rule of `match` finds it by. */
  readonly ids: readonly (string | undefined)[];
  /** Entries that share a lane are not sent together, and one after the other. */
  readonly lanes: readonly string[];
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
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const text = String(value);
  return fold === "lower" ? text.toLowerCase() : text;
}

export interface Preparation {
  readonly endpoint: AnyEndpoint;
  readonly data: Resolved;
  readonly mapped: Pick<Mapped<unknown, unknown>, "input" | "key"> | undefined;
  readonly keyOf: ((input: unknown) => string) | undefined;
  /** The body without its items: what all inputs of the run share. */
  readonly shared: unknown;
}

/** Throws where the input cannot be sent; `seen` tells how far it came. */
export function prepare(
  { endpoint: { operation, uses, bound }, data, mapped, keyOf, shared }: Preparation,
  source: unknown,
  index: number,
  seen: { input?: unknown; key?: string },
): Entry {
  const given = mapped ? mapped.key(source) : undefined;
  if (given !== undefined) seen.key = given;
  const input = mapped ? mapped.input(source, index) : source;
  seen.input = input;
  const own = given ?? keyOf?.(input);
  if (own !== undefined) seen.key = own;
  let item = bound?.input ? bound.input(input) : input;
  const flaw = flawOf(item);
  if (flaw) throw new TypeError(flaw.startsWith("/") ? flaw : `the input${flaw}`);

  const { match } = data;
  let mapKey = "";
  const lanes: string[] = own === undefined ? [] : ["=" + own];
  const ids = match.map((rule, i) => {
    const { by, request, generate, unless } = rule;
    if (by === "mapKey") {
      if (generate) return (mapKey = newKey(generate, index));
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
  const idempotency = data.retry.key;
  if (idempotency?.in === "item" && get(item, idempotency.name) === undefined)
    item = put(item, idempotency.name, crypto.randomUUID());
  // What the encoding refuses, it refuses for this entry alone.
  uses.encode?.([item], operation, [mapKey]);
  const text = JSON.stringify(item);
  const key = own ?? ids.find((id, i) => id !== undefined && !match[i]?.generate) ?? String(index);
  return {
    index,
    source,
    input,
    key,
    item,
    text,
    mapKey,
    ids,
    lanes,
    sent: NEVER_SENT,
    taken: false,
    settled: false,
    lost: undefined,
  };
}

const newKey = (generate: Match["generate"], index: number) =>
  generate === "uuid" ? crypto.randomUUID() : String(index);

/** What JSON would lose or refuse in a value: ` is …`, after the pointer to it. Throws RangeError for a cycle. */
function flawOf(value: unknown): string | undefined {
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
      const flaw = flawOf(value[i]);
      if (flaw) return `/${i}${flaw}`;
    }
    return undefined;
  }
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === "function") {
    const plain: unknown = toJSON.call(value);
    return plain === null ? " is not valid" : flawOf(plain);
  }
  if (isObject(value))
    for (const name of Object.keys(value)) {
      const flaw = flawOf(value[name]);
      if (flaw) return `/${name}${flaw}`;
    }
  return undefined;
}
