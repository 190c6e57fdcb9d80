/**
 * `createJobs`: batches that a service accepts now and reports later. The items are applied when the request comes; only
 * the outcomes come late, in the reply to a poll.
 */
import type { JsonValue } from "../base/json.js";
import type { Companion, EmulatedOperation } from "./operation.js";
import type { Behaviour } from "./options.js";
import { render, success } from "./reply/batch-reply.js";
import type { Outcome } from "./reply/entries.js";
import { json, type Reply } from "./reply/http-reply.js";
import { refuse, replyFor, type ErrorContext } from "./reply/refuse.js";
import type { ReplyContext } from "./reply/results.js";

interface Job {
  readonly id: string;
  readonly outcomes: readonly Outcome[];
  readonly context: ReplyContext;
  polls: number;
  cancelled: boolean;
}

/** Answers a request about the job of an id. */
type Answer = (
  operation: EmulatedOperation,
  companion: Companion,
  id: string,
  context: ErrorContext,
) => Reply;

export interface Jobs {
  /** The first reply, without outcomes. */
  accept(outcomes: readonly Outcome[], context: ReplyContext): Reply;
  readonly poll: Answer;
  /** What the job applied stays applied; no later reply has its outcomes. */
  readonly cancel: Answer;
  clear(): void;
}

const usualPolls = 1;

export function createJobs({ polls = usualPolls }: Behaviour): Jobs {
  const jobs = new Map<string, Job>();
  let next = 1;
  const keyOf = ({ name }: EmulatedOperation, id: string): string => `${name} ${id}`;
  const answer =
    (change: (job: Job, companion: Companion) => Reply): Answer =>
    (operation, companion, id, context) => {
      const job = jobs.get(keyOf(operation, id));
      return job ? change(job, companion) : unknownJob(companion, id, context);
    };
  return {
    accept(outcomes, context) {
      const job: Job = { id: String(next++), outcomes, context, polls: 0, cancelled: false };
      jobs.set(keyOf(context.operation, job.id), job);
      return firstReply(job);
    },
    poll: answer((job, companion) => {
      job.polls++;
      return laterReply(job, companion, polls);
    }),
    cancel: answer((job, companion) => {
      job.cancelled = true;
      const reply = laterReply(job, companion, polls);
      return reply.body === undefined ? json(200, {}) : reply;
    }),
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
  const { state } = operation.batch;
  const { status, reply } = success(operation, false);
  return render(
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
}

/** The reply to a poll or a cancel. It has outcomes when the job was polled more than `polls` times. */
function laterReply({ id, outcomes, context, ...job }: Job, companion: Companion, polls: number) {
  const { operation } = context;
  const { job: { state, results } = {}, errors } = operation.batch;
  const done = job.polls > polls;
  const [value] = (job.cancelled ? state?.failed : done ? state?.done : state?.pending) ?? [];
  const members = state && value !== undefined ? { [state.at]: value } : {};
  return render(
    {
      outcomes: done && !job.cancelled ? outcomes : [],
      remainder: [],
      members: { ...members, ...idMember(operation, id) },
    },
    context,
    200,
    replyFor(companion.replies, 200)?.schema,
    { ...(results && { results }), ...(errors && { errors }) },
  );
}

const idMember = ({ batch }: EmulatedOperation, id: string): Record<string, JsonValue> =>
  batch.job?.id === undefined ? {} : { [batch.job.id]: id };
