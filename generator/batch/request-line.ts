/** `requestLine`: the method and the path of an operation, as people read them. */
import type { Operation } from "../runtime/endpoint/operation.js";

/**
 * `POST /notes/batch`, with the constants that tell operations of one path apart: `POST /?Action=SendBatch`, `POST /
 * X-Target: SendBatch`.
 */
export function requestLine({
  method,
  path,
  parameters = [],
}: Pick<Operation, "method" | "path" | "parameters">): string {
  const pairs = (place: string, between: string): readonly string[] =>
    parameters.flatMap(({ in: at, name, value }) =>
      at === place && value !== undefined ? [name + between + String(value)] : [],
    );
  const query = pairs("query", "=").join("&");
  return [`${method} ${path}${query === "" ? "" : `?${query}`}`, ...pairs("header", ": ")].join(
    " ",
  );
}
