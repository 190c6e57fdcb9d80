/** The limits of a request: bytes, items, bytes of an item, and duplicate ids. */
import type { JsonValue } from "../../base/json.js";
import { getAt } from "../../base/pointer.js";
import type { Refusal } from "../reply/http-reply.js";
import type { Examined, Failure } from "../resources/apply.js";
import type { EmulatedOperation, Item } from "../operation.js";
import type { Behaviour } from "../options.js";
import { ruleFor } from "../statuses.js";

export function tooManyBytes({ batch }: EmulatedOperation, bytes: number): Refusal | undefined {
  const { bytes: most } = batch.limit ?? {};
  if (most === undefined || bytes <= most) return undefined;
  const message = `The body has ${bytes} bytes; at most ${most} are taken.`;
  return { status: 413, category: "TOO_LARGE", message };
}

export function tooManyItems(
  { batch }: EmulatedOperation,
  items: readonly Item[],
  body: JsonValue | undefined,
): Refusal | undefined {
  const { items: usual = Infinity, when = [], learn, inner = Infinity } = batch.limit ?? {};
  const lower = when
    .filter(({ present, equals }) => {
      const value = body === undefined ? undefined : getAt(body, present);
      return equals === undefined ? !isEmpty(value) : value === equals;
    })
    .map(({ items }) => items);
  const sizes = new Map<number, number>();
  for (const { list = 0 } of items) sizes.set(list, (sizes.get(list) ?? 0) + 1);
  const longest = Math.max(0, ...sizes.values());
  if (longest > inner) {
    const message = `A list has ${longest} items; at most ${inner} are taken.`;
    return { status: 400, category: "VALIDATION_ERROR", message };
  }
  const most = Math.min(usual, ...lower);
  if (items.length <= most) return undefined;
  const category = "VALIDATION_ERROR";
  if (!learn) {
    const message = `The request has ${items.length} items; at most ${most} are taken.`;
    return { status: 400, category, message };
  }
  const message = textFor(learn.pattern, most);
  return { status: learn.status, category, message, members: { [learn.at]: message } };
}

const isEmpty = (value: JsonValue | undefined): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === "object" && Object.keys(value).length === 0);

/** A text in which the pattern finds the number. The pattern is fixed text around its first group. */
function textFor(pattern: string, number: number): string {
  const text = pattern
    .replace(/\((?!\?)[^()]*\)/, String(number))
    .replace(/\\([^\w\s])/g, "$1")
    .replace(/\[[^[\]]*\][*?]|[\^$]/g, "");
  const found = new RegExp(pattern, "u").exec(text);
  return found?.[1] === String(number) ? text : `At most ${number} items are taken.`;
}

/** The limit of one item. */
export function itemTooLarge({ batch }: EmulatedOperation, { value }: Item): Failure | undefined {
  const { itemBytes } = batch.limit ?? {};
  if (itemBytes === undefined || Buffer.byteLength(JSON.stringify(value)) <= itemBytes) {
    return undefined;
  }
  const message = `An item may have ${itemBytes} bytes.`;
  return { category: "TOO_LARGE", status: 413, message };
}

/** A service that refuses whole batches refuses one that names a resource twice. */
export function duplicates(
  { batch }: EmulatedOperation,
  examined: readonly Examined[],
  behaviour: Behaviour,
): Refusal | undefined {
  const whole = ruleFor(batch.statuses?.wholeBatch, 400) !== undefined;
  if ((behaviour.duplicates ?? (whole ? "reject" : "apply")) === "apply") return undefined;
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { identity, kind, collection } of examined) {
    if (identity === undefined || kind === "create" || kind === "read") continue;
    const name = JSON.stringify([collection.name, identity.property, identity.text]);
    if (seen.has(name)) twice.add(identity.text);
    seen.add(name);
  }
  if (twice.size === 0) return undefined;
  const message = `Duplicate ids in the input: [${[...twice].join(", ")}]. Each id may be in a batch once.`;
  return { status: 400, category: "VALIDATION_ERROR", message };
}
