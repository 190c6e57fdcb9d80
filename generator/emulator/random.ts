/** `randomOf`: random numbers that can be repeated. The same seed and text give the same numbers. */
import { createHash } from "node:crypto";

export interface Random {
  /** At least 0, below 1. */
  next(): number;
  /** A whole number, at least 0, below `limit`. */
  below(limit: number): number;
  chance(rate: number): boolean;
  pick<T>(list: readonly T[]): T | undefined;
  /** A copy in another order. */
  shuffle<T>(list: readonly T[]): T[];
  /** In the form of a UUID. */
  uuid(): string;
}

/** The numbers of a request depend on the request, not on when it arrives: concurrency changes nothing. */
export function randomOf(...parts: readonly (string | number)[]): Random {
  const seed = createHash("sha256").update(parts.join("\n")).digest();
  let state = seed.readUInt32LE(0);
  // mulberry32: 32 bits of state are enough for the choices of one request
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (rate) => rate > 0 && next() < rate,
    pick: (list) => list[below(list.length)],
    shuffle(list) {
      return list
        .map((value) => ({ value, key: next() }))
        .sort((a, b) => a.key - b.key)
        .map(({ value }) => value);
    },
    uuid() {
      const hex = Array.from({ length: 32 }, () => below(16).toString(16)).join("");
      return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `4${hex.slice(13, 16)}`,
        `a${hex.slice(17, 20)}`,
        hex.slice(20),
      ].join("-");
    },
  };
}
