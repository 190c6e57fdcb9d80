/** A small stateful batch service over real HTTP, in four dialects. It counts what it applied. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One write that took effect. */
export interface Applied {
  readonly id: string;
  readonly value: unknown;
}

/** What happens to a request instead of, or after, its work. */
export type Fault =
  | "none"
  | "resetBefore"
  | "resetAfter"
  | "hangBefore"
  | "hangAfter"
  | "truncated"
  | "html"
  | "empty"
  | "undeclared"
  | "withoutSome"
  | {
      readonly status: number;
      readonly applied?: boolean;
      readonly headers?: Record<string, string>;
      readonly body?: unknown;
    };

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Service {
  readonly url: string;
  readonly received: Received[];
  readonly applied: Applied[];
  /** Asked for each request; default `none`. */
  fault: (request: Received, n: number) => Fault;
  /** Asked for each item: an error category, or undefined to apply it. */
  refuse: (item: Item) => string | undefined;
  /** Called when a request has arrived, before anything else. */
  arrived: (request: Received) => void;
  /** Requests under way. */
  readonly open: () => number;
  close(): Promise<void>;
}

/** An item, whatever its dialect: `n` is what tests know it by. */
export interface Item {
  readonly id: string;
  readonly n: unknown;
  readonly trace: string | undefined;
}

interface Dialect {
  parse(body: unknown, text: string): Item[];
  /** `outcomes` has an error category for each refused item. */
  reply(
    items: readonly Item[],
    outcomes: readonly (string | undefined)[],
    drop: boolean,
  ): { status: number; body: unknown };
  /** One bad item refuses the whole request. */
  readonly atomic?: boolean;
}

interface Input {
  readonly id?: string;
  readonly objectWriteTraceId?: string;
  readonly properties: { readonly n: unknown };
}

let created = 0;

const dialects: Readonly<Record<string, Dialect>> = {
  /** Objects in a wrapper; partial results by trace id; ids in error contexts, several in one. */
  objects: {
    parse: (body) =>
      (body as { inputs: Input[] }).inputs.map((input) => ({
        id: input.id ?? `new${++created}`,
        n: input.properties.n,
        trace: input.objectWriteTraceId,
      })),
    reply(items, outcomes, drop) {
      const results = items
        .filter((_, i) => !outcomes[i])
        .map(({ id, n, trace }, i) => ({
          id,
          properties: { n },
          ...(i % 2 === 0 && trace !== undefined && { objectWriteTraceId: trace }),
        }))
        .reverse();
      const categories = [...new Set(outcomes.filter((each) => each !== undefined))];
      const errors = categories.map((category) => {
        const failed = items.filter((_, i) => outcomes[i] === category);
        const context = failed.every(({ trace }) => trace !== undefined)
          ? { objectWriteTraceId: failed.map(({ trace }) => trace) }
          : { ids: failed.map(({ id }) => id) };
        return { status: "error", category, message: `it is ${category}`, context };
      });
      if (drop) results.shift();
      return {
        status: errors.length ? 207 : 200,
        body: {
          status: "COMPLETE",
          results,
          ...(errors.length && { numErrors: errors.length, errors }),
        },
      };
    },
  },
  /** A bare array, answered in its order, with an error code in each element. */
  messages: {
    parse: (body) =>
      (body as { To: string; n: unknown }[]).map(({ To, n }) => ({ id: To, n, trace: undefined })),
    reply: (items, outcomes, drop) => ({
      status: 200,
      body: items
        .map(({ id }, i) =>
          outcomes[i]
            ? { ErrorCode: 406, Message: outcomes[i] }
            : { ErrorCode: 0, MessageID: `m-${id}` },
        )
        .slice(drop ? 1 : 0),
    }),
  },
  /** A map, answered by its keys, which are idempotency keys. */
  customers: {
    parse: (body) =>
      Object.entries(
        (body as { customers: Record<string, { given: string; n: unknown }> }).customers,
      ).map(([key, { given, n }]) => ({ id: given, n, trace: key })),
    reply: (items, outcomes, drop) => ({
      status: 200,
      body: {
        responses: Object.fromEntries(
          items
            .map(({ id, trace = "" }, i) => [
              trace,
              outcomes[i]
                ? { errors: [{ category: outcomes[i], code: outcomes[i], detail: "no" }] }
                : { customer: { given: id } },
            ])
            .slice(drop ? 1 : 0),
        ),
      },
    }),
  },
  /** Line pairs, answered in order, each result in a wrapper; one action has no source line. */
  lines: {
    parse(_, text) {
      const lines = text
        .split("\n")
        .filter(Boolean)
        .map((line): Record<string, unknown> => JSON.parse(line) as Record<string, unknown>);
      const items: Item[] = [];
      for (let i = 0; i < lines.length; i++) {
        const [action = "", about] = Object.entries(lines[i] ?? {})[0] ?? [];
        const { _id } = about as { _id: string };
        items.push({
          id: _id,
          n: action === "delete" ? "deleted" : lines[++i]?.["n"],
          trace: undefined,
        });
      }
      return items;
    },
    reply: (items, outcomes, drop) => ({
      status: 200,
      body: {
        errors: outcomes.some(Boolean),
        items: items
          .map(({ id }, i) => ({
            index:
              outcomes[i] === "busy"
                ? { _id: id, status: 429, error: { type: "busy", reason: "later" } }
                : outcomes[i]
                  ? { _id: id, status: 400, error: { type: outcomes[i], reason: "no" } }
                  : { _id: id, status: 201 },
          }))
          .slice(drop ? 1 : 0),
      },
    }),
  },
};

