/** `listen`: serves a `Service` over HTTP. */
import type { Server } from "node:http";
import { serve, type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { bounds } from "../base/bounds.js";
import type { IncomingRequest } from "./request/read-request.js";
import type { Ending } from "./faults/connection.js";
import { isLocal } from "./local.js";
import type { Service } from "./service.js";

export interface Listening {
  readonly port: number;
  /** Breaks open connections, and resolves when the port is free again. */
  close(): Promise<void>;
}

/** @throws The system's error, such as `EADDRINUSE`. */
export async function listen(
  service: Service,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<Listening> {
  const closing = new AbortController();
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(async (c, next) => {
    const given = { host: c.req.header("host"), origin: c.req.header("origin") };
    if (isLocal(given, host)) return next();
    return c.json({ message: "The emulator answers this machine only: see Host and Origin." }, 403);
  });
  const { most, of } = bounds.requestBytes;
  app.use(
    bodyLimit({
      maxSize: most,
      onError: (c) => c.json({ message: `The bound is ${most} ${of}.` }, 413),
    }),
  );
  app.get("/__emulator/stats", (c) =>
    c.json(service.stats({ keys: c.req.query("keys") === "true" })),
  );
  app.post("/__emulator/reset", (c) => {
    service.reset();
    return c.body(null, 204);
  });
  app.all("*", async (c) => {
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const url = new URL(c.req.url);
    const incoming: IncomingRequest = {
      method: c.req.method,
      path: url.pathname,
      query: url.searchParams,
      header: (name) => c.req.header(name),
      text: new TextDecoder().decode(bytes),
      bytes: bytes.length,
    };
    const ending = await service.handle(incoming, closing.signal);
    await finish(ending, c.env, closing.signal);
    return RESPONSE_ALREADY_SENT;
  });
  // a callback of the user throws, or the emulator has a defect: the client gets the message, and the server goes on
  app.onError((error, c) => c.json({ message: `The emulator failed: ${error.message}` }, 500));
  const { promise, resolve, reject } = withResolvers<number>();
  // without options for TLS or HTTP/2, `serve` returns a server of node:http
  const server = serve({ fetch: app.fetch, port, hostname: host }, ({ port }) =>
    resolve(port),
  ) as Server;
  server.once("error", reject);
  return {
    port: await promise,
    async close() {
      closing.abort();
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Writes to the socket itself: a framework would repair a broken reply. */
async function finish(
  ending: Ending,
  { outgoing }: HttpBindings,
  signal: AbortSignal,
): Promise<void> {
  const { socket } = outgoing;
  if (outgoing.destroyed || socket?.destroyed) return;
  if (ending.kind === "reset") {
    if (socket && "resetAndDestroy" in socket) socket.resetAndDestroy();
    else outgoing.destroy();
    return;
  }
  if (ending.kind === "silence") {
    await new Promise<void>((resolve) => {
      outgoing.once("close", resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    return;
  }
  const { status, headers, body } = ending.reply;
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const length =
    bytes === undefined && status === 204 ? {} : { "content-length": bytes?.length ?? 0 };
  outgoing.writeHead(status, { ...headers, ...length });
  if (ending.kind === "reply" || bytes === undefined) {
    outgoing.end(bytes);
    return;
  }
  // the connection ends after the first half is sent
  outgoing.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => outgoing.destroy());
}

function withResolvers<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
