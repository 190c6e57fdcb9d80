/** Where requests go and who is calling: what the endpoints of one API have in common. */
import type { Diagnostic } from "../diagnostics.js";
import type { Spec } from "../read/spec.js";
import type { SecurityScheme, Service } from "../runtime/operation.js";
import type { XBatch } from "../runtime/x-batch.js";
import type { Candidate } from "./candidates.js";
import type { NamedService, ServerTemplate } from "./model.js";
import { digest } from "./names.js";
import { isObject, list, own } from "./operations.js";
import { authorisation } from "./security.js";
import { filledIn, relativeUrl, serversOf } from "./servers.js";
import { camelCase, wordsOf } from "./words.js";

export interface ServicePlan {
  readonly services: readonly NamedService[];
  /** For each candidate, in order: the name of its service, and how its calls are authorised. */
  readonly of: readonly {
    readonly service: string;
    readonly auth?: readonly (readonly string[])[];
  }[];
}

export function planServices(
  candidates: readonly Candidate[],
  diagnostics: Diagnostic[],
): ServicePlan {
  const authOf = authorisation(diagnostics);
  const plans = candidates.map((candidate) => ({
    ...placeOf(candidate),
    defaults: candidate.defaults,
    ...authOf(candidate),
  }));
  const groups = new Map<
    string,
    {
      schemes: Map<string, SecurityScheme>;
      service: Service;
      servers: readonly ServerTemplate[];
      defaults: Partial<XBatch>;
    }
  >();
  const keys = plans.map(({ baseUrl, servers, defaults, schemes }) => {
    const choice = servers.length > 0 ? [servers] : [];
    const base = JSON.stringify([baseUrl, defaults, ...choice]);
    // Documents of one API that mean different things by one name cannot share a service.
    const fits = [...schemes].every(([name, scheme]) => {
      const known = groups.get(base)?.schemes.get(name);
      return known === undefined || JSON.stringify(known) === JSON.stringify(scheme);
    });
    const key = fits ? base : JSON.stringify([base, [...schemes]]);
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
  const baseless = new Set<Spec>();
  candidates.forEach((candidate, i) => {
    const { spec } = candidate.raw;
    const plan = plans[i];
    if (plan?.baseUrl !== "" || plan.servers.length > 0 || baseless.has(spec)) return;
    baseless.add(spec);
    diagnostics.push(withoutServer(candidate));
  });
  const names = nameServices(
    [...groups].map(([key, { service, servers }]) => [
      key,
      // Variables are the client's to say: they name nothing.
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
      const auth = plans[i]?.auth;
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
  const hostName = (url: string): string => {
    const host = URL.canParse(url) ? new URL(url).hostname : "";
    const words = host.split(".").slice(0, -1).flatMap(wordsOf);
    return camelCase([...words.filter((word) => word !== "www"), "service"]);
  };
  const times = new Map<string, number>();
  for (const [, url] of services) times.set(hostName(url), (times.get(hostName(url)) ?? 0) + 1);
  return new Map(
    services.map(([key, url]) => {
      const name = hostName(url);
      const alone = times.get(name) === 1 && /^[a-z]/.test(name);
      return [key, alone ? name : `${/^[a-z]/.test(name) ? name : "service"}${digest(key)}`];
    }),
  );
}

/** Where requests go by default, and the servers to choose from. */
function placeOf({ raw }: Candidate): {
  readonly baseUrl: string;
  readonly servers: readonly ServerTemplate[];
} {
  const servers = serversOf(raw);
  const [usual] = servers;
  const isChoice = servers.length > 1 || (usual?.variables.length ?? 0) > 0;
  return { baseUrl: (usual && filledIn(usual)) ?? "", servers: isChoice ? servers : [] };
}

function withoutServer({ raw }: Candidate): Diagnostic {
  const [server] = raw.servers;
  const url = server && relativeUrl(server.value);
  const path = url !== undefined && url.startsWith("/") ? url : undefined;
  return {
    code: "no-server",
    severity: "info",
    message: `expected an absolute server URL, found ${url ? `\`${url}\`` : "none"}`,
    location: raw.spec.locate(server?.pointer ?? "/servers"),
    hint:
      "Callers of the generated package give `baseUrl` to `createClient`" +
      (path === undefined ? "." : `, one that ends in \`${path}\`.`),
  };
}

/** The scopes that any of an operation's alternatives asks for. */
export function scopesOf({ raw }: Candidate): readonly string[] {
  const requirements = own(raw.value, "security") ?? own(raw.spec.document, "security");
  const scopes = list(requirements)
    .filter(isObject)
    .flatMap((requirement) => Object.values(requirement).flatMap(list));
  return [...new Set(scopes.filter((scope) => typeof scope === "string"))];
}
