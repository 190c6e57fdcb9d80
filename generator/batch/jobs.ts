/** The operations that an `x-batch` value names by their operationId: found, and written out for the runtime. */
import type { Diagnostic } from "../base/diagnostics.js";
import type { Job, XBatch } from "../runtime/endpoint/x-batch.js";
import { text, type RawOperation } from "../openapi/operations.js";

type Named = NonNullable<Job["poll"]>;

/** `job.poll` and `job.cancel` with the method and the path of the operation that their `operationId` names. */
export function withJobOperations(
  raw: RawOperation,
  batch: Partial<XBatch>,
  operations: readonly RawOperation[],
  diagnostics: Diagnostic[],
): Partial<XBatch> {
  const { job } = batch;
  if (!job) return batch;
  const found = (member: "poll" | "cancel"): Named | undefined => {
    const named = job[member];
    if (named?.operationId === undefined || named.path !== undefined) return named;
    const { operationId, ...rest } = named;
    const operation = operations.find(({ value }) => text(value, "operationId") === operationId);
    if (operation) return { ...rest, method: operation.method.toUpperCase(), path: operation.path };
    diagnostics.push({
      code: "unknown-operation",
      severity: "warning",
      message: `\`job.${member}\` names the operation ${JSON.stringify(operationId)}, and the document has none of that operationId`,
      location: raw.spec.locate(`${raw.pointer}/x-batch`),
      hint: "Name its `method` and `path` instead. Without it, what becomes of a job stays unknown.",
    });
    return rest;
  };
  const poll = found("poll");
  const cancel = found("cancel");
  return { ...batch, job: { ...job, ...(poll && { poll }), ...(cancel && { cancel }) } };
}
