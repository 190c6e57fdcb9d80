/** `drawFrom`: random numbers that follow from a seed, and choices made with them. */
export interface Draw {
  /** At least 0 and less than 1. */
  next(): number;
  /** A whole number, both ends included. */
  int(least: number, most: number): number;
  /** True in this part of all cases. */
  chance(part: number): boolean;
  pick<T>(all: readonly T[]): T;
  /** A whole number, small ones as often as large ones. */
  scale(least: number, most: number): number;
}

/** `stream`: each has numbers of its own, so what one draws changes nothing for another. */
export function drawFrom(seed: number, stream: number): Draw {
  // sfc32: whatever the seeds have in common, their numbers do not.
  let [a, b, c, d] = [seed >>> 0, Math.floor(seed / 2 ** 32), stream, 1];
  const next = () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 15; i++) next();
  const int = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    int,
    chance: (part) => next() < part,
    pick<T>(all: readonly T[]): T {
      const at = int(0, all.length - 1);
      if (at < 0) throw new TypeError("there is nothing to pick from");
      return all[at] as T; // it is there
    },
    scale: (least, most) => Math.floor(least * (most / least) ** next()),
  };
}
