/** Exports `endpointDocs`: the comment of an endpoint; and `requestLine`: its method and path, as people read them. */
import type { Endpoint } from "../batch/model.js";
import type { Tag } from "../schemas/text.js";
import { docs } from "./docs.js";
import type { EndpointData } from "./endpoint-data.js";

const mostScopes = 12;

/**
 * `POST /notes/batch`, with the constants that tell operations of one path apart: `POST /?Action=SendBatch`, `POST /
 * X-Target: SendBatch`.
 */
export function requestLine({
  method,
  path,
  parameters = [],
}: Pick<Endpoint["operation"], "method" | "path" | "parameters">): string {
  const pairs = (place: string, between: string): readonly string[] =>
    parameters.flatMap(({ in: at, name, value }) =>
      at === place && value !== undefined ? [name + between + String(value)] : [],
    );
  const query = pairs("query", "=").join("&");
  return [`${method} ${path}${query === "" ? "" : `?${query}`}`, ...pairs("header", ": ")].join(
    " ",
  );
}

export function endpointDocs(
  { docs: texts, operation, documents }: Endpoint,
  { limit }: EndpointData,
): string[] {
  const kind = operation.kind === undefined ? "" : `, ${operation.kind}`;
  const size = limit.items === undefined ? "" : `, at most ${limit.items} inputs in one request`;
  const scopes = texts.scopes.slice(0, mostScopes).map((scope) => `\`${scope}\``);
  const more = texts.scopes.length - scopes.length;
  const tags: readonly Tag[] = [
    ...(texts.deprecated === true ? [{ tag: "deprecated" }] : []),
    ...(texts.externalDocs === undefined ? [] : [{ tag: "see", text: texts.externalDocs }]),
  ];
  return docs(
    [
      texts.summary,
      texts.description === texts.summary ? undefined : texts.description,
      `\`${requestLine(operation)}\`${kind}${size}.`,
      scopes.length > 0
        ? `Scopes: ${scopes.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`
        : undefined,
      documents.length > 1 ? `Declared alike by ${documents.length} documents.` : undefined,
    ],
    tags,
  );
}
