/** `multipart`: writes bodies of the media type `multipart/form-data` (RFC 7578). */
import { fieldsOf, fieldsOfItem, type Field } from "./fields.js";
import type { Writer } from "./encoding.js";

export const multipart: Writer = {
  body(body, operation, json) {
    // Random, so that no part can contain it.
    const boundary = crypto.randomUUID();
    const parts = fieldsOf(body, operation, json).flatMap((field) => partOf(field, boundary));
    return new Blob([...parts, `--${boundary}--\r\n`], {
      type: `multipart/form-data; boundary=${boundary}`,
    });
  },
  bytes(item, operation, json) {
    const fields = fieldsOfItem(item, operation, json) ?? [];
    const boundary = crypto.randomUUID();
    return fields.length
      ? new Blob(fields.flatMap((field) => partOf(field, boundary))).size
      : new Blob([json(item)]).size + 1;
  },
};

function partOf({ name, value, type, fileName }: Field, boundary: string): readonly BlobPart[] {
  const isFile = value instanceof Blob;
  const file = fileName ?? (isFile ? (value instanceof File ? value.name : name) : undefined);
  const media = (isFile && value.type) || type || (isFile && "application/octet-stream");
  return [
    `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"` +
      (file === undefined ? "" : `; filename="${quoted(file)}"`) +
      (media ? `\r\nContent-Type: ${media}` : "") +
      "\r\n\r\n",
    value,
    "\r\n",
  ];
}

/** Escapes a name as in the HTML standard, so that it ends neither the header nor the line. */
const quoted = (name: string) =>
  name.replace(/[\r\n"]/g, (character) => encodeURIComponent(character));
