/**
 * `bases`: what the pointers of `x-batch` are relative to: a body, an item, an entry of a reply, the parameters. Each base
 * has the schemas that the document gives it. No schemas: the document does not describe it.
 */
import { isObject, own, type JsonObject } from "../../base/json.js";
import { parsePointer } from "../../base/pointer.js";
import { asObject, get, type Cursor } from "../../openapi/cursor.js";
import { lookUp } from "../../openapi/look-up.js";
import {
  isSuccess,
  text,
  type DeclaredReply,
  type RawOperation,
} from "../../openapi/operations.js";
import { elementOf, viewOf } from "../../openapi/schema-view.js";
import type { Results, XBatch } from "../../runtime/endpoint/x-batch.js";
import { bodyOf } from "../bodies.js";
import { preferred } from "../detect/items-locations.js";
import { inputSchema } from "../item-schemas.js";
import { isText, successes } from "../replies.js";

export interface BaseContext {
  readonly raw: RawOperation;
  /** All layers. */
  readonly xBatch: XBatch;
  /** Those of the document. */
  readonly operations: readonly RawOperation[];
}

export interface Base {
  /** In messages. */
  readonly name: string;
  readonly schemas: (context: BaseContext) => readonly Cursor[];
  /** It is named by names of parameters or schemas, not by pointers. */
  readonly named?: true;
}

const objects = (schemas: readonly (Cursor<JsonObject | boolean> | undefined)[]): Cursor[] =>
  schemas.flatMap((schema) =>
    schema && isObject(schema.value) ? [{ ...schema, value: schema.value }] : [],
  );

const bodies = (replies: readonly DeclaredReply[]): readonly Cursor[] =>
  objects(
    replies.map(({ content }) => {
      const media = preferred(content);
      return media && isText(media) ? media.schema : undefined;
    }),
  );

const refusals = ({ raw }: BaseContext): readonly Cursor[] =>
  bodies(raw.replies.filter(({ status }) => !isSuccess(status)));

/** The operation that `job.poll` or `job.report` names. */
const jobOperation =
  (member: "poll" | "report") =>
  ({ xBatch: { job }, operations }: BaseContext): RawOperation | undefined => {
    const { operationId, method, path } = job?.[member] ?? {};
    return operations.find((one) =>
      operationId === undefined
        ? one.path === path && one.method === method?.toLowerCase()
        : text(one.value, "operationId") === operationId,
    );
  };

const repliesOfJob =
  (member: "poll" | "report") =>
  (context: BaseContext): readonly Cursor[] => {
    const operation = jobOperation(member)(context);
    return operation ? bodies(successes(operation)) : [];
  };
const polled = repliesOfJob("poll");
const reported = repliesOfJob("report");

/** The replies that tell the results of a job. */
const ending = (context: BaseContext): readonly Cursor[] =>
  context.xBatch.job?.report ? reported(context) : polled(context);

/** The bodies that speak of items: of successes, also partial ones, and of a job. */
const answers = (context: BaseContext): readonly Cursor[] => {
  const { raw, xBatch } = context;
  const partial = (xBatch.statuses?.partial ?? []).map((rule) =>
    String(typeof rule === "object" ? rule.status : rule).toUpperCase(),
  );
  const read = raw.replies.filter(
    ({ status }) => isSuccess(status) || partial.includes(status.toUpperCase()),
  );
  return [...bodies(read), ...polled(context), ...reported(context)];
};

const elementsAt = (schemas: readonly Cursor[], at: string | undefined): readonly Cursor[] =>
  at === undefined
    ? []
    : lookUp(schemas, parsePointer(at)).schemas.flatMap((schema) => elementOf(schema) ?? []);

function entriesAt(schemas: readonly Cursor[], results: Results | undefined): readonly Cursor[] {
  const listed = elementsAt(schemas, results?.at);
  const entries =
    results?.as === "groups" ? listed.flatMap((list) => elementOf(list) ?? []) : listed;
  return results?.first
    ? entries.flatMap((entry) => [...viewOf(entry).properties.values()])
    : entries;
}

const entries = (context: BaseContext): readonly Cursor[] =>
  entriesAt(bodies(successes(context.raw)), context.xBatch.results);
