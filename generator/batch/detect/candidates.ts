/** From operations to candidates: which are batches, and all that is said of each. */
import type { Diagnostic, Location } from "../../base/diagnostics.js";
import { parsePointer } from "../../base/pointer.js";
import type { JsonObject, JsonValue, Spec } from "../../openapi/spec.js";
import type { Operation, Parameter } from "../../runtime/endpoint/operation.js";
import type { XBatch } from "../../runtime/endpoint/x-batch.js";
import { bodyOf, encodingOf, unwritable, withMediaType } from "../bodies.js";
import { carriersOf, preferred, type Carrier } from "./items-locations.js";
import { detect, documentWords, type LeftAlone } from "./detect.js";
import { guess, untilSaid } from "./infer.js";
import { withJobOperations } from "../jobs.js";
import type { Row, SchemaPosition, SchemaUse, Tier } from "../model.js";
import {
  follow,
  followObject,
  isObject,
  operationsOf,
  own,
  text,
  type Placed,
  type RawOperation,
} from "../../openapi/operations.js";
import { describeDangling, describeNotCarried, describeUnwritable } from "../not-carried.js";
import { builderParameters } from "../parameters.js";
import { isText, successes } from "../replies.js";
import { elementOf, isArray, shapeAt, shapeOf, walk } from "../../openapi/schema-view.js";
import { mergeXBatch, parseXBatch } from "../x-batch/x-batch.js";

/** A reply, and the schema of its body. */
export interface CandidateReply {
  readonly status: string;
  readonly description?: string;
  readonly mediaType?: string;
  readonly body?: SchemaUse;
}

/** An operation of one document that is a batch. */
export interface Candidate {
  readonly raw: RawOperation;
  readonly tier: Tier;
  /** What speaks for it, as part of a sentence. */
  readonly evidence: string;
  /** All that is known of it: guessed, and said by the document and its overlays. */
  readonly batch: XBatch;
  /** What the document says of all its batches. */
  readonly defaults: Partial<XBatch>;
  readonly parameters: readonly Parameter[];
  readonly paramsOptional: boolean;
  readonly encoding: Operation["encoding"];
  readonly input: SchemaUse;
  readonly params: SchemaUse | undefined;
  /** What one success says of one item; undefined where no reply has a body for it. */
  readonly result: SchemaUse | undefined;
  readonly error: SchemaUse | undefined;
  readonly replies: readonly CandidateReply[];
}

