/** What docs/promises says of a run with a journal, held against everything that happens in a simulation. */
import { FRESH_MS } from "../../../generator/runtime/journal/keep.js";
import { digestOf } from "../../../generator/runtime/journal/plain.js";
import type { Changes, JournalRecord } from "../../../generator/runtime/journal/store.js";
import type { Summary } from "../../../generator/runtime/run/outcome.js";
import type { Row } from "./scenario.js";
import {
  factOf,
  fail,
  hasRun,
  RUN,
  type Fact,
  type Life,
  type RowOutcome,
  type World,
} from "./world.js";

type Rows = ReadonlyMap<string, JournalRecord & { readonly epoch: number }>;

const rowsOf = ({ tables }: World): Rows => tables.runs.get(RUN)?.rows ?? new Map<string, never>();

/** Refused before its look-up or because of its key: a journal keeps nothing of it. */
const KEYS = ["duplicate", "changed"];

// ---- requests

/** A request leaves. Returns its place among all facts. */
export function sends(world: World, life: Life, rows: readonly Row[]): number {
  const order = ++world.order;
  const isOwner = hasRun(world, life);
  life.requests++;
  if (life.told) fail(world, `life ${life.number} sends, though it knows that another has the run`);
  if (life.end) fail(world, `life ${life.number} sends after its end`);
  for (const { id, n } of rows) {
    const fact = factOf(world, n);
    fact.sends++;
    checkIntent(world, life, { id, n });
    checkWait(world, life, id);
    if (isOwner) checkResend(world, life, id, fact);
    fact.unsent = undefined;
  }
  countSend(world);
  return order;
}

/** Before a byte leaves, it is on disk that its inputs may have been sent, by whoever has the run. */
function checkIntent(world: World, life: Life, row: Row): void {
  const { id } = row;
  const intent = life.intents.get(id);
  if (intent?.digest !== digestIn(world, row))
    fail(world, `${id} leaves without an intent on disk`);
  else if (world.scheduler.now() - intent.at >= FRESH_MS)
    fail(world, `${id} leaves though its process stood still since its intent`);
  else if (hasRun(world, life) && rowsOf(world).get(id)?.state !== "sent")
    fail(world, `${id} leaves though the journal has no intent of it any more`);
}

/** Longer than a journal takes that does not fail. */
const WRITE_MS = 200;

/** What was refused before any work waits without an intent. */
function checkWait(world: World, life: Life, id: string): void {
  const { scenario, scheduler } = world;
  // A process that stood still had no time to take it away.
  const waited = scheduler.now() - Math.max(life.refused.get(id) ?? Infinity, life.wakesAt);
  if (waited > WRITE_MS && scenario.faults.journal === 0)
    fail(world, `${id} waited with an intent for ${waited} ms, though it was refused`);
  // A new intent may have come before the old one was taken away.
  life.refused.delete(id);
}

/** A reply that proves that nothing was done reaches the process. */
export function refuses({ scheduler }: World, life: Life, rows: readonly Row[]): void {
  for (const { id } of rows) if (!life.doubtful.has(id)) life.refused.set(id, scheduler.now());
}

/** What has an outcome is not sent again, but for `again`. */
function checkResend(world: World, life: Life, id: string, fact: Fact): void {
  const { scenario } = world;
  const { again, reconcile } = life.spec;
  if (fact.ok) fail(world, `${id} is sent again though it is ok`);
  if (fact.failed && (fact.failed.epoch === life.epoch || !again.includes("failed")))
    fail(world, `${id} is sent again though it failed`);
  if (fact.unknown) {
    const asks = reconcile === "truthful" || scenario.kind !== "create";
    if (fact.unknown.epoch === life.epoch || !again.includes("unknown") || !asks)
      fail(world, `${id} is sent again though it is unknown`);
  }
  fact.failed = fact.unknown = undefined;
}

/** With `use` at 0.9, a service that counts strictly has nothing to refuse. */
function countSend(world: World): void {
  const { limit } = world.scenario;
  if (!limit) return;
  const now = world.scheduler.now();
  const inside = [...world.departures.filter((at) => at > now - limit.ms), now];
  world.departures = inside;
  if (inside.length > limit.requests)
    fail(world, `${inside.length} requests in ${limit.ms} ms, of ${limit.requests}`);
}

