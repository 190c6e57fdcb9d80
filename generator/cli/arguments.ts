import { parseArgs } from "node:util";
import type { ParseArgsConfig } from "node:util";
import { closestMatch } from "leven";
import { UsageError } from "../base/usage-error.js";

/** A list of names in which the nearest to a mistyped one is looked for. */
export function didYouMean(typed: string, names: readonly string[]): string | undefined {
  // Two: a pair of letters that changed places counts as that.
  const maxDistance = Math.max(2, Math.floor(typed.length / 3));
  return closestMatch(typed, names, { maxDistance });
}

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; strict: true; allowPositionals: true }>
>;

/**
 * `parseArgs` of Node, strict, with errors that name the nearest flag.
 * @param command As it is typed, for the hints.
 * @throws {UsageError}
 */
export function parseCommand<const T extends Options>(
  command: string,
  args: readonly string[],
  options: T,
): Parsed<T> {
  const list = [...args];
  const loose = parseArgs({ args: list, options, strict: false, tokens: true });
  for (const token of loose.tokens) {
    if (token.kind !== "option" || Object.hasOwn(options, token.name)) continue;
    const names = Object.keys(options);
    const near = token.rawName.startsWith("--") ? didYouMean(token.name, names) : undefined;
    throw new UsageError(
      `openapi-batch ${command} has no flag ${token.rawName}.`,
      near ? `Did you mean --${near}?` : `openapi-batch ${command} --help lists its flags.`,
    );
  }
  try {
    return parseArgs({ args: list, options, strict: true, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Node's message has a second line on how to quote; the first says what is wrong.
    const [message = ""] = error.message.split("\n");
    throw new UsageError(
      message.endsWith(".") ? message : `${message}.`,
      `openapi-batch ${command} --help shows how it is used.`,
    );
  }
}

/** The value of a flag that takes one of a few. @throws {UsageError} */
export function oneOf<const V extends string>(
  flag: string,
  value: string,
  values: readonly V[],
): V {
  const found = values.find((known) => known === value);
  if (found !== undefined) return found;
  const near = didYouMean(value, values);
  throw new UsageError(
    `${flag} is ${values.join(", ")}; not ${JSON.stringify(value)}.`,
    near ? `Did you mean ${near}?` : undefined,
  );
}
