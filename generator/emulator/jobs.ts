/** Batches that are taken now and told of later. */
import type { JsonValue } from "../base/json.js";
import { json, type Reply } from "./reply/http-reply.js";
import type { Companion, EmulatedOperation } from "./operation.js";
import type { Behaviour } from "./options.js";
import { refuse, replyFor, type Saying } from "./reply/refuse.js";
import type { Outcome } from "./reply/entries.js";
import { render, success } from "./reply/batch-reply.js";
import type { Telling } from "./reply/results.js";

interface Job {
  readonly outcomes: readonly Outcome[];
  readonly telling: Telling;
  polls: number;
  cancelled: boolean;
}

export interface Jobs {
  /** The reply to a batch that is done later. Its items are applied already: only the reply comes late. */
  accept(outcomes: readonly Outcome[], telling: Telling): Reply;
  poll(operation: EmulatedOperation, companion: Companion, id: string, saying: Saying): Reply;
  /** What was applied stays; what the job would have told is not told. */
  cancel(operation: EmulatedOperation, companion: Companion, id: string, saying: Saying): Reply;
  clear(): void;
}

const usualPolls = 1;

export function createJobs(behaviour: Behaviour): Jobs {
  const jobs = new Map<string, Job>();
  let next = 1;
  const find = (operation: EmulatedOperation, id: string): Job | undefined =>
    jobs.get(`${operation.name} ${id}`);
  const unknown = (companion: Companion, id: string, saying: Saying): Reply =>
    refuse(
      companion,
      {
        status: 404,
        category: "OBJECT_NOT_FOUND",
        message: `There is no job ${JSON.stringify(id)}.`,
      },
      saying,
    );
  const tell = (
    operation: EmulatedOperation,
    companion: Companion,
    id: string,
    job: Job,
  ): Reply => {
    const { state, results } = operation.batch.job ?? {};
    const over = job.polls > (behaviour.polls ?? usualPolls);
    const [said] = (job.cancelled ? state?.failed : over ? state?.done : state?.pending) ?? [];
    const schema = replyFor(companion.replies, 200)?.schema;
    const members = state && said !== undefined ? { [state.at]: said } : {};
    const shown = over && !job.cancelled ? job.outcomes : [];
    const form = {
      ...(results && { results }),
      ...(operation.batch.errors && { errors: operation.batch.errors }),
    };
    return render(
      { outcomes: shown, remainder: [], members: { ...members, ...idMember(operation, id) } },
      job.telling,
      200,
      schema,
      form,
    );
  };
  return {
    accept(outcomes, telling) {
      const { operation } = telling;
      const { batch } = operation;
      const id = String(next++);
      jobs.set(`${operation.name} ${id}`, { outcomes, telling, polls: 0, cancelled: false });
      const { status, reply } = success(operation, false);
      const [waiting] = batch.state?.pending ?? [];
      const members = idMember(operation, id);
      return render(
        { outcomes: [], remainder: [], state: waiting, members },
        telling,
        status,
        reply?.schema,
        batch.state ? { state: batch.state } : {},
      );
    },
    poll(operation, companion, id, saying) {
      const job = find(operation, id);
      if (!job) return unknown(companion, id, saying);
      job.polls++;
      return tell(operation, companion, id, job);
    },
    cancel(operation, companion, id, saying) {
      const job = find(operation, id);
      if (!job) return unknown(companion, id, saying);
      job.cancelled = true;
      const reply = tell(operation, companion, id, job);
      return reply.body === undefined ? json(200, {}) : reply;
    },
    clear() {
      jobs.clear();
      next = 1;
    },
  };
}

const idMember = ({ batch }: EmulatedOperation, id: string): Record<string, JsonValue> =>
  batch.job?.id === undefined ? {} : { [batch.job.id]: id };
