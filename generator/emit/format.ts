/** Formats the files of a package as their owner's own prettier would. */
import type { GeneratedFile } from "./package.js";

export interface FormatOptions {
  /** The absolute folder that the files are meant for. Prettier's configuration is looked up from there. */
  readonly output: string;
  /** False returns the files as they are. Default true. */
  readonly format?: boolean;
  /** Texts that an earlier run formatted, and where those of this run go. Default: nothing is kept. */
  readonly known?: FormattedTexts;
  /** Counts files. */
  onProgress?(done: number, total: number): void;
}

/** Formatted texts by a hash of all that they follow from. */
export interface FormattedTexts {
  get(hash: string): string | undefined;
  set(hash: string, formatted: string): void;
}

/**
 * The files in the order given, each formatted by prettier with the options that its configuration files and
 * `.editorconfig` have for that path; without any of them, 100 columns.
 * @throws Error that names the file, if prettier cannot parse it or its configuration.
 */
export async function formatFiles(
  files: readonly GeneratedFile[],
  { output, format = true, onProgress }: FormatOptions,
): Promise<readonly GeneratedFile[]> {
  if (!format) return files;
  const prettier = await import("prettier");
  const { join } = await import("node:path");
  const formatted: GeneratedFile[] = [];
  for (const { path, text } of files) {
    const filepath = join(output, path);
    const found = await prettier.resolveConfig(filepath, { editorconfig: true });
    const options = found ?? { printWidth: 100 };
    formatted.push({ path, text: await prettier.format(text, { ...options, filepath }) });
    onProgress?.(formatted.length, files.length);
  }
  return formatted;
}
