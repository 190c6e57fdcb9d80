/**
 * `withJobOperations`: resolves the operations that `job` of an `x-batch` names, for the runtime: their method, path and
 * parameters, each with its source in the parameters of the run.
 */
import { closestMatch } from "leven";
import type { Diagnostic } from "../base/diagnostics.js";
import { formatPointer, parsePointer } from "../base/pointer.js";
import { followObject } from "../openapi/cursor.js";
import { text, type RawOperation } from "../openapi/operations.js";
import { viewOf, walk } from "../openapi/schema-view.js";
import type { Operation, Parameter } from "../runtime/endpoint/operation.js";
import type { Counts, Job, OperationName, XBatch } from "../runtime/endpoint/x-batch.js";
import { wordsOf } from "../base/words.js";
import { preferred } from "./detect/items-locations.js";
import { builderParameters } from "./parameters.js";
import { isText, successes } from "./replies.js";

const nearest = (typed: string, operations: readonly RawOperation[]): string => {
  const known = operations.flatMap(({ value }) => text(value, "operationId") ?? []);
  const near = closestMatch(typed, known, { maxDistance: Math.ceil(typed.length / 3) });
  return near === undefined ? "" : `Did you mean \`${near}\`? `;
};

const members = ["poll", "report"] as const;
type Member = (typeof members)[number];

interface Context {
  readonly raw: RawOperation;
  readonly batch: Partial<XBatch>;
  readonly operations: readonly RawOperation[];
  readonly diagnostics: Diagnostic[];
}

/** The operation of the document that a member of `job` names; undefined if there is none. */
export function jobOperation(
  job: Job | undefined,
  member: Member,
  operations: readonly RawOperation[],
): RawOperation | undefined {
  const { operationId, method = "GET", path }: OperationName = job?.[member] ?? {};
  return operations.find((operation) =>
    operationId === undefined
      ? operation.path === path && operation.method === method.toLowerCase()
      : text(operation.value, "operationId") === operationId,
  );
}

/**
 * Gives `job.poll` and `job.report` the method, the path and the parameters of the operation that they name. A member
 * whose operation cannot be called is left out, with a warning. Also adds `counts` where the reply to a poll has a number
 * of failures: without it, a job that fails for some inputs would be a success of all.
 */
export function withJobOperations(
  raw: RawOperation,
  batch: Partial<XBatch>,
  operations: readonly RawOperation[],
  diagnostics: Diagnostic[],
): { readonly batch: Partial<XBatch>; readonly jobParameters?: Operation["jobParameters"] } {
  const { job } = batch;
  if (!job) return { batch };
  const context = { raw, batch, operations, diagnostics };
  const found = members.flatMap((member) => {
    const one = resolve(context, job, member);
    return one ? [{ member, ...one }] : [];
  });
  const { poll: _poll, report: _report, ...others } = job;
  const resolved = Object.fromEntries(found.map(({ member, named }) => [member, named]));
  const counts = batch.counts ?? countsOf(job, jobOperation(job, "poll", operations));
  return {
    batch: { ...batch, ...(counts && { counts }), job: { ...others, ...resolved } },
    jobParameters: Object.fromEntries(
      found.map(({ member, parameters }) => [member, parameters] as const),
    ),
  };
}

interface Resolved {
  readonly named: NonNullable<Job[Member]>;
  readonly parameters: readonly Parameter[];
}

