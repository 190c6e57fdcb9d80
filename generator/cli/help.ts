/** Exports `helpOf`: the help of a command, its flags from the table of options. No line is longer than 100 columns. */
import type { CommandName, Option } from "../build/config/options.js";
import { flagsOf } from "./parse-arguments.js";

/** The help of a command besides its flags. A section is a title and its lines, as they are printed. */
export interface HelpText {
  /** The arguments, such as `[PATH…] [flags]`. */
  readonly usage: string;
  /** Paragraphs that describe the command; each is wrapped. */
  readonly intro: readonly string[];
  /** Between the flags and the exit codes: a title and lines, or a paragraph that is wrapped. */
  readonly notes?: readonly (string | Section)[];
  readonly exitCodes: readonly (readonly [code: number, meaning: string])[];
  readonly examples: readonly string[];
}

type Section = readonly [title: string, ...lines: string[]];

/** Columns of the help. */
const width = 100;
/** Where the text of a flag begins; a longer flag has a line of its own. */
const column = 25;

/** `openapi-batch COMMAND --help`; ends with a line feed. */
export function helpOf(command: CommandName, text: HelpText): string {
  const { usage, intro, notes = [], exitCodes, examples } = text;
  const parts = [
    `Usage: openapi-batch ${command} ${usage}`,
    ...intro.map((paragraph) => wrap(paragraph).join("\n")),
    flagLines(command).join("\n"),
    ...notes.map((note) => (typeof note === "string" ? wrap(note).join("\n") : section(note))),
    section(["Exit codes", ...exitCodes.flatMap(exitCodeLines)]),
    section(["Examples", ...examples.map((example) => `openapi-batch ${command}${example}`)]),
  ];
  return `${parts.join("\n\n")}\n`;
}

const section = ([title, ...lines]: Section): string =>
  [title, ...lines.map((line) => `  ${line}`)].join("\n");

const exitCodeLines = ([code, meaning]: readonly [number, string]): readonly string[] =>
  wrap(meaning, width - 7).map((line, i) => (i === 0 ? String(code) : "").padEnd(5) + line);

function flagLines(command: CommandName): readonly string[] {
  const flags = flagsOf(command);
  const own = flags.flatMap(({ flag, option }) => linesOf(command, flag, option));
  if (!flags.some(({ name }) => name === "config")) return own;
  // a flag reverses a configuration that switches it on or off
  const defaults = flags.flatMap(({ flag, option: { type, config, default: value } }) =>
    type === "boolean" && config !== undefined ? [`--${value === true ? "" : "no-"}${flag}`] : [],
  );
  return [...own, "", ...wrap(`${defaults.join(", ")}: as if the configuration did not set it.`)];
}

function linesOf(command: CommandName, flag: string, option: Option): readonly string[] {
  const { short, type, value, help, helpFor } = option;
  // a flag that is on by default is used to switch it off
  const name = type === "boolean" && option.default === true ? `--no-${flag}` : `--${flag}`;
  const left = `  ${short === undefined ? "    " : `-${short}, `}${name}${value === undefined ? "" : ` ${value}`}`;
  const lines = wrap(`${helpFor?.[command] ?? help}${defaultOf(option)}`, width - column);
  const [first = "", ...more] = lines;
  const head = left.length < column - 1 ? [left.padEnd(column) + first] : [left, indent(first)];
  return [...head, ...more.map(indent)];
}

const indent = (line: string): string => " ".repeat(column) + line;

function defaultOf({ type, default: value, defaultText }: Option): string {
  // no default: no text
  const words = defaultText === "none" ? undefined : defaultText;
  const text = type === "boolean" ? undefined : (words ?? value?.toString());
  return text === undefined ? "" : `. Default: ${text}`;
}

/** Words in lines of at most that many columns; a word that is longer has a line of its own. */
function wrap(text: string, columns = width): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
