/** `examine` and `apply`: checks the items of a request against the resources, then changes those. */
import { createHash } from "node:crypto";
import { isObject, type JsonObject, type JsonValue } from "../../base/json.js";
import { getAt } from "../../base/pointer.js";
import type { Kind } from "../../runtime/endpoint/x-batch.js";
import { fingerprintText, identify, idRules, keyRules, type Identity } from "./identity.js";
import type { EmulatedOperation, Item } from "../operation.js";
import type { Behaviour } from "../options.js";
import type { Collection, Resource } from "./store.js";
import { asText, merge, setAt, without } from "../values.js";
import { kindOfVerb } from "./verbs.js";

export interface Failure {
  readonly category: string;
  /** The HTTP status of the item, if it were a request. */
  readonly status: number;
  readonly message: string;
  /** Lists of texts by name, in addition to the id of the item. */
  readonly context?: Readonly<Record<string, readonly string[]>>;
  /** The service was too busy for this item. */
  readonly busy?: true;
}

/** An item before anything is applied. */
export interface Examined {
  readonly item: Item;
  readonly collection: Collection;
  readonly kind: Kind;
  readonly identity: Identity | undefined;
  readonly failure?: Failure;
  /** The resource is merged into another: the item is not applied, and the reply does not mention it. */
  readonly merged?: true;
}

export interface Applied {
  readonly item: Item;
  readonly kind: Kind;
  readonly resource: Resource;
  readonly isNew: boolean;
  /** False where an earlier item had the same idempotency key, so that nothing changed. */
  readonly counted: boolean;
  /** For a create: a digest of the item. */
  readonly fingerprint?: string;
}

export interface Work {
  readonly operation: EmulatedOperation;
  readonly collectionFor: (item: Item) => Collection;
  readonly behaviour: Behaviour;
  readonly body: JsonValue | undefined;
  readonly now: number;
}

const idPropertyOf = ({ behaviour, operation }: Work): string =>
  behaviour.idProperty ?? idRules(operation).idProperty ?? "/idProperty";

export function examine(items: readonly Item[], work: Work): readonly Examined[] {
  const taken = new Set<string>();
  return items.map((item) => {
    const collection = work.collectionFor(item);
    const identity = identify(work.operation, item, work.body, idPropertyOf(work));
    const kind = kindOf(work.operation, item, identity);
    const failure =
      kind === "create"
        ? conflict(item, collection, work, taken)
        : notFound(kind, identity, collection, work);
    const merged = identity !== undefined && work.behaviour.merged?.includes(identity.text);
    return {
      item,
      collection,
      kind,
      identity,
      ...(failure && { failure }),
      ...(merged && { merged }),
    };
  });
}

/** The kind in `x-batch`, or else in the item. Without either, an item with an id is an upsert, and another a create. */
function kindOf({ batch }: EmulatedOperation, item: Item, identity: Identity | undefined): Kind {
  if (batch.kind !== undefined && batch.kind !== "mixed") return batch.kind;
  const tag = batch.variants?.tag ?? batch.envelope?.method;
  const verb = item.action ?? (tag === undefined ? undefined : asText(getAt(item.value, tag)));
  const { kinds = {} } = batch.variants ?? {};
  const named = verb !== undefined && Object.hasOwn(kinds, verb) ? kinds[verb] : undefined;
  return (
    named ?? (verb === undefined ? undefined : kindOfVerb(verb)) ?? (identity ? "upsert" : "create")
  );
}

function conflict(
  item: Item,
  collection: Collection,
  work: Work,
  taken: Set<string>,
): Failure | undefined {
  for (const pointer of work.behaviour.unique ?? []) {
    const text = asText(getAt(item.value, pointer));
    if (text === undefined) continue;
    const key = JSON.stringify([collection.name, pointer, text.toLowerCase()]);
    const existing = collection.findBy(pointer, text);
    if (existing || taken.has(key)) {
      return {
        category: "CONFLICT",
        status: 409,
        message: `A resource with ${JSON.stringify(text)} exists.`,
        ...(existing && { context: { existingId: [existing.id] } }),
      };
    }
    taken.add(key);
  }
  return undefined;
}

