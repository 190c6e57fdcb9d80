/** How a request proves who is calling. */
import type { Operation, Service } from "../endpoint/operation.js";
import type { RequestParts } from "../endpoint/request.js";

/** A token or key, or a user's name and password for a `basic` scheme. */
export type Credential = string | { readonly username: string; readonly password: string };

/** A token, or credentials by the names of the document's security schemes. */
export type Secret =
  { readonly token: string } | { readonly credentials: { readonly [scheme: string]: Credential } };

/**
 * - a token: sent as the endpoint's scheme says (a bearer token unless the document says otherwise);
 * - `token`: asked before each request; `rejected` is told once of a token that met a 401, then `token` is asked again;
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

/** What of a request can prove who is calling. */
export type Provable = Pick<RequestParts, "query" | "headers">;

/** The same request with the secret where the operation's security schemes say. */
export type Authorize = <P extends Provable>(
  parts: P,
  secret: Secret,
  operation: Pick<Operation, "service" | "auth"> | undefined,
  /** The schemes, where they do not stand in the service. */
  security?: Service["security"],
) => P;

/** Enough for services whose data has no `security`, so that there are no names for credentials either. */
export const bearer: Authorize = (parts, secret) => ({
  ...parts,
  headers: { ...parts.headers, authorization: "Bearer " + (secret as { token: string }).token },
});
