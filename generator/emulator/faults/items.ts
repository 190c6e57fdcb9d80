/** `applyItemFaults`: faults of single items. Some items of a request fail, or are missing in its reply. */
import type { Examined, Failure } from "../resources/apply.js";
import type { Fault } from "./plan.js";
import type { EmulatedOperation } from "../operation.js";
import type { Random } from "../random.js";

export interface FaultedItem extends Examined {
  /** The reply does not mention the item; it is `applied` all the same, or `lost`. */
  readonly silent?: "applied" | "lost";
  /** The reply asks the client to send the item again. */
  readonly unprocessed?: true;
}

type Effect = (
  examined: FaultedItem,
  shared: Failure,
  random: Random,
  fault: Fault,
) => Partial<FaultedItem>;

const failing = (failure: Failure): Partial<FaultedItem> => ({ failure });

const effects: Readonly<Partial<Record<Fault["fault"], Effect>>> = {
  itemFailures: ({ kind }, _shared, random) =>
    failing(
      kind === "create" && random.chance(0.5)
        ? {
            category: "CONFLICT",
            status: 409,
            message: "A resource with this value exists.",
            context: { existingId: [String(random.below(1_000_000))] },
          }
        : { category: "VALIDATION_ERROR", status: 400, message: "A value is not valid." },
    ),
  groupedErrors: (_examined, shared) => failing(shared),
  busyItems: () =>
    failing({ category: "BUSY", status: 429, message: "Too busy for this item.", busy: true }),
  unprocessed: () => ({ unprocessed: true }),
  missing: (_examined, _shared, _random, { when }) => ({
    silent: when === "before" ? "lost" : "applied",
  }),
};

/** A fault that would break a promise of `x-batch` about replies has no effect. */
export function applies({ fault, when }: Fault, { batch }: EmulatedOperation): boolean {
  const { errors, remainder, match = [], job } = batch;
  const results = job ? job.results : batch.results;
  if (fault === "pending") return batch.state?.pending !== undefined;
  if (fault === "busyItems") return errors?.retry !== undefined;
  if (fault === "unprocessed") return remainder !== undefined;
  if (fault !== "missing") return true;
  const ordered = results?.order === true || match.some(({ by }) => by === "order");
  const silent = results === undefined || results.as === "none";
  if (batch.mode === "atomic" && when === "before") return false;
  const absent = new Set(match.map((rule) => rule.absent ?? "unknown"));
  return !ordered && !silent && !absent.has(when === "before" ? "ok" : "failed");
}

const usualShare = 0.2;

/** @returns the items with their faults, and the names of those faults */
export function applyItemFaults(
  items: readonly Examined[],
  faults: readonly Fault[],
  operation: EmulatedOperation,
  random: Random,
): { readonly faulted: readonly FaultedItem[]; readonly itemFaults: readonly string[] } {
  let faulted: readonly FaultedItem[] = items;
  const itemFaults: string[] = [];
  for (const fault of faults) {
    const change = effects[fault.fault];
    if (!change || !applies(fault, operation) || items.length === 0) continue;
    const shared: Failure = {
      category: "VALIDATION_ERROR",
      status: 400,
      message: "Values of these items are not valid.",
    };
    const count = Math.max(1, Math.round(items.length * (fault.share ?? usualShare)));
    const chosen = new Set(random.shuffle([...items.keys()]).slice(0, count));
    faulted = faulted.map((item, index) =>
      chosen.has(index) ? { ...item, ...change(item, shared, random, fault) } : item,
    );
    itemFaults.push(fault.fault);
  }
  return { faulted, itemFaults };
}
