/** One batch, from the text of its request to the reply. Nothing here waits: a request is applied at one moment. */
import type { JsonValue } from "../base/json.js";
import { getAt } from "../base/pointer.js";
import { apply, examine, type Applied, type Failure, type Work } from "./resources/apply.js";
import type { Refusal, Reply } from "./reply/http-reply.js";
import { understood, type Arrived } from "./request/read-request.js";
import type { Outcome } from "./reply/entries.js";
import type { Fault } from "./faults/plan.js";
import { strike, type Fate } from "./faults/items.js";
import type { Jobs } from "./jobs.js";
import { duplicates, itemTooLarge, tooManyItems } from "./request/limits.js";
import { keyRules } from "./resources/identity.js";
import type { EmulatedOperation } from "./operation.js";
import type { Behaviour } from "./options.js";
import type { Random } from "./random.js";
import { refuse, replyFor } from "./reply/refuse.js";
import { batchReply, tellsFailures } from "./reply/batch-reply.js";
import { namesOf, type Telling } from "./reply/results.js";
import type { Store } from "./resources/store.js";
import type { Validator } from "./request/validate.js";
import { asText } from "./values.js";
import { collectionOf } from "./resources/verbs.js";
import type { Schemas } from "./schemas.js";

export interface Served {
  readonly operation: EmulatedOperation;
  readonly schemas: Schemas;
  readonly validator: Validator;
  /** Replies by idempotency key of a whole request. */
  readonly answered: Map<string, Reply>;
}

export interface Handling {
  readonly served: Served;
  readonly params: Readonly<Record<string, string>>;
  readonly arrived: Arrived;
  readonly random: Random;
  readonly faults: readonly Fault[];
  readonly behaviour: Behaviour;
  readonly store: Store;
  readonly jobs: Jobs;
  /** Milliseconds since 1970. */
  readonly now: number;
  applied(collection: string, applied: Applied): void;
}

export interface Outcomes {
  readonly reply: Reply;
  readonly items: number;
  /** The faults of items that struck. */
  readonly struck: readonly string[];
}

export function handleBatch(handling: Handling): Outcomes {
  const { served, arrived, random, faults, behaviour, now } = handling;
  const { operation, schemas, answered } = served;
  const telling = { operation, schemas, random, behaviour, now };
  const refused = (refusal: Refusal, items = 0): Outcomes => ({
    reply: refuse(operation, refusal, telling),
    items,
    struck: [],
  });

  const decoded = understood(handling);
  if ("message" in decoded) return refused(decoded);
  const { items, body } = decoded;
  const tooMany = tooManyItems(operation, items, body);
  if (tooMany) return refused(tooMany, items.length);

  const once = requestKey(operation, arrived, body);
  const before = once === undefined ? undefined : answered.get(once);
  if (before) return { reply: before, items: items.length, struck: [] };

  const collection = handling.store.collection(collectionOf(operation.path, handling.params));
  const work: Work = { operation, collection, behaviour, body, now };
  const examined = examine(items, work);
  const twice = duplicates(operation, examined, behaviour);
  if (twice) return refused(twice, items.length);

  const { fates, struck } = strike(examined.map(sized(operation)), faults, operation, random);
  const full: Telling = { ...telling, requestBody: body };
  const failed = fates.filter(({ failure }) => failure !== undefined);
  if (failed.length > 0 && !partial(operation, full, fates, arrived)) {
    return { ...refused(blame(failed, full), items.length), struck };
  }
  const outcomes = fates.flatMap((fate): Outcome[] => {
    const { item, failure } = fate;
    if (fate.unprocessed || fate.merged || (fate.silent === "lost" && !failure)) return [];
    if (failure) return fate.silent ? [] : [{ item, failure }];
    const applied = apply(fate, work);
    if (applied.counted) handling.applied(collection.name, applied);
    return fate.silent ? [] : [{ item, applied }];
  });
  const remainder = fates.filter(({ unprocessed }) => unprocessed).map(({ item }) => item);
  const reply = operation.batch.job
    ? handling.jobs.accept(outcomes, full)
    : batchReply({ ...pending(operation, outcomes, faults), remainder }, full);
  if (once !== undefined) answered.set(once, reply);
  return { reply, items: items.length, struck };
}

/** The idempotency key of a whole request. */
function requestKey(
  { batch }: EmulatedOperation,
  { header }: Arrived,
  body: JsonValue | undefined,
): string | undefined {
  const { key } = batch.retry ?? {};
  if (key?.in === "header") return header(key.name);
  return key?.in === "body" && body !== undefined ? asText(getAt(body, key.name)) : undefined;
}

const sized =
  (operation: EmulatedOperation) =>
  (fate: Fate): Fate => {
    const failure = fate.failure ?? itemTooLarge(operation, fate.item);
    return failure ? { ...fate, failure } : fate;
  };

/** Whether some items may fail while others are applied. */
function partial(
  operation: EmulatedOperation,
  telling: Telling,
  fates: readonly Fate[],
  { query, header }: Arrived,
): boolean {
  const { mode, statuses } = operation.batch;
  if (mode === "atomic" || !tellsFailures(operation, telling)) return false;
  if (typeof mode === "object") {
    const { in: place, name, value } = mode.switch;
    const { requestBody } = telling;
    const member = requestBody === undefined ? undefined : getAt(requestBody, name);
    const said = { query: query.get(name), header: header(name), body: member }[place];
    return (
      said !== null &&
      said !== undefined &&
      JSON.stringify(said).replace(/"/g, "") === String(value)
    );
  }
  // where a service refuses whole batches, the keys of the items are what turns partial results on
  const keys = keyRules(operation).filter(({ generate }) => generate !== undefined);
  const refuses = statuses?.wholeBatch?.map(String).includes("400") === true;
  return (
    !refuses ||
    keys.length === 0 ||
    fates.every(({ item }) =>
      keys.some(({ request = "" }) => getAt(item.value, request) !== undefined),
    )
  );
}

const usualBlame = 0.5;

/** A refusal of the whole batch because of some items, which it may name. */
function blame(failed: readonly Fate[], telling: Telling): Refusal {
  const { operation, behaviour, random } = telling;
  const failures = failed.flatMap(({ failure }): Failure[] => (failure ? [failure] : []));
  const [first] = failures;
  const whole = operation.batch.statuses?.wholeBatch?.map(String) ?? [];
  const own = first !== undefined && whole.includes(String(first.status)) ? first.status : 400;
  const named = random.chance(behaviour.nameCulprits ?? usualBlame);
  const items = failed.map(({ item }) => item);
  const form = replyFor(operation.replies, own);
  return {
    status: own,
    category: first?.category ?? "VALIDATION_ERROR",
    message: first?.message ?? "The batch is not valid.",
    ...(first?.context && { context: first.context }),
    ...(named && { members: Object.fromEntries(namesOf(items, form?.schema, telling)) }),
  };
}

/** The state that the reply tells; while it is pending, nothing is told of items. */
function pending(
  { batch }: EmulatedOperation,
  outcomes: readonly Outcome[],
  faults: readonly Fault[],
): { readonly outcomes: readonly Outcome[]; readonly state: string | undefined } {
  const waiting = batch.state?.pending?.at(-1);
  const asked = faults.some(({ fault }) => fault === "pending");
  return asked && waiting !== undefined
    ? { outcomes: [], state: waiting }
    : { outcomes, state: batch.state?.done?.[0] };
}
