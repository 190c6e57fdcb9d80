/** Exports `remember`: a map that forgets its oldest entry when it is full, so that no client can fill the memory. */
import { bounds } from "../base/bounds.js";

/** Sets the entry, as the newest. */
export function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= bounds.remembered.most) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