export async function serve(): Promise<Service> {
  let open = 0;
  const seenKeys = new Set<string>();
  const service: Service = {
    url: "",
    received: [],
    applied: [],
    fault: () => "none",
    refuse: () => undefined,
    arrived: () => undefined,
    open: () => open,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  const server = createServer((request, response) => {
    open++;
    response.on("close", () => open--);
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => (body += part));
    request.on("end", () => {
      const received = {
        method: request.method ?? "",
        url: request.url ?? "",
        headers: request.headers,
        body,
      };
      service.received.push(received);
      service.arrived(received);
      answer(received, response);
    });
  });

  function answer(received: Received, response: ServerResponse): void {
    const fault = service.fault(received, service.received.length);
    const send = (status: number, value: unknown, headers: Record<string, string> = {}) => {
      response.writeHead(status, {
        "content-type": "application/json",
        "x-request-id": `r${service.received.length}`,
        ...headers,
      });
      response.end(
        value === undefined ? undefined : typeof value === "string" ? value : JSON.stringify(value),
      );
    };
    if (fault === "resetBefore") return void response.destroy();
    if (fault === "hangBefore") return;
    if (typeof fault === "object" && !fault.applied)
      return send(
        fault.status,
        fault.body ?? { category: "FAULT", message: "a fault" },
        fault.headers,
      );

    const [, name = "", verb] = received.url.split(/[/?]/);
    const dialect = dialects[name];
    if (!dialect) return send(404, { message: "no such dialect" });
    let items: Item[];
    try {
      items = dialect.parse(
        name === "lines" ? undefined : JSON.parse(received.body),
        received.body,
      );
    } catch {
      return send(400, { category: "MALFORMED", message: "not what was expected" });
    }
    if (verb !== "create" && name === "objects") {
      const twice = items.filter(({ id }, i) => items.findIndex((each) => each.id === id) !== i);
      if (twice.length)
        return send(400, {
          category: "VALIDATION_ERROR",
          message: `Duplicate IDs found in batch input: [${twice.map(({ id }) => id).join()}]`,
        });
    }
    const outcomes = items.map((item) => service.refuse(item));
    // Without trace ids, one bad record refuses everything.
    if (
      name === "objects" &&
      outcomes.some(Boolean) &&
      items.some(({ trace }) => trace === undefined)
    )
      return send(400, { category: "VALIDATION_ERROR", message: "one of them is bad" });
    items.forEach((item, i) => {
      if (outcomes[i]) return;
      if (name === "customers" && seenKeys.has(item.trace ?? "")) return;
      seenKeys.add(item.trace ?? "");
      service.applied.push({ id: item.id, value: item.n });
    });
    if (fault === "resetAfter") return void response.destroy();
    if (fault === "hangAfter") return;
    if (typeof fault === "object")
      return send(fault.status, fault.body ?? { message: "a fault" }, fault.headers);
    if (verb === "archive") return send(204, undefined);
    const { status, body } = dialect.reply(items, outcomes, fault === "withoutSome");
    if (fault === "truncated") {
      const text = JSON.stringify(body);
      response.writeHead(status, { "content-length": String(text.length) });
      response.write(text.slice(0, text.length / 2), () => response.destroy());
    } else if (fault === "html") send(200, "<html>a gateway</html>");
    else if (fault === "empty") send(200, undefined);
    else send(fault === "undeclared" ? 203 : status, body);
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(service, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
}
