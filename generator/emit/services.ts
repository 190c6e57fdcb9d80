/** Exports the module `service`: where the requests of a package go, and what its endpoints have in common. */
import { StructureKind, VariableDeclarationKind, type VariableStatementStructure } from "ts-morph";
import type { BatchApi } from "../batch/model.js";
import { docs } from "./docs.js";
import { code, dataLiteral } from "./literals.js";
import type { Module } from "./module.js";

export function servicesModule(api: BatchApi): Module {
  const secure = secured(api);
  // A package without endpoints has no service.
  const names = api.services.length > 0 ? ["Defaults", "Service"] : [];
  const types = names.map((name) => ({
    from: "runtime/endpoint/operation",
    name,
    isType: true,
  }));
  const authorize = { from: "runtime/send/credentials", name: "authorize" };
  return {
    path: "service",
    documents: api.sources.map(({ name }) => name),
    imports: secure.size > 0 ? [authorize, ...types] : types,
    statements: api.services.flatMap(({ name, service, defaults }) => {
      const host = service.baseUrl === "" ? "an API" : new URL(service.baseUrl).host;
      const security = secure.has(name)
        ? { security: service.security, authorize: code("authorize") }
        : {};
      // A bearer token on the requests of builders needs less code than all that a client may be given.
      const isLight = takesBearerAlone(api, name);
      const data = { baseUrl: service.baseUrl, ...(isLight ? {} : security) };
      const common = {
        ...defaults,
        ...(isLight && secure.has(name) ? { secured: security } : {}),
      };
      return [
        constant(name, "Service", data, `Where requests to ${host} go.`),
        constant(
          defaultsName(name),
          "Defaults",
          common,
          `What holds for every endpoint of ${host} that does not say otherwise.`,
        ),
      ];
    }),
  };
}

export const defaultsName = (service: string): string =>
  service === "service" ? "defaults" : `${service}Defaults`;

const constant = (
  name: string,
  type: string,
  data: unknown,
  about: string,
): VariableStatementStructure => ({
  kind: StructureKind.VariableStatement,
  docs: docs([about]),
  isExported: true,
  declarationKind: VariableDeclarationKind.Const,
  declarations: [{ name, type, initializer: dataLiteral(data) }],
});

/**
 * The services whose requests need the code of credentials.ts: an endpoint of theirs has a security requirement, an
 * empty one included.
 */
const secured = (api: BatchApi): ReadonlySet<string> =>
  new Set(api.endpoints.flatMap(({ service, operation }) => (operation.auth ? [service] : [])));

/** Whether every endpoint of a service takes a bearer token alone. */
function takesBearerAlone(api: BatchApi, name: string): boolean {
  const { security = {} } = api.services.find((service) => service.name === name)?.service ?? {};
  const isBearer = (scheme: string): boolean =>
    Object.hasOwn(security, scheme) && security[scheme]?.type === "bearer";
  return api.endpoints
    .filter(({ service }) => service === name)
    .every(
      ({ operation: { auth } }) =>
        auth?.some(([first = "", ...more]) => more.length === 0 && isBearer(first)) ?? true,
    );
}
