/** The length of a text in UTF-8. (In a file of its own: builders of requests do not need it.) */
const utf8 = new TextEncoder();
export const byteLength = (text: string): number => utf8.encode(text).length;
