/** From a request as it arrived to its items, or to why it is refused. */
import type { Refusal } from "../reply/http-reply.js";
import { decode, type Decoded } from "./decode.js";
import { bareName, isForm, isJson } from "../../openapi/media-types.js";
import { readForm } from "./forms.js";
import { tooManyBytes } from "./limits.js";
import type { EmulatedOperation } from "../operation.js";
import type { Behaviour } from "../options.js";
import type { Validator } from "./validate.js";
import type { Schemas } from "../schemas.js";

/** A request as it arrived. */
export interface Arrived {
  /** Upper case. */
  readonly method: string;
  /** Percent-encoded, as it was sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  header(name: string): string | undefined;
  readonly text: string;
  readonly bytes: number;
}

export interface Understanding {
  readonly served: {
    readonly operation: EmulatedOperation;
    readonly validator: Validator;
    readonly schemas: Schemas;
  };
  readonly params: Readonly<Record<string, string>>;
  readonly arrived: Arrived;
  readonly behaviour: Behaviour;
}

/** The items, or why the request cannot be understood. */
export function understood({
  served,
  params,
  arrived,
  behaviour,
}: Understanding): Decoded | Refusal {
  const { operation, validator, schemas } = served;
  const tooLarge = tooManyBytes(operation, arrived.bytes);
  if (tooLarge) return tooLarge;
  const invalid = (message: string): Refusal => ({
    status: 400,
    category: "VALIDATION_ERROR",
    message,
  });
  const unfit = mediaTypeMistake(operation, arrived);
  if (unfit !== undefined) return { ...invalid(unfit), status: 415 };
  let decoded: Decoded;
  try {
    const type = arrived.header("content-type") ?? "";
    const form = isForm(type)
      ? (text: string) => readForm(type, text, operation.body, schemas)
      : undefined;
    decoded = decode(
      operation.batch.items,
      arrived.text,
      (name) => arrived.query.getAll(name),
      form,
    );
  } catch (error) {
    return invalid(
      `The body is not what it should be: ${error instanceof Error ? error.message : ""}`,
    );
  }
  if (behaviour.validate === false) return decoded;
  const mistakes = [
    ...validator.parameters(({ in: place, name }) => given(place, name, params, arrived)),
    ...validator.body(decoded.body),
  ];
  if (decoded.body === undefined && operation.body?.schema !== undefined && arrived.text === "") {
    mistakes.push("the body is missing");
  }
  return mistakes.length === 0 ? decoded : invalid(`Invalid input: ${mistakes.join("; ")}`);
}

function given(
  place: string,
  name: string,
  params: Readonly<Record<string, string>>,
  { query, header }: Arrived,
): readonly string[] {
  if (place === "path") return Object.hasOwn(params, name) ? [params[name] ?? ""] : [];
  if (place === "query") return [...query.getAll(name), ...query.getAll(`${name}[]`)];
  const text = place === "header" ? header(name) : cookie(header("cookie") ?? "", name);
  return text === undefined ? [] : [text];
}

function cookie(text: string, name: string): string | undefined {
  const found = text.split(/; */).find((pair) => pair.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}

/** A body of another type than the one that is expected; JSON by any of its names is JSON. */
function mediaTypeMistake(operation: EmulatedOperation, arrived: Arrived): string | undefined {
  const sent = arrived.header("content-type");
  const expected = operation.batch.items.mediaType ?? operation.body?.mediaType;
  if (arrived.text === "" || sent === undefined || expected === undefined) return undefined;
  const [has, wants] = [bareName(sent), bareName(expected)];
  const fits = has === wants || wants.includes("*") || (isJson(has) && isJson(wants));
  return fits ? undefined : `The body is ${has}; expected ${wants}.`;
}
