/** Faults of single items: which of a request's items fail, or are not mentioned. */
import type { Examined, Failure } from "../resources/apply.js";
import type { Fault } from "./plan.js";
import type { EmulatedOperation } from "../operation.js";
import type { Random } from "../random.js";

export interface FaultedItem extends Examined {
  /** Left out of the reply: applied all the same, or not. */
  readonly silent?: "applied" | "lost";
  /** Neither applied nor failed: the reply asks to send it again. */
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
            message: "There is such a resource already.",
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

/** A fault never breaks what `x-batch` promises of replies; where it would, nothing happens. */
function applies({ fault, when }: Fault, { batch }: EmulatedOperation): boolean {
  const { results, errors, remainder, match = [] } = batch;
  if (fault === "busyItems") return errors?.retry !== undefined;
  if (fault === "unprocessed") return remainder !== undefined;
  if (fault !== "missing") return true;
  const ordered = results?.order === true || match.some(({ by }) => by === "order");
  const silent = results === undefined || results.as === "none";
  const absent = new Set(match.map((rule) => rule.absent ?? "unknown"));
  return !ordered && !silent && !absent.has(when === "before" ? "ok" : "failed");
}

const usualShare = 0.2;

/** @returns The items with what strikes them, and the names of the faults that itemFaults. */
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
    faulted = faulted.map((fate, index) =>
      chosen.has(index) ? { ...fate, ...change(fate, shared, random, fault) } : fate,
    );
    itemFaults.push(fault.fault);
  }
  return { faulted, itemFaults };
}
