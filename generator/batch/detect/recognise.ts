/**
 * `recogniseOperations`: the batch operations of a document with their `x-batch` values, and why the others are none. It
 * joins detection with the `x-batch` values of the document and the configuration; no other file does.
 */
import type { Diagnostic, Location } from "../../base/diagnostics.js";
import { own, type JsonObject } from "../../base/json.js";
import { presetLayer, type Spec } from "../../openapi/spec.js";
import { operationsOf, type RawOperation } from "../../openapi/operations.js";
import type { Operation } from "../../runtime/endpoint/operation.js";
import type { XBatch } from "../../runtime/endpoint/x-batch.js";
import { unwritable, withMediaType } from "../bodies.js";
import { withIdempotencyKey } from "../idempotency.js";
import { withJobOperations } from "../jobs.js";
import type { Row, Tier } from "../model.js";
import { describeDangling, describeUnwritable } from "../not-carried.js";
import { checkPointers } from "../x-batch/check-pointers.js";
import type { BaseContext } from "../x-batch/pointer-bases.js";
import { advisedIn } from "../x-batch/sources.js";
import { mergeXBatch, parseXBatch } from "../x-batch/x-batch.js";
import { detect } from "./detect.js";
import { documentWords, type DocumentWords } from "./document-words.js";
import { findGaps, type Gap } from "./gaps.js";
import { inferXBatch, withoutSplitting } from "./infer.js";
import { itemsLocations, type ItemsLocation } from "./items-locations.js";

/** A batch operation, with its complete `x-batch` value. */
export interface RecognisedOperation {
  readonly raw: RawOperation;
  readonly tier: Tier;
  /** What shows that it is one, as part of a sentence. */
  readonly signs: string;
  /** The merged layers: the inferred value, those of presets, of the document and of the configuration. */
  readonly xBatch: XBatch;
  /** What presets and the document say of all operations. */
  readonly defaults: Partial<XBatch>;
  readonly jobParameters?: Operation["jobParameters"];
  /** Pointers into `xBatch`: values that the service advises, and documents nowhere. */
  readonly advised?: readonly string[];
  /** What nobody says of it. */
  readonly gaps?: readonly Gap[];
}

