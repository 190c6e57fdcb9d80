/**
 * `handleBatch`: one batch, from the text of its request to the reply. It never waits, so that no other request comes
 * between its items.
 */
import type { JsonValue } from "../base/json.js";
import { getAt } from "../base/pointer.js";
import { applyDependencies } from "./faults/dependencies.js";
import { applyItemFaults, type FaultedItem } from "./faults/items.js";
import type { Fault } from "./faults/plan.js";
import type { Jobs } from "./jobs.js";
import type { EmulatedOperation, Item } from "./operation.js";
import type { Behaviour } from "./options.js";
import type { Random } from "./random.js";
import { batchReply, reportsFailures } from "./reply/batch-reply.js";
import type { Outcome } from "./reply/entries.js";
import type { Refusal, Reply } from "./reply/http-reply.js";
import { remember } from "./remember.js";
import { refuse, replyFor } from "./reply/refuse.js";
import { namesOf, type ReplyContext } from "./reply/results.js";
import { duplicates, itemTooLarge, tooManyItems } from "./request/limits.js";
import { readRequest, type IncomingRequest } from "./request/read-request.js";
import type { Validator } from "./request/validate.js";
import {
  apply,
  examine,
  type Applied,
  type Examined,
  type Failure,
  type Work,
} from "./resources/apply.js";
import { keyRules } from "./resources/identity.js";
import type { Store } from "./resources/store.js";
import { collectionOfItem } from "./resources/verbs.js";
import type { Schemas } from "./schemas.js";
import { membersFor, ruleFor } from "./statuses.js";
import { asText } from "./values.js";

export interface ServedOperation {
  readonly operation: EmulatedOperation;
  readonly schemas: Schemas;
  readonly validator: Validator;
  /** Replies by idempotency key of a whole request. */
  readonly earlierReplies: Map<string, Reply>;
}

export interface BatchContext {
  readonly served: ServedOperation;
  readonly params: Readonly<Record<string, string>>;
  readonly incoming: IncomingRequest;
  readonly random: Random;
  readonly faults: readonly Fault[];
  readonly behaviour: Behaviour;
  readonly store: Store;
  readonly jobs: Jobs;
  /** Milliseconds since 1970. */
  readonly now: number;
  onApplied(collection: string, applied: Applied): void;
}

export interface BatchResult {
  readonly reply: Reply;
  /** How many items the request has. */
  readonly items: number;
  /** How many of them were applied. */
  readonly applied: number;
  /** The names of the faults of items that the request met. */
  readonly itemFaults: readonly string[];
}

export function handleBatch(context: BatchContext): BatchResult {
  const { served, incoming, behaviour, now, random } = context;
  const { operation, schemas, earlierReplies } = served;
  const decoded = readRequest(context);
  const body = "message" in decoded ? undefined : decoded.body;
  const replyContext: ReplyContext = {
    ...{ operation, schemas, random, behaviour, now, params: context.params },
    requestBody: body,
  };
  const refused = (refusal: Refusal, items = 0): BatchResult => ({
    reply: refuse(operation, refusal, replyContext),
    items,
    applied: 0,
    itemFaults: [],
  });
  if ("message" in decoded) return refused(decoded);

  const { items } = decoded;
  const tooMany = tooManyItems(operation, items, body);
  if (tooMany) return refused(tooMany, items.length);
  const key = requestKey(operation, incoming, body);
  const earlier = key === undefined ? undefined : earlierReplies.get(key);
  if (earlier) return { reply: earlier, items: items.length, applied: 0, itemFaults: [] };

  const collectionFor = (item: Item) =>
    context.store.collection(collectionOfItem(operation, context.params, item));
  const work: Work = { operation, collectionFor, behaviour, body, now };
  const examined = examine(items, work);
  const twice = duplicates(operation, examined, behaviour);
  if (twice) return refused(twice, items.length);

  let applied = 0;
  const onApplied: BatchContext["onApplied"] = (...one) => {
    applied++;
    context.onApplied(...one);
  };
  const result = applyAll(examined, work, { ...context, onApplied }, replyContext);
  if (key !== undefined && result.accepted) remember(earlierReplies, key, result.reply);
  return { reply: result.reply, items: items.length, applied, itemFaults: result.itemFaults };
}

