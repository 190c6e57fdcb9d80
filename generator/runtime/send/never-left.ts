/** `neverLeft`: whether an error of `fetch` proves that no byte of its request left this process. */
import { get, member } from "../pointer.js";

/**
 * A function of the caller says so by `sent: false`. Of the platform's errors, only these prove it: a name lookup, a
 * connect or a TLS handshake that failed, and a request that `fetch` itself refused. The code alone is no proof: an open
 * connection may end with `read EHOSTUNREACH` after the service received the request. Errors of browsers prove nothing.
 */
export function neverLeft(error: unknown): boolean {
  if (member(error, "sent") === false) return true;
  const cause = get(error, "/cause");
  const causes = [get(cause, "/errors") ?? cause].flat();
  const byNode = member(error, "message") === "fetch failed";
  return causes.length > 0 && causes.every((one) => isBefore(one, byNode));
}

function isBefore(cause: unknown, byNode: boolean): boolean {
  const [code, syscall, message] = ["code", "syscall", "message"].map((name) =>
    String(member(cause, name)),
  );
  return (
    /^(connect|getaddrinfo)$/.test(syscall ?? "") ||
    CERTIFICATE.test(code ?? "") ||
    (byNode && HANDSHAKE.test(code ?? "")) ||
    REFUSED.test(message ?? "")
  );
}

/** A connect that took too long, and a certificate that was not accepted. */
const CERTIFICATE =
  /^(UND_ERR_CONNECT_TIMEOUT|ERR_TLS_CERT_ALTNAME_INVALID|(CERT|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED)_\w+)$/;

/**
 * What is no TLS, and a handshake that the service ended. An open connection can fail alike; but Node's `fetch` then
 * says that the other side closed it, so in its errors these are of the handshake.
 */
const HANDSHAKE =
  /^ERR_SSL_(WRONG_VERSION_NUMBER|(PACKET|DATA)_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE|UNSUPPORTED_PROTOCOL|.+_ALERT_(HANDSHAKE_FAILURE|PROTOCOL_VERSION|NO_APPLICATION_PROTOCOL|INTERNAL_ERROR)|.+_UNRECOGNIZED_NAME)$/;

/** What Node says of a request that it does not send, and of a connection that closes during the handshake. */
const REFUSED = /^(bad port|unknown scheme)$|before secure TLS connection was established$/;