export interface Recognition {
  readonly operations: readonly RecognisedOperation[];
  /** Operations that have an `x-batch` or look like a batch, and are not recognised. */
  readonly others: readonly Row[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The `x-batch` values of the configuration, by `METHOD /path`, the method in capitals. */
export type ConfiguredBatches = ReadonlyMap<string, Partial<XBatch> | false>;

/** Why an operation is not recognised, and the `x-batch` that would change this if it looks like a batch. */
type Refusal = Pick<Row, "reason" | "tier" | "items" | "suggestion">;

/** A batch operation whose `x-batch` is not complete yet. */
interface Proposal {
  readonly tier: Tier;
  readonly signs: string;
  /** Undefined if the request has no list or map at the place that `x-batch` names. */
  readonly location: ItemsLocation | undefined;
  /** What presets say of the operation. */
  readonly preset?: Partial<XBatch>;
  /** The value of the operation, merged with that of the configuration; undefined if nobody says anything about it. */
  readonly ownXBatch: Partial<XBatch> | undefined;
}

interface Context {
  readonly spec: Spec;
  readonly operations: readonly RawOperation[];
  readonly words: DocumentWords;
  /** What presets, and then what the document says of all operations. */
  readonly defaults: readonly [preset: Partial<XBatch>, own: Partial<XBatch>];
  readonly configured: ConfiguredBatches;
  /** Pointers of dangling references that have a diagnostic already. */
  readonly dangling: Set<string>;
  readonly diagnostics: Diagnostic[];
}

/** @param configured `x-batch` values that win over those of the document */
export function recogniseOperations(
  spec: Spec,
  configured: ConfiguredBatches = new Map(),
): Recognition {
  const diagnostics: Diagnostic[] = [];
  const operations = operationsOf(spec);
  const context: Context = {
    spec,
    operations,
    words: documentWords(operations),
    defaults: [
      rootDefaults(spec, presetLayer, diagnostics),
      rootDefaults(spec, "x-batch", diagnostics),
    ],
    configured,
    dangling: new Set(),
    diagnostics,
  };
  const recognised: RecognisedOperation[] = [];
  const others: Row[] = [];
  for (const raw of operations) {
    const verdict = judge(raw, context);
    if (verdict === undefined) continue;
    if ("raw" in verdict) recognised.push(verdict);
    else {
      const { method, path } = raw;
      others.push({ document: spec.name, method, path, recognised: false, ...verdict });
    }
  }
  diagnostics.push(...checkDefaults(context, recognised));
  return { operations: recognised, others, diagnostics };
}

/**
 * Defaults at the root are for many operations, perhaps of many documents: one is reported if no operation has what it
 * points at, and the operations have something that is nearly called so.
 */
function checkDefaults(
  { spec, operations, defaults: [, own] }: Context,
  recognised: readonly RecognisedOperation[],
): readonly Diagnostic[] {
  const found = recognised.map(
    ({ raw, xBatch }) => checkPointers(own as JsonObject, { raw, xBatch, operations }), // an x-batch value is plain JSON
  );
  const wrongFor = (pointer: string): number =>
    found.filter((mistakes) => mistakes.some((one) => one.pointer === pointer)).length;
  const near = new Map(found.flat().flatMap((one) => (one.near ? [[one.pointer, one]] : [])));
  return [...near.values()]
    .filter(({ pointer }) => wrongFor(pointer) === recognised.length)
    .map(({ pointer, near: _, ...rest }) => ({
      ...rest,
      severity: "warning",
      location: spec.locate(`/x-batch${pointer}`),
    }));
}

/** Undefined if nothing in the operation looks like a batch. */
function judge(raw: RawOperation, context: Context): RecognisedOperation | Refusal | undefined {
  const proposal = declared(raw, context) ?? detected(raw, context);
  if (proposal === undefined) return undefined;
  if (proposal === "off") return { reason: "switched off by `x-batch: false`" };
  if (proposal === "broken") return { reason: "its `x-batch` has mistakes" };
  context.diagnostics.push(...describeDangling(raw, context.dangling));
  return "signs" in proposal ? complete(raw, proposal, context) : proposal;
}

/** What the `x-batch` of the operation or the configuration declares; undefined if there is none. */
function declared(
  raw: RawOperation,
  { configured, diagnostics }: Context,
): Proposal | "off" | "broken" | undefined {
  const over = configured.get(`${raw.method.toUpperCase()} ${raw.path}`);
  const layer = (key: string): Partial<XBatch> | false | undefined | "broken" => {
    const value = own(raw.value, key);
    if (value === undefined) return undefined;
    const at = (pointer: string): Location => raw.spec.locate(`${raw.pointer}/${key}${pointer}`);
    const parsed = parseXBatch(value, at);
    diagnostics.push(...parsed.diagnostics);
    return parsed.value ?? "broken";
  };
  const [preset, value] = [layer(presetLayer), layer("x-batch")];
  const last = over ?? value ?? preset;
  if (last === undefined) return undefined;
  // An inferred value must not replace a value with mistakes: it might send again what must not be sent again.
  if (preset === "broken" || value === "broken") return "broken";
  if (last === false) return "off";
  const ownXBatch = mergeXBatch(value || undefined, over || undefined);
  const at = (ownXBatch.items ?? (preset || undefined)?.items)?.at;
  const locations = itemsLocations(raw);
  const location = at === undefined ? locations[0] : locations.find(({ items }) => items.at === at);
  const signs = value || over ? "its `x-batch` says so" : "a preset says so";
  return { tier: "x-batch", signs, location, ownXBatch, ...(preset && { preset }) };
}

function detected(raw: RawOperation, { words }: Context): Proposal | Refusal | undefined {
  const detection = detect(raw, words);
  if (detection === undefined) return undefined;
  const { tier, location, because } = detection;
  if (tier === undefined) return { reason: because };
  if (tier !== "low") return { tier, signs: because, location, ownXBatch: undefined };
  const items = location?.items ?? { at: "" };
  return {
    reason: because,
    tier,
    items,
    suggestion: { items, ...inferXBatch(raw, location, true) },
  };
}

/** Merges all layers of `x-batch`, and checks the result. */
function complete(
  raw: RawOperation,
  { tier, signs, location, preset, ownXBatch }: Proposal,
  { operations, defaults, diagnostics }: Context,
): RecognisedOperation | Refusal {
  const cautious = tier !== "x-batch" && tier !== "name";
  const layers = mergeXBatch(
    inferXBatch(raw, location, cautious),
    defaults[0],
    preset,
    defaults[1],
    cautious ? withoutSplitting : ownXBatch,
  );
  if (layers.items === undefined) {
    diagnostics.push(withoutItems(raw));
    return { reason: "no list of items in the request" };
  }
  if (ownXBatch !== undefined && !fitsTogether(raw, layers, diagnostics))
    return { reason: "its `x-batch` and the defaults of its document contradict each other" };
  const whole = { ...layers, items: layers.items };
  const { batch, jobParameters } = withJobOperations(raw, whole, operations, diagnostics);
  const xBatch = withIdempotencyKey(raw, { ...whole, ...batch });
  const items = withMediaType(raw, xBatch.items);
  const body = unwritable(items, ownXBatch?.items?.mediaType !== undefined);
  if (body !== undefined) {
    diagnostics.push(describeUnwritable(raw, body));
    return { reason: `its body is ${body}, which the generated package cannot write` };
  }
  const complete = { ...xBatch, items };
  const pointing = { raw, xBatch: complete, operations };
  const declared = [
    [presetLayer, preset],
    ["x-batch", ownXBatch],
  ] as const;
  // All of them, even after a mistake.
  const right = declared.map(([key, value]) => pointsRight(key, value, pointing, diagnostics));
  if (right.includes(false)) return { reason: "its `x-batch` has mistakes" };
  const advised = advisedIn(raw, complete);
  const gaps = findGaps(raw, complete);
  return {
    ...{ raw, tier, signs, defaults: mergeXBatch(...defaults), xBatch: complete },
    ...(jobParameters && { jobParameters }),
    ...(advised.length > 0 && { advised }),
    ...(gaps.length > 0 && { gaps }),
  };
}

/** Checks the pointers that the operation's own `x-batch` has, or that presets have for it. Only errors make it wrong. */
function pointsRight(
  key: string,
  value: Partial<XBatch> | undefined,
  context: BaseContext & { readonly raw: RawOperation },
  diagnostics: Diagnostic[],
): boolean {
  if (value === undefined) return true;
  const { spec, pointer: operation } = context.raw;
  const all = checkPointers(value as JsonObject, context); // an x-batch value is plain JSON
  // Who chose a preset cannot mend it: `npm run presets` holds it against documents, and is told the rest.
  const found = key === presetLayer ? all.filter(({ severity }) => severity === "error") : all;
  diagnostics.push(
    ...found.map(({ pointer, near: _, ...rest }) => ({
      ...rest,
      location: spec.locate(`${operation}/${key}${pointer}`),
    })),
  );
  return !found.some(({ severity }) => severity === "error");
}

/** The pointer to the value that describes an operation: its own, or else that of presets. */
const declaredAt = ({ value }: RawOperation): string =>
  own(value, "x-batch") === undefined ? `/${presetLayer}` : "/x-batch";

const withoutItems = (raw: RawOperation): Diagnostic => ({
  code: "x-batch-without-items",
  severity: "error",
  message: "expected `items` in `x-batch`, found neither it nor a list of items in the request",
  location: raw.spec.locate(raw.pointer + declaredAt(raw)),
  hint: 'Add `items: {at: "/…"}`, a JSON Pointer into the request body.',
});

/** The `x-batch` value at the root of the document, or that of presets. */
function rootDefaults(spec: Spec, key: string, diagnostics: Diagnostic[]): Partial<XBatch> {
  const value = own(spec.document, key);
  if (value === undefined) return {};
  const parsed = parseXBatch(value, (pointer) => spec.locate(`/${key}${pointer}`), { root: true });
  diagnostics.push(...parsed.diagnostics);
  return parsed.value === false || parsed.value === undefined ? {} : parsed.value;
}

/** Checks merged layers, which may contradict each other although each is valid. */
function fitsTogether(
  raw: RawOperation,
  xBatch: Partial<XBatch>,
  diagnostics: Diagnostic[],
): boolean {
  const plain = JSON.parse(JSON.stringify(xBatch)) as JsonObject; // an x-batch value is plain JSON
  const at = (): Location => raw.spec.locate(raw.pointer + declaredAt(raw));
  const parsed = parseXBatch(plain, at);
  diagnostics.push(...parsed.diagnostics);
  return parsed.value !== undefined;
}
