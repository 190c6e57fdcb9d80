/** `applyDependencies`: an item fails if one that it names by `envelope.after` fails, or is not in the request. */
import { isArray, type JsonValue } from "../../base/json.js";
import { getAt } from "../../base/pointer.js";
import type { EmulatedOperation, Item } from "../operation.js";
import type { Failure } from "../resources/apply.js";
import { asText } from "../values.js";
import type { FaultedItem } from "./items.js";

export function applyDependencies(
  items: readonly FaultedItem[],
  { batch: { envelope } }: EmulatedOperation,
): readonly FaultedItem[] {
  const after = envelope?.after;
  if (envelope === undefined || after === undefined) return items;
  const nameOf = ({ value, key }: Item): string | undefined =>
    envelope.id === undefined ? key : asText(getAt(value, envelope.id));
  const needs = items.map(({ item }) => namesAt(getAt(item.value, after)));
  const present = new Set(items.flatMap(({ item }) => nameOf(item) ?? []));
  /** By name: the positions of the items that name it. */
  const naming = new Map<string, number[]>();
  needs.forEach((names, at) => {
    for (const name of names) {
      const known = naming.get(name);
      if (known) known.push(at);
      else naming.set(name, [at]);
    }
  });
  const failed = new Set<number>();
  const undone = items.filter(isUndone).flatMap(({ item }) => nameOf(item) ?? []);
  const missing = [...naming.keys()].filter((name) => !present.has(name));
  const names = [...undone, ...missing];
  for (let name = names.pop(); name !== undefined; name = names.pop())
    for (const at of naming.get(name) ?? []) {
      const one = items[at];
      if (!one || isUndone(one) || failed.has(at)) continue;
      failed.add(at);
      const next = nameOf(one.item);
      if (next !== undefined) names.push(next);
    }
  return items.map((one, at) => (failed.has(at) ? { ...one, failure: dependency } : one));
}

const dependency: Failure = {
  category: "FAILED_DEPENDENCY",
  status: 424,
  message: "An item that this one needs was not applied.",
};

const isUndone = ({ failure, silent, unprocessed }: FaultedItem): boolean =>
  failure !== undefined || silent === "lost" || unprocessed === true;

const namesAt = (value: JsonValue | undefined): readonly string[] =>
  (isArray(value) ? value : [value]).flatMap((one) => asText(one) ?? []);
