/** Exports `usesOf`: which parts of the runtime an endpoint needs besides its core, so that a bundle has no others. */
import type { BatchApi, Declaration, Endpoint, SchemaId } from "../batch/model.js";
import type { Parameter } from "../runtime/endpoint/operation.js";

export interface Use {
  /** The member of `Uses`. */
  readonly as:
    | "fill"
    | "encode"
    | "write"
    | "readIntegers"
    | "json"
    | "readLines"
    | "pollJob"
    | "findRemainder"
    | "makeKey"
    | "linked";
  /** The runtime file, without extension, and what it exports. */
  readonly from: string;
  readonly name: string;
}

export function usesOf(api: BatchApi, endpoint: Endpoint): readonly Use[] {
  const { items, parameters = [], int64, bodies = {}, job, remainder } = endpoint.operation;
  const { retry, match = [], envelope } = endpoint.operation;
  const encoding = items.as === "array" ? undefined : items.as;
  const writer = writers[items.mediaType ?? ""];
  const filler = parameters.length === 0 ? undefined : fillOf(api, endpoint);
  const fill = filler && { as: "fill" as const, from: `endpoint/${filler}`, name: filler };
  return [
    ...(fill ? [fill] : []),
    ...(writer
      ? [{ as: "write" as const, from: writer, name: writer.slice("encode/".length) }]
      : []),
    ...(encoding ? [{ as: "encode" as const, from: `encode/${encoding}`, name: encoding }] : []),
    ...(int64
      ? [
          endpoint.readsBigints
            ? { as: "readIntegers" as const, from: "reply/bigints", name: "readBigints" }
            : { as: "readIntegers" as const, from: "reply/int64", name: "readIntegers" },
        ]
      : []),
    ...(endpoint.sendsBigints
      ? [{ as: "json" as const, from: "reply/bigints", name: "writeBigints" }]
      : []),
    ...(Object.values(bodies).includes("lines")
      ? [{ as: "readLines" as const, from: "reply/json-lines", name: "readLines" }]
      : []),
    ...(job?.poll?.path === undefined
      ? []
      : [{ as: "pollJob" as const, from: "send/job", name: "pollJob" }]),
    ...(remainder
      ? [{ as: "findRemainder" as const, from: "reply/remainder", name: "findRemainder" }]
      : []),
    ...(retry?.key || match.some(({ generate }) => generate === "uuid")
      ? [{ as: "makeKey" as const, from: "encode/make-key", name: "makeKey" }]
      : []),
    ...(envelope?.after === undefined
      ? []
      : [{ as: "linked" as const, from: "run/linked", name: "linked" }]),
  ];
}

const writers: Readonly<Record<string, string>> = {
  "application/x-www-form-urlencoded": "encode/form",
  "multipart/form-data": "encode/multipart",
};

const scalars: ReadonlySet<unknown> = new Set(["string", "number", "integer", "boolean"]);

/** The smallest code that can fill in all parameters of the endpoint. */
function fillOf(api: BatchApi, { operation, params }: Endpoint): "segments" | "scalars" | "styles" {
  const { parameters = [], items } = operation;
  const declaration = params === undefined ? undefined : declarationsOf(api).get(params);
  const isPlain = (parameter: Parameter): boolean => {
    const { in: place, style, json, allowReserved, key = parameter.name } = parameter;
    if (place === "body") return true;
    if (place !== "path" && place !== "query") return false;
    if (style !== undefined || json || allowReserved) return false;
    const property = member(member(declaration?.schema, "properties"), key);
    return parameter.value !== undefined || scalars.has(member(property, "type"));
  };
  if (items.in === "query" || !parameters.every(isPlain)) return "styles";
  return parameters.every(({ in: place }) => place === "path") ? "segments" : "scalars";
}

function declarationsOf(api: BatchApi): ReadonlyMap<SchemaId, Declaration> {
  const known = declarationsKnown.get(api);
  if (known) return known;
  const all = api.modules.flatMap(({ declarations }) => declarations);
  const found = new Map(all.map((declaration) => [declaration.id, declaration]));
  declarationsKnown.set(api, found);
  return found;
}

/** Every endpoint asks, and a model never changes. */
const declarationsKnown = new WeakMap<BatchApi, ReadonlyMap<SchemaId, Declaration>>();

const member = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key] // an object, just proved
    : undefined;
