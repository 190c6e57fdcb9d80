/** Exports `checkOverrides`: names (`rename`) and `x-batch` values (`xBatch`) of single operations, checked. */
import type { Diagnostic, Location } from "../../base/diagnostics.js";
import type { ConfiguredBatches } from "../../batch/detect/recognise.js";
import { parseName } from "../../batch/names/name.js";
import { type Rename } from "../../batch/names/lock.js";
import { parseXBatch } from "../../batch/x-batch/x-batch.js";
import { formatPointer } from "../../base/pointer.js";
import type { JsonValue } from "../../base/json.js";
import type { XBatch } from "../../runtime/endpoint/x-batch.js";

/** Operations by `METHOD /path`, the path as the documents write it. */
export interface Overrides {
  /**
   * Names in the package, such as `notes.update` or `v3/notes.update`. Where documents declare one operation in
   * different ways, an object has a name for each document: `{ "crm/notes.json": "notes.update" }`.
   */
  readonly rename?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  /** `x-batch` values (docs/x-batch.md), laid over those of overlays and documents; `false` switches one off. */
  readonly xBatch?: Readonly<Record<string, Partial<XBatch> | false>>;
}

export interface CheckedOverrides {
  readonly renames: readonly Rename[];
  readonly batches: ConfiguredBatches;
  /** Errors only. */
  readonly diagnostics: readonly Diagnostic[];
}

/** @param locate the location of a member of the overrides, by its JSON Pointer */
export function checkOverrides(
  { rename = {}, xBatch = {} }: Overrides,
  locate: (pointer: string) => Location | undefined,
): CheckedOverrides {
  const diagnostics: Diagnostic[] = [];
  const report = (pointer: string, code: string, message: string, hint: string): void => {
    const location = locate(pointer);
    diagnostics.push({ code, severity: "error", message, hint, ...(location && { location }) });
  };
  const operation = (key: string, pointer: string): Pick<Rename, "method" | "path"> | undefined => {
    const [, method = "", path = ""] = /^([A-Za-z]+) (\/.*)$/s.exec(key) ?? [];
    if (path !== "") return { method: method.toUpperCase(), path };
    const found = JSON.stringify(key);
    const hint = "As openapi-batch inspect lists them.";
    report(pointer, "invalid-operation", `Expected a method and a path, found ${found}.`, hint);
    return undefined;
  };

  const renames = Object.entries(rename).flatMap(([key, value]): Rename[] => {
    const pointer = formatPointer(["rename", key]);
    const named = operation(key, pointer);
    const pairs: readonly (readonly [string | undefined, string])[] =
      typeof value === "string" ? [[undefined, value]] : Object.entries(value);
    return pairs.flatMap(([document, text]) => {
      const place = document === undefined ? pointer : pointer + formatPointer([document]);
      const name = parseName(text);
      if (!name) {
        const hint =
          "A module, a dot and a function; an entry point may come before: v3/notes.read.";
        const message = `Expected a name such as \`notes.update\`, found ${JSON.stringify(text)}.`;
        report(place, "invalid-name", message, hint);
      }
      if (!name || !named) return [];
      const location = locate(place);
      return [
        {
          ...named,
          name,
          ...(document === undefined ? {} : { document }),
          ...(location && { at: () => location }),
        },
      ];
    });
  });

  const batches = new Map<string, Partial<XBatch> | false>();
  for (const [key, value] of Object.entries(xBatch)) {
    const pointer = formatPointer(["xBatch", key]);
    const named = operation(key, pointer);
    // a value of that type, or one that is about to be refused, is plain JSON
    const parsed = parseXBatch(value as JsonValue, (inner) => {
      return locate(pointer + inner) ?? { file: "xBatch", pointer: inner };
    });
    diagnostics.push(...parsed.diagnostics);
    if (named && parsed.value !== undefined) {
      batches.set(`${named.method} ${named.path}`, parsed.value);
    }
  }
  return { renames, batches, diagnostics };
}
