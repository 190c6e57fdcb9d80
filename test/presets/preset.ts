/**
 * What the proofs of presets share: `presets`, all of them with their reply cards; `packageOf`, a package generated with
 * one; and `play`, a card against a plain server, which knows nothing of `x-batch`.
 */
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { parse } from "yaml";
import { generate, type Generated, type GenerateOptions } from "../../generator/build/generate.js";
import { filesOf, load, type Files } from "../emit/compile.js";

export const folder = join(import.meta.dirname, "../../presets");

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A reply of a service, as its documentation has it, in its minimum; and what it proves. */
export interface Card {
  readonly operation: string;
  /** Where the form of the replies is from. */
  readonly source: { readonly url: string; readonly how: string; readonly date: string };
  /** One input; `{i}` in its texts is its number. */
  readonly item: Json;
  readonly inputs: number;
  readonly params?: Readonly<Record<string, Json>>;
  /** What the first request is on the wire: its target, some of its headers, and its body, as text or as JSON. */
  readonly request: {
    readonly url: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: Json;
  };
  readonly replies: readonly {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: Json;
  }[];
  /** False: the emulator cannot play this service, for the reason that the card gives. */
  readonly emulated?: false;
  /** The outcome of each input. */
  readonly want: readonly string[];
}

export interface PresetFolder {
  readonly name: string;
  readonly cards: Readonly<Record<string, Card>>;
}

export const presets: readonly PresetFolder[] = readdirSync(folder).map((name) => {
  const replies = join(folder, name, "replies");
  const files = existsSync(replies) ? readdirSync(replies) : [];
  const cards = files.map((file) => [
    file.replace(/\.yaml$/, ""),
    parse(readFileSync(join(replies, file), "utf8")) as Card, // our own files
  ]);
  return { name, cards: Object.fromEntries(cards) as Record<string, Card> };
});

export interface PresetPackage {
  readonly generated: Generated;
  readonly files: Files;
  /** The functions of the package, by the method and path of their operation. */
  readonly endpoints: ReadonlyMap<string, unknown>;
  readonly createClient: (options: object) => Client;
}

interface Client {
  run(
    endpoint: unknown,
    inputs: readonly Json[],
    options: object,
  ): { collect(): Promise<readonly Outcome[]> };
}

export interface Outcome {
  readonly kind: string;
  readonly index: number;
  readonly reason?: string;
}

/** Generates from documents with a preset, and loads the package. */
export async function packageOf(
  preset: string,
  { paths, cwd = folder, ...more }: GenerateOptions = {},
): Promise<PresetPackage> {
  const generated = await generate({
    cwd,
    paths: paths ?? [join(folder, preset, "document.yaml")],
    presets: [preset],
    output: "nowhere",
    name: "package",
    format: false,
    ...more,
  });
  const files = new Map(filesOf(generated));
  const recognised = generated.rows.filter((row) => row.recognised && row.name !== undefined);
  const modules = [...new Set(recognised.map(({ name = "" }) => moduleOf(name)))];
  const lines = modules.map((module, i) => `export * as m${i} from "./${module}.js";`);
  files.set("src/all.ts", `export { createClient } from "./index.js";\n${lines.join("\n")}`);
  // The exports are those that were just written.
  const loaded = (await load(files, "src/all")) as Record<string, Record<string, unknown>> &
    Pick<PresetPackage, "createClient">;
  const endpoints = new Map(
    recognised.map(({ name = "", method, path }) => [
      `${method.toUpperCase()} ${path}`,
      loaded[`m${modules.indexOf(moduleOf(name))}`]?.[name.slice(name.lastIndexOf(".") + 1)],
    ]),
  );
  files.delete("src/all.ts");
  return { generated, files, endpoints, createClient: loaded.createClient };
}

const moduleOf = (name: string): string => name.slice(0, name.lastIndexOf("."));

/** The input of that number. */
const inputOf = (item: Json, i: number): Json =>
  JSON.parse(
    JSON.stringify(item).replaceAll('"{i#}"', String(i)).replaceAll("{i}", String(i)),
  ) as Json; // JSON

export const inputsOf = ({ item }: Pick<Card, "item">, count: number): readonly Json[] =>
  Array.from({ length: count }, (_, i) => inputOf(item, i));

/** Nobody sleeps: time jumps. */
export function jumpingClock() {
  let now = Date.UTC(2026, 0, 1);
  return {
    now: () => now,
    async sleep(ms: number, signal: AbortSignal) {
      signal.throwIfAborted();
      now += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** `{key:0}` is the first key of the map in the request, which the runtime made. */
export function withKeys<T extends Json | object>(value: T, request: Received | undefined): T {
  const text = JSON.stringify(value);
  if (!request || !text.includes("{key:")) return value;
  const [map = {}] = Object.values(JSON.parse(request.body) as Record<string, object>); // the only member is the map
  const keys = Object.keys(map);
  return JSON.parse(text.replace(/\{key:(\d+)\}/g, (_, i) => keys[Number(i)] ?? "")) as T; // the same with other texts
}

/** Whether the preset says how many inputs fit, so that a caller need not. */
const hasLimit = (endpoint: unknown): boolean =>
  (endpoint as { operation: { limit?: { items?: number; bytes?: number } } } | undefined)
    ?.operation // that of a package
  .limit !== undefined;

/** Runs the inputs of a card against a server that gives its replies in their order, and the last one again and again. */
export async function play(
  { endpoints, createClient }: PresetPackage,
  card: Card,
): Promise<{ readonly received: readonly Received[]; readonly outcomes: readonly string[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      const reply = withKeys(card.replies[received.length - 1] ?? { status: 500 }, received[0]);
      response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
      response.end(
        typeof reply.body === "string" ? reply.body : reply.body && JSON.stringify(reply.body),
      );
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on a port
  try {
    const client = createClient({
      auth: "token",
      baseUrl: `http://127.0.0.1:${port}`,
      clock: jumpingClock(),
      random: () => 0.5,
    });
    const endpoint = endpoints.get(card.operation);
    const run = client.run(endpoint, inputsOf(card, card.inputs), {
      ...(card.params && { params: card.params }),
      ...(!hasLimit(endpoint) && { chunkSize: card.inputs }),
    });
    const outcomes = await run.collect();
    const kinds = [...outcomes].sort((a, b) => a.index - b.index).map(({ kind }) => kind);
    return { received, outcomes: kinds };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
