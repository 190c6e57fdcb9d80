/** Security schemes, and how a request gets its secret. A file of its own: it imports nothing, and builders and clients use it. */

/** One way to prove who is calling, from the document's security schemes. */
export type SecurityScheme =
  | { readonly type: "bearer" }
  | { readonly type: "basic" }
  | { readonly type: "apiKey"; readonly in: "header" | "query" | "cookie"; readonly name: string };

/** Security schemes by the document's names for them. */
export interface SecuritySchemes {
  readonly [scheme: string]: SecurityScheme;
}

/** A token or key, or a user's name and password for a `basic` scheme. */
export type Credential = string | { readonly username: string; readonly password: string };

/** A token, or credentials by the names of the document's security schemes. */
export type Secret =
  { readonly token: string } | { readonly credentials: { readonly [scheme: string]: Credential } };

/** The parts of a request that can hold a secret. */
export interface Provable {
  /** Without `?`, encoded. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What an operation says about its security. */
export interface Secured {
  readonly service: { readonly security?: SecuritySchemes };
  /** Alternatives, each a list of scheme names that go together. Absent: any one of the service's; `[]`: none. */
  readonly auth?: readonly (readonly string[])[];
}

/** The same request with the secret where the operation's security schemes place it. */
export type Authorize = <P extends Provable>(
  parts: P,
  secret: Secret,
  operation: Secured | undefined,
  /** The schemes, where the service does not hold them. */
  security?: SecuritySchemes,
) => P;

/** Enough for services whose data has no `security`, so that there are no names for credentials either. */
export const bearer: Authorize = (parts, secret) => ({
  ...parts,
  // Without schemes there are no credentials.
  headers: { ...parts.headers, authorization: "Bearer " + (secret as { token: string }).token },
});
