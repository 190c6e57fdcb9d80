/** `drawScenario`: what happens in one simulation, as data that follows from its seed. */
import { makeKey } from "../../../generator/runtime/encode/make-key.js";
import {
  endpoint,
  type Endpoint,
  type Reply,
} from "../../../generator/runtime/endpoint/endpoint.js";
import type { Operation } from "../../../generator/runtime/endpoint/operation.js";
import type { CommonRunOptions } from "../../../generator/runtime/run/run-options.js";
import type { Limit } from "../rate-servers.js";
import { drawFrom, type Draw } from "./draw.js";

/** An input. */
export interface Row {
  /** The caller's key. */
  readonly id: string;
  /** No other input has it, even under the same key: it tells what the service applied. NaN: the input is refused. */
  readonly n: number;
  /** The idempotency key of the item, which the runtime fills in. */
  readonly idem?: string;
}
type Rows = Endpoint<{ kind: "create"; input: Row; result: Row; reply: Reply }>;

const kinds = [
  "create",
  "update",
  "upsert",
  "create with a key",
  "create with a key in each item",
] as const;

/** Where a process dies or stands still: at so many events, calls of something outside of it, or intents on disk. */
export interface Point {
  readonly at: "event" | "call" | "intent";
  readonly count: number;
}

/** One process, from its start to its end or death. */
export interface LifeSpec {
  /** It begins so long after the end of the one before; or while that one runs, after so many events, or stands still. */
  readonly begins: { readonly afterMs: number } | { readonly afterEvents: number };
  readonly source: readonly Row[];
  /** The time that the source takes for an input, in milliseconds; undefined: it is synchronous. */
  readonly sourceMs: number | undefined;
  readonly options: Required<Pick<CommonRunOptions<Row>, "concurrency" | "order">> &
    Pick<CommonRunOptions<Row>, "budget"> & { readonly chunkSize: number };
  readonly again: readonly ("failed" | "unknown")[];
  readonly reconcile: "none" | "truthful" | "undecided" | "throws" | "too few";
  readonly consumer: {
    readonly by: "loop" | "batches" | "drain" | "collect";
    /** It leaves the loop with this outcome, by an exception or not. */
    readonly leavesAt?: number;
    readonly throws: boolean;
    /** The longest time that it takes for an outcome, in milliseconds. */
    readonly ms: number;
  };
  readonly abortsAtMs?: number;
  readonly dies?: Point;
  readonly stops?: Point & { readonly ms: number };
  /** From its start on nothing fails, so what is promised of a whole run has to be so. */
  readonly calm: boolean;
}

export interface Scenario {
  readonly seed: number;
  readonly kind: (typeof kinds)[number];
  /** No create may happen twice. */
  readonly once: boolean;
  readonly endpoint: Rows;
  /** How long the service knows an idempotency key. */
  readonly validMs: number | undefined;
  readonly timeoutMs: number;
  readonly maxWaitMs: number;
  /** One refused input makes the service refuse the request. */
  readonly atomic: boolean;
  /** The `n` of inputs that the service refuses. */
  readonly refused: ReadonlySet<number>;
  /** All processes share it. */
  readonly limit: Limit | undefined;
  /** The parts of calls that go wrong. */
  readonly faults: {
    readonly service: number;
    /** Requests that are on their way for long. */
    readonly network: number;
    readonly journal: number;
    readonly limiter: number;
  };
  readonly lives: readonly LifeSpec[];
  /** The journal's store loses what was written of late when a run is opened, which no store may do. */
  readonly forgets: boolean;
}

/** Versions of the input with one key: `n` is its number times this, plus the version. */
const VERSIONS = 10;

export function drawScenario(seed: number): Omit<Scenario, "forgets"> {
  const draw = drawFrom(seed, 0);
  const kind = draw.pick(kinds);
  const atomic = draw.chance(0.2);
  const validMs = draw.pick([undefined, 5000, 60_000, 86_400_000]);
  const keys = draw.scale(1, draw.chance(0.1) ? 60 : 14);
  const limited = draw.chance(0.2);
  const refused = new Set<number>();
  const isRefusing = draw.chance(0.4);
  for (let n = 0; isRefusing && n < keys * VERSIONS; n++) if (draw.chance(0.1)) refused.add(n);
  const lives = drawLives(draw, keys, limited ? draw.int(1, 2) : draw.int(1, 4), limited, validMs);
  const slots = lives.reduce((sum, { options }) => sum + options.concurrency, 0);
  return {
    ...{ seed, kind, atomic, refused, lives },
    validMs: kind.startsWith("create with") ? validMs : undefined,
    once: kind.startsWith("create"),
    endpoint: endpointOf(kind, atomic, validMs),
    timeoutMs: draw.pick([500, 2000, 20_000]),
    maxWaitMs: draw.pick([20_000, 120_000, 900_000]),
    // Places that were taken in time may be used later, by each of the requests at once.
    limit: limited ? { requests: slots * 10, ms: 10_000 } : undefined,
    faults: {
      service: draw.pick([0, 0.05, 0.2, 0.5]),
      network: draw.pick([0, 0.05, 0.4]),
      journal: draw.pick([0, 0, 0.02, 0.1, 0.3]),
      limiter: draw.pick([0, 0.05, 0.3]),
    },
  };
}

