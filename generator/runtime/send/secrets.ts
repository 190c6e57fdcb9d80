/** `textsOf`, `hide` and `scrub`: keep secrets out of what a service or a function of the caller says. */
import { base64, type Secret } from "../endpoint/security.js";
import { isObject } from "../pointer.js";

/** A shorter secret is a word that may stand in any text. */
const SHORTEST = 8;

/** The forms in which a secret may stand in a text: as it is, in a URL, in a header, and escaped in JSON. */
export function textsOf(secret: Secret | undefined): readonly string[] {
  if (!secret) return [];
  const given = "token" in secret ? [secret.token] : Object.values(secret.credentials);
  return given
    .flatMap((each) => {
      if (typeof each === "string") return [each];
      const { username, password } = each;
      return [`${username}:${password}`, password];
    })
    .flatMap((text) => [
      text,
      encodeURIComponent(text),
      base64(text),
      text.replaceAll("/", "\\/"),
      text.replace(/[^\w.~-]/g, escaped),
    ])
    .filter(({ length }) => length >= SHORTEST);
}

const escaped = (character: string) =>
  "\\u" + character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");

export const hide = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((hidden, secret) => hidden.replaceAll(secret, "***"), text);

/** The most causes of causes. */
const DEPTH = 8;

/** Takes secrets out of the message and the stack of an error and of its causes. */
export function scrub(error: unknown, secrets: readonly string[]): void {
  let each = error;
  for (let depth = 0; depth < DEPTH && isObject(each); depth++) {
    for (const name of ["message", "stack"]) {
      const text = each[name];
      if (typeof text !== "string" || !secrets.some((secret) => text.includes(secret))) continue;
      Object.defineProperty(each, name, { value: hide(text, secrets) });
    }
    each = each["cause"];
  }
}