/** The service applies an input. `order`: of the request */
export function applied(world: World, { id, n }: Row, order: number): void {
  const fact = factOf(world, n);
  fact.applied++;
  const times = (world.appliedBy.get(id) ?? 0) + 1;
  world.appliedBy.set(id, times);
  if (world.scenario.once && times > 1) fail(world, `${id} is created ${times} times`);
  if (fact.failed && order < fact.failed.order)
    fail(world, `${id} is applied after it was said to have failed`);
  if (fact.unsent && order < fact.unsent.order)
    fail(world, `${id} is applied after it was said not to have been sent`);
}

/** Nobody is asked about an input that may still be on its way. */
export function asks(world: World, life: Life, rows: readonly Row[]): void {
  // What it is told is of no use to a process that has lost its run, and does not know yet.
  if (!hasRun(world, life)) return;
  for (const { id, n } of rows)
    if (factOf(world, n).pending > 0) fail(world, `${id} is looked up while it is on its way`);
}

// ---- the journal

/** An error of the store reaches the process. */
export function told(life: Life, error: unknown): void {
  if (error instanceof Error && "taken" in error && error.taken === true) life.told = true;
}

/** Changes have become durable. `before`: the records before them */
export function wrote(world: World, life: Life, changes: Changes, before: Rows): void {
  for (const record of changes.put) {
    const n = world.numbers.get(record.digest);
    if (record.state === "sent") putIntent(world, life, record, before.get(record.key));
    else putOutcome(world, life, record, n);
  }
  for (const key of changes.seen)
    if (life.spec.consumer.by !== "drain" && !life.done.has(key))
      fail(world, `${key} counts as seen though its consumer has not asked for the next one`);
  for (const key of changes.drop) {
    life.intents.delete(key);
    life.refused.delete(key);
    const record = before.get(key);
    if (!record) continue;
    if (record.state !== "sent" && !isRetracted(life, record))
      fail(world, `the journal forgets the outcome of ${key}`);
    const n = world.numbers.get(record.digest);
    if (n === undefined) continue;
    const fact = factOf(world, n);
    fact.failed = fact.unknown = undefined;
    if (fact.applied > 0) fail(world, `the intent of ${key} is taken away though it was applied`);
    fact.unsent = { order: ++world.order, epoch: life.epoch };
  }
}

/** An outcome of an earlier life that does not stand: its input was to be sent again, and was not. */
function isRetracted(
  { spec, epoch, absent }: Life,
  { key, kind, epoch: by }: JournalRecord & { readonly epoch: number },
): boolean {
  if (by === epoch) return false;
  return kind === "failed" ? spec.again.includes(kind) : kind === "unknown" && absent.has(key);
}

function putIntent(
  world: World,
  life: Life,
  { key, digest }: JournalRecord,
  before: (JournalRecord & { readonly epoch: number }) | undefined,
): void {
  life.intents.set(key, { digest, at: world.scheduler.now() });
  life.kept.delete(key);
  world.intended.add(key);
  const isOther = before !== undefined && before.epoch !== life.epoch;
  if (isOther && (before.state === "sent" || before.kind === "unknown")) life.doubtful.add(key);
  const { kind } = before ?? {};
  if (!before || !kind) return;
  if (kind === "ok" || !life.spec.again.includes(kind))
    fail(world, `an intent replaces the outcome of ${key}`);
  // What stood there does not stand any more.
  const n = world.numbers.get(before.digest);
  if (n !== undefined) Object.assign(factOf(world, n), { failed: undefined, unknown: undefined });
}

