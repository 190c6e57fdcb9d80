/** Where requests go and who is calling: what the endpoints of one API have in common. */
import type { Diagnostic } from "../diagnostics.js";
import type { JsonObject, JsonValue, Spec } from "../read/spec.js";
import type { SecurityScheme, Service } from "../runtime/operation.js";
import type { XBatch } from "../runtime/x-batch.js";
import type { Candidate } from "./candidates.js";
import type { NamedService } from "./model.js";
import { digest } from "./names.js";
import { followObject, isObject, list, own, text } from "./operations.js";
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
  const plans = candidates.map((candidate) => ({
    baseUrl: baseUrl(candidate),
    defaults: candidate.defaults,
    ...authOf(candidate),
  }));
  const groups = new Map<
    string,
    { schemes: Map<string, SecurityScheme>; service: Service; defaults: Partial<XBatch> }
  >();
  const keys = plans.map(({ baseUrl, defaults, schemes }) => {
    const base = JSON.stringify([baseUrl, defaults]);
    // Documents of one API that mean different things by one name cannot share a service.
    const fits = [...schemes].every(([name, scheme]) => {
      const known = groups.get(base)?.schemes.get(name);
      return known === undefined || JSON.stringify(known) === JSON.stringify(scheme);
    });
    const key = fits ? base : JSON.stringify([base, [...schemes]]);
    const group = groups.get(key) ?? { schemes: new Map(), service: { baseUrl }, defaults };
    for (const [name, scheme] of schemes) group.schemes.set(name, scheme);
    groups.set(key, group);
    return key;
  });
  for (const baseless of new Set(
    candidates.filter((_, i) => plans[i]?.baseUrl === "").map(({ raw }) => raw.spec),
  )) {
    diagnostics.push({
      code: "no-server",
      severity: "info",
      message: "the document names no absolute server URL",
      location: baseless.locate("/servers"),
      hint: "Callers of the generated package give `baseUrl` to `createClient`.",
    });
  }
  const names = nameServices([...groups].map(([key, { service }]) => [key, service] as const));
  return {
    services: [...groups]
      .map(([key, { schemes, service, defaults }]) => ({
        name: names.get(key) ?? "service",
        service: {
          baseUrl: service.baseUrl,
          ...(schemes.size > 0 ? { security: Object.fromEntries(sorted(schemes)) } : {}),
        },
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
  services: readonly (readonly [string, Service])[],
): ReadonlyMap<string, string> {
  if (services.length === 1) return new Map(services.map(([key]) => [key, "service"]));
  const hostName = ({ baseUrl }: Service): string => {
    const host = URL.canParse(baseUrl) ? new URL(baseUrl).hostname : "";
    const words = host.split(".").slice(0, -1).flatMap(wordsOf);
    return camelCase([...words.filter((word) => word !== "www"), "service"]);
  };
  const times = new Map<string, number>();
  for (const [, service] of services)
    times.set(hostName(service), (times.get(hostName(service)) ?? 0) + 1);
  return new Map(
    services.map(([key, service]) => {
      const name = hostName(service);
      const alone = times.get(name) === 1 && /^[a-z]/.test(name);
      return [key, alone ? name : `${/^[a-z]/.test(name) ? name : "service"}${digest(key)}`];
    }),
  );
}

/** The first server, its variables filled in with their defaults; empty where it is relative or missing. */
function baseUrl({ raw }: Candidate): string {
  const path = isObject(raw.spec.document["paths"] ?? null)
    ? own(raw.spec.document["paths"] as JsonObject, raw.path) // just proved to be an object
    : undefined;
  const holders = [raw.value, ...(isObject(path) ? [path] : []), raw.spec.document];
  const servers = holders
    .map((holder) => list(own(holder, "servers")))
    .find((found) => found.length > 0);
  const server = servers?.[0];
  if (!isObject(server)) return "";
  const variables = own(server, "variables");
  const url = (text(server, "url") ?? "").replace(/\{([^{}]*)\}/g, (whole, name: string) => {
    const variable = isObject(variables) ? own(variables, name) : undefined;
    return (isObject(variable) ? text(variable, "default") : undefined) ?? whole;
  });
  return URL.canParse(url) && /^https?:/i.test(url) ? url.replace(/\/+$/, "") : "";
}

interface Authorisation {
  readonly schemes: ReadonlyMap<string, SecurityScheme>;
  readonly auth?: readonly (readonly string[])[];
}

/** The alternatives of an operation. Nothing is said where any bearer token will do: that is the default. */
function authOf({ raw }: Candidate): Authorisation {
  const requirements = own(raw.value, "security") ?? own(raw.spec.document, "security");
  if (requirements === undefined) return { schemes: new Map() };
  const known = schemesOf(raw.spec);
  const alternatives = list(requirements)
    .filter(isObject)
    .map((requirement) => Object.keys(requirement))
    .filter((names) => names.every((name) => known.has(name)));
  const distinct = [
    ...new Map(alternatives.map((names) => [JSON.stringify(names), names])).values(),
  ];
  const used = new Map(
    distinct.flat().flatMap((name) => {
      const scheme = known.get(name);
      return scheme ? [[name, scheme] as const] : [];
    }),
  );
  const bearers = [...used.values()].every(({ type }) => type === "bearer");
  const anyToken = bearers && distinct.length > 0 && distinct.every((names) => names.length === 1);
  if (anyToken) return { schemes: new Map() };
  return { schemes: used, auth: distinct };
}

function schemesOf(spec: Spec): ReadonlyMap<string, SecurityScheme> {
  const components = own(spec.document, "components");
  const schemes = isObject(components) ? own(components, "securitySchemes") : undefined;
  if (!isObject(schemes)) return new Map();
  return new Map(
    Object.keys(schemes).flatMap((name) => {
      const scheme = followObject(spec, schemes[name], `/components/securitySchemes/${name}`);
      const read = scheme && schemeOf(scheme.value);
      return read ? [[name, read] as const] : [];
    }),
  );
}

function schemeOf(scheme: JsonObject): SecurityScheme | undefined {
  const type = text(scheme, "type");
  if (type === "oauth2" || type === "openIdConnect") return { type: "bearer" };
  if (type === "http") {
    const name = (text(scheme, "scheme") ?? "").toLowerCase();
    return name === "basic"
      ? { type: "basic" }
      : name === "bearer"
        ? { type: "bearer" }
        : undefined;
  }
  const name = text(scheme, "name");
  const place: JsonValue | undefined = own(scheme, "in");
  if (type !== "apiKey" || name === undefined) return undefined;
  return place === "header" || place === "query" || place === "cookie"
    ? { type: "apiKey", in: place, name }
    : undefined;
}

/** The scopes that any of an operation's alternatives asks for. */
export function scopesOf({ raw }: Candidate): readonly string[] {
  const requirements = own(raw.value, "security") ?? own(raw.spec.document, "security");
  const scopes = list(requirements)
    .filter(isObject)
    .flatMap((requirement) => Object.values(requirement).flatMap(list));
  return [...new Set(scopes.filter((scope) => typeof scope === "string"))];
}
