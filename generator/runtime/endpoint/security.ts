/**
 * Security schemes, and `bearer`, which adds a token to a request. A file of its own because builders and clients use it,
 * and it imports nothing.
 */

/** A security scheme of the document. */
export type SecurityScheme =
  | { readonly type: "bearer" }
  | { readonly type: "basic" }
  | { readonly type: "apiKey"; readonly in: "header" | "query" | "cookie"; readonly name: string };

/** Security schemes by their names in the document. */
export interface SecuritySchemes {
  readonly [scheme: string]: SecurityScheme;
}

/** A token or key; or a user name and a password, for a `basic` scheme. */
export type Credential = string | { readonly username: string; readonly password: string };

/** A token, or credentials by the names of the security schemes in the document. */
export type Secret =
  { readonly token: string } | { readonly credentials: { readonly [scheme: string]: Credential } };

/** The parts of a request that can contain a secret. */
export interface Provable {
  /** Without `?`, encoded. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The security of an operation. */
export interface Secured {
  readonly service: { readonly security?: SecuritySchemes };
  /** Alternatives, each with the names of the schemes that it needs. Absent: any one of the service's; `[]`: none. */
  readonly auth?: readonly (readonly string[])[];
}

/** Adds the secret to a request, as the security schemes of the operation require. */
export type Authorize = <P extends Provable>(
  parts: P,
  secret: Secret,
  operation: Secured | undefined,
  /** The schemes, if the service does not contain them. */
  security?: SecuritySchemes,
) => P;

/** For services without `security`, which therefore have no names for credentials. */
export const bearer: Authorize = (parts, secret) => ({
  ...parts,
  // Without schemes there are no credentials.
  headers: { ...parts.headers, authorization: "Bearer " + (secret as { token: string }).token },
});

/** A text in UTF-8, in base64. */
export const base64 = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
