/** Whether an input, or what identifies a document, is an http(s) address, and no file. */
export const isAddress = (id: string): boolean => /^https?:\/\//i.test(id);
