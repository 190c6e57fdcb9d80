/**
 * Exports `bounds`: how much a document or a server may ask of the generator and the emulator. Whatever they choose (a
 * size, a count, a time) has its row here, and what exceeds it is refused by the diagnostic that the row names.
 * docs/security.md lists the rows; test/bounds.test.ts compares the two. The runtime has its own, since it is copied.
 */

interface Bound {
  readonly most: number;
  /** What is counted: the table in docs/security.md prints it. */
  readonly of: string;
  /** The code of the diagnostic. */
  readonly code?: string;
  /** The status of the emulator's reply, where there is no diagnostic. */
  readonly status?: string;
}

const MiB = 2 ** 20;

export const bounds = {
  fileBytes: { most: 256 * MiB, of: "bytes of a file", code: "document-too-large" },
  remoteFiles: { most: 100, of: "files that a run fetches", code: "dangling-reference" },
  remoteFileBytes: { most: 32 * MiB, of: "bytes of a fetched file", code: "dangling-reference" },
  remoteBytes: {
    most: 128 * MiB,
    of: "bytes of all files that a run fetches",
    code: "dangling-reference",
  },
  remoteSeconds: { most: 30, of: "seconds for a fetched file", code: "dangling-reference" },
  redirects: { most: 5, of: "redirects of a fetched file", code: "dangling-reference" },
  depth: { most: 400, of: "levels of arrays and objects", code: "nested-too-deeply" },
  /**
   * Maps have pointers as keys, and V8 hashes a text of more than 16,383 characters by its length alone. Escapes may make
   * a pointer twice as long.
   */
  pointerCharacters: { most: 7000, of: "characters of a JSON pointer", code: "pointer-too-long" },
  /** Some 20 MB of ordinary YAML, for which the parser needs about 1 GB of memory. */
  yamlTokens: { most: 2_500_000, of: "words and marks of a YAML file", code: "document-too-large" },
  yamlValues: {
    most: 2_000_000,
    of: "values of a YAML file, with its aliases written out",
    code: "yaml-alias-bomb",
  },
  /** Files that include each other twice double with each file. */
  inlinedReferences: {
    most: 10_000,
    of: "references of a document that are replaced by what they lead to",
    code: "too-many-references",
  },
  /** Actions that feed on each other's results grow without end. */
  overlayChanges: {
    most: 1_000_000,
    of: "values that an overlay changes in a document",
    code: "overlay-too-large",
  },
  overlaySteps: {
    most: 10_000_000,
    of: "steps of an overlay's JSONPaths through a document",
    code: "overlay-too-large",
  },
  patternCharacters: {
    most: 10_000,
    of: "characters of a regular expression or a JSONPath",
    code: "invalid-overlay",
  },
  patternSteps: {
    most: 20_000_000,
    of: "steps of a pattern over a text; the emulator accepts a text that takes more",
    status: "200",
  },
  requestBytes: { most: 32 * MiB, of: "bytes of a request to the emulator", status: "413" },
  remembered: {
    most: 100_000,
    of: "requests, replies and callers that the emulator remembers",
    status: "200",
  },
} satisfies { readonly [name: string]: Bound };
