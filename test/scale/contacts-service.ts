/**
 * A process of `many-workers.ts`: contacts as HubSpot's batch endpoints have them, at most 190 requests in any 10 seconds.
 * It counts how often it created each, refuses an address without `@`, loses some replies, and takes its time.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { seeded } from "../runtime/kit.js";
import { servers } from "../runtime/rate-servers.js";

export interface Asked {
  /** Whether it shall say how often each address was created, too. */
  readonly all?: boolean;
  /** From now on, it loses no replies. */
  readonly losesNone?: boolean;
}

export interface Told {
  readonly created: number;
  readonly requests: number;
  /** Requests over the limit. */
  readonly refused: number;
  /** Inputs of creates whose replies were lost. */
  readonly lost: number;
  /** By address. */
  readonly times: readonly (readonly [email: string, times: number])[];
}

interface Input {
  readonly id?: string;
  readonly properties?: { readonly email: string };
  readonly objectWriteTraceId?: string;
}

const [, , seed = "1", loses = "0", ms = "0"] = process.argv;
let losesAny = true;
const random = seeded(Number(seed));
const isFree = servers["a sliding window"]({ requests: 190, ms: 10_000 });
const times = new Map<string, number>();
const told = { requests: 0, refused: 0, lost: 0 };
const stamp = "2026-01-31T09:30:00Z";

const record = (email: string, more: object = {}) => ({
  ...{ id: email, properties: { email }, createdAt: stamp, updatedAt: stamp, archived: false },
  ...more,
});
const error = (category: string, context: object) => ({
  ...{ status: "error", category, message: "it is refused", context },
});

function create({ properties: { email } = { email: "" }, objectWriteTraceId }: Input) {
  const trace = { objectWriteTraceId };
  if (!email.includes("@"))
    return error("VALIDATION_ERROR", { objectWriteTraceId: [objectWriteTraceId] });
  times.set(email, (times.get(email) ?? 0) + 1);
  return record(email, trace);
}

const read = ({ id = "" }: Input) =>
  times.has(id) ? record(id) : error("OBJECT_NOT_FOUND", { ids: [id] });

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    told.requests++;
    if (!isFree(performance.now())) {
      told.refused++;
      return void response.writeHead(429, { "retry-after": "1" }).end();
    }
    const { inputs } = JSON.parse(Buffer.concat(parts).toString()) as { inputs: Input[] };
    const isRead = request.url?.endsWith("/read") === true;
    const all = inputs.map(isRead ? read : create);
    const errors = all.filter((each) => "category" in each);
    const results = all.filter((each) => !("category" in each));
    const body = { status: "COMPLETE", results, startedAt: stamp, completedAt: stamp };
    void sleep(Number(ms) * (0.5 + random())).then(() => {
      if (losesAny && !isRead && random() < Number(loses)) {
        told.lost += inputs.length;
        return void request.socket.destroy();
      }
      const status = errors.length > 0 ? 207 : isRead ? 200 : 201;
      response.writeHead(status, { "content-type": "application/json" });
      const more = errors.length > 0 && { errors, numErrors: errors.length };
      response.end(JSON.stringify({ ...body, ...more }));
    });
  });
});
server.listen(0, "127.0.0.1", () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.on("message", ({ all, losesNone }: Asked) => {
  if (losesNone) losesAny = false;
  const answer: Told = { ...told, created: times.size, times: all ? [...times] : [] };
  process.send?.(answer);
});
process.on("disconnect", () => process.exit());
