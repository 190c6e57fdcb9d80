/**
 * Exports `isLocal`: whether a request is from this machine's own programs. A page of any site can send requests to a
 * port of the visitor's machine; its browser says so in `Host` (a name that its DNS gave this address) or `Origin`.
 */
import { isIP } from "node:net";

/** @param listening the host that the server was told to listen on */
export function isLocal(
  { host, origin }: { readonly host: string | undefined; readonly origin: string | undefined },
  listening: string,
): boolean {
  const name = hostnameOf(`http://${host ?? ""}`);
  if (name === undefined || !isOwnName(name, listening)) return false;
  if (origin === undefined) return true;
  const from = hostnameOf(origin);
  return from !== undefined && (from === name || isLoopback(from));
}

/** An address, a name that no DNS of the internet has, or the very name that it listens on. */
const isOwnName = (name: string, listening: string): boolean =>
  isIP(name) !== 0 || !name.includes(".") || isLoopback(name) || name === listening.toLowerCase();

const isLoopback = (name: string): boolean =>
  name === "localhost" ||
  name.endsWith(".localhost") ||
  name === "::1" ||
  (/^127\./.test(name) && isIP(name) === 4);

/** Without the brackets of IPv6. */
const hostnameOf = (address: string): string | undefined =>
  URL.canParse(address)
    ? new URL(address).hostname.replace(/^\[|\]$/g, "") || undefined
    : undefined;
