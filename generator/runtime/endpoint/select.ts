/** `selectEndpoint`: endpoints whose request names the fields of the result (`x-batch.select`). */
import { endpoint, type AnyEndpoint } from "./endpoint.js";
import type { Operation } from "./operation.js";
import { keyOf } from "./request.js";
import type { Uses } from "./uses.js";

/** As `endpoint`, with the method `select`. */
export function selectEndpoint<E extends AnyEndpoint>(operation: Operation, uses?: Uses): E {
  const parameter = operation.parameters?.find(({ name }) => name === operation.select?.request);
  const select = (names: readonly string[]) =>
    endpoint(operation, uses, { params: parameter && { [keyOf(parameter)]: names } });
  // See `endpoint`.
  return Object.assign(endpoint(operation, uses), { select }) as unknown as E;
}
