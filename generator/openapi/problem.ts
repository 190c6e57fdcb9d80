/** Exports `Problem`, a mistake in the text of a file, and the one that JSON and YAML share. */

export interface Problem {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly offset: number;
  readonly hint?: string;
  /** The offset of a second part of the problem; `%s` in the message becomes its `line:column`. */
  readonly other?: number;
}

export const duplicateKey = (name: string, offset: number, other: number): Problem => ({
  code: "duplicate-key",
  severity: "error",
  message: `The key ${JSON.stringify(name)} is here and at %s.`,
  offset,
  other,
  hint: "Remove one of the two.",
});
