/** `Finding`: what a case found. */

/** `crash`: an error that nobody expects; `hang`: a case above `HANG_MS`; `leak`: the secret; `code`: a document's text as code. */
export type Found = "crash" | "hang" | "leak" | "code";

export type Finding = (found: Found, detail: string) => void;
