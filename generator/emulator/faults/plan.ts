/** The faults of a plan, and the presets. Data only. */

export const faultNames = [
  "latency",
  "status",
  "html",
  "reset",
  "hang",
  "truncated",
  "cutOff",
  "empty",
  "undeclared",
  "pending",
  "itemFailures",
  "groupedErrors",
  "busyItems",
  "unprocessed",
  "missing",
] as const;
export type FaultName = (typeof faultNames)[number];

export interface Fault {
  readonly fault: FaultName;
  /** How often, 0 to 1. Default 1; not with `every`. */
  readonly rate?: number;
  /** Every n-th request that the fault could meet. */
  readonly every?: number;
  /** The fault comes at most so many times. Default: any number. */
  readonly times?: number;
  /** Names of endpoints, `*` for any text, such as `notes.*`. Default all. */
  readonly endpoint?: string;
  /**
   * With `status`, `html`, `reset` and `missing`: `before` means that no item is applied. Default `before` for
   * `status`, `html` and `reset`, `after` for `missing`.
   */
  readonly when?: "before" | "after";
  /** With `latency`: the longest delay in ms (default 20). With `hang`: when the items are applied (default 100). */
  readonly ms?: number;
  /** With `status` and `undeclared`: the HTTP status, or one of a list of `x-batch`. Default 503, and 299. */
  readonly status?: number | "rejected" | "ambiguous";
  /** With `status`: `Retry-After` in seconds. */
  readonly retryAfter?: number;
  /** With the faults of items: how many of a request's items, 0 to 1. Default 0.2; at least one item. */
  readonly share?: number;
}

export type FaultPlan = readonly Fault[];

const mild: FaultPlan = [
  { fault: "latency", rate: 0.2, ms: 10 },
  { fault: "status", rate: 0.01, status: "rejected", retryAfter: 1 },
  { fault: "status", rate: 0.01 },
  { fault: "itemFailures", rate: 0.05, share: 0.02 },
];

const moderate: FaultPlan = [
  { fault: "latency", rate: 0.3, ms: 20 },
  { fault: "status", rate: 0.02, status: "rejected", retryAfter: 1 },
  { fault: "status", rate: 0.02, status: "ambiguous" },
  { fault: "status", rate: 0.01, status: "ambiguous", when: "after" },
  { fault: "html", rate: 0.01 },
  { fault: "reset", rate: 0.01 },
  { fault: "reset", rate: 0.01, when: "after" },
  { fault: "truncated", rate: 0.005 },
  { fault: "empty", rate: 0.005 },
  { fault: "undeclared", rate: 0.01 },
  { fault: "itemFailures", rate: 0.1, share: 0.03 },
  { fault: "groupedErrors", rate: 0.05, share: 0.05 },
  { fault: "missing", rate: 0.02, share: 0.02 },
];

const harsh: FaultPlan = [
  { fault: "latency", rate: 0.5, ms: 50 },
  { fault: "status", rate: 0.05, status: "rejected", retryAfter: 1 },
  { fault: "status", rate: 0.05, status: "ambiguous" },
  { fault: "status", rate: 0.05, status: "ambiguous", when: "after" },
  { fault: "html", rate: 0.03 },
  { fault: "html", rate: 0.02, when: "after" },
  { fault: "reset", rate: 0.04 },
  { fault: "reset", rate: 0.04, when: "after" },
  { fault: "hang", rate: 0.01, ms: 500 },
  { fault: "truncated", rate: 0.03 },
  { fault: "cutOff", rate: 0.02 },
  { fault: "empty", rate: 0.02 },
  { fault: "undeclared", rate: 0.03 },
  { fault: "pending", rate: 0.02 },
  { fault: "itemFailures", rate: 0.2, share: 0.1 },
  { fault: "groupedErrors", rate: 0.1, share: 0.1 },
  { fault: "busyItems", rate: 0.1, share: 0.1 },
  { fault: "unprocessed", rate: 0.1, share: 0.1 },
  { fault: "missing", rate: 0.05, share: 0.05 },
  { fault: "missing", rate: 0.05, share: 0.05, when: "before" },
];

export const presetNames = ["none", "mild", "moderate", "harsh"] as const;
export type Preset = (typeof presetNames)[number];

/** Each preset is a plan, as a faults file has one. */
export const presets: Readonly<Record<Preset, FaultPlan>> = { none: [], mild, moderate, harsh };
