/** `service`: what the requests of a simulation go to. It keeps state, loses replies, and fails as services do. */
import { onAbort } from "../../../generator/runtime/send/clock.js";
import { applied, refuses, sends } from "./promises.js";
import type { Row } from "./scenario.js";
import { factOf, leaves, never, type Life, type World } from "./world.js";

/** What becomes of a request: its work, all of it, a part of it or none, and its reply. */
interface Fate {
  readonly work: "all" | "some" | "none";
  readonly reply:
    | "true"
    | "unreachable"
    | "reset"
    | "hangs"
    | "cut"
    | "leaves one out"
    | "tells of half"
    | number;
  readonly retryAfter?: number;
}

const GOOD: Fate = { work: "all", reply: "true" };
const fates: readonly Fate[] = [
  { work: "none", reply: "unreachable" },
  { work: "none", reply: 429 },
  { work: "none", reply: 429, retryAfter: 0 },
  { work: "none", reply: 429, retryAfter: 3 },
  { work: "none", reply: 429, retryAfter: 90 },
  { work: "none", reply: 423 },
  { work: "none", reply: 423, retryAfter: 2 },
  { work: "none", reply: 503 },
  { work: "some", reply: 503 },
  { work: "all", reply: 503 },
  { work: "all", reply: 503, retryAfter: 70 },
  { work: "all", reply: 504 },
  { work: "none", reply: 422 },
  { work: "none", reply: 413 },
  { work: "none", reply: "reset" },
  { work: "some", reply: "reset" },
  { work: "all", reply: "reset" },
  { work: "none", reply: "hangs" },
  { work: "all", reply: "hangs" },
  { work: "all", reply: "cut" },
  { work: "all", reply: "leaves one out" },
  { work: "all", reply: "tells of half" },
];

/** It proves that nothing was done, and its request is sent again later. */
const isRefusal = ({ work, reply }: Fate): boolean =>
  work === "none" && (reply === 429 || reply === 423 || reply === "unreachable");

interface Sent {
  readonly life: Life;
  readonly rows: readonly Row[];
  readonly key: string | undefined;
  /** Its place among all facts. */
  readonly order: number;
}

interface Reply {
  readonly status: number;
  readonly body: { readonly results: readonly Row[]; readonly errors?: readonly object[] };
}

export interface SimulatedService {
  fetch(life: Life, init: RequestInit): Promise<Response>;
  /** The inputs that were applied last under these keys. */
  lookUp(ids: readonly string[]): readonly (Row | undefined)[];
}

interface ServiceState {
  readonly world: World;
  /** By the caller's key of the input. */
  readonly rows: Map<string, Row>;
  /** What was answered to idempotency keys of requests. */
  readonly replies: Map<
    string,
    { readonly reply: Reply; readonly at: number; readonly of: string }
  >;
  /** When an idempotency key of an item came first. */
  readonly items: Map<string, number>;
}

export function service(world: World): SimulatedService {
  const state: ServiceState = {
    ...{ world, rows: new Map(), replies: new Map(), items: new Map() },
  };
  return {
    fetch: (life, init) => receive(state, life, init),
    lookUp: (ids) => ids.map((id) => state.rows.get(id)),
  };
}

function receive(state: ServiceState, life: Life, init: RequestInit): Promise<Response> {
  const { world } = state;
  const { scheduler, scenario, draws, calm } = world;
  const draw = draws.service;
  const { inputs: rows } = JSON.parse(init.body as string) as { inputs: Row[] };
  if (!leaves(world, life, () => `sends ${names(rows)}`)) return never();
  const key = new Headers(init.headers).get("idempotency-key") ?? undefined;
  const sent: Sent = { life, rows, key, order: sends(world, life, rows) };
  const fate = !calm && draw.chance(scenario.faults.service) ? draw.pick(fates) : GOOD;
  const { timeoutMs } = scenario;
  // A request is on its way no longer than its timeout.
  const slow = !calm && draw.chance(scenario.faults.network);
  const there = slow ? draw.int(1, timeoutMs - 1) : draw.int(1, 40);
  const back = slow ? draw.int(1, timeoutMs) : draw.int(1, 40);
  for (const { n } of rows) factOf(world, n).pending++;
  if (!isRefusal(fate)) for (const { id } of rows) life.doubtful.add(id);
  let isClosed = false;
  let reply: Reply | undefined;
  scheduler.after(there, undefined, () => {
    for (const { n } of rows) factOf(world, n).pending--;
    // Whoever is gone before it arrives may take it along.
    if ((isClosed || !life.alive) && draw.chance(0.5)) return;
    reply = work(state, sent, fate);
    world.note(() => `  ${names(rows)}: ${fate.work} of it done, reply: ${fate.reply}`);
  });
  return new Promise((resolve, reject) => {
    const { signal } = init;
    const forget = signal
      ? onAbort(signal, () => {
          isClosed = true;
          // Nobody hears of its reply.
          for (const { id } of rows) life.doubtful.add(id);
          reject(signal.reason as Error);
        })
      : () => undefined;
    if (fate.reply === "hangs") return;
    scheduler.after(there + back, life, () => {
      forget();
      if (isRefusal(fate) && !isClosed) refuses(world, life, rows);
      answer(fate, reply, resolve, reject);
    });
  });
}

