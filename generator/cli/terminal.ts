/** Exports `Terminal`, which is how a command prints and is interrupted (`main.ts` has the real one), and forms of text. */
import type { styleText } from "node:util";

export { count } from "../base/count.js";
export { printable, printableJson } from "../base/printable.js";

/** One style: a list of them is coloured by Node 20 even where no colour is wanted. */
export type Style = Exclude<Parameters<typeof styleText>[0], readonly unknown[]>;

export interface Terminal {
  /** Results. */
  readonly out: (text: string) => void;
  /** Diagnostics and progress. */
  readonly err: (text: string) => void;
  /** All of standard input. @throws {UsageError} if it has more bytes than a file may have */
  readonly input: () => Promise<Uint8Array>;
  /** Columns of the terminal that results go to; undefined where they go elsewhere. */
  readonly width: number | undefined;
  /** Progress may rewrite its line. */
  readonly rewritable: boolean;
  /** The text in a style, if the reader of `err` shows colours. */
  readonly style: (style: Style, text: string) => string;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Cut to `width` characters, the last of which is then `…`. */
export function cut(text: string, width: number | undefined): string {
  if (width === undefined) return text;
  const characters = Array.from(text);
  return characters.length <= width ? text : characters.slice(0, width - 1).join("") + "…";
}
