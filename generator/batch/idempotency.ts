/**
 * `withIdempotencyKey`: recognises the idempotency key of a request, by the names that services use for it, and completes
 * it with its greatest length. A run makes the key of each request, so callers pass none.
 */
import { formatPointer, parsePointer } from "../base/pointer.js";
import { own, type JsonValue } from "../base/json.js";
import { followObject, get, type Cursor } from "../openapi/cursor.js";
import { text, type RawOperation } from "../openapi/operations.js";
import { viewOf, walk } from "../openapi/schema-view.js";
import type { Retry, XBatch } from "../runtime/endpoint/x-batch.js";
import { bodyOf } from "./bodies.js";

type Key = NonNullable<Retry["key"]>;

const headerNames = /^(x-)?idempotency-(key|token)$/i;
const memberNames = /^(idempotency_?(key|token)|client_?(request_?)?token)$/i;

export function withIdempotencyKey(raw: RawOperation, batch: XBatch): XBatch {
  const { retry } = batch;
  const key = retry?.key ?? keyIn(raw, batch);
  if (!key) return batch;
  const maxLength = key.maxLength ?? maxLengthOf(schemaOf(raw, batch, key));
  return {
    ...batch,
    retry: { ...retry, key: { ...key, ...(maxLength === undefined ? {} : { maxLength }) } },
  };
}

/** A key beside the items, in a header or in the outermost object of the body. */
function keyIn(raw: RawOperation, { items }: XBatch): Key | undefined {
  const header = raw.parameters.find(
    ({ value }) => own(value, "in") === "header" && headerNames.test(text(value, "name") ?? ""),
  );
  if (header) return { in: "header", name: text(header.value, "name") ?? "" };
  if (items.in === "query" || items.at === "") return undefined;
  const { properties } = viewOf(bodyOf(raw, items)?.schema);
  const name = [...properties.keys()].find((member) => memberNames.test(member));
  return name === undefined ? undefined : { in: "body", name: formatPointer([name]) };
}

function schemaOf(raw: RawOperation, { items }: XBatch, { in: place, name }: Key) {
  if (place === "header") {
    const header = raw.parameters.find(
      ({ value }) =>
        own(value, "in") === "header" && text(value, "name")?.toLowerCase() === name.toLowerCase(),
    );
    return header && get(header, "schema");
  }
  const root = followObject(bodyOf(raw, items)?.schema);
  return place === "body" && root ? walk(root, parsePointer(name)).target : undefined;
}

function maxLengthOf(schema: Cursor<JsonValue> | undefined): number | undefined {
  const target = followObject(schema);
  const length = target && own(target.value, "maxLength");
  return typeof length === "number" && length >= 1 ? Math.floor(length) : undefined;
}
