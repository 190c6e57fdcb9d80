/** `refuse`: the refusal of a whole request, in the form that the document has for errors. */
import type { JsonValue } from "../../base/json.js";
import { json, type Refusal, type Reply } from "./http-reply.js";
import { complete, type Suggest } from "./complete.js";
import type { EmulatedOperation, EmulatedReply } from "../operation.js";
import type { Random } from "../random.js";
import { setAt } from "../values.js";
import type { Schemas } from "../schemas.js";

export interface ErrorContext {
  readonly schemas: Schemas;
  readonly random: Random;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The declared reply for a status: exact, then its range, then `default`. */
export function replyFor(
  replies: readonly EmulatedReply[],
  status: number,
): EmulatedReply | undefined {
  const range = `${Math.floor(status / 100)}XX`;
  const named = (name: string): EmulatedReply | undefined =>
    replies.find(({ status }) => status.toUpperCase() === name);
  return named(String(status)) ?? named(range) ?? (status < 300 ? undefined : named("DEFAULT"));
}

export function refuse(
  { replies }: Pick<EmulatedOperation, "replies">,
  refusal: Refusal,
  { schemas, random, now }: ErrorContext,
): Reply {
  const { status, headers = {}, members = {} } = refusal;
  // a service has one form for errors: a status that is not declared has the form of another
  const usual = replies.find((reply) => /^[45]/.test(reply.status) && reply.schema !== undefined);
  const schema = (replyFor(replies, status) ?? usual)?.schema;
  let body =
    schema === undefined
      ? bare(refusal, random)
      : complete({}, schema, {
          schemas,
          now,
          suggest: errorMembers(refusal, { random, now, schemas }),
        });
  for (const [pointer, value] of Object.entries(members)) body = setAt(body, pointer, value);
  return { ...json(status, body, headers), reason: refusal.message };
}

const bare = ({ category, message, context }: Refusal, random: Random): JsonValue => ({
  status: "error",
  category,
  message,
  correlationId: random.uuid(),
  ...(context && { context }),
});

/** The values of members of errors, by their names in lower case without `_` and `-`. */
const meanings: readonly {
  readonly names: readonly string[];
  readonly make: (facts: ErrorFacts, how: ErrorContext) => JsonValue | undefined;
}[] = [
  {
    names: ["message", "error", "detail", "title", "description", "reason", "errormessage"],
    make: ({ message }) => message,
  },
  { names: ["category", "type"], make: ({ category }) => category },
  {
    names: ["errortype"],
    make: ({ status, category }) => (status === 429 ? category : undefined),
  },
  { names: ["code", "errorcode", "statuscode", "httpstatus"], make: ({ status }) => status },
  { names: ["correlationid", "requestid", "traceid"], make: (_, { random }) => random.uuid() },
  { names: ["timestamp", "time"], make: (_, { now }) => new Date(now).toISOString() },
  { names: ["context"], make: ({ context = {} }) => context },
];

/** An error of a request or of an item. */
export interface ErrorFacts {
  readonly status: number;
  readonly message: string;
  readonly category: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

/** Suggests values for the members of an error, by the names that documents use for them. */
export function errorMembers(facts: ErrorFacts, how: ErrorContext): Suggest {
  return (name, { types }) => {
    const plain = name.toLowerCase().replace(/[_-]/g, "");
    if (plain === "status") return types.has("string") ? "error" : facts.status;
    return meanings.find(({ names }) => names.includes(plain))?.make(facts, how);
  };
}
