/** What a later process needs to know of a run, as plain JSON, and back. */
import type { Position } from "../../base/diagnostics.js";
import type { DocumentModel } from "../../batch/document.js";
import type { MadeDocument } from "../../openapi/memory.js";
import type { Generated } from "../generate.js";

/** What is kept of a run, apart from its files. */
export interface Kept extends Omit<
  Generated,
  "files" | "text" | "locate" | "hashes" | "kept" | "isWritten"
> {
  /** SHA-256 of the lock that it left, or would have left. */
  readonly lockHash: string | undefined;
  /** Positions that were looked up, so that a later process need not parse a file to print the same again. */
  readonly positions: readonly (readonly [key: string, position: Position])[];
}

/** What was made of documents, as lines of text that are made anew only where it is new. */
export function createLines(lines: readonly string[]): {
  readonly documents: Map<string, MadeDocument<DocumentModel>>;
  print(): readonly string[];
} {
  const known = new WeakMap<MadeDocument<DocumentModel>, string>();
  const documents = new Map(
    lines.map((line) => {
      // what `print` below gave
      const [id, document] = JSON.parse(line) as [string, MadeDocument<DocumentModel>];
      known.set(document, line);
      return [id, document];
    }),
  );
  const print = (id: string, made: MadeDocument<DocumentModel>): string => {
    const line = JSON.stringify([id, made]);
    known.set(made, line);
    return line;
  };
  return {
    documents,
    print: () => [...documents].map(([id, made]) => known.get(made) ?? print(id, made)),
  };
}
