/** Diagnostics about parts of a batch operation that the generated endpoint does not have. */
import type { Diagnostic } from "../base/diagnostics.js";
import type { XBatch } from "../runtime/endpoint/x-batch.js";
import { bodyOf, formOf } from "./bodies.js";
import { isObject, own } from "../base/json.js";
import { type RawOperation } from "../openapi/operations.js";
import { formsOf, isOnlyXml, successes } from "./replies.js";

export function describeNotCarried(raw: RawOperation, xBatch: XBatch): readonly Diagnostic[] {
  const { items } = xBatch;
  return [
    ...bodyProblems(raw, items),
    ...partHeaders(raw, items),
    ...xmlReplies(raw, xBatch),
    ...leftOut(raw),
  ];
}

/** A success in XML, unless `x-batch` says that it is JSON, or that every success is one of all items. */
function xmlReplies(raw: RawOperation, xBatch: XBatch): readonly Diagnostic[] {
  const { results } = xBatch;
  const formOfReply = formsOf(raw, xBatch);
  const reply = successes(raw).find((one) => isOnlyXml(one) && formOfReply(one) === "text");
  if (!reply || (results?.as === "none" && results.at === "")) return [];
  return [
    {
      code: "xml-reply",
      severity: "warning",
      message: `expected a reply in JSON, found \`${reply.content[0]?.name ?? ""}\`: a run cannot read it, and calls every input \`unknown\``,
      location: raw.spec.locate(`${reply.response.pointer}/content`),
      hint: 'If the service can reply in JSON, declare that. If a success means that all inputs were applied, say so: `x-batch: {results: {at: "", as: none}}`.',
    },
  ];
}

/** A GET with a body, which `fetch` does not send. */
function bodyProblems(raw: RawOperation, items: XBatch["items"]): readonly Diagnostic[] {
  if (items.in === "query" || raw.method !== "get" || raw.body.length === 0) return [];
  return [
    {
      code: "body-with-get",
      severity: "warning",
      message:
        "expected the items of a GET in its query, found a body, which `fetch` sends with no GET",
      location: raw.spec.locate(`${raw.pointer}/requestBody`),
      hint: "The request is plain data for a client of your own; prefer a POST, if the service has one.",
    },
  ];
}

/** Headers that `encoding` declares for a part of a form. */
function partHeaders(raw: RawOperation, items: XBatch["items"]): readonly Diagnostic[] {
  const media = formOf(items.mediaType ?? "") && bodyOf(raw, items);
  const parts = Object.entries(media?.encoding ?? {});
  const [member] = parts.find(([, part]) => isObject(part) && isObject(own(part, "headers"))) ?? [];
  if (member === undefined) return [];
  return [
    {
      code: "part-headers-left-out",
      severity: "info",
      message: `the headers that \`encoding\` gives the part \`${member}\` are left out`,
      location: raw.spec.locate(`${raw.pointer}/requestBody`),
      hint: "A part has a name, a media type and, where it is a file, a file name.",
    },
  ];
}

/**
 * A body that the runtime cannot write: the operation is left out.
 * @param found the body, as part of a sentence: see `unwritable`
 */
export const describeUnwritable = (raw: RawOperation, found: string): Diagnostic => ({
  code: "body-not-carried",
  severity: "warning",
  message: `expected a body of JSON, of lines, of CSV or a form, found ${found}`,
  location: raw.spec.locate(`${raw.pointer}/requestBody`),
  hint: 'The operation is left out. Declare another media type that the service takes, or name it: `x-batch: {items: {at: "/…", mediaType: application/json}}`.',
});

function leftOut(raw: RawOperation): readonly Diagnostic[] {
  const { spec, value, pointer } = raw;
  const callbacks = own(value, "callbacks");
  const links = raw.replies.find(({ response }) => {
    const given = own(response.value, "links");
    return isObject(given) && Object.keys(given).length > 0;
  });
  const diagnostics: Diagnostic[] = [];
  if (isObject(callbacks) && Object.keys(callbacks).length > 0)
    diagnostics.push({
      code: "callbacks-left-out",
      severity: "info",
      message: "`callbacks` are left out: the generated package sends requests, and receives none",
      location: spec.locate(`${pointer}/callbacks`),
    });
  if (links)
    diagnostics.push({
      code: "links-left-out",
      severity: "info",
      message:
        "`links` are left out: callers choose what to call next, and `x-batch.job` names the operations of a job",
      location: spec.locate(`${links.response.pointer}/links`),
    });
  return diagnostics;
}

/**
 * References to parameters, bodies and replies that do not exist.
 * @param known pointers that have a diagnostic already, because operations share the references of their path; those of
 *   this operation are added
 */
export const describeDangling = (raw: RawOperation, known: Set<string>): readonly Diagnostic[] =>
  raw.dangling
    .filter((pointer) => !known.has(pointer) && known.add(pointer))
    .map((pointer) => ({
      code: "dangling-reference",
      severity: "warning",
      message: "expected a reference to a part of this document, found one to nothing",
      location: raw.spec.locate(pointer),
      hint: "What refers to it is left out. Correct the reference, or add what it refers to.",
    }));
