/** `withJobOperations`: replaces the operationIds in `job` of an `x-batch` by methods and paths, for the runtime. */
import { closestMatch } from "leven";
import type { Diagnostic } from "../base/diagnostics.js";
import type { Job, XBatch } from "../runtime/endpoint/x-batch.js";
import { text, type RawOperation } from "../openapi/operations.js";

const nearest = (typed: string, operations: readonly RawOperation[]): string => {
  const known = operations.flatMap(({ value }) => text(value, "operationId") ?? []);
  const near = closestMatch(typed, known, { maxDistance: Math.ceil(typed.length / 3) });
  return near === undefined ? "" : `Did you mean \`${near}\`? `;
};

const companions = ["poll", "report"] as const;

/**
 * Gives `job.poll` and `job.report` the method and the path of the operation that their `operationId` names. If the
 * document has no such operation, the member is left out, and `diagnostics` gets a warning.
 */
export function withJobOperations(
  raw: RawOperation,
  batch: Partial<XBatch>,
  operations: readonly RawOperation[],
  diagnostics: Diagnostic[],
): Partial<XBatch> {
  const { job } = batch;
  if (!job) return batch;
  const found = (member: (typeof companions)[number]): Job["poll" | "report"] => {
    const named = job[member];
    if (named?.operationId === undefined) return named;
    const { operationId, ...rest } = named;
    const operation = operations.find(({ value }) => text(value, "operationId") === operationId);
    if (operation) return { ...rest, method: operation.method.toUpperCase(), path: operation.path };
    diagnostics.push({
      code: "unknown-operation",
      severity: "warning",
      message: `expected the operationId of an operation of this document in \`job.${member}\`, found ${JSON.stringify(operationId)}`,
      location: raw.spec.locate(`${raw.pointer}/x-batch/job/${member}/operationId`),
      hint: `${nearest(operationId, operations)}Name its \`method\` and \`path\` instead. It is left out${member === "poll" ? ": no run learns how a job ends" : ""}.`,
    });
    return undefined;
  };
  const resolved = companions.map((member) => [member, found(member)] as const);
  return { ...batch, job: { ...job, ...Object.fromEntries(resolved) } };
}
