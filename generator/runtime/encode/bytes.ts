/** How long bodies are. (In a file of its own: builders of requests do not need it.) */
const utf8 = new TextEncoder();

/** Of a text, in UTF-8. */
export const byteLength = (text: string): number => utf8.encode(text).length;

/** As near as it is known without a look at every character. */
export const lengthOf = (body: string | Blob | ArrayBuffer | null): number =>
  !body ? 0 : body instanceof Blob ? body.size : typeof body === "string" ? body.length : 0;
