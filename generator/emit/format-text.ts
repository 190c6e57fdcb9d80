/** Exports `formatText`: one text, by prettier. A file of its own, because the workers of `format-pool.ts` load it, too. */
import type { Options, Plugin } from "prettier";
import { messageOf } from "../base/message-of.js";

/** A text for prettier. Plain data where its options hold no plugin: workers receive it as a message. */
export interface FormatJob {
  /** As the package has it; for messages. */
  readonly path: string;
  readonly text: string;
  readonly options: Options;
}

/** Plugins may be functions, which no message can carry. */
export const hasPlugins = ({ plugins = [] }: Options): boolean => plugins.length > 0;

/**
 * A block of TypeScript in Markdown is parsed as a file is: see `optionsOf` of `format.ts`. Prettier looks for a language
 * by name first, and its own of this alias would load another parser.
 */
const byBabel: Plugin = { languages: [{ name: "ts", parsers: ["babel-ts"] }] };

/** Formats in this thread. @throws Error that names the file */
export async function formatText({ path, text, options }: FormatJob): Promise<string> {
  const { format } = await import("prettier");
  try {
    return await format(text, hasPlugins(options) ? options : { ...options, plugins: [byBabel] });
  } catch (error) {
    throw new Error(`Prettier cannot format ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** Loads what most texts need. */
export async function warmUp(): Promise<void> {
  await formatText({ path: "", text: "let a;", options: { parser: "babel-ts" } });
}