function notFound(
  kind: Kind,
  identity: Identity | undefined,
  collection: Collection,
  work: Work,
): Failure | undefined {
  if (kind === "upsert") return undefined;
  if (identity === undefined) {
    const message = "The item has no id of a resource.";
    return { category: "VALIDATION_ERROR", status: 400, message };
  }
  const { unknownIds = "exist", missing = [] } = work.behaviour;
  const resource = find(identity, collection);
  const there = resource ? !resource.archived || kind === "delete" : unknownIds === "exist";
  return there && !missing.includes(identity.text) ? undefined : absent;
}

/** One object, because items with the same failure share an entry in the reply. */
const absent: Failure = {
  category: "OBJECT_NOT_FOUND",
  status: 404,
  message: "No resource has these ids.",
};

const find = ({ text, property }: Identity, collection: Collection): Resource | undefined =>
  property === undefined ? collection.resources.get(text) : collection.findBy(property, text);

/** Applies one item that has no failure. */
export function apply({ item, kind, identity, collection }: Examined, work: Work): Applied {
  const { now, operation } = work;
  const before = identity && find(identity, collection);
  if (kind === "create") return create(item, identity, collection, work);
  const fields = fieldsOf(item, work);
  const isNew = before === undefined || (kind === "upsert" && before.archived);
  const resource =
    before ??
    (kind === "read" ? unseen(identity, work) : undefined) ??
    collection.add(
      identity?.property === undefined ? identity?.text : undefined,
      named(kind === "delete" ? {} : fields, identity),
      now,
    );
  if (before && (kind === "update" || kind === "upsert")) {
    collection.change(
      resource,
      operation.batch.replace ? fields : merge(resource.fields, fields),
      now,
    );
    resource.archived = false;
  }
  if (kind === "delete") resource.archived = true;
  return { item, kind, resource, isNew: isNew && kind === "upsert", counted: true };
}

/** The resource that a read finds under an id that no request created. A read stores nothing. */
const unseen = (identity: Identity | undefined, { now }: Work): Resource => ({
  id: identity?.property === undefined ? (identity?.text ?? "") : numberOf(identity.text),
  fields: named({}, identity),
  createdAt: now,
  updatedAt: now,
  archived: false,
  version: 1,
});

const numberOf = (text: string): string =>
  String(createHash("sha256").update(text.toLowerCase()).digest().readUInt32LE());

function create(
  item: Item,
  identity: Identity | undefined,
  collection: Collection,
  work: Work,
): Applied {
  const { now, operation } = work;
  const once = onceKey(operation, item);
  const made = once === undefined ? undefined : collection.idempotent.get(once);
  const fingerprint = createHash("sha256").update(fingerprintText(operation, item)).digest("hex");
  const shared = { item, kind: "create" as const, fingerprint: fingerprint.slice(0, 16) };
  if (made) return { ...shared, resource: made, isNew: false, counted: false };
  // a create gets the id that it asks for, or another one if that exists
  const asked = identity?.property === undefined ? identity?.text : undefined;
  const free = asked !== undefined && !collection.resources.has(asked) ? asked : undefined;
  const resource = collection.add(free, fieldsOf(item, work), now);
  if (once !== undefined) collection.idempotent.set(once, resource);
  return { ...shared, resource, isNew: true, counted: true };
}

/** The key that makes a second create of the same item harmless, where `x-batch` has one. */
function onceKey({ batch }: EmulatedOperation, { key, value }: Item): string | undefined {
  const { retry } = batch;
  if (retry?.key?.in === "item") return asText(getAt(value, retry.key.name));
  return retry?.safe === true && batch.match?.some(({ by }) => by === "mapKey") ? key : undefined;
}

/** The fields of an item that a resource stores: all but its id and the keys that are only for matching. */
function fieldsOf(item: Item, work: Work): JsonObject {
  let { value } = item;
  for (const { request = "" } of keyRules(work.operation)) value = without(value, request);
  value = without(value, idPropertyOf(work));
  const { request } = idRules(work.operation);
  if (request !== undefined && request !== "") value = without(value, request);
  return isObject(value) ? value : {};
}

/** The fields with the value of the property that names the resource. */
function named(fields: JsonObject, identity: Identity | undefined): JsonObject {
  if (identity?.property === undefined) return fields;
  const whole = setAt(fields, identity.property, identity.text);
  return isObject(whole) ? whole : fields;
}