function endpointOf(kind: Scenario["kind"], atomic: boolean, validMs: number | undefined): Rows {
  const operation: Operation = {
    ...{ name: "rows.write", service: { baseUrl: "https://api.example" } },
    ...{
      method: "POST",
      path: "/rows",
      kind: kind === "update" || kind === "upsert" ? kind : "create",
    },
    ...{ items: { at: "/inputs" }, limit: { items: 10 }, results: { at: "/results" } },
    errors: { at: "/errors", retry: [{ at: "/category", in: ["BUSY"] }] },
    match: [{ by: "value", request: "/n", result: "/n", error: "/n" }],
    statuses: { rejected: [423], wholeBatch: [400] },
    ...(!atomic && { mode: "independent" }),
    replies: [200, 207],
  };
  const valid = validMs !== undefined && { validMs };
  if (kind === "create with a key")
    return endpoint<Rows>(
      { ...operation, retry: { key: { in: "header", name: "Idempotency-Key", ...valid } } },
      { makeKey },
    );
  if (kind === "create with a key in each item")
    return endpoint<Rows>(
      { ...operation, retry: { key: { in: "item", name: "/idem", ...valid } } },
      { makeKey },
    );
  return endpoint<Rows>(operation);
}

function drawLives(
  draw: Draw,
  keys: number,
  count: number,
  limited: boolean,
  validMs: number | undefined,
): LifeSpec[] {
  const versions = Array.from({ length: keys }, () => 0);
  const isAdding = draw.chance(0.2);
  return Array.from({ length: count }, (_, i) => {
    const isLast = i === count - 1;
    const calm = isLast && draw.chance(0.7);
    const gaps = [0, 10, 1000, 29_000, 40_000, 100_000, (validMs ?? 0) + 1000];
    // Inputs of a later day come to those that there were.
    const most = isAdding && !isLast ? Math.ceil((keys * (i + 1)) / count) : keys;
    return {
      begins:
        draw.chance(0.3) && !calm
          ? { afterEvents: draw.scale(1, 200) }
          : { afterMs: draw.pick(gaps) },
      source: drawSource(draw, versions, most, calm),
      sourceMs: draw.chance(0.3) ? draw.pick([0, 5, 400, 3000]) : undefined,
      options: {
        chunkSize: limited ? draw.int(1, 2) : draw.int(1, 6),
        concurrency: limited ? draw.int(1, 2) : draw.int(1, 4),
        order: draw.pick(["completion", "source"]),
        ...(!calm && draw.chance(0.05) && { budget: { requests: draw.int(1, 6) } }),
      },
      again: draw.pick([[], [], ["failed"], ["unknown"], ["failed", "unknown"]]),
      reconcile: draw.pick(
        calm
          ? (["none", "truthful", "truthful"] as const)
          : (["none", "none", "truthful", "truthful", "undecided", "throws", "too few"] as const),
      ),
      consumer: drawConsumer(draw, keys, calm),
      ...(!calm && draw.chance(0.1) && { abortsAtMs: draw.scale(1, 60_000) }),
      ...(!isLast && draw.chance(0.6) && { dies: drawPoint(draw) }),
      ...(!calm &&
        draw.chance(0.25) && {
          stops: { ...drawPoint(draw), ms: draw.pick([1000, 29_000, 31_000, 120_000, 300_000]) },
        }),
      calm,
    };
  });
}

function drawPoint(draw: Draw): Point {
  const at = draw.pick(["event", "event", "call", "call", "intent"] as const);
  return { at, count: draw.scale(1, at === "intent" ? 10 : 200) };
}

function drawConsumer(draw: Draw, keys: number, calm: boolean): LifeSpec["consumer"] {
  return {
    by: draw.pick(["loop", "loop", "batches", "drain", "collect"]),
    ...(!calm && draw.chance(0.1) && { leavesAt: draw.int(1, keys) }),
    throws: draw.chance(0.5),
    ms: draw.chance(0.2) ? draw.pick([10, 1000, 40_000]) : 0,
  };
}

/** `versions` are those of the life before: what is changed remains so. */
function drawSource(draw: Draw, versions: number[], keys: number, calm: boolean): readonly Row[] {
  const [changing, dropping, shuffling, doubling, breaking] = [0.1, 0.1, 0.1, 0.1, 0.05].map(
    (part) => draw.chance(part),
  );
  let rows: Row[] = [];
  const doubled = new Set<number>();
  for (let i = 0; i < keys; i++) {
    if (changing && draw.chance(0.3)) versions[i] = Math.min(VERSIONS - 2, (versions[i] ?? 0) + 1);
    if (dropping && !calm && draw.chance(0.3)) continue;
    const n = breaking && draw.chance(0.1) ? NaN : i * VERSIONS + (versions[i] ?? 0);
    rows.push({ id: `r${i}`, n });
    // Another input with the key of an earlier one.
    if (doubling && draw.chance(0.2)) {
      const first = draw.int(0, i);
      if (!doubled.has(first)) rows.push({ id: `r${first}`, n: first * VERSIONS + VERSIONS - 1 });
      doubled.add(first);
    }
  }
  if (shuffling)
    rows = rows
      .map((row) => ({ row, at: draw.next() }))
      .sort((one, other) => one.at - other.at)
      .map(({ row }) => row);
  return rows;
}
