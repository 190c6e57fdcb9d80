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

interface Job {
  readonly id: string;
  readonly outcomes: readonly Outcome[];
  readonly context: ReplyContext;
  /** The path parameters of the batch: a request about the job has the same. */
  readonly params: Readonly<Record<string, string>>;
  polls: number;
}

/** Answers a request about the job of an id. */
type Answer = (
  operation: EmulatedOperation,
  companion: Companion,
  id: string,
  context: ErrorContext,
  params: Readonly<Record<string, string>>,
) => Reply;

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
    (change: (job: Job, companion: Companion) => Reply): Answer =>
    (operation, companion, id, context, params) => {
      const job = jobs.get(keyOf(operation, id));
      const fits = Object.entries(job?.params ?? {}).every(
        ([name, value]) => name === companion.param || (params[name] ?? value) === value,
      );
      return job && fits ? change(job, companion) : unknownJob(companion, id, context);
    };
  return {
    accept(outcomes, context, params) {
      const job: Job = { id: String(next++), outcomes, context, params, polls: 0 };
      jobs.set(keyOf(context.operation, job.id), job);
      return firstReply(job);
    },
    poll: answer((job, companion) => {
      job.polls++;
      return laterReply(job, companion, polls);
    }),
    report: answer((job, companion) => reportReply(job, companion, polls)),
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

function reportReply({ outcomes, context, ...job }: Job, companion: Companion, polls: number) {
  const { job: { results } = {}, errors } = context.operation.batch;
  return render(
    { outcomes: job.polls > polls ? outcomes : [], remainder: [] },
    context,
    200,
    replyFor(companion.replies, 200)?.schema,
    { ...(results && { results }), ...(errors && { errors }) },
  );
}

const idMember = ({ batch }: EmulatedOperation, id: string): Record<string, JsonValue> =>
  batch.job?.id === undefined ? {} : { [batch.job.id]: id };
