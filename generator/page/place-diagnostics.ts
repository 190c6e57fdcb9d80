/** `placeDiagnostics`: finds the endpoints that each diagnostic is about. */
import type { Diagnostic } from "../base/diagnostics.js";
import type { Endpoint } from "../batch/model.js";
import { allMethods } from "../openapi/methods.js";
import { parsePointer } from "../base/pointer.js";
import type { PageInput } from "./data.js";

export interface PlacedDiagnostics {
  readonly endpoints: ReadonlyMap<Endpoint, readonly Diagnostic[]>;
  /** Diagnostics of no single endpoint: of shared schemas, overlays, whole documents. */
  readonly rest: readonly Diagnostic[];
}

/** Finds the operation around a location. A diagnostic of a path item belongs to each of its operations. */
export function placeDiagnostics({ api, diagnostics, files }: PageInput): PlacedDiagnostics {
  const byOperation = new Map<string, Endpoint[]>();
  const key = (file: string, path: string, method: string): string =>
    JSON.stringify([file, path, method.toLowerCase()]);
  const add = (at: string, endpoint: Endpoint): void =>
    void byOperation.set(at, [...(byOperation.get(at) ?? []), endpoint]);
  const named = new Map(api.endpoints.map((endpoint) => [endpoint.operation.name, endpoint]));
  for (const { document, method, path, name = "" } of api.rows) {
    const endpoint = named.get(name);
    const file = files.get(document);
    if (!endpoint || file === undefined) continue;
    add(key(file, path, method), endpoint);
    add(key(file, path, ""), endpoint);
  }
  const endpoints = new Map<Endpoint, Diagnostic[]>();
  const rest: Diagnostic[] = [];
  for (const diagnostic of diagnostics) {
    const { file = "", pointer = "" } = diagnostic.location ?? {};
    const [root, path = "", method = ""] = parsePointer(pointer);
    const found =
      root === "paths"
        ? (byOperation.get(key(file, path, method)) ??
          (allMethods.includes(method) ? undefined : byOperation.get(key(file, path, ""))))
        : undefined;
    if (!found) rest.push(diagnostic);
    else
      for (const endpoint of new Set(found))
        endpoints.set(endpoint, [...(endpoints.get(endpoint) ?? []), diagnostic]);
  }
  return { endpoints, rest };
}
