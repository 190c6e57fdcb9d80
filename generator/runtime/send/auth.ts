/** `Auth`: where a client gets the secret of its requests. Types only. */
import type { Credential } from "../endpoint/security.js";

export type { Credential, Secret } from "../endpoint/security.js";

/**
 * - a token: sent as the endpoint's scheme says (a bearer token unless the document says otherwise);
 * - `token`: asked before each request; `rejected` is called once for a token that met a 401, then `token` is asked
 *   again;
 * - `sign`: gets the complete request and returns the one to send;
 * - `credentials`: one for each security scheme that the endpoints need, by the document's names.
 */
export type Auth =
  | string
  | {
      token(signal: AbortSignal): string | Promise<string>;
      rejected?(token: string): void | Promise<void>;
    }
  | { sign(request: Request): Request | Promise<Request> }
  | { readonly credentials: { readonly [scheme: string]: Credential } };
