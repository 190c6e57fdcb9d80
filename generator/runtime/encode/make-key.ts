/** `makeKey`: idempotency keys. Only packages whose endpoints need some contain this file. */

/** Makes the same key of the same parts, everywhere, in the form of a UUID; cut if only `maxLength` characters fit. */
export type MakeKey = (parts: readonly (string | number)[], maxLength?: number) => string;

export const makeKey: MakeKey = (parts, maxLength = 36) => {
  const hex = sha256(new TextEncoder().encode(JSON.stringify(parts)));
  if (maxLength < 36) return hex.slice(0, maxLength);
  // RFC 9562, version 8: a UUID whose bits are a matter of its maker.
  const uuid = `${hex.slice(0, 12)}8${hex.slice(13, 16)}a${hex.slice(17, 32)}`;
  return uuid.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
};

/** The first 32 bits of the fractions of the roots of the first 64 primes (FIPS 180-4). */
const squares: number[] = [];
const cubes: number[] = [];
for (let n = 2; cubes.length < 64; n++) {
  let divisor = 2;
  while (n % divisor) divisor++;
  if (divisor < n) continue;
  squares.push((n ** (1 / 2) * 2 ** 32) | 0);
  cubes.push((n ** (1 / 3) * 2 ** 32) | 0);
}

/** SHA-256, in hexadecimal digits. That of the platform is asynchronous, but items are made one by one. */
export function sha256(bytes: Uint8Array): string {
  const length = ((bytes.length + 72) >> 6) << 6;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(length - 4, bytes.length << 3);
  const state = squares.slice(0, 8);
  for (let at = 0; at < length; at += 64) addBlock(state, view, at);
  return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

const rotate = (word: number, by: number) => (word >>> by) | (word << (32 - by));

function addBlock(state: number[], view: DataView, at: number): void {
  const words: number[] = [];
  const word = (i: number) => words[i] ?? 0;
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < 64; i++) {
    const [x, y] = [word(i - 15), word(i - 2)];
    words[i] =
      i < 16
        ? view.getInt32(at + 4 * i)
        : (word(i - 16) +
            (rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)) +
            word(i - 7) +
            (rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10))) |
          0;
    const one =
      h +
      (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
      ((e & f) ^ (~e & g)) +
      (cubes[i] ?? 0) +
      word(i);
    const two = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((sum, i) => (state[i] = ((state[i] ?? 0) + sum) | 0));
}
