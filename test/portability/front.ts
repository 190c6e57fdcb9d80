/** What a browser needs in front of the emulator: one origin for the page, the package and the service. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve, sep } from "node:path";

const here = import.meta.dirname;
const types: Readonly<Record<string, string>> = { js: "text/javascript", html: "text/html" };

export interface Front {
  readonly url: string;
  /** What the page has to tell. */
  readonly report: Promise<unknown>;
  close(): Promise<void>;
}

export async function front(service: string, packageFolder: string): Promise<Front> {
  let tell: (report: unknown) => void = () => undefined;
  const report = new Promise<unknown>((done) => {
    tell = done;
  });
  const fileFor = (path: string): string | undefined => {
    if (path === "/" || path === "/page.html") return join(here, "page.html");
    if (path === "/short-run.js") return join(here, "short-run.js");
    const file = resolve(packageFolder, `.${path.replace(/^\/package/, "")}`);
    return path.startsWith("/package/") && file.startsWith(packageFolder + sep) ? file : undefined;
  };
  const server = createServer((incoming, outgoing) => {
    const { pathname } = new URL(incoming.url ?? "/", "http://front");
    if (pathname === "/report") {
      let text = "";
      incoming.setEncoding("utf8").on("data", (part: string) => (text += part));
      incoming.on("end", () => {
        outgoing.end();
        tell(JSON.parse(text));
      });
      return;
    }
    const file = fileFor(pathname);
    if (file !== undefined) {
      readFile(file).then(
        (bytes) => {
          outgoing.setHeader("content-type", types[file.split(".").at(-1) ?? ""] ?? "text/plain");
          outgoing.end(bytes);
        },
        () => outgoing.writeHead(404).end(),
      );
      return;
    }
    // Handed on as it is, broken connections included.
    const onward = send(
      service + (incoming.url ?? ""),
      { method: incoming.method, headers: incoming.headers, agent: false },
      (reply) => {
        // Browsers send a request again by themselves where a used connection breaks (docs/portability.md).
        outgoing.writeHead(reply.statusCode ?? 502, { ...reply.headers, connection: "close" });
        reply.on("error", () => outgoing.destroy()).pipe(outgoing);
      },
    );
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    report,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
