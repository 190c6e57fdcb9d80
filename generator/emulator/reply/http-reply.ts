/** The HTTP reply, and the reason of a refusal. */
import type { JsonValue } from "../../base/json.js";

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: no body. */
  readonly body?: string;
  /** Why the whole request is refused, for the log; it is not sent. */
  readonly reason?: string;
}

export const json = (
  status: number,
  value: JsonValue,
  headers: Readonly<Record<string, string>> = {},
): Reply => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(value),
});

/** Why a whole request is refused. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly category: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
  /** Members of the body by their pointers, which replace those of the document's form. */
  readonly members?: Readonly<Record<string, JsonValue>>;
  readonly headers?: Readonly<Record<string, string>>;
}