function answer(
  { reply: how, retryAfter }: Fate,
  reply: Reply | undefined,
  resolve: (response: Response) => void,
  reject: (error: Error) => void,
): void {
  const failed = (syscall: string, code: string) =>
    reject(Object.assign(new TypeError("fetch failed"), { cause: { syscall, code } }));
  if (how === "unreachable") return failed("connect", "ECONNREFUSED");
  if (how === "reset" || (!reply && typeof how !== "number")) return failed("read", "ECONNRESET");
  if (typeof how === "number") {
    const headers = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
    return resolve(responseOf(how, '{"message":"no"}', headers));
  }
  const { status, body } = reply ?? { status: 500, body: { results: [] } };
  const { results } = body;
  const told = how === "leaves one out" ? results.slice(1) : results.slice(0, results.length / 2);
  const isWhole = how === "true" || how === "cut";
  const text = JSON.stringify(isWhole ? body : { ...body, results: told });
  // A gateway that ends a reply too early may do so with a status of its own.
  const shown = how === "tells of half" ? 503 : status;
  resolve(responseOf(shown, how === "cut" ? text.slice(0, text.length / 2) : text));
}

/** What the runtime uses of a response: the platform's costs a simulation half of its time. */
function responseOf(status: number, text: string, headers: Record<string, string> = {}): Response {
  const parts = [new TextEncoder().encode(text)];
  const read = () => {
    const value = parts.shift();
    return Promise.resolve({ done: !value, value });
  };
  const response = {
    ...{ status, ok: status < 300, headers: new Headers(headers) },
    body: { getReader: () => ({ read, cancel: () => Promise.resolve() }) },
  };
  return response as unknown as Response;
}

/** Does the work of a request, or finds that it is done already. */
function work(state: ServiceState, sent: Sent, fate: Fate): Reply | undefined {
  const { world, replies } = state;
  const { scheduler, scenario } = world;
  const { rows, key } = sent;
  if (fate.work === "none") return undefined;
  const of = JSON.stringify(rows);
  const known = key === undefined ? undefined : replies.get(key);
  if (known && isKnown(world, known.at)) {
    if (known.of === of) return known.reply;
    world.broken ??= `${names(rows)} has the idempotency key of another request`;
  }
  const refused = rows.filter(({ n }) => scenario.refused.has(n));
  if (scenario.atomic && refused.length > 0) {
    const errors = refused.map(({ n }) => ({ n, category: "BAD", message: "it is bad" }));
    return remember({ status: 400, body: { results: [], errors } });
  }
  const errors: object[] = refused.map(({ n }) => ({ n, category: "BAD", message: "it is bad" }));
  const results: Row[] = [];
  for (const row of rows) {
    if (refused.includes(row)) continue;
    // With a key, a service does all of it or nothing.
    const isLeftOut = fate.work === "some" && key === undefined && draw(world).chance(0.5);
    const isBusy = isLeftOut || (!world.calm && draw(world).chance(scenario.faults.service / 10));
    if (isBusy) errors.push({ n: row.n, category: "BUSY", message: "later" });
    else results.push(apply(state, sent, row));
  }
  return remember({
    status: errors.length > 0 ? 207 : 200,
    body: { results, ...(errors.length > 0 && { errors }) },
  });

  function remember(reply: Reply): Reply {
    if (key !== undefined) replies.set(key, { reply, at: scheduler.now(), of });
    return reply;
  }
}

const draw = ({ draws }: World) => draws.service;

/** A key is known for as long as the service says, and a little longer. */
const isKnown = ({ scheduler, scenario }: World, at: number): boolean =>
  scheduler.now() - at <= (scenario.validMs ?? Infinity) + scenario.timeoutMs;

function apply({ world, rows, items }: ServiceState, { order }: Sent, row: Row): Row {
  const { id, n, idem } = row;
  const since = idem === undefined ? undefined : items.get(idem);
  if (since === undefined || !isKnown(world, since)) {
    if (idem !== undefined) items.set(idem, world.scheduler.now());
    rows.set(id, { id, n });
    applied(world, row, order);
  }
  return { id, n };
}

const names = (rows: readonly Row[]): string =>
  rows.map(({ id, n }) => `${id}#${n % 10}`).join(" ");
