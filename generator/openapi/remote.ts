/**
 * Exports `createRemote`, which fetches documents that others refer to: only from hosts that the user named, so many, so
 * large and so slow at most, and from no address of this machine or its network unless the user named that, too.
 */
import { lookup, type LookupAddress } from "node:dns";
import http from "node:http";
import https from "node:https";
import { BlockList, isIP } from "node:net";
import { bounds } from "../base/bounds.js";

export interface Remote {
  /** Why an address is not fetched; undefined if it is. */
  readonly refusal: (address: string) => string | undefined;
  /** @throws Error with the reason, and without the address */
  readonly fetch: (address: string) => Promise<Uint8Array>;
}

/** @param hosts names or addresses, with a port where it is not the usual one */
export function createRemote(hosts: readonly string[]): Remote {
  const named = new Set(hosts.map((host) => host.toLowerCase()));
  const budget: Budget = { files: bounds.remoteFiles.most, bytes: bounds.remoteBytes.most };
  const refusal = (address: string): string | undefined => refusalOf(new URL(address), named);
  return {
    refusal,
    async fetch(address) {
      const signal = AbortSignal.timeout(bounds.remoteSeconds.most * 1000);
      let url = new URL(address);
      for (let redirects = 0; redirects <= bounds.redirects.most; redirects++) {
        const reason = refusalOf(url, named);
        if (reason !== undefined) throw new Error(reason);
        if (budget.files-- <= 0)
          throw new Error(`the bound is ${bounds.remoteFiles.most} ${bounds.remoteFiles.of}`);
        const reply = await get(url, { signal, named, budget });
        if (reply.body) return reply.body;
        url = new URL(reply.location, url);
      }
      throw new Error(`it is redirected more than ${bounds.redirects.most} times`);
    },
  };
}

/** What is left for the further files of a run. */
interface Budget {
  files: number;
  bytes: number;
}

function refusalOf(url: URL, named: ReadonlySet<string>): string | undefined {
  if (url.protocol !== "http:" && url.protocol !== "https:") return "it is no http(s) address";
  if (url.username !== "" || url.password !== "") return "it holds a user name or a password";
  if (!named.has(url.host)) return `${url.host} is not among the hosts of --allow-remote`;
  return undefined;
}

interface Request {
  readonly signal: AbortSignal;
  readonly named: ReadonlySet<string>;
  readonly budget: Budget;
}

type Reply =
  | { readonly body: Buffer; readonly location?: never }
  | { readonly location: string; readonly body?: never };

/** The body at an address, or where it redirects to. */
function get(url: URL, { signal, named, budget }: Request): Promise<Reply> {
  const headers = {
    accept: "application/json, application/yaml, text/yaml, */*;q=0.5",
    "accept-encoding": "identity",
  };
  const { get } = url.protocol === "https:" ? https : http;
  return new Promise((resolve, reject) => {
    const options = { headers, signal, agent: false, lookup: publicLookup(named) } as const;
    const request = get(url, options, (reply) => {
      const fail = (message: string): void => void reply.destroy(new Error(message));
      const chunks: Buffer[] = [];
      let size = 0;
      const { statusCode = 0 } = reply;
      const { location } = reply.headers;
      reply.on("error", reject);
      if (statusCode >= 300 && statusCode < 400 && location !== undefined) {
        resolve({ location });
        reply.destroy();
        return;
      }
      if (statusCode !== 200) return fail(`the server answered ${statusCode}`);
      reply.on("data", (chunk: Buffer) => {
        size += chunk.length;
        budget.bytes -= chunk.length;
        if (size > bounds.remoteFileBytes.most)
          fail(`it is larger than ${bounds.remoteFileBytes.most} bytes`);
        else if (budget.bytes < 0)
          fail(`the bound is ${bounds.remoteBytes.most} ${bounds.remoteBytes.of}`);
        else chunks.push(chunk);
      });
      reply.on("end", () => resolve({ body: Buffer.concat(chunks) }));
    });
    request.on("error", reject);
  });
}

/** Addresses of this machine, of its network, and of no single machine (RFC 6890 and its updates). */
const inner = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8], ["10.0.0.0", 8], ["100.64.0.0", 10], ["127.0.0.0", 8], ["169.254.0.0", 16], ["172.16.0.0", 12],
  ["192.0.0.0", 24], ["192.168.0.0", 16], ["198.18.0.0", 15], ["224.0.0.0", 3],
] as const) inner.addSubnet(network, bits, "ipv4"); // prettier-ignore
for (const [network, bits] of [
  ["::", 127], ["64:ff9b::", 32], ["100::", 64], ["2002::", 16], ["fc00::", 7], ["fe80::", 9], ["ff00::", 8],
] as const) inner.addSubnet(network, bits, "ipv6"); // prettier-ignore

/** Whether an address is one of this machine or its network. IPv4 within IPv6 is seen, too. */
const isInner = (address: string): boolean =>
  inner.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");

/**
 * The look-up of a connection: it connects to the very address that was checked. A user who means a machine of the own
 * network names its address, or `localhost`.
 */
const publicLookup =
  (named: ReadonlySet<string>): NonNullable<http.RequestOptions["lookup"]> =>
  (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return done(error, []);
      const allowed = addresses.filter(
        ({ address }) => host === "localhost" || named.has(address) || !isInner(address),
      );
      const [first] = allowed;
      if (first === undefined)
        return done(new Error(`${host} is an address of this machine or its network`), []);
      if (options.all === true) done(null, allowed);
      else done(null, first.address, first.family);
    });
  };
