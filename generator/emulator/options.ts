/** What a caller may say of the emulator. Types only. */
import type { JsonValue } from "../base/json.js";
import type { Kind } from "../runtime/endpoint/x-batch.js";
import type { FaultPlan } from "./faults/plan.js";

/** Time, so that tests need not wait for it. */
export interface EmulatorClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after so many milliseconds, or as soon as the signal is aborted. Never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** How the service behaves where neither the document nor `x-batch` says it. */
export interface Behaviour {
  /**
   * One request names a resource twice: `reject` answers 400 for the whole request, `apply` applies both, in order.
   * Default: `reject` where `x-batch` calls 400 a refusal of the whole batch, and `apply` elsewhere.
   */
  readonly duplicates?: "reject" | "apply";
  /** Results and errors come in another order than the items. Default true, unless `x-batch` promises the order. */
  readonly shuffle?: boolean;
  /** What `x-batch` compares without regard to case comes back in lower case. Default true. */
  readonly fold?: boolean;
  /**
   * How often (0 to 1) a result or an error repeats the key that serves matching alone. Default 1 where nothing else
   * tells which item it belongs to, and 0.5 elsewhere.
   */
  readonly echoKey?: number;
  /** How often (0 to 1) a refusal of a whole request names the items that are to blame. Default 0.5. */
  readonly nameCulprits?: number;
  /** What an update, a read or a delete finds under an id that nobody has created. Default `exist`. */
  readonly unknownIds?: "exist" | "fail";
  /** Ids that do not exist, whatever `unknownIds` says. */
  readonly missing?: readonly string[];
  /** Ids of resources merged into others: nothing is applied, and the reply does not mention them. */
  readonly merged?: readonly string[];
  /** Pointers into the items of a create: a value that is there already is a conflict. */
  readonly unique?: readonly string[];
  /**
   * A pointer into an item, or else into the body, to the name of the property that its id is a value of. Default: what
   * `unless` says of ids in `x-batch`, else `/idProperty`.
   */
  readonly idProperty?: string;
  /** How many polls a job is pending for. Default 1. */
  readonly polls?: number;
  /** Refuse what does not fit the document's schemas. Default true. */
  readonly validate?: boolean;
  /** The rates to keep: those of `x-batch` (default true), none, or these. */
  readonly rates?: boolean | readonly { readonly requests: number; readonly ms: number }[];
  /** The tokens that are accepted as bearer; anything else is answered 401. Default: nobody is asked. */
  readonly tokens?: readonly string[];
}

/** One item, applied. */
export interface Application {
  /** The name of the endpoint, such as `notes.update`. */
  readonly endpoint: string;
  /** Such as `/crm/objects/contacts`: the path without the words for batch and verb. */
  readonly collection: string;
  readonly kind: Kind;
  /** The id of what it was applied to. */
  readonly id: string;
  /** For a create: a digest of the item without the keys that serve matching alone. */
  readonly fingerprint?: string;
  /** The item as it was sent. */
  readonly input: JsonValue;
  /** Which request it came with, from 1, in the order of arrival. */
  readonly request: number;
}

/** One request, answered. */
export interface Handled {
  readonly method: string;
  readonly path: string;
  /** Absent where no endpoint fits. */
  readonly endpoint?: string;
  readonly items: number;
  /** 0 where the connection was broken. */
  readonly status: number;
  readonly faults: readonly string[];
  readonly ms: number;
}

export interface EmulatorSettings {
  /** Makes chance repeatable: the same request has the same fate under the same seed. Default 1. */
  readonly seed?: number;
  readonly faults?: FaultPlan;
  readonly behaviour?: Behaviour;
  readonly clock?: EmulatorClock;
  /** Called for each item at the moment it is applied. */
  onApplied?(application: Application): void;
  /** Called after each request. */
  onRequest?(handled: Handled): void;
}
