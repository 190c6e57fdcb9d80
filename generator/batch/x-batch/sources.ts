/**
 * Exports `advisedIn`. `x-sources`, beside an `x-batch` value, says where its members are from: by JSON Pointer, which
 * covers all below it, an object with `url`, `how` (`documented`, `advised` or `observed`) and `date`.
 */
import { isObject, own, type JsonObject, type JsonValue } from "../../base/json.js";
import { getAt } from "../../base/pointer.js";
import type { RawOperation } from "../../openapi/operations.js";
import { presetLayer } from "../../openapi/spec.js";
import type { XBatch } from "../../runtime/endpoint/x-batch.js";

/** Pointers to the values of an operation that its service advises, as far as no other layer replaced them. */
export function advisedIn({ spec, value }: RawOperation, xBatch: XBatch): readonly string[] {
  const whole = JSON.parse(JSON.stringify(xBatch)) as JsonObject; // an x-batch value is plain JSON
  const holders = [spec.document, value];
  const found = holders.flatMap((holder) =>
    Object.entries(sourcesOf(holder)).flatMap(([pointer, source]) => {
      if (!isObject(source) || own(source, "how") !== "advised") return [];
      const said = valueAt(holder, presetLayer, pointer) ?? valueAt(holder, "x-batch", pointer);
      const used = getAt(whole, pointer);
      return said !== undefined && said === JSON.stringify(used) ? [pointer] : [];
    }),
  );
  return [...new Set(found)].sort();
}

const sourcesOf = (holder: JsonObject): JsonObject => {
  const sources = own(holder, "x-sources");
  return isObject(sources) ? sources : {};
};

function valueAt(holder: JsonObject, key: string, pointer: string): string | undefined {
  const value: JsonValue | undefined = own(holder, key);
  return value === undefined ? undefined : JSON.stringify(getAt(value, pointer));
}
