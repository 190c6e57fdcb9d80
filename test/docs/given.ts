/**
 * What the examples of the docs may suppose, besides their own imports: CONTRIBUTING.md lists it.
 */
import { createClient } from "../../generated/src/index.js";
import * as notes from "../../generated/src/notes.js";
import * as objects from "../../generated/src/objects.js";
import { service } from "./service.js";

export { notes, objects };

/** A row of the reader's own database. */
export interface Row {
  readonly pk: number;
  readonly email: string;
  readonly name: string;
  /** The record id, where the row has one. */
  readonly crmId: string;
}

const table: readonly Row[] = [1, 2, 3].map((pk) => ({
  pk,
  email: `Person${pk}@Example.com`,
  name: `Person ${pk}`,
  crmId: String(500 + pk),
}));

export const token = "token";
export const url = "https://api.hubapi.com/crm/v3/owners";
export const rows: AsyncIterable<Row> & Iterable<Row> = {
  [Symbol.iterator]: () => table[Symbol.iterator](),
  async *[Symbol.asyncIterator]() {
    yield* table;
  },
};
export const inputs: notes.RecordUpdate[] = table.map(({ crmId, name }) => ({
  id: crmId,
  properties: { hs_note_body: name },
}));
export const signal: AbortSignal = new AbortController().signal;
export const save = (_: unknown): Promise<void> => Promise.resolve();

export const client = createClient({ auth: token, fetch: service });