const lateEntries = (context: BaseContext): readonly Cursor[] =>
  entriesAt(ending(context), context.xBatch.job?.results);

/** An id is looked for in the part that is the result, then in its entry. */
const results = (context: BaseContext): readonly Cursor[] => {
  const { results: here, job } = context.xBatch;
  return [
    [entries(context), here?.value] as const,
    [lateEntries(context), job?.results?.value] as const,
  ].flatMap(([found, value]) =>
    value === undefined ? found : [...lookUp(found, parsePointer(value)).schemas, ...found],
  );
};

/** Failures have a list of their own, or are among the results. */
const failures = (context: BaseContext): readonly Cursor[] => {
  const { errors } = context.xBatch;
  return errors?.at === undefined
    ? [...entries(context), ...lateEntries(context)]
    : elementsAt(answers(context), errors.at);
};

const body = ({ raw, xBatch }: BaseContext): readonly Cursor[] =>
  objects([bodyOf(raw, xBatch.items)?.schema]);

const item = ({ raw, xBatch }: BaseContext): readonly Cursor[] =>
  // An input of these forms is made of several parts.
  ["pairs", "columns"].includes(xBatch.items.as ?? "") ? [] : objects([inputSchema(raw, xBatch)]);

/** The parameters in one place, as an object that has them. Names of headers have no case. */
const parameters =
  (place: string, of: (context: BaseContext) => RawOperation | undefined) =>
  (context: BaseContext): readonly Cursor[] => {
    const operation = of(context);
    if (!operation) return [];
    const { spec, pointer } = operation;
    const properties = operation.parameters.flatMap((parameter) => {
      const name = text(parameter.value, "name");
      if (own(parameter.value, "in") !== place || name === undefined) return [];
      const schema = asObject(get(parameter, "schema"))?.value ?? {};
      return [[place === "header" ? name.toLowerCase() : name, schema] as const];
    });
    const value = {
      type: "object",
      properties: Object.fromEntries(properties),
      // A path has a place for each of its parameters; other places may have parameters that the document leaves out.
      ...(place === "path" ? { additionalProperties: false } : { required: [] }),
    };
    return [{ spec, value, pointer: `${pointer}#${place}` }];
  };

/** What holds each list of items, with `items.as` groups or lists. */
const inner = (context: BaseContext): readonly Cursor[] => {
  const { at, keys } = context.xBatch.items;
  const holders = keys?.map((key) => [...parsePointer(at), key]) ?? [[...parsePointer(at), "*"]];
  return holders.flatMap((tokens) => lookUp(body(context), tokens).schemas);
};

const raw = (context: BaseContext): RawOperation => context.raw;

export const bases = {
  body: { name: "the request body", schemas: body },
  item: { name: "an item", schemas: item },
  itemOrBody: {
    name: "an item or the request body",
    schemas: (context) => [...item(context), ...body(context)],
  },
  reply: { name: "a success reply", schemas: ({ raw }) => bodies(successes(raw)) },
  answer: { name: "a success reply", schemas: answers },
  entry: { name: "an entry of the results", schemas: entries },
  result: { name: "a result", schemas: results },
  failure: { name: "a failure", schemas: failures },
  refusal: { name: "an error reply", schemas: refusals },
  poll: { name: "the reply to a poll", schemas: polled },
  report: { name: "a page of the report", schemas: reported },
  ending: { name: "the reply about the end of the job", schemas: ending },
  lateEntry: { name: "an entry of the job's results", schemas: lateEntries },
  anyReply: { name: "a reply", schemas: ({ raw }) => bodies(raw.replies) },
  inner: { name: "what holds a list of items", schemas: inner },
  query: { name: "the query parameters", schemas: parameters("query", raw), named: true },
  header: { name: "the header parameters", schemas: parameters("header", raw), named: true },
  pollPath: {
    name: "the path of the poll",
    schemas: parameters("path", jobOperation("poll")),
    named: true,
  },
  reportPath: {
    name: "the path of the report",
    schemas: parameters("path", jobOperation("report")),
    named: true,
  },
} as const satisfies Readonly<Record<string, Base>>;

export type BaseName = keyof typeof bases;
