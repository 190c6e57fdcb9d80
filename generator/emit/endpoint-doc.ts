/** Exports `endpointDoc`: the comment of an endpoint. */
import type { Endpoint } from "../batch/model.js";
import { doc, type Tag } from "../schemas/text.js";
import type { EndpointData } from "./endpoint-data.js";

const mostScopes = 12;

export function endpointDoc(
  { docs, operation, documents }: Endpoint,
  { limit }: EndpointData,
): string {
  const kind = operation.kind === undefined ? "" : `, ${operation.kind}`;
  const size =
    limit.items === undefined ? "" : `, at most ${limit.items} inputs in one request`;
  const scopes = docs.scopes.slice(0, mostScopes).map((scope) => `\`${scope}\``);
  const more = docs.scopes.length - scopes.length;
  const tags: readonly Tag[] = [
    ...(docs.deprecated === true ? [{ tag: "deprecated" }] : []),
    ...(docs.externalDocs === undefined ? [] : [{ tag: "see", text: docs.externalDocs }]),
  ];
  return doc(
    [
      docs.summary,
      docs.description === docs.summary ? undefined : docs.description,
      `\`${operation.method} ${operation.path}\`${kind}${size}.`,
      scopes.length > 0
        ? `Scopes: ${scopes.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`
        : undefined,
      documents.length > 1 ? `Declared alike by ${documents.length} documents.` : undefined,
    ],
    tags,
  );
}
