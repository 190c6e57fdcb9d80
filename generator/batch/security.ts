/** `authorisation`: the security schemes with which the requests of an operation are sent. */
import type { Diagnostic } from "../base/diagnostics.js";
import { formatPointer } from "../base/pointer.js";
import { isObject, listOf, own, type JsonObject } from "../base/json.js";
import { followObject, get, rootOf } from "../openapi/cursor.js";
import type { Spec } from "../openapi/spec.js";
import type { SecurityScheme } from "../runtime/endpoint/operation.js";
import { text, type RawOperation } from "../openapi/operations.js";

export interface Authorisation {
  /** The schemes that the alternatives name. */
  readonly schemes: ReadonlyMap<string, SecurityScheme>;
  /** Alternatives, each with the names of the schemes that it needs. Absent: any bearer token, the runtime's default. */
  readonly auth?: readonly (readonly string[])[];
}

/** A scheme as it is sent, or one that no request can contain. */
type Scheme =
  | SecurityScheme
  | { readonly type: "connection" }
  | { readonly type: "other"; readonly name: string };

/** @param diagnostics gets at most one diagnostic for each scheme of a document */
export function authorisation(
  diagnostics: Diagnostic[],
): (operation: RawOperation) => Authorisation {
  const known = new Map<Spec, Map<string, Scheme>>();
  const schemeIn = (spec: Spec, name: string, place: string): Scheme => {
    const schemes = known.get(spec) ?? new Map<string, Scheme>();
    known.set(spec, schemes);
    const before = schemes.get(name);
    if (before) return before;
    const found = declared(spec, name);
    const scheme = found ? schemeOf(found) : ({ type: "bearer" } as const);
    schemes.set(name, scheme);
    const problem = found ? problemOf(scheme, name) : undeclared(name);
    const pointer = found ? formatPointer(["components", "securitySchemes", name]) : place;
    if (problem) diagnostics.push({ ...problem, location: spec.locate(pointer) });
    return scheme;
  };

  return ({ spec, value, pointer }) => {
    const place = own(value, "security") === undefined ? "" : pointer;
    const requirements = own(value, "security") ?? own(spec.document, "security");
    if (requirements === undefined) return { schemes: new Map() };
    const sent = new Map<string, SecurityScheme>();
    const alternatives = listOf(requirements)
      .filter(isObject)
      .flatMap((requirement) => {
        const names: string[] = [];
        for (const name of Object.keys(requirement)) {
          const scheme = schemeIn(spec, name, `${place}/security`);
          if (scheme.type === "other") return [];
          if (scheme.type === "connection") continue;
          names.push(name);
          sent.set(name, scheme);
        }
        return [names];
      });
    // No alternative can be sent: callers sign requests themselves.
    if (alternatives.length === 0 && listOf(requirements).length > 0) return { schemes: new Map() };
    const distinct = [
      ...new Map(alternatives.map((names) => [JSON.stringify(names), names])).values(),
    ];
    const used = new Set(distinct.flat());
    const schemes = new Map([...sent].filter(([name]) => used.has(name)));
    const bearers = [...schemes.values()].every(({ type }) => type === "bearer");
    const anyToken =
      bearers && distinct.length > 0 && distinct.every((names) => names.length === 1);
    return anyToken ? { schemes: new Map() } : { schemes, auth: distinct };
  };
}

function declared(spec: Spec, name: string): JsonObject | undefined {
  const components = get(rootOf(spec), "components");
  const schemes = components && get(components, "securitySchemes");
  return followObject(schemes && get(schemes, name))?.value;
}

function schemeOf(scheme: JsonObject): Scheme {
  const type = text(scheme, "type") ?? "";
  if (type === "oauth2" || type === "openIdConnect") return { type: "bearer" };
  if (type === "mutualTLS") return { type: "connection" };
  if (type === "http" || type === "basic") {
    const name = (text(scheme, "scheme") ?? type).toLowerCase();
    return name === "basic" || name === "bearer" ? { type: name } : { type: "other", name };
  }
  const name = text(scheme, "name");
  const place = own(scheme, "in");
  return type === "apiKey" &&
    name !== undefined &&
    (place === "header" || place === "query" || place === "cookie")
    ? { type: "apiKey", in: place, name }
    : { type: "other", name: type };
}

type Problem = Omit<Diagnostic, "location">;

function problemOf(scheme: Scheme, name: string): Problem | undefined {
  if (scheme.type === "connection")
    return {
      code: "security-of-connection",
      severity: "info",
      message: `the security scheme \`${name}\` is mutual TLS, which is part of the connection and not of a request`,
      hint: "Give `createClient` a `fetch` whose connections have the client's certificate.",
    };
  if (scheme.type === "other")
    return {
      code: "security-not-sent",
      severity: "warning",
      message: `expected HTTP basic or bearer, an API key, OAuth 2.0 or OpenID Connect; the security scheme \`${name}\` is ${scheme.name === "" ? "of no type" : `\`${scheme.name}\``}`,
      hint: "Callers of the generated package give `auth: { sign }` to `createClient`.",
    };
  return undefined;
}

const undeclared = (name: string): Problem => ({
  code: "undeclared-security-scheme",
  severity: "warning",
  message: `the security scheme \`${name}\` is asked for, but not declared in \`components.securitySchemes\``,
  hint: "It is taken for a bearer token. Declare it if it is another scheme.",
});
