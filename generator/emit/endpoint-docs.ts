/** Exports `endpointDocs`: the comment of an endpoint. */
import type { Endpoint } from "../batch/model.js";
import { requestLine } from "../batch/request-line.js";
import type { Tag } from "../schemas/text.js";
import { docs } from "./docs.js";
import type { EndpointData } from "../batch/endpoint-data.js";

const mostScopes = 12;

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
