/** `inputSchema` and `resultSchema`: the schemas of one item and of one result, found by the pointers of `x-batch`. */
import { parsePointer } from "../base/pointer.js";
import {
  follow,
  followObject,
  isObject,
  own,
  type DeclaredReply,
  type Placed,
  type RawOperation,
} from "../openapi/operations.js";
import { elementOf, isArray, viewOf, walk } from "../openapi/schema-view.js";
import type { JsonObject, JsonValue } from "../openapi/spec.js";
import type { Results, XBatch } from "../runtime/endpoint/x-batch.js";
import { bodyOf } from "./bodies.js";
import { preferred } from "./detect/items-locations.js";
import { isText, successes } from "./replies.js";

type PlacedSchema = Placed<JsonObject | boolean>;

/** The schema of one item; `true` if the document has none. */
export function inputSchema(raw: RawOperation, { items }: XBatch): PlacedSchema {
  if (items.in === "query") return queryItemSchema(raw, items.at);
  const body = bodyOf(raw, items)?.schema;
  if (!body || !isObject(body.value)) return { value: true, pointer: body?.pointer ?? raw.pointer };
  const root = { value: body.value, pointer: body.pointer };
  const { target } = walk(raw.spec, root, parsePointer(items.at));
  const element = target && elementOf(raw.spec, contentOf(raw, target));
  if (element) return element;
  const lines = items.as === "lines" || items.as === "pairs";
  return lines && items.at === ""
    ? root
    : { value: true, pointer: target?.pointer ?? body.pointer };
}

function queryItemSchema(raw: RawOperation, name: string): PlacedSchema {
  const parameter = raw.parameters.find(
    ({ value }) => own(value, "in") === "query" && own(value, "name") === name,
  );
  const schema = parameter && own(parameter.value, "schema");
  const element = isObject(schema) && elementOf(raw.spec, { value: schema, pointer: "" });
  return element || { value: true, pointer: raw.pointer };
}

/** The schema of the content of a text (JSON Schema's `contentSchema`): of the list, or of one of its lines. */
function contentOf({ spec }: RawOperation, schema: Placed): Placed {
  const target = followObject(spec, schema.value, schema.pointer);
  const content = target && own(target.value, "contentSchema");
  if (!target || !isObject(content)) return schema;
  const value = isArray(viewOf({ spec, value: content, pointer: "" }))
    ? content
    : { type: "array", items: content };
  return { value, pointer: `${target.pointer}/contentSchema` };
}

/**
 * The schema of the result of one item: of what the success replies have at `results`, as `anyOf` if they differ.
 * Undefined if no reply has a schema there.
 */
export function resultSchema(raw: RawOperation, { results }: XBatch): PlacedSchema | undefined {
  if (!results || results.as === "none") return undefined;
  const found = new Map<string, Placed>();
  for (const reply of successes(raw)) {
    for (const end of resultsIn(raw, reply, results))
      found.set(follow(raw.spec, end.value, end.pointer)?.pointer ?? end.pointer, end);
  }
  const [first, ...more] = found.values();
  if (!first || more.length === 0) return first;
  const anyOf: JsonValue[] = [first, ...more].map(({ value }) => value);
  return { value: { anyOf }, pointer: first.pointer };
}

function resultsIn(raw: RawOperation, reply: DeclaredReply, results: Results): readonly Placed[] {
  const media = preferred(reply.content);
  const body = media && isText(media) ? media.schema : undefined;
  if (!body || !isObject(body.value)) return [];
  const root = { value: body.value, pointer: body.pointer };
  const { target } = walk(raw.spec, root, parsePointer(results.at));
  const element = target && elementOf(raw.spec, target);
  const inner =
    element && results.value !== undefined
      ? walk(raw.spec, element, parsePointer(results.value)).target
      : element;
  if (!inner) return [];
  // Each entry has one member, named after its action: the result may be any of the members.
  return results.first ? [...viewOf({ spec: raw.spec, ...inner }).properties.values()] : [inner];
}
