/**
 * `formOfItems`: the forms in which a request can hold its items (`items.as` of `x-batch`), one row for each.
 *
 * To add a form: add it to `Items` in `runtime/endpoint/x-batch.ts`, to the JSON Schema of `x-batch`, and to this table.
 * The compiler then names the other tables that need a row: `emit/request-body.ts` and `emulator/request/decode.ts`. Its
 * encoder is a file of its own, `runtime/encode/<form>.ts`.
 */
import type { Items } from "../runtime/endpoint/x-batch.js";

export type RequestForm = NonNullable<Items["as"]>;

export interface FormTraits {
  /** What a caller passes as one input: the item itself, `Keyed<Item>` or `Pair<Item, Item>`. */
  readonly input: "item" | "keyed" | "pair";
  /** The items are a text, not JSON. */
  readonly text?: {
    /** The media type and the extension of a file of items. */
    readonly mediaType: string;
    readonly extension: string;
    /** The schema of a whole body of this form describes one item. */
    readonly schemaOfItem: boolean;
  };
}

const jsonLines = { mediaType: "application/x-ndjson", extension: "ndjson", schemaOfItem: true };

const requestForms: Readonly<Record<RequestForm, FormTraits>> = {
  array: { input: "item" },
  map: { input: "keyed" },
  groups: { input: "keyed" },
  lists: { input: "item" },
  columns: { input: "item" },
  lines: { input: "item", text: jsonLines },
  pairs: { input: "pair", text: jsonLines },
  csv: { input: "item", text: { mediaType: "text/csv", extension: "csv", schemaOfItem: false } },
};

/** The row of an operation's items. A JSON array is the default. */
export const formOfItems = ({ as = "array" }: Pick<Items, "as">): FormTraits => requestForms[as];
