/** `authorize`: adds secrets for all security schemes. Only packages whose services have `security` contain this file. */
import {
  base64,
  type Authorize,
  type Credential,
  type Provable,
  type SecurityScheme,
} from "../endpoint/security.js";
import { member } from "../pointer.js";

const BEARER: SecurityScheme = { type: "bearer" };

/** Throws a TypeError if the credentials cover no alternative of the operation. */
export const authorize: Authorize = (parts, secret, operation, security) => {
  const schemes = security ?? operation?.service.security ?? {};
  const alternatives = operation?.auth ?? Object.keys(schemes).map((name) => [name]);
  if (operation?.auth?.length === 0) return parts;
  // The members of `security` are schemes; `member` returns `unknown`.
  const scheme = (name: string) => (member(schemes, name) as SecurityScheme | undefined) ?? BEARER;
  if ("token" in secret) {
    const [name] = alternatives.find((names) => names.length === 1) ?? [];
    return { ...parts, ...prove(parts, name === undefined ? BEARER : scheme(name), secret.token) };
  }
  const { credentials } = secret;
  const names = alternatives.find((all) => all.every((name) => Object.hasOwn(credentials, name)));
  if (!names) {
    const wanted = alternatives.map((all) => all.join(" and ")).join(", or ");
    throw new TypeError(`credentials are missing: expected ${wanted || "a token"}`);
  }
  return names.reduce((proved, name) => {
    const credential = credentials[name];
    return credential === undefined
      ? proved
      : { ...proved, ...prove(proved, scheme(name), credential) };
  }, parts);
};

function prove(
  { query, headers }: Provable,
  scheme: SecurityScheme,
  credential: Credential,
): Provable {
  const value =
    typeof credential === "string" ? credential : `${credential.username}:${credential.password}`;
  if (scheme.type === "basic")
    return { query, headers: { ...headers, authorization: `Basic ${base64(value)}` } };
  if (scheme.type === "bearer")
    return { query, headers: { ...headers, authorization: `Bearer ${value}` } };
  const { name } = scheme;
  if (scheme.in === "header") return { query, headers: { ...headers, [name]: value } };
  const pair = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  if (scheme.in === "query") return { query: query ? `${query}&${pair}` : pair, headers };
  const { cookie } = headers;
  return { query, headers: { ...headers, cookie: cookie ? `${cookie}; ${pair}` : pair } };
}