function putOutcome(
  world: World,
  life: Life,
  { key, kind, state, outcome = "{}" }: JournalRecord,
  n: number | undefined,
): void {
  const wasSent = life.intents.delete(key);
  life.absent.delete(key);
  life.kept.set(key, kind);
  if ((state === "seen") !== (life.spec.consumer.by === "drain"))
    fail(world, `${key} is put as ${state}, by a life that ends with ${life.spec.consumer.by}`);
  const { at, result } = JSON.parse(outcome) as { at?: string; result?: Row };
  // It was refused before sending, as no number. Another one with its key may have been sent.
  if (n === undefined) {
    const isRefused = kind === "failed" && at === "input";
    if (!isRefused && (kind !== "unknown" || !world.intended.has(key)))
      fail(world, `${key} is no input, and ${kind}`);
    return;
  }
  const fact = factOf(world, n);
  const since = { order: ++world.order, epoch: life.epoch };
  if (kind === "ok") {
    if (fact.applied === 0) fail(world, `${key} is ok though it was not applied`);
    if (result?.n !== n) fail(world, `${key} has the result of another input`);
    fact.ok = since;
  }
  if (kind === "failed") {
    if (fact.applied > 0) fail(world, `${key} failed though it was applied`);
    fact.failed = since;
  }
  if (kind === "unknown") {
    if (!wasSent && !fact.sends && !world.intended.has(key))
      fail(world, `${key} is unknown though it was never to be sent`);
    fact.unknown = since;
  }
}

// ---- outcomes

/** A consumer gets an outcome. */
export function gives(world: World, life: Life, outcome: RowOutcome): void {
  const { index, key, kind, source, replayed } = outcome;
  const { given, read, spec } = life;
  world.note(() => `life ${life.number} gets ${key}: ${kind}${replayed ? " again" : ""}`);
  if (given.has(index)) fail(world, `${key} has two outcomes in one life`);
  if (spec.options.order === "source" && [...given.keys()].some((other) => other > index))
    fail(world, `${key} comes in another order than that of the source`);
  if (read[index] !== source || source?.id !== key) fail(world, `${key} has another input`);
  given.set(index, outcome);
  const isKept = kind === "failed" ? !KEYS.includes(outcome.error.category) : kind !== "notSent";
  if (isKept) checkKept(world, life, outcome);
  else if (replayed) fail(world, `${key} is ${kind}, and given again`);
  // Whoever took the run over may have sent it while this one waited for its consumer.
  if (kind !== "notSent" || !hasRun(world, life)) return;
  const fact = factOf(world, source.n);
  if (fact.applied > 0) fail(world, `${key} is notSent though it was applied`);
  const record = rowsOf(world).get(key);
  const isSent = record?.state === "sent" && record.digest === digestIn(world, source);
  if (isSent && hasRun(world, life))
    fail(world, `${key} is notSent, and the journal has an intent`);
  fact.unsent = { order: ++world.order, epoch: life.epoch };
}

/** An outcome is on disk before it is given, and remains what it was. */
function checkKept(world: World, life: Life, outcome: RowOutcome): void {
  const { key, kind, replayed, source } = outcome;
  if (!replayed) {
    // An earlier life sent it, and this one neither does so nor can ask: its intent stays.
    const stays = kind === "unknown" && outcome.sent.attempts === 0;
    if (life.kept.get(key) !== kind && !stays)
      fail(world, `${key} is ${kind} before that is on disk`);
    if (kind === "ok" && outcome.result.n !== source.n) fail(world, `${key} has another result`);
    return;
  }
  if (life.kept.has(key)) fail(world, `${key} is given again by the life that found it out`);
  if (!hasRun(world, life)) return;
  const record = rowsOf(world).get(key);
  const { result, error } = JSON.parse(record?.outcome ?? "{}") as {
    result?: Row;
    error?: { category: string };
  };
  const same =
    record?.kind === kind &&
    record.digest === digestIn(world, source) &&
    (kind !== "ok" || outcome.result.n === result?.n) &&
    (kind !== "failed" || outcome.error.category === error?.category);
  if (!same) fail(world, `${key} is given again as ${kind}, and was ${record?.kind}`);
}

// ---- the end

const KINDS = ["ok", "failed", "unknown", "notSent"] as const;

