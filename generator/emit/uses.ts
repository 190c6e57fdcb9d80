/** Which parts of the runtime an endpoint needs besides its core: `Uses` of the runtime says when. */
import type { BatchApi, Endpoint } from "../model/model.js";

export interface Use {
  /** The member of `Uses`. */
  readonly as: "fill" | "encode" | "readIntegers" | "readLines" | "pollJob" | "findRemainder";
  /** The runtime file, without extension, and what it exports. */
  readonly from: string;
  readonly name: string;
}

export function usesOf(api: BatchApi, endpoint: Endpoint): readonly Use[] {
  const { items, parameters = [], int64, results, errors, job, remainder } = endpoint.operation;
  const encoding = items.as === "array" ? undefined : items.as;
  const fill: Use | undefined =
    parameters.length === 0
      ? undefined
      : onlySegments(api, endpoint)
        ? { as: "fill", from: "segments", name: "segments" }
        : { as: "fill", from: "styles", name: "styles" };
  return [
    ...(fill ? [fill] : []),
    ...(encoding ? [{ as: "encode" as const, from: `encode-${encoding}`, name: encoding }] : []),
    ...(int64 ? [{ as: "readIntegers" as const, from: "int64", name: "readIntegers" }] : []),
    ...([results?.as, errors?.as].includes("lines")
      ? [{ as: "readLines" as const, from: "lines", name: "readLines" }]
      : []),
    ...(job?.poll?.path === undefined
      ? []
      : [{ as: "pollJob" as const, from: "job", name: "pollJob" }]),
    ...(remainder
      ? [{ as: "findRemainder" as const, from: "remainder", name: "findRemainder" }]
      : []),
  ];
}

const scalars: ReadonlySet<unknown> = new Set(["string", "number", "integer", "boolean"]);

/** Whether all parameters are scalars in the path, so that they need no serialization but percent-encoding. */
function onlySegments(api: BatchApi, { operation, params }: Endpoint): boolean {
  const declaration = api.modules
    .flatMap((module) => module.declarations)
    .find(({ id }) => id === params);
  return (operation.parameters ?? []).every((parameter) => {
    if (parameter.in !== "path" || parameter.style !== undefined || parameter.json) return false;
    const property = member(
      member(declaration?.schema, "properties"),
      parameter.key ?? parameter.name,
    );
    return parameter.value !== undefined || scalars.has(member(property, "type"));
  });
}

const member = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key] // an object, just proved
    : undefined;
