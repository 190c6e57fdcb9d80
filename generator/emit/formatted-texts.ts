/** `FormattedTexts`, a file of its own: the library's types name it, and must not name those of worker threads. Types only. */

/** Formatted texts, by a hash of all that they follow from. */
export interface FormattedTexts {
  readonly size: number;
  get(hash: string): string | undefined;
  set(hash: string, formatted: string): void;
}
