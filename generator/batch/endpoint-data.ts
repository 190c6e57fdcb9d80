/** Exports what an endpoint says together with its service: x-batch values of both, and what follows from them. */
import type { BatchApi, Endpoint } from "./model.js";
import type { Kind, XBatch } from "../runtime/endpoint/x-batch.js";

/** Values of an endpoint, with those of its service where it has none. */
export interface EndpointData {
  readonly kind: Kind | undefined;
  readonly limit: NonNullable<XBatch["limit"]>;
  readonly rate: XBatch["rate"];
}

export function withDefaults({ services }: BatchApi, endpoint: Endpoint): EndpointData {
  const defaults = services.find(({ name }) => name === endpoint.service)?.defaults ?? {};
  const { operation } = endpoint;
  return {
    kind: operation.kind ?? defaults.kind,
    limit: { ...defaults.limit, ...operation.limit },
    rate: operation.rate ?? defaults.rate,
  };
}

/** Whether a run must say how many inputs go into one request: nothing else does, and they need not all go into one. */
export function needsChunkSize(api: BatchApi, endpoint: Endpoint): boolean {
  const { split, replace } = endpoint.operation;
  const { limit } = withDefaults(api, endpoint);
  const isWhole = split === "never" || replace === true;
  return !isWhole && limit.items === undefined && limit.bytes === undefined;
}
