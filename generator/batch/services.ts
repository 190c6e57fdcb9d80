/** `planServices`: one service for the endpoints that have servers, security schemes and x-batch defaults in common. */
import type { SecurityScheme, Service } from "../runtime/endpoint/operation.js";
import type { XBatch } from "../runtime/endpoint/x-batch.js";
import type { NamedService, ServerTemplate } from "./model.js";
import { digest } from "./names/functions.js";
import type { BatchOperation } from "./operation.js";
import { camelCase, wordsOf } from "../base/words.js";

export interface ServicePlan {
  readonly services: readonly NamedService[];
  /** For each operation, in order: the name of its service, and the alternatives of its security schemes. */
  readonly of: readonly {
    readonly service: string;
    readonly auth?: readonly (readonly string[])[];
  }[];
}

export function planServices(operations: readonly BatchOperation[]): ServicePlan {
  const groups = new Map<
    string,
    {
      schemes: Map<string, SecurityScheme>;
      service: Service;
      servers: readonly ServerTemplate[];
      defaults: Partial<XBatch>;
    }
  >();
  const keys = operations.map(({ baseUrl, servers, defaults, schemes }) => {
    const choice = servers.length > 0 ? [servers] : [];
    const base = JSON.stringify([baseUrl, defaults, ...choice]);
    // Documents that give different schemes one name cannot share a service.
    const fits = schemes.every(([name, scheme]) => {
      const known = groups.get(base)?.schemes.get(name);
      return known === undefined || JSON.stringify(known) === JSON.stringify(scheme);
    });
    const key = fits ? base : JSON.stringify([base, schemes]);
    const group = groups.get(key) ?? {
      schemes: new Map(),
      service: { baseUrl },
      servers,
      defaults,
    };
    for (const [name, scheme] of schemes) group.schemes.set(name, scheme);
    groups.set(key, group);
    return key;
  });
  const names = nameServices(
    [...groups].map(([key, { service, servers }]) => [
      key,
      // Variables are no part of a name.
      servers[0]?.url.replace(/\{[^{}]*\}[.-]?/g, "") ?? service.baseUrl,
    ]),
  );
  return {
    services: [...groups]
      .map(([key, { schemes, service, servers, defaults }]) => ({
        name: names.get(key) ?? "service",
        service: {
          baseUrl: service.baseUrl,
          ...(schemes.size > 0 ? { security: Object.fromEntries(sorted(schemes)) } : {}),
        },
        servers,
        defaults,
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    of: keys.map((key, i) => {
      const auth = operations[i]?.auth;
      return { service: names.get(key) ?? "service", ...(auth ? { auth } : {}) };
    }),
  };
}

const sorted = <T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1));

function nameServices(
  services: readonly (readonly [key: string, url: string])[],
): ReadonlyMap<string, string> {
  if (services.length === 1) return new Map(services.map(([key]) => [key, "service"]));
  const candidates = services.map(([, url]) => [nameOf(url, isTelling), nameOf(url, () => true)]);
  const times = new Map<string, number>();
  for (const name of candidates.flatMap((names) => [...new Set(names)]))
    times.set(name, (times.get(name) ?? 0) + 1);
  const isAlone = (name: string): boolean => times.get(name) === 1 && /^[a-z]/.test(name);
  return new Map(
    services.map(([key], i) => {
      const [short = "", long = ""] = candidates[i] ?? [];
      const found = [short, long].find(isAlone);
      return [key, found ?? `${/^[a-z]/.test(long) ? long : "service"}${digest(key)}`];
    }),
  );
}

/** A label of a host that names the service, and not what it is for. */
const isTelling = (label: string): boolean =>
  label.length > 1 && !/^(www|apis?|rest)$/i.test(label);

/** `acmeService` of `https://a.acme.com` and `https://api.acme.com`. */
function nameOf(url: string, isPart: (label: string) => boolean): string {
  const host = URL.canParse(url) ? new URL(url).hostname : "";
  const labels = host.split(".").slice(0, -1);
  const parts = labels.filter(isPart);
  const words = (parts.length > 0 ? parts : labels).flatMap(wordsOf);
  return camelCase([...words.filter((word) => word !== "www"), "service"]);
}
