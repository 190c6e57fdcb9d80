/** `byteLength` and `lengthOf`: the length of bodies. A file of its own because builders of requests do not need it. */
const utf8 = new TextEncoder();

/** The bytes of a text in UTF-8. */
export const byteLength = (text: string): number => utf8.encode(text).length;

/** The bytes of a body; of a text, its UTF-16 code units, which need no encoding. */
export const lengthOf = (body: string | Blob | ArrayBuffer | null): number =>
  !body ? 0 : body instanceof Blob ? body.size : typeof body === "string" ? body.length : 0;
