/**
 * `createJobs`: batches that a service accepts now and reports later. The items are applied when the request comes; only
 * the outcomes come late, in the reply to a poll.
 */
import type { JsonValue } from "../base/json.js";
import type { Companion, EmulatedOperation } from "./operation.js";
import type { Behaviour } from "./options.js";
import { countMembers, render, success } from "./reply/batch-reply.js";
import type { Outcome } from "./reply/entries.js";
import type { Reply } from "./reply/http-reply.js";
import { refuse, replyFor, type ErrorContext } from "./reply/refuse.js";
import type { ReplyContext } from "./reply/results.js";
import type { IncomingRequest } from "./request/read-request.js";

interface Job {
  readonly id: string;
  readonly outcomes: readonly Outcome[];
  readonly context: ReplyContext;
  /** The path parameters of the batch: a request about the job has the same. */
  readonly params: Readonly<Record<string, string>>;
  polls: number;
}

/** A request about the job of an id. */
interface Asked {
  readonly operation: EmulatedOperation;
  readonly companion: Companion;
  readonly id: string;
  readonly params: Job["params"];
  readonly incoming: Pick<IncomingRequest, "path" | "query">;
}

type Answer = (asked: Asked, context: ErrorContext) => Reply;

export interface Jobs {
  /** The first reply, without outcomes. */
  accept(outcomes: readonly Outcome[], context: ReplyContext, params: Job["params"]): Reply;
  readonly poll: Answer;
  /** The outcomes of a job that has ended. */
  readonly report: Answer;
  clear(): void;
}

const usualPolls = 1;

export function createJobs({ polls = usualPolls }: Behaviour): Jobs {
  const jobs = new Map<string, Job>();
  let next = 1;
  const keyOf = ({ name }: EmulatedOperation, id: string): string => `${name} ${id}`;
  const answer =
    (change: (job: Job, asked: Asked) => Reply): Answer =>
    (asked, context) => {
      const { operation, companion, id, params } = asked;
      const job = jobs.get(keyOf(operation, id));
      const fits = Object.entries(job?.params ?? {}).every(
        ([name, value]) => name === companion.param || (params[name] ?? value) === value,
      );
      return job && fits ? change(job, asked) : unknownJob(companion, id, context);
    };
  return {
    accept(outcomes, context, params) {
      const job: Job = { id: String(next++), outcomes, context, params, polls: 0 };
      jobs.set(keyOf(context.operation, job.id), job);
      return firstReply(job);
    },
    poll: answer((job, { companion }) => {
      job.polls++;
      return laterReply(job, companion, polls);
    }),
    report: answer((job, asked) => reportReply(job, asked, polls)),
    clear() {
      jobs.clear();
      next = 1;
    },
  };
}

function unknownJob(companion: Companion, id: string, context: ErrorContext): Reply {
  const message = `There is no job ${JSON.stringify(id)}.`;
  return refuse(companion, { status: 404, category: "OBJECT_NOT_FOUND", message }, context);
}

function firstReply({ id, context }: Job): Reply {
  const { operation } = context;
  const { state, job } = operation.batch;
  const { status, reply } = success(operation, false);
  const header = job?.poll?.header;
  const first = render(
    {
      outcomes: [],
      remainder: [],
      state: state?.pending?.[0],
      members: idMember(operation, id),
    },
    context,
    status,
    reply?.schema,
    state ? { state } : {},
  );
  const address = operation.poll?.path.replace(/\{[^{}]*\}/, id) ?? "";
  return header === undefined
    ? first
    : { ...first, headers: { ...first.headers, [header]: address } };
}

/** The reply to a poll. When the job was polled more than `polls` times, it has outcomes, unless they have a report. */
function laterReply({ id, outcomes, context, ...job }: Job, companion: Companion, polls: number) {
  const { operation } = context;
  const { job: { state, results, report } = {}, errors } = operation.batch;
  const done = job.polls > polls;
  const [value] = (done ? state?.done : state?.pending) ?? [];
  const members = {
    ...(state && value !== undefined && { [state.at]: value }),
    ...(done && countMembers(operation.batch.counts, outcomes)),
  };
  return render(
    {
      outcomes: done && !report ? outcomes : [],
      remainder: [],
      members: { ...members, ...idMember(operation, id) },
    },
    context,
    200,
    replyFor(companion.replies, 200)?.schema,
    { ...(results && { results }), ...(errors && { errors }) },
  );
}

/** How many inputs a page of a report is about, if it has pages. Its entries may be fewer. */
const PAGE = 20;

function reportReply(
  { outcomes, context, ...job }: Job,
  { companion, incoming: { path, query } }: Asked,
  polls: number,
) {
  const { job: { results, report } = {}, errors } = context.operation.batch;
  const all = job.polls > polls ? outcomes : [];
  const size = report?.next === undefined ? Infinity : PAGE;
  const page = Math.max(1, Number(query.get("page") ?? 1) || 1);
  const following = new URLSearchParams(query);
  following.set("page", String(page + 1));
  const more = page * size < all.length;
  return render(
    {
      outcomes: size === Infinity ? all : all.slice((page - 1) * size, page * size),
      remainder: [],
      members:
        report?.next !== undefined && more
          ? { [report.next]: `${path}?${following.toString()}` }
          : {},
    },
    context,
    200,
    replyFor(companion.replies, 200)?.schema,
    { ...(results && { results }), ...(errors && { errors }) },
  );
}

const idMember = ({ batch }: EmulatedOperation, id: string): Record<string, JsonValue> =>
  batch.job?.id === undefined ? {} : { [batch.job.id]: id };