/** Applies the items that do not fail, or refuses all of them where the service has no partial results. */
function applyAll(
  examined: readonly Examined[],
  work: Work,
  context: BatchContext,
  replyContext: ReplyContext,
): Omit<BatchResult, "items" | "applied"> & { readonly accepted: boolean } {
  const { operation } = work;
  const { faults, random, incoming } = context;
  const sized = examined.map((one) => limited(one, operation));
  const { faulted: alone, itemFaults } = applyItemFaults(sized, faults, operation, random);
  const faulted = applyDependencies(alone, operation);
  const failed = faulted.filter(({ failure }) => failure !== undefined);
  if (failed.length > 0 && !isPartial(operation, replyContext, faulted, incoming)) {
    const reply = refuse(operation, refusalFor(failed, replyContext), replyContext);
    return { reply, itemFaults, accepted: false };
  }
  const outcomes = faulted.flatMap((one) => outcomeOf(one, work, context));
  const remainder = faulted.filter(({ unprocessed }) => unprocessed).map(({ item }) => item);
  const reply = operation.batch.job
    ? context.jobs.accept(outcomes, replyContext, context.params)
    : batchReply({ ...reported(operation, outcomes, faults), remainder }, replyContext);
  return { reply, itemFaults, accepted: true };
}

const limited = (examined: Examined, operation: EmulatedOperation): Examined => {
  const failure = examined.failure ?? itemTooLarge(operation, examined.item);
  return failure ? { ...examined, failure } : examined;
};

/** Applies one item unless it fails; empty where the reply does not mention it. */
function outcomeOf(
  faulted: FaultedItem,
  work: Work,
  { onApplied }: BatchContext,
): readonly Outcome[] {
  const { item, failure, silent } = faulted;
  if (faulted.unprocessed || faulted.merged || (silent === "lost" && !failure)) return [];
  if (failure) return silent ? [] : [{ item, failure }];
  const applied = apply(faulted, work);
  if (applied.counted) onApplied(faulted.collection.name, applied);
  return silent ? [] : [{ item, applied }];
}

/** The idempotency key of a whole request. */
function requestKey(
  { batch }: EmulatedOperation,
  { header }: IncomingRequest,
  body: JsonValue | undefined,
): string | undefined {
  const { key } = batch.retry ?? {};
  if (key?.in === "header") return header(key.name);
  return key?.in === "body" && body !== undefined ? asText(getAt(body, key.name)) : undefined;
}

/** Whether some items may fail while others are applied. */
function isPartial(
  operation: EmulatedOperation,
  context: ReplyContext,
  faulted: readonly FaultedItem[],
  { query, header }: IncomingRequest,
): boolean {
  const { mode, statuses } = operation.batch;
  if (mode === "atomic" || !reportsFailures(operation, context)) return false;
  if (typeof mode === "object") {
    const { in: place, name, value } = mode.switch;
    const { requestBody } = context;
    const inBody = () => (requestBody === undefined ? undefined : getAt(requestBody, name));
    const sent = { query: () => query.get(name), header: () => header(name), body: inBody }[
      place
    ]();
    return (
      sent !== null &&
      sent !== undefined &&
      JSON.stringify(sent).replace(/"/g, "") === String(value)
    );
  }
  // a service that refuses whole batches has partial results where the items have keys
  const keys = keyRules(operation).filter(({ generate }) => generate !== undefined);
  const refuses = ruleFor(statuses?.wholeBatch, 400) !== undefined;
  return (
    !refuses ||
    keys.length === 0 ||
    faulted.every(({ item }) =>
      keys.some(({ request = "" }) => getAt(item.value, request) !== undefined),
    )
  );
}

const usualNaming = 0.5;

/** The refusal of a whole batch because of some of its items. It may name them. */
function refusalFor(failed: readonly FaultedItem[], context: ReplyContext): Refusal {
  const { operation, behaviour, random } = context;
  const failures = failed.flatMap(({ failure }): Failure[] => (failure ? [failure] : []));
  const [first] = failures;
  const { wholeBatch } = operation.batch.statuses ?? {};
  const status = first && ruleFor(wholeBatch, first.status) ? first.status : 400;
  const named = random.chance(behaviour.nameCulprits ?? usualNaming);
  const items = failed.map(({ item }) => item);
  const form = replyFor(operation.replies, status);
  return {
    status,
    category: first?.category ?? "VALIDATION_ERROR",
    message: first?.message ?? "The batch is not valid.",
    ...(first?.context && { context: first.context }),
    members: {
      ...membersFor(ruleFor(wholeBatch, status)),
      ...(named && Object.fromEntries(namesOf(items, form?.schema, context))),
    },
  };
}

/** What a reply reports: its state, and the outcomes unless it is pending. */
function reported(
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
