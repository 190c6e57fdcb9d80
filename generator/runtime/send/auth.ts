/** `Auth`: how a client gets the secret of its requests. Types only. */
import type { Credential } from "../endpoint/security.js";

export type { Credential, Secret } from "../endpoint/security.js";

/**
 * - a string: a token, sent by the security scheme of the endpoint (by default as a bearer token);
 * - `token`: called before each request. After a 401, `rejected` is called once for the token, then `token` again;
 * - `sign`: gets the complete request, and returns the one to send;
 * - `credentials`: one for each security scheme that the endpoints need, by its name in the document.
 */
export type Auth =
  | string
  | {
      token(signal: AbortSignal): string | Promise<string>;
      rejected?(token: string): void | Promise<void>;
    }
  | { sign(request: Request): Request | Promise<Request> }
  | { readonly credentials: { readonly [scheme: string]: Credential } };
