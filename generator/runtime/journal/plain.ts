/** What a journal keeps, as text: `recordOutcome` and `readOutcome`, and `digestOf`, which tells inputs apart. */
import { isObject, member } from "../pointer.js";
import { inOrder } from "../reply/canonical.js";
import type { Decision } from "../run/decide-outcomes.js";
import type { AnyOutcome, Kept } from "../run/run-totals.js";
import type { JournalRecord } from "./store.js";

/** JSON has no bigints, so they are objects with the first member. An object that has one of them is a text. */
const BIGINT = "~bigint";
const TEXT = "~text";

/** As JSON; an error as plain data. */
const write = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === "bigint") return { [BIGINT]: String(inner) };
    if (inner instanceof Error) return { name: inner.name, message: inner.message };
    return isMarked(inner) ? { [TEXT]: write(Object.entries(inner)) } : inner;
  });

/** A cause is the caller's, so it may be something that JSON cannot hold. */
function plainCause(cause: unknown): unknown {
  try {
    return read(write(cause ?? null));
  } catch {
    return String(cause);
  }
}

const isMarked = (value: unknown): value is object =>
  isObject(value) && (Object.hasOwn(value, BIGINT) || Object.hasOwn(value, TEXT));

/** What `write` wrote. */
function read(text: string): unknown {
  return JSON.parse(text, (_, inner: unknown) => {
    const digits = member(inner, BIGINT);
    if (typeof digits === "string") return BigInt(digits);
    const entries = member(inner, TEXT);
    // Nothing else has this member.
    return typeof entries === "string"
      ? Object.fromEntries(read(entries) as [string, unknown][])
      : inner;
  });
}

/** What a record has of an outcome. `result`: as the service sent it, or as `reconcile` found it. */
export function recordOutcome(
  outcome: AnyOutcome,
  result: unknown,
  found: boolean,
): Pick<JournalRecord, "kind" | "category" | "outcome"> {
  // The members that are the caller's, or stand in the record.
  const { source: _s, input: _i, index: _x, key: _k, kind, ...rest } = outcome;
  if (kind === "notSent") return {};
  const plain = {
    ...rest,
    ...(kind === "ok" && { result, ...(found && { found }) }),
    ...("cause" in rest && { cause: plainCause(rest.cause) }),
  };
  const category = outcome.kind === "failed" ? outcome.error.category : undefined;
  return { kind, category, outcome: write(plain) };
}

/** What was kept: the decision, what else the outcome has, and whether the result is in the caller's form. */
export function readOutcome({ kind, outcome = "{}" }: JournalRecord): {
  readonly decision: Decision;
  readonly kept: Kept;
  readonly found: boolean;
} {
  const { contested, sent, found, ...rest } = read(outcome) as Record<string, unknown>;
  const error = rest["error"];
  const decision = {
    ...(kind === "ok" && { result: undefined }),
    ...(kind === "unknown" && { cause: undefined }),
    ...rest,
    ...(error !== undefined && { error: { ...(error as object), toJSON: () => error } }),
    kind,
  };
  // `recordOutcome` wrote it.
  return {
    decision: decision as Decision,
    kept: { contested, sent, replayed: true } as Kept,
    found: found === true,
  };
}

/** Equal for equal inputs: 64 bits are enough to notice that a key is used twice. */
export function digestOf(value: unknown): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  const text = canonical(value);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [a, b].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/** The order of members does not matter, and JSON has nothing of a file. */
function canonical(value: unknown): string {
  try {
    const text = JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === "bigint"
        ? String(inner)
        : inner instanceof Blob
          ? [inner.size, inner.type, "name" in inner && inner.name]
          : inOrder(inner),
    ) as string | undefined; // of undefined
    return text ?? "";
  } catch {
    // A cycle: it is refused before sending.
    return "";
  }
}
