/** Exports `grouped` and `count`: numbers in the same form everywhere (`1,234`), whatever the locale. */

export const grouped = (number: number): string => number.toLocaleString("en-US");

/** `1 file`, `1,234 files`. */
export const count = (number: number, singular: string, plural = `${singular}s`): string =>
  `${grouped(number)} ${number === 1 ? singular : plural}`;