/** A run has ended with this summary. */
export function sums(world: World, life: Life, summary: Summary): void {
  const { given, read, spec } = life;
  const { skipped } = summary;
  const fails = (what: string) => fail(world, `life ${life.number} ${what}`);
  const sum = KINDS.reduce((all, kind) => all + summary[kind], skipped);
  // What an asynchronous source gives after the end is ignored.
  const late = spec.sourceMs !== undefined && summary.ended !== "complete" ? 1 : 0;
  const isRead = summary.read <= read.length && summary.read >= read.length - late;
  if (summary.read !== sum || !isRead)
    fails(`read ${read.length} inputs; its summary has ${summary.read}, and sums of ${sum}`);
  if (summary.ended === "complete" && read.length !== spec.source.length)
    fails(`is complete after ${read.length} of ${spec.source.length} inputs`);
  if (spec.consumer.by !== "drain" && !life.left) {
    const of = (kind: string) => [...given.values()].filter((each) => each.kind === kind).length;
    for (const kind of KINDS)
      if (of(kind) !== summary[kind]) fails(`gave ${of(kind)} ${kind} of ${summary[kind]}`);
    if (summary.read - given.size !== skipped)
      fails(`skipped ${summary.read - given.size}, and says ${skipped}`);
  }
  if (summary.requests !== life.requests)
    fails(`sent ${life.requests} requests, and says ${summary.requests}`);
  if (spec.calm) checkCalm(world, life, summary);
}

/** Of a run in which nothing fails. */
function checkCalm(world: World, { spec, number }: Life, summary: Summary): void {
  const { scenario, tables } = world;
  const { again, reconcile, source } = spec;
  if (summary.ended !== "complete") fail(world, `life ${number} ended: ${summary.ended}`);
  if (summary.notSent > 0) fail(world, `${summary.notSent} inputs were not sent in calm`);
  const isAsked = scenario.once && reconcile === "truthful" && again.includes("unknown");
  if (isAsked && summary.unknown > 0)
    fail(world, `${summary.unknown} inputs remain unknown, though each was looked up`);
  const { ok, failed, unknown, open } = tables.accountOf(RUN);
  const all = new Set([...source.map(({ id }) => id), ...rowsOf(world).keys()]);
  // The record of another input with its key stays.
  for (const row of source) {
    const { digest, state } = rowsOf(world).get(row.id) ?? {};
    if (state === "sent" && digest === digestIn(world, row))
      fail(world, `${row.id} has an outcome, and the account counts it as open`);
  }
  if (ok + failed + unknown + open !== all.size)
    fail(world, `the account has ${ok + failed + unknown + open} of ${all.size} inputs`);
}

/** A store that fails is called again for two minutes, less the last pause. */
const PATIENCE_MS = 115_000;
/** A process learns within so many milliseconds that another has the run. */
const TAKEN_MS = 5000;

/** It waits for nothing that is slow by itself. */
const isQuick = ({ scenario }: World, { spec }: Life): boolean =>
  scenario.faults.journal === 0 && spec.consumer.ms === 0 && (spec.sourceMs ?? 0) < 1000;

/** A run has ended with an error. */
export function throws(world: World, life: Life, error: unknown): void {
  const fails = (what: string) => fail(world, `life ${life.number} ${what}: ${String(error)}`);
  if (!(error instanceof Error) || error.name !== "JournalError")
    return fails("throws what is no JournalError");
  const taken = "taken" in error && error.taken === true;
  if (taken && hasRun(world, life)) fails("has the run, and is told that it has not");
  const now = world.scheduler.now();
  const waited = [...life.waits.values()].map((since) => now - since);
  if (!taken && Math.max(life.waited, ...waited) < PATIENCE_MS)
    fails("gives a store up that has not answered for so short a time");
  if (taken && isQuick(world, life)) {
    const ms = now - Math.max(life.takenAt ?? now, life.wakesAt);
    if (ms > TAKEN_MS) fails(`ends ${ms} ms after another has opened the run`);
  }
}

export function digestIn({ digests, numbers }: World, { id, n }: Row): string {
  const known = digests.get(n);
  if (known !== undefined) return known;
  const digest = digestOf({ id, n });
  // It is no number, and tells nothing of the input.
  if (Number.isNaN(n)) return digest;
  digests.set(n, digest);
  numbers.set(digest, n);
  return digest;
}
