/** `createFaultChooser`: chooses the faults of a plan that a request meets. */
import { applies } from "./items.js";
import { exactStatus } from "../statuses.js";
import type { Fault, FaultName, FaultPlan } from "./plan.js";
import type { EmulatedOperation } from "../operation.js";
import type { Random } from "../random.js";

export interface FaultChooser {
  /** The faults of this request, in the order of the plan. Only the first of those that end it counts. */
  choose(operation: EmulatedOperation, random: Random): readonly Fault[];
  clear(): void;
}

/** Faults that decide the reply alone. */
const last = new Set<FaultName>([
  ...(["status", "html", "reset", "hang", "truncated", "cutOff", "empty", "undeclared"] as const),
]);

export const endsConnection = ({ fault }: Fault): boolean => last.has(fault);

export function createFaultChooser(plan: FaultPlan): FaultChooser {
  const seen = plan.map(() => ({ asked: 0, met: 0 }));
  const matchers = plan.map(({ endpoint }) =>
    endpoint === undefined ? undefined : wildcard(endpoint),
  );
  return {
    clear() {
      for (const count of seen) Object.assign(count, { asked: 0, met: 0 });
    },
    choose(operation, random) {
      let ended = false;
      return plan.filter((fault, index) => {
        const count = seen[index];
        if (!count || matchers[index]?.test(operation.name) === false) return false;
        count.asked++;
        // always drawn, so that the end of one fault does not change the numbers of the next
        const drawn = random.chance(fault.rate ?? 1);
        const met = fault.every === undefined ? drawn : count.asked % fault.every === 0;
        if (!met || count.met >= (fault.times ?? Infinity)) return false;
        // A fault without an effect on this request is not used up.
        const ends = endsConnection(fault);
        if ((ends && ended) || !applies(fault, operation)) return false;
        ended ||= ends;
        count.met++;
        return true;
      });
    },
  };
}

/** `*` matches any text. */
function wildcard(pattern: string): RegExp {
  const literal = pattern.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`, "su");
}

/** The status of a fault: its own, or one from the list of `x-batch` that it names. */
export function statusOf(
  { status }: Fault,
  { batch }: EmulatedOperation,
  random: Random,
  usual: number,
): number {
  if (typeof status === "number") return status;
  if (status === undefined) return usual;
  const listed = batch.statuses?.[status]?.map(exactStatus) ?? [];
  return random.pick(listed) ?? (status === "rejected" ? 429 : usual);
}
