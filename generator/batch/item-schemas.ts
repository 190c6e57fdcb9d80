/** `inputSchema` and `resultSchema`: the schemas of one item and of one result, found by the pointers of `x-batch`. */
import { formOfItems } from "./request-forms.js";
import { parsePointer } from "../base/pointer.js";
import { follow, followObject, get, type Cursor } from "../openapi/cursor.js";
import { isObject, own, type JsonObject, type JsonValue } from "../base/json.js";
import { operationsOf, type DeclaredReply, type RawOperation } from "../openapi/operations.js";
import { elementOf, isArray, viewOf, walk } from "../openapi/schema-view.js";
import type { Items, Results, XBatch } from "../runtime/endpoint/x-batch.js";
import { bodyOf } from "./bodies.js";
import { jobOperation } from "./jobs.js";
import { preferred } from "./detect/items-locations.js";
import { isText, successes } from "./replies.js";

type PlacedSchema = Cursor<JsonObject | boolean>;

/** The schema of one item; `true` if the document has none. */
export function inputSchema(raw: RawOperation, { items }: XBatch): PlacedSchema {
  if (items.in === "query") return queryItemSchema(raw, items.at);
  const body = bodyOf(raw, items)?.schema;
  if (!body || !isObject(body.value))
    return { spec: raw.spec, value: true, pointer: body?.pointer ?? raw.pointer };
  const root = { ...body, value: body.value };
  const { target } = walk(root, parsePointer(items.at));
  const element = target && itemOf(target, items);
  if (element) return element;
  return formOfItems(items).text?.schemaOfItem && items.at === ""
    ? root
    : { ...root, value: true, pointer: target?.pointer ?? body.pointer };
}

function itemOf(holder: Cursor, { as, inner = "", keys }: Items): PlacedSchema | undefined {
  if (as !== "groups" && as !== "lists") return elementOf(contentOf(holder));
  const { properties } = viewOf(holder);
  const groups = keys?.flatMap((name) => properties.get(name) ?? []) ?? [elementOf(holder)];
  return eitherOf(
    groups.flatMap((group) => {
      const { target } = group ? walk(group, parsePointer(inner)) : { target: undefined };
      return (target && elementOf(target)) ?? [];
    }),
  );
}

function queryItemSchema(raw: RawOperation, name: string): PlacedSchema {
  const parameter = raw.parameters.find(
    ({ value }) => own(value, "in") === "query" && own(value, "name") === name,
  );
  const declared = parameter && get(parameter, "schema");
  const schema = declared && followObject(declared);
  return (schema && elementOf(schema)) ?? { spec: raw.spec, value: true, pointer: raw.pointer };
}

/** The schema of the content of a text (JSON Schema's `contentSchema`): of the list, or of one of its lines. */
function contentOf(schema: Cursor): Cursor {
  const target = followObject(schema);
  const content = target && own(target.value, "contentSchema");
  if (!target || !isObject(content)) return schema;
  const value = isArray(viewOf({ ...target, value: content, pointer: "" }))
    ? content
    : { type: "array", items: content };
  return { ...target, value, pointer: `${target.pointer}/contentSchema` };
}

/**
 * The schema of the result of one item: of what the success replies have at `results`, as `anyOf` if they differ.
 * Undefined if no reply has a schema there.
 */
export function resultSchema(batch: RawOperation, xBatch: XBatch): PlacedSchema | undefined {
  const { job } = xBatch;
  const results = job ? job.results : xBatch.results;
  if (!results || results.as === "none") return undefined;
  // The operation whose replies have the results of a job.
  const teller = job?.report ? "report" : "poll";
  const raw = job ? jobOperation(job, teller, operationsOf(batch.spec)) : batch;
  if (!raw) return undefined;
  return eitherOf(successes(raw).flatMap((reply) => resultsIn(raw, reply, results)));
}

/** Schemas as `anyOf`, equal ones once. */
function eitherOf(schemas: readonly Cursor[]): PlacedSchema | undefined {
  const keyOf = (end: Cursor): string =>
    own(end.value, "$ref") === undefined
      ? JSON.stringify(end.value)
      : (follow(end)?.pointer ?? end.pointer);
  const found = new Map<string, Cursor>();
  for (const end of schemas) if (!found.has(keyOf(end))) found.set(keyOf(end), end);
  const [first, ...more] = found.values();
  if (!first || more.length === 0) return first;
  const anyOf: JsonValue[] = [first, ...more].map(({ value }) => value);
  return { ...first, value: { anyOf } };
}

function resultsIn(raw: RawOperation, reply: DeclaredReply, results: Results): readonly Cursor[] {
  const media = preferred(reply.content);
  const body = media && isText(media) ? media.schema : undefined;
  if (!body || !isObject(body.value)) return [];
  const root = { ...body, value: body.value };
  const { target } = walk(root, parsePointer(results.at));
  const list = results.as === "groups" ? target && elementOf(target) : target;
  const element = list && elementOf(list);
  const inner =
    element && results.value !== undefined
      ? walk(element, parsePointer(results.value)).target
      : element;
  if (!inner) return [];
  // Each entry has one member, named after its action: the result may be any of the members.
  return results.first ? [...viewOf(inner).properties.values()] : [inner];
}