export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** What was seen and left alone. */
  readonly others: readonly Row[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What the configuration says of operations: `x-batch` values by `METHOD /path`, the method in capitals. */
export type ConfiguredBatches = ReadonlyMap<string, Partial<XBatch> | false>;

/** @param configured `x-batch` values over those of the document */
export function candidatesOf(spec: Spec, configured: ConfiguredBatches = new Map()): Candidates {
  const diagnostics: Diagnostic[] = [];
  const candidates: Candidate[] = [];
  const others: Row[] = [];
  const operations = operationsOf(spec);
  const words = documentWords(operations);
  const dangling = new Set<string>();
  const defaults = rootDefaults(spec, diagnostics);
  for (const raw of operations) {
    const said = batchOf(raw, configured, diagnostics);
    const row = {
      document: spec.name,
      method: raw.method,
      path: raw.path,
      recognised: false as const,
    };
    if (said === "off" || said === "broken") {
      const reason =
        said === "off" ? "switched off by `x-batch: false`" : "its `x-batch` has mistakes";
      others.push({ ...row, reason });
      continue;
    }
    const detection = said === undefined ? detect(raw, words) : undefined;
    if (said !== undefined || detection !== undefined)
      diagnostics.push(...describeDangling(raw, dangling));
    if (said === undefined && !detection?.recognised) {
      if (detection) others.push({ ...row, ...besideReason(raw, detection) });
      continue;
    }
    const found = detection?.recognised ? detection : undefined;
    const carrier = found?.carrier ?? said?.carrier;
    const told = found && found.tier !== "T1" ? untilSaid : undefined;
    const laid = mergeXBatch(
      guess(raw, carrier, told !== undefined),
      defaults,
      said?.batch ?? told,
    );
    const batch = withJobOperations(raw, laid, operations, diagnostics);
    if (batch.items === undefined) {
      diagnostics.push({
        code: "x-batch-without-items",
        severity: "error",
        message: "`x-batch` does not say where the items are, and the request does not show it",
        location: spec.locate(`${raw.pointer}/x-batch`),
        hint: 'Add `items: {at: "/…"}`, a JSON Pointer into the request body.',
      });
      others.push({ ...row, reason: "no list of items in the request" });
      continue;
    }
    if (said !== undefined && !fitsTogether(raw, batch, diagnostics)) {
      others.push({
        ...row,
        reason: "its `x-batch` and the defaults of its document do not go together",
      });
      continue;
    }
    const items = withMediaType(raw, batch.items);
    const body = unwritable(items, said?.batch.items?.mediaType !== undefined);
    if (body !== undefined) {
      diagnostics.push(describeUnwritable(raw, body));
      others.push({ ...row, reason: `its body is ${body}, which is not carried over` });
      continue;
    }
    candidates.push(
      candidate(
        raw,
        found?.tier ?? "x-batch",
        found?.evidence ?? "its `x-batch` says so",
        { ...batch, items },
        defaults,
        diagnostics,
      ),
    );
  }
  return { candidates, others, diagnostics };
}

/** Why an operation was left alone, and what would make a batch of it if it is one. */
function besideReason(
  raw: RawOperation,
  { reason, carrier, likely }: LeftAlone,
): Pick<Row, "reason" | "tier" | "items" | "suggestion"> {
  if (!likely || !carrier) return { reason };
  return { reason, tier: "low", items: carrier.items, suggestion: guess(raw, carrier, true) };
}

function rootDefaults(spec: Spec, diagnostics: Diagnostic[]): Partial<XBatch> {
  const value = own(spec.document, "x-batch");
  if (value === undefined) return {};
  const parsed = parseXBatch(value, (pointer) => spec.locate(`/x-batch${pointer}`), { root: true });
  diagnostics.push(...parsed.diagnostics);
  return parsed.value === false || parsed.value === undefined ? {} : parsed.value;
}

function batchOf(
  raw: RawOperation,
  configured: ConfiguredBatches,
  diagnostics: Diagnostic[],
):
  | { readonly batch: Partial<XBatch>; readonly carrier: Carrier | undefined }
  | "off"
  | "broken"
  | undefined {
  const value = own(raw.value, "x-batch");
  const over = configured.get(`${raw.method.toUpperCase()} ${raw.path}`);
  if (value === undefined && over === undefined) return undefined;
  const parsed =
    value === undefined
      ? { value: {}, diagnostics: [] }
      : parseXBatch(value, (pointer) => raw.spec.locate(`${raw.pointer}/x-batch${pointer}`));
  diagnostics.push(...parsed.diagnostics);
  // Nothing is guessed where somebody said something: a guess might resend what must not be resent.
  if (parsed.value === undefined) return "broken";
  if ((over ?? parsed.value) === false) return "off";
  const batch = mergeXBatch(parsed.value || undefined, over || undefined);
  const at = batch.items?.at;
  const carriers = carriersOf(raw);
  const carrier = at === undefined ? carriers[0] : carriers.find(({ items }) => items.at === at);
  return { batch, carrier };
}

/** What is right in each layer may still be wrong when they are laid together. */
function fitsTogether(
  raw: RawOperation,
  batch: Partial<XBatch>,
  diagnostics: Diagnostic[],
): boolean {
  const plain = JSON.parse(JSON.stringify(batch)) as JsonObject; // an x-batch value is plain JSON
  const at = (): Location => raw.spec.locate(`${raw.pointer}/x-batch`);
  const parsed = parseXBatch(plain, at);
  diagnostics.push(...parsed.diagnostics);
  return parsed.value !== undefined;
}

function candidate(
  raw: RawOperation,
  tier: Tier,
  evidence: string,
  batch: XBatch,
  defaults: Partial<XBatch>,
  diagnostics: Diagnostic[],
): Candidate {
  const builder = builderParameters(raw, batch.items);
  diagnostics.push(...builder.diagnostics, ...describeNotCarried(raw, batch));
  const fragment = /#.*$/.exec(raw.path)?.[0];
  if (fragment !== undefined) {
    diagnostics.push({
      code: "path-fragment-not-sent",
      severity: "info",
      message: `the path ends in \`${fragment}\`: a fragment is never sent`,
      location: raw.spec.locate(raw.pointer),
      hint: "The request goes to the path before it; what tells the operations apart must stand in a parameter.",
    });
  }
  const replies = raw.replies.map(({ status, response, content }) => {
    const media = preferred(content);
    const description = text(response.value, "description");
    return {
      status,
      ...(description === undefined ? {} : { description }),
      ...(media ? { mediaType: media.name } : {}),
      ...(media?.schema ? { body: use(raw, media.schema, "response") } : {}),
    };
  });
  return {
    raw,
    tier,
    evidence,
    batch,
    defaults,
    parameters: builder.parameters,
    paramsOptional: !builder.required,
    encoding: encodingOf(raw, batch.items),
    input: use(raw, inputSchema(raw, batch), "request"),
    params: builder.schema && use(raw, { value: builder.schema, pointer: raw.pointer }, "request"),
    result: resultUse(raw, batch),
    error: entryUse(raw, batch.errors?.at, undefined),
    replies,
  };
}

const use = (
  { spec }: RawOperation,
  { value, pointer }: Placed<JsonObject | boolean>,
  position: SchemaPosition,
): SchemaUse => ({ spec, schema: value, pointer, position });

/** The schema of one item; `true` where the document has none. */
function inputSchema(raw: RawOperation, { items }: XBatch): Placed<JsonObject | boolean> {
  if (items.in === "query") {
    const parameter = raw.parameters.find(
      ({ value }) => own(value, "in") === "query" && own(value, "name") === items.at,
    );
    const schema = parameter && own(parameter.value, "schema");
    const list = isObject(schema) && elementOf(raw.spec, { value: schema, pointer: "" });
    return list || { value: true, pointer: raw.pointer };
  }
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

/** What a text holds (JSON Schema's `contentSchema`): a list, or one line of many. */
function contentOf({ spec }: RawOperation, schema: Placed): Placed {
  const target = followObject(spec, schema.value, schema.pointer);
  const content = target && own(target.value, "contentSchema");
  if (!target || !isObject(content)) return schema;
  const value = isArray(shapeOf(spec, content, "")) ? content : { type: "array", items: content };
  return { value, pointer: `${target.pointer}/contentSchema` };
}

/** What a reply says of one item, in all success replies that say something. */
function resultUse(raw: RawOperation, { results }: XBatch): SchemaUse | undefined {
  return results && results.as !== "none" ? entryUse(raw, results.at, results) : undefined;
}

function entryUse(
  raw: RawOperation,
  at: string | undefined,
  results: XBatch["results"],
): SchemaUse | undefined {
  if (at === undefined) return undefined;
  const found = new Map<string, Placed>();
  for (const reply of successes(raw)) {
    const media = preferred(reply.content);
    const body = media && isText(media) ? media.schema : undefined;
    if (!body || !isObject(body.value)) continue;
    const root = { value: body.value, pointer: body.pointer };
    const { target } = walk(raw.spec, root, parsePointer(at));
    const element = target && elementOf(raw.spec, target);
    const inner =
      element && results?.value !== undefined
        ? walk(raw.spec, element, parsePointer(results.value)).target
        : element;
    // An entry that wraps its result in a member of its own: the result is what any of the members may be.
    const ends =
      inner && results?.first ? [...shapeAt(raw.spec, inner).properties.values()] : [inner];
    for (const end of ends) {
      if (!end) continue;
      found.set(follow(raw.spec, end.value, end.pointer)?.pointer ?? end.pointer, end);
    }
  }
  const [first, ...more] = found.values();
  if (!first) return undefined;
  if (more.length === 0) return use(raw, first, "response");
  const anyOf: JsonValue[] = [first, ...more].map(({ value }) => value);
  return use(raw, { value: { anyOf }, pointer: first.pointer }, "response");
}
