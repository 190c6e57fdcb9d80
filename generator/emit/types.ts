/** An endpoint for code that sends requests of its own: types, and nothing that is there at run time. */
import type { BatchApi, Endpoint } from "../batch/model.js";
import { typeName } from "../batch/names/name.js";
import { endpointDoc, errorTypes, replyTypes, resultType } from "./endpoints.js";
import { requestBody } from "./request-body.js";
import { doc, literal } from "../schemas/text.js";

/** The source of the types of one endpoint. */
export function endpointTypes(api: BatchApi, endpoint: Endpoint): string {
  const { operation, resource, name, params } = endpoint;
  const typeOf = (id: number): string => api.nameOf(resource, id);
  const own = typeName(name, "Endpoint");
  const reply = typeName(name, "Reply");
  const errors = errorTypes(endpoint, typeOf, own);
  const defaults = api.services.find((service) => service.name === endpoint.service)?.defaults;
  const paramsType = params === undefined ? undefined : typeOf(params);
  const members = {
    method: literal(operation.method),
    path: literal(operation.path),
    params: paramsType,
    input: typeOf(endpoint.input),
    body: requestBody(endpoint, typeOf(endpoint.input), paramsType),
    result: endpoint.result === undefined ? undefined : resultType(endpoint, typeOf),
    reply,
    error: errors[0]?.name,
  };
  const lines = Object.entries(members).flatMap(([key, type]) =>
    type === undefined ? [] : [`  ${key}: ${type};\n`],
  );
  const replies = replyTypes(
    endpoint,
    (status, body) => `{ status: ${status}; body: ${body} }`,
    typeOf,
  );
  return [
    `${endpointDoc(endpoint, { ...defaults?.limit, ...operation.limit }.items)}export interface ${own} {\n${lines.join("")}}\n`,
    `${doc([`What {@link ${own}} answers, by HTTP status.`])}export type ${reply} = ${replies.join(" | ")};\n`,
    ...errors.map(
      (error) => `${error.doc}export type ${error.name} = ${error.types.join(" | ")};\n`,
    ),
  ].join("\n");
}
