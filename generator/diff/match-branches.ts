/** `matchBranches`: pairs the branches of an old union with those of a new one. */
import type { Schema } from "../schemas/schema.js";
import type { Branch } from "./view.js";

/** By name, then by discriminator, then the only ones of a kind that remain. */
export function matchBranches(
  old: readonly Branch[],
  next: readonly Branch[],
): {
  readonly together: readonly (readonly [Branch, Branch])[];
  readonly lost: readonly Branch[];
  readonly gained: readonly Branch[];
} {
  const together: (readonly [Branch, Branch])[] = [];
  let lost = [...old];
  let gained = [...next];
  const pairBy = (textOf: (branch: Branch) => string | undefined): void => {
    for (const branch of lost) {
      const text = textOf(branch);
      const same = gained.filter((other) => other.kind === branch.kind && textOf(other) === text);
      const [only] = same;
      if (text === undefined || !only || same.length > 1) continue;
      if (lost.filter((o) => o.kind === branch.kind && textOf(o) === text).length > 1) continue;
      together.push([branch, only]);
      gained = gained.filter((other) => other !== only);
    }
    const paired = new Set(together.map(([a]) => a));
    lost = lost.filter((branch) => !paired.has(branch));
  };
  pairBy(({ name }) => name);
  pairBy(({ schema }) => discriminatorOf(schema));
  pairBy(({ kind }) => kind);
  return { together, lost, gained };
}

/** The required properties that allow only one value. */
function discriminatorOf({ properties = {}, required = [] }: Schema): string | undefined {
  const values = required.flatMap((name) => {
    const members = Object.hasOwn(properties, name) ? (properties[name]?.enum ?? []) : [];
    return members.length === 1 ? [`${name}=${JSON.stringify(members[0])}`] : [];
  });
  return values.length > 0 ? values.sort().join() : undefined;
}
