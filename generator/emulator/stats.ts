/** `createCounter`: counts requests and applied items. */
import type { Kind } from "../runtime/endpoint/x-batch.js";
import type { Application, Handled } from "./options.js";

export interface EndpointStats {
  readonly requests: number;
  /** Items of all requests, applied or not. */
  readonly items: number;
  readonly applied: number;
  /** How often each HTTP status was sent; `0` is a broken connection. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
}

export interface CollectionStats {
  /** Resources that exist now, without archived ones. */
  readonly resources: number;
  /** Items applied, by kind. */
  readonly applied: Readonly<Partial<Record<Kind, number>>>;
  /** Creates that repeated an earlier one: the same item, without regard to keys that are only for matching. */
  readonly createdAgain: number;
  /** With `keys`: how often each id was written. */
  readonly ids?: Readonly<Record<string, number>>;
  /** With `keys`: how often each item was created, by the digest of the item. */
  readonly creates?: Readonly<Record<string, number>>;
}

export interface Stats {
  readonly requests: number;
  readonly applied: number;
  readonly endpoints: Readonly<Record<string, EndpointStats>>;
  readonly collections: Readonly<Record<string, CollectionStats>>;
}

export interface Counter {
  applied(application: Application): void;
  handled(handled: Handled): void;
  stats(
    resources: ReadonlyMap<string, number>,
    options?: { readonly keys?: boolean | undefined },
  ): Stats;
  clear(): void;
}

type Counts = Map<string, number>;
const add = (counts: Counts, name: string, by = 1): void =>
  void counts.set(name, (counts.get(name) ?? 0) + by);
/** In code point order, so that the same counts give the same text. */
const sorted = <T>(map: ReadonlyMap<string, T>): Record<string, T> =>
  Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
const valueOf = <T>(map: Map<string, T>, name: string, make: () => T): T => {
  const known = map.get(name) ?? make();
  map.set(name, known);
  return known;
};

export function createCounter(): Counter {
  const endpoints = new Map<string, ReturnType<typeof newEndpoint>>();
  const collections = new Map<string, ReturnType<typeof newCollection>>();
  let requests = 0;
  return {
    clear() {
      endpoints.clear();
      collections.clear();
      requests = 0;
    },
    applied({ endpoint, collection, kind, id, fingerprint }) {
      valueOf(endpoints, endpoint, newEndpoint).applied++;
      const counts = valueOf(collections, collection, newCollection);
      add(counts.applied, kind);
      if (fingerprint !== undefined) add(counts.creates, fingerprint);
      if (kind !== "read") add(counts.ids, id);
    },
    handled({ endpoint, items, status, faults }) {
      requests++;
      if (endpoint === undefined) return;
      const counts = valueOf(endpoints, endpoint, newEndpoint);
      counts.requests++;
      counts.items += items;
      add(counts.statuses, String(status));
      for (const fault of faults) add(counts.faults, fault);
    },
    stats(resources, { keys = false } = {}) {
      const names = new Set([...resources.keys(), ...collections.keys()]);
      const perCollection = new Map(
        [...names].map((name) => {
          const { applied, ids, creates } = collections.get(name) ?? newCollection();
          const again = [...creates.values()].reduce((sum, times) => sum + times - 1, 0);
          return [
            name,
            {
              resources: resources.get(name) ?? 0,
              applied: sorted(applied),
              createdAgain: again,
              ...(keys && { ids: sorted(ids), creates: sorted(creates) }),
            },
          ] as const;
        }),
      );
      const perEndpoint = new Map(
        [...endpoints].map(([name, { statuses, faults, ...counts }]) => [
          name,
          { ...counts, statuses: sorted(statuses), faults: sorted(faults) },
        ]),
      );
      const applied = [...endpoints.values()].reduce((sum, counts) => sum + counts.applied, 0);
      return {
        requests,
        applied,
        endpoints: sorted(perEndpoint),
        collections: sorted(perCollection),
      };
    },
  };
}

const newEndpoint = () => ({
  requests: 0,
  items: 0,
  applied: 0,
  statuses: new Map<string, number>(),
  faults: new Map<string, number>(),
});

const newCollection = () => ({
  applied: new Map<string, number>(),
  ids: new Map<string, number>(),
  creates: new Map<string, number>(),
});
