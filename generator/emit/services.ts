/** Where the requests of a package go, and what its endpoints have in common. */
import type { BatchApi } from "../batch/model.js";
import { banner, code, print, printData } from "./print.js";
import { doc } from "../schemas/text.js";

export function servicesModule(api: BatchApi): string {
  return (
    banner +
    print([
      ...(asking(api).size > 0
        ? [
            {
              kind: "import" as const,
              from: "./runtime/send/credentials.js",
              names: [{ name: "authorize" }],
            },
          ]
        : []),
      {
        kind: "import",
        isTypeOnly: true,
        from: "./runtime/endpoint/operation.js",
        names: [{ name: "Defaults" }, { name: "Service" }],
      },
    ]) +
    "\n" +
    servicesSource(api)
  );
}

/**
 * The module without its imports.
 * @param localOf what a constant of the package is called there. Default: as it is
 */
export function servicesSource(
  api: BatchApi,
  localOf: (name: string) => string = (name) => name,
): string {
  const secure = asking(api);
  return api.services
    .map(({ name, service, defaults }) => {
      const what = service.baseUrl === "" ? "an API" : new URL(service.baseUrl).host;
      const secured = secure.has(name)
        ? { security: service.security, authorize: code("authorize") }
        : {};
      // A token on the requests of builders needs less code than all that a client may be given.
      const light = bearerWillDo(api, name);
      const data = { baseUrl: service.baseUrl, ...(light ? {} : secured) };
      const common = { ...defaults, ...(light && secure.has(name) ? { secured } : {}) };
      const where = doc([`Where requests to ${what} go.`]);
      const held = doc([`What holds for every endpoint of ${what} that does not say otherwise.`]);
      return `${printData(where, localOf(name), "Service", data)}\n${printData(held, localOf(defaultsName(name)), "Defaults", common)}`;
    })
    .join("\n");
}

/** The services that have to be told who is calling: the code that knows it stands in `credentials` of the runtime. */
export const asking = (api: BatchApi): ReadonlySet<string> =>
  // An endpoint that nothing is to be sent for needs that code, too.
  new Set(api.endpoints.flatMap(({ service, operation }) => (operation.auth ? [service] : [])));

/** Whether every endpoint of a service takes a bearer token alone. */
function bearerWillDo(api: BatchApi, name: string): boolean {
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

export const defaultsName = (service: string): string =>
  service === "service" ? "defaults" : `${service}Defaults`;
