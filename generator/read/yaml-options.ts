/** How YAML is read, everywhere: YAML 1.2, whatever a `%YAML` directive says, plus merge keys. */
export const yamlOptions = {
  version: "1.2",
  schema: "core",
  merge: true,
  /** Otherwise `!!timestamp`, `!!binary`, `!!set` make objects that are not JSON. */
  resolveKnownTags: false,
  /** `200:` is the member "200". */
  stringKeys: true,
  /** The library compares each key with each; `parse.ts` finds duplicates in one pass, with both places. */
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: "silent",
} as const;
