/** `missingOf` and `missingText`: which fields of `x-batch` nobody gives, for each endpoint. */
import type { BatchApi, Row } from "../batch/model.js";

/** What it means that a field is missing: what follows "1 of 8", and the same for more than one. */
const texts: Readonly<Record<string, readonly [one: string, many: string, rest: string]>> = {
  limit: ["has", "have", "no known limit of inputs in one request."],
  kind: ["does", "do", "not say what happens to an item, which is treated as a create."],
  results: ["does", "do", "not say which result belongs to which input."],
  job: ["does", "do", "not say how a batch ends that is accepted for later."],
  retry: ["does", "do", "not say whether a request may be sent twice, so a create is sent once."],
  rate: ["has", "have", "no known rate limit."],
};

/** The fields that may be missing. */
export const fields = Object.keys(texts);

export function missingText(field: string, number: number): string {
  const [one, many, rest] = texts[field] ?? ["", "", ""];
  return `${number === 1 ? one : many} ${rest}`;
}

/** The rows of each endpoint, by its name: one for each document that declares it. */
export function rowsByName({ rows }: BatchApi): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    if (row.name === undefined) continue;
    const own = found.get(row.name);
    if (own) own.push(row);
    else found.set(row.name, [row]);
  }
  return found;
}

/** The missing fields of an endpoint. Its documents declare it alike, so each row has the same. */
export const missingOf = (rows: readonly Row[] = []): readonly string[] =>
  fields.filter((missing) => rows.some(({ gaps }) => gaps?.some(({ field }) => field === missing)));