function resolve(context: Context, job: Job, member: Member): Resolved | undefined {
  const named = job[member];
  if (!named) return undefined;
  if ("header" in named && named.header !== undefined) return { named, parameters: [] };
  const { operations } = context;
  const { operationId, ...rest } = named;
  const target = jobOperation(job, member, operations);
  if (!target && operationId !== undefined)
    return problem(context, member, {
      message: `expected the operationId of an operation of this document in \`job.${member}\`, found ${JSON.stringify(operationId)}`,
      hint: `${nearest(operationId, operations)}Name its \`method\` and \`path\` instead.`,
      code: "unknown-operation",
      at: `/job/${member}/operationId`,
    });
  const path = target?.path ?? named.path ?? "";
  const templates = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = ""]) => name);
  const asked: readonly Parameter[] = target
    ? builderParameters(target, { items: { at: "" } }).parameters
    : templates.map((name) => ({ name, in: "path" }));
  const own = builderParameters(context.raw, { items: { at: "" } }).parameters;
  const param = named.param ?? onlyOther(asked, own);
  const method = (target?.method ?? named.method ?? "get").toUpperCase();
  const isWrong = param !== undefined && !asked.some(({ name }) => name === param);
  // The check of pointers names the right one.
  if (isWrong && target) return { named: { ...rest, method, path }, parameters: [] };
  if (param === undefined || isWrong)
    return problem(context, member, {
      message: `expected in \`job.${member}.param\` the parameter of \`${path}\` that takes the job's id, found ${JSON.stringify(named.param ?? null)}`,
      hint: `Its parameters are ${asked.map(({ name }) => name).join(", ")}.`,
    });
  const filled = asked.map((parameter) => withSource(parameter, param, own));
  const open = filled.find(({ source, value, required, in: place }) => {
    const needed = required === true || place === "path";
    return needed && source === undefined && value === undefined;
  });
  if (open)
    return problem(context, member, {
      message: `\`job.${member}\` needs the parameter \`${open.name}\`, which the batch does not have`,
      hint: "Declare it for the batch, too: a run sends the value that it has for the batch.",
    });
  const parameters = filled.flatMap(({ source, ...parameter }): Parameter[] =>
    source === undefined
      ? parameter.value === undefined
        ? []
        : [parameter]
      : [source === parameter.name ? parameter : { ...parameter, key: source }],
  );
  return { named: { ...rest, method, path, param }, parameters };
}

/** Of the parameters in the path, the only one that the batch lacks; or the only one. */
function onlyOther(asked: readonly Parameter[], own: readonly Parameter[]): string | undefined {
  const inPath = asked.filter(({ in: place }) => place === "path");
  const others = inPath.filter(({ name }) => !own.some((known) => known.name === name));
  const [only, ...more] = inPath.length === 1 ? inPath : others;
  return more.length === 0 ? only?.name : undefined;
}

/** A parameter with the key of the run's parameter that has its value. */
function withSource(
  parameter: Parameter,
  param: string,
  own: Operation["parameters"] = [],
): Parameter & { readonly source?: string } {
  if (parameter.name === param) return { ...parameter, source: param };
  const alike = own.filter(({ name }) => name.toLowerCase() === parameter.name.toLowerCase());
  const known = alike.find(({ in: place }) => place === parameter.in) ?? alike[0];
  if (!known) return parameter;
  return known.value === undefined
    ? { ...parameter, source: known.key ?? parsePointer(`/${known.name}`).at(-1) ?? "" }
    : { ...parameter, value: known.value };
}

function problem(
  { raw, diagnostics }: Context,
  member: Member,
  {
    message,
    hint,
    code = "job-operation",
    at = `/job/${member}`,
  }: Pick<Diagnostic, "message"> & { hint: string; code?: string; at?: string },
): undefined {
  const effect = member === "poll" ? "no run learns how a job ends" : "no run learns of its items";
  diagnostics.push({
    code,
    severity: "warning",
    message,
    location: raw.spec.locate(`${raw.pointer}/x-batch${at}`),
    hint: `${hint} It is left out: ${effect}.`,
  });
}

const failureWords = new Set("error errors failure failures failed invalid rejected".split(" "));
const numberWords = new Set("count counts num number total items records".split(" "));

/** A number of failures beside the state, in the reply to a poll. */
function countsOf(job: Job, poll: RawOperation | undefined): Counts | undefined {
  const [reply] = poll ? successes(poll) : [];
  const media = reply && preferred(reply.content);
  const root = media && isText(media) ? followObject(media.schema) : undefined;
  if (!root) return undefined;
  const parent = parsePointer(job.state?.at ?? "").slice(0, -1);
  const { target } = walk(root, parent);
  const [name] =
    [...viewOf(target).properties].find(([key, property]) => {
      const words = wordsOf(key);
      return (
        viewOf(property).types.has("integer") &&
        words.some((word) => failureWords.has(word)) &&
        words.every((word) => failureWords.has(word) || numberWords.has(word))
      );
    }) ?? [];
  return name === undefined ? undefined : { failed: formatPointer([...parent, name]) };
}
