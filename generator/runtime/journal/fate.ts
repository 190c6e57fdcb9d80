/** `fateOf`: what a run does with an input of which its journal has a record. */
import { isSafe, SAFE, type Resolved } from "../endpoint/resolve.js";
import { FRESH_MS } from "./keep.js";
import type { FoundRecord } from "./store.js";

export type Fate =
  /** It was not applied: send it as it is now. */
  | "send"
  /** It may have been applied, and does no harm if it is sent twice. */
  | "resend"
  /** The same, with the other inputs of its request and under its idempotency key. */
  | "together"
  /** It may have been applied, and must not be sent twice. */
  | "lost"
  /** It has an outcome that the consumer may not have had. */
  | "replay"
  /** The consumer is done with it. */
  | "skip"
  /** An earlier run sent another input with its key. */
  | "changed";

export function fateOf(
  record: FoundRecord,
  input: { readonly digest: string; readonly value: unknown },
  data: Resolved,
  again: readonly unknown[],
): Fate {
  const { state, kind } = record;
  const isAgain = state !== "sent" && again.includes(kind);
  if (isAgain && kind === "failed") return "send";
  const how = howAgain(record, input.value, data);
  if (record.digest !== input.digest)
    // A service that knows an idempotency key would answer with the result of the other input.
    return isAgain && how === "resend" && SAFE.includes(data.kind) ? how : "changed";
  if (state === "sent" || isAgain) return how;
  return state === "seen" ? "skip" : "replay";
}

/** How an input is sent again of which nothing is proved. */
function howAgain(
  { request, ageMs }: FoundRecord,
  value: unknown,
  data: Resolved,
): "resend" | "together" | "lost" {
  const { byKey, key } = data.retry;
  if (!isSafe(data, value)) return "lost";
  if (!byKey) return "resend";
  const { validMs = Infinity } = key ?? {};
  // An older process may wake and send up to FRESH_MS after its last write, which came before all that this one sends:
  // by then the service has not forgotten a key that is valid for as long.
  if (request === undefined || ageMs > validMs || validMs < FRESH_MS) return "lost";
  return key?.in === "item" ? "resend" : "together";
}
