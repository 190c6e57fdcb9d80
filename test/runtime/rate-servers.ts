/**
 * For tests and the bench of rates: `servers`, the three ways in which services count requests; and `row`, an endpoint
 * with one input in a request.
 */
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";

export interface Limit {
  readonly requests: number;
  readonly ms: number;
}

/** Whether a request that arrives now is accepted. */
export type Count = (now: number) => boolean;

export const servers = {
  /** At most so many in any period. */
  "a sliding window"({ requests, ms }: Limit): Count {
    const times: number[] = [];
    return (now) => {
      while ((times[0] ?? now) <= now - ms) times.shift();
      return times.length < requests && times.push(now) > 0;
    };
  },
  /** At most so many in each period. */
  "a fixed window"({ requests, ms }: Limit): Count {
    let period = -1;
    let count = 0;
    return (now) => {
      const current = Math.floor(now / ms);
      if (current !== period) count = 0;
      period = current;
      return ++count <= requests;
    };
  },
  /** Tokens come back evenly. */
  "a token bucket"({ requests, ms }: Limit): Count {
    let tokens = requests;
    let then = 0;
    return (now) => {
      tokens = Math.min(requests, tokens + ((now - then) * requests) / ms);
      then = now;
      return tokens >= 1 && tokens-- >= 1;
    };
  },
};

export const row: Endpoint<{
  kind: "update";
  input: { id: number };
  result: unknown;
  reply: Reply;
}> = endpoint({
  name: "rows.update",
  service: { baseUrl: "https://api.example" },
  method: "POST",
  path: "/rows",
  kind: "update",
  items: { at: "" },
  limit: { items: 1 },
  replies: [200],
});
