/** The settings of an emulator, and the events that it reports. Types only. */
import type { JsonValue } from "../base/json.js";
import type { Kind } from "../runtime/endpoint/x-batch.js";
import type { FaultPlan } from "./faults/plan.js";

/** A test gives its own clock, so that it does not wait. */
export interface EmulatorClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after so many milliseconds, or as soon as the signal is aborted. Never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** How the service behaves where neither the document nor `x-batch` defines it. */
export interface Behaviour {
  /**
   * One request names a resource twice: `reject` answers 400 for the whole request, `apply` applies both, in order.
   * Default: `reject` where `x-batch` calls 400 a refusal of the whole batch, and `apply` elsewhere.
   */
  readonly duplicates?: "reject" | "apply";
  /** Results and errors come in another order than the items. Default true, unless `x-batch` promises the order. */
  readonly shuffle?: boolean;
  /** Values that `x-batch` compares without regard to case come back in lower case. Default true. */
  readonly fold?: boolean;
  /**
   * How often (0 to 1) a result or an error repeats the key that is only for matching. Default 1 where nothing else
   * shows which item it belongs to, and 0.5 elsewhere.
   */
  readonly echoKey?: number;
  /** How often (0 to 1) a refusal of a whole request names the items that caused it. Default 0.5. */
  readonly nameCulprits?: number;
  /** Whether an update, a read or a delete finds an id that no request created. Default `exist`. */
  readonly unknownIds?: "exist" | "fail";
  /** Ids that do not exist, whatever `unknownIds` says. */
  readonly missing?: readonly string[];
  /** Ids of resources that are merged into others: their items are not applied, and the reply does not mention them. */
  readonly merged?: readonly string[];
  /** Pointers into the items of a create: a value that a resource has already is a conflict. */
  readonly unique?: readonly string[];
  /**
   * A pointer into an item, or else into the body, to the name of the property that its id is a value of. Default: the
   * pointer `unless` of the ids in `x-batch`, else `/idProperty`.
   */
  readonly idProperty?: string;
  /** For how many polls a job is pending. Default 1. */
  readonly polls?: number;
  /** Refuse requests that do not fit the document's schemas. Default true. */
  readonly validate?: boolean;
  /** The rates to enforce: those of `x-batch` (default true), none, or these. */
  readonly rates?: boolean | readonly { readonly requests: number; readonly ms: number }[];
  /** The bearer tokens that are accepted; any other gets 401. Default: no token is needed. */
  readonly tokens?: readonly string[];
}

/** One item, applied. */
export interface Application {
  /** The name of the endpoint, such as `notes.update`. */
  readonly endpoint: string;
  /** Such as `/crm/objects/contacts`: the path without the words for batch and verb. */
  readonly collection: string;
  readonly kind: Kind;
  /** The id of the resource. */
  readonly id: string;
  /** For a create: a digest of the item without the keys that are only for matching. */
  readonly fingerprint?: string;
  /** The item as it was sent. */
  readonly input: JsonValue;
  /** The number of its request, from 1, in the order of arrival. */
  readonly request: number;
}

/** One request, answered. */
export interface Handled {
  readonly method: string;
  readonly path: string;
  /** Absent where no endpoint fits. */
  readonly endpoint?: string;
  /** The items of the request; 0 where it was refused before they were read. */
  readonly items: number;
  /** How many of them were applied. */
  readonly applied: number;
  /** 0 where the connection was broken. */
  readonly status: number;
  /** Why the whole request was refused. Absent where it was not. */
  readonly reason?: string;
  readonly faults: readonly string[];
  readonly ms: number;
}

export interface EmulatorSettings {
  /** Makes chance repeatable: the same request has the same outcome under the same seed. Default 1. */
  readonly seed?: number;
  readonly faults?: FaultPlan;
  readonly behaviour?: Behaviour;
  readonly clock?: EmulatorClock;
  /** Called for each item at the moment it is applied. */
  onApplied?(application: Application): void;
  /** Called after each request. */
  onRequest?(handled: Handled): void;
}
