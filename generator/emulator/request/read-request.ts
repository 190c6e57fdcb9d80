/** `readRequest`: a request as it arrives -> its items, or the reason why the service refuses it. */
import { bareName, isForm, isJson } from "../../openapi/media-types.js";
import type { EmulatedOperation } from "../operation.js";
import type { Behaviour } from "../options.js";
import type { Refusal } from "../reply/http-reply.js";
import type { Schemas } from "../schemas.js";
import { decode, type Decoded } from "./decode.js";
import { readForm } from "./forms.js";
import { tooManyBytes } from "./limits.js";
import type { Validator } from "./validate.js";

/** A request as it arrives. */
export interface IncomingRequest {
  /** Upper case. */
  readonly method: string;
  /** Percent-encoded, as the client wrote it. */
  readonly path: string;
  readonly query: URLSearchParams;
  header(name: string): string | undefined;
  readonly text: string;
  readonly bytes: number;
}

interface RequestContext {
  readonly served: {
    readonly operation: EmulatedOperation;
    readonly validator: Validator;
    readonly schemas: Schemas;
  };
  readonly params: Readonly<Record<string, string>>;
  readonly incoming: IncomingRequest;
  readonly behaviour: Behaviour;
}

export function readRequest(context: RequestContext): Decoded | Refusal {
  const { served, incoming, behaviour } = context;
  const tooLarge = tooManyBytes(served.operation, incoming.bytes);
  if (tooLarge) return tooLarge;
  const unfit = mediaTypeMistake(served.operation, incoming);
  if (unfit !== undefined) return { ...invalid(unfit), status: 415 };
  let decoded: Decoded;
  try {
    decoded = decodeBody(context);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    return invalid(`The body is not valid: ${reason}`);
  }
  const mistakes = behaviour.validate === false ? [] : mistakesIn(decoded, context);
  return mistakes.length === 0 ? decoded : invalid(`Invalid input: ${mistakes.join("; ")}`);
}

const invalid = (message: string): Refusal => ({
  status: 400,
  category: "VALIDATION_ERROR",
  message,
});

/** @throws SyntaxError */
function decodeBody({ served, incoming }: RequestContext): Decoded {
  const { operation, schemas } = served;
  const type = incoming.header("content-type") ?? "";
  const form = isForm(type)
    ? (text: string) => readForm(type, text, operation.body, schemas)
    : undefined;
  const query = (name: string): readonly string[] => incoming.query.getAll(name);
  return decode(operation.batch.items, incoming.text, query, form);
}

function mistakesIn(
  { body }: Decoded,
  { served, params, incoming }: RequestContext,
): readonly string[] {
  const { operation, validator } = served;
  const missing =
    body === undefined && operation.body?.schema !== undefined && incoming.text === "";
  return [
    ...validator.parameters(({ in: place, name }) => given(place, name, params, incoming)),
    ...validator.body(body),
    ...(missing ? ["the body is missing"] : []),
  ];
}

/** The values of a parameter, as texts. */
function given(
  place: string,
  name: string,
  params: Readonly<Record<string, string>>,
  { query, header }: IncomingRequest,
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

/** Says that a body has another type than the one expected. All JSON types are the same here. */
function mediaTypeMistake(
  operation: EmulatedOperation,
  incoming: IncomingRequest,
): string | undefined {
  const sent = incoming.header("content-type");
  const expected = operation.batch.items.mediaType ?? operation.body?.mediaType;
  if (incoming.text === "" || sent === undefined || expected === undefined) return undefined;
  const [has, wants] = [bareName(sent), bareName(expected)];
  const fits = has === wants || wants.includes("*") || (isJson(has) && isJson(wants));
  return fits ? undefined : `The body is ${has}; expected ${wants}.`;
}
