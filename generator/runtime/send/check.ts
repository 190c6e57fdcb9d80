/** `checkAuth`, `checkToken`, `checkBase` and `warnOfHttp`: what is wrong with a secret or a URL, without quoting it. */
import type { Auth } from "./auth.js";

/** Throws a TypeError for a secret that is missing or empty, or has a line break. */
export function checkAuth(auth: Auth): void {
  // A JavaScript caller may leave it out.
  const given: Auth | undefined = auth;
  if (typeof given === "string") checkToken("auth", given);
  else if (!given) throw new TypeError("auth is missing");
  else if ("credentials" in given)
    for (const [name, each] of Object.entries(given.credentials))
      checkToken(
        `auth.credentials.${name}`,
        typeof each === "string" ? each : each.username + each.password,
      );
}

export function checkToken(name: string, token: string): string {
  // It may be undefined, such as a variable of the environment.
  if (typeof token !== "string" || !token.trim()) throw new TypeError(`${name} is empty`);
  if (/[\0\r\n]/.test(token.trim())) throw new TypeError(`${name} has a line break`);
  return token;
}

/** The given URL. Throws a TypeError if requests cannot go there. */
export function checkBase(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new TypeError("baseUrl: expected a URL that begins with https:// or http://");
  if (url.username || url.password)
    throw new TypeError("baseUrl: a user name and a password belong into auth");
  if (url.search || url.hash) throw new TypeError("baseUrl: expected no query and no fragment");
  return baseUrl;
}

const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

/** Calls `warn` if the secret would go to another machine unencrypted. */
export function warnOfHttp(baseUrl: string, warn: (message: string) => void): void {
  const { protocol = "", hostname = "", host = "" } = URL.canParse(baseUrl) ? new URL(baseUrl) : {};
  if (protocol === "http:" && !LOOPBACK.test(hostname))
    warn(`http://${host}: the secret and the data are sent unencrypted. Use https.`);
}
