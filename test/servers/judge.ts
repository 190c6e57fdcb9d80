/** `judge`: compares the outcomes of a run with the rows that the server holds afterwards. */

export type OutcomeKind = "ok" | "failed" | "unknown" | "notSent";

/**
 * Returns every contradiction as a sentence; none means that each input has one outcome, and that no outcome says what
 * is not so. `refs`: the inputs, by the text that names a row. `rows`: the same texts, once for each row of the server.
 */
export function judge(
  refs: readonly string[],
  outcomes: readonly { readonly ref: string; readonly kind: OutcomeKind }[],
  rows: readonly string[],
): readonly string[] {
  const applied = count(rows);
  const told = count(outcomes.map(({ ref }) => ref));
  const known = new Set(refs);
  return [
    ...refs.flatMap((ref) =>
      wrong(told.get(ref) === 1, `${ref} has ${told.get(ref) ?? 0} outcomes`),
    ),
    ...outcomes.flatMap(({ ref, kind }) => {
      const times = applied.get(ref) ?? 0;
      const fits = kind === "ok" ? times === 1 : kind === "unknown" ? times <= 1 : times === 0;
      return wrong(fits, `${ref} is ${kind}, and the server has it ${times} times`);
    }),
    ...[...applied.keys()].flatMap((ref) =>
      wrong(known.has(ref), `the server has ${ref}, which is no input`),
    ),
  ];
}

const wrong = (holds: boolean, sentence: string): string[] => (holds ? [] : [sentence]);

function count(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}
