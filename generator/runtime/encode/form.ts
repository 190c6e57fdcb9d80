/** `form`: writes bodies of the media type `application/x-www-form-urlencoded`. */
import { fieldsOf, fieldsOfItem, type Field } from "./fields.js";
import type { Writer } from "./encoding.js";

export const form: Writer = {
  body: (body, operation, json) =>
    new Blob([encoded(fieldsOf(body, operation, json))], {
      type: "application/x-www-form-urlencoded",
    }),
  bytes(item, operation, json) {
    const fields = fieldsOfItem(item, operation, json);
    // Each name may contain an index of five digits.
    return fields
      ? encoded(fields).length + 6 * fields.length
      : encodeURIComponent(json(item)).length + 3;
  },
};

function encoded(fields: readonly Field[]): string {
  const pairs = fields.map(({ name, value }) => {
    if (value instanceof Blob) throw new TypeError(`${name}: a file cannot stand in such a form`);
    return [name, value];
  });
  return new URLSearchParams(pairs).toString();
}
