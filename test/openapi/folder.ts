/** A temporary folder with the given files, and what reading it gives. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { Location } from "../../generator/base/diagnostics.js";
import { withPositions } from "../../generator/base/positions.js";
import { createLocator } from "../../generator/openapi/locate.js";
import { read, type ReadOptions } from "../../generator/openapi/read.js";
import type { JsonValue } from "../../generator/base/json.js";
import type { ReadResult, Spec } from "../../generator/openapi/spec.js";

/** Names to texts, to values (written as JSON), or to `{link}`: a symbolic link. */
export type Files = Readonly<Record<string, string | JsonValue | Uint8Array>>;

export function makeFolder(files: Files): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "openapi-batch-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    const raw = typeof content === "string" || content instanceof Uint8Array;
    writeFileSync(file, raw ? content : JSON.stringify(content, null, 2));
  }
  return folder;
}

export function link(folder: string, name: string, to: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  symlinkSync(to, path.join(folder, name));
}

export async function readFiles(
  files: Files,
  options: Partial<ReadOptions> = {},
): Promise<
  ReadResult & {
    folder: string;
    spec: (name: string) => Spec;
    problems: string[];
    /** The location of a value of a document, with line and column. */
    locate: (name: string, pointer: string) => Location;
  }
> {
  const folder = makeFolder(files);
  const result = await read({ cwd: folder, paths: ["."], overlays: [], ...options });
  const positionOf = createLocator(result.text);
  const spec = (name: string): Spec => {
    const found = result.specs.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no document ${name}: ${JSON.stringify(result)}`);
    return found;
  };
  return {
    ...result,
    folder,
    spec,
    locate(name, pointer) {
      const location = spec(name).locate(pointer);
      return { ...location, ...positionOf(location) };
    },
    problems: withPositions(result.diagnostics, positionOf).map(({ severity, code, location }) =>
      location === undefined
        ? `${severity} ${code}`
        : `${severity} ${code} ${location.file}:${location.line}:${location.column} ${location.pointer}`,
    ),
  };
}
