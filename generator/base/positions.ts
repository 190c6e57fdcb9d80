/**
 * Exports positions that locations have already. `createLocator` of openapi/ finds the others, which takes a parser.
 */
import type { Diagnostic, Locate } from "./diagnostics.js";

/** The position that a location has; undefined where it has none. */
export const knownPosition: Locate = ({ line, column }) =>
  line === undefined ? undefined : { line, column: column ?? 1 };

/** The same diagnostics, with line and column wherever `locate` finds them. */
export const withPositions = (
  diagnostics: readonly Diagnostic[],
  locate: Locate,
): readonly Diagnostic[] =>
  diagnostics.map((diagnostic) =>
    diagnostic.location
      ? { ...diagnostic, location: { ...diagnostic.location, ...locate(diagnostic.location) } }
      : diagnostic,
  );
