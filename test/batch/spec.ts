/** Documents for tests, without files. */
import type { JsonObject, JsonValue } from "../../generator/base/json.js";
import type { Spec } from "../../generator/openapi/spec.js";

export function specOf(document: JsonObject, name = "api.yaml"): Spec {
  return {
    path: name,
    name,
    version: "3.1",
    document,
    hash: "",
    locate: (pointer) => ({ file: name, line: 1, column: 1, pointer }),
  };
}

/** A document of one operation; `body` is the schema of its JSON request body. */
export function operationSpec(
  method: string,
  path: string,
  operation: JsonObject,
  body?: JsonValue,
): Spec {
  return specOf({
    openapi: "3.1.0",
    info: { title: "Test API", version: "1" },
    paths: {
      [path]: {
        [method]: {
          ...operation,
          ...(body === undefined
            ? {}
            : { requestBody: { content: { "application/json": { schema: body } } } }),
        },
      },
    },
  });
}
