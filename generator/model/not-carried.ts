/** What the document says of a batch operation that the generated endpoint does not have: said, never dropped in silence. */
import type { Diagnostic } from "../diagnostics.js";
import type { XBatch } from "../runtime/x-batch.js";
import { isJson, isLines, preferred } from "./carriers.js";
import { isObject, own, type RawOperation } from "./operations.js";

export function describeNotCarried(raw: RawOperation, { items }: XBatch): readonly Diagnostic[] {
  return [...bodyProblems(raw, items), ...leftOut(raw)];
}

/** A body that the runtime cannot write, or `fetch` cannot send. */
function bodyProblems(raw: RawOperation, items: XBatch["items"]): readonly Diagnostic[] {
  if (items.in === "query") return [];
  const media = preferred(raw.body);
  const name = items.mediaType ?? media?.name ?? "application/json";
  const location = raw.spec.locate(`${raw.pointer}/requestBody`);
  const written =
    isJson(name) || isLines({ name }) || items.as === "csv" || /[/+-](ndjson|jsonl?)\b/i.test(name);
  return [
    ...(written
      ? []
      : [
          {
            code: "body-not-json",
            severity: "warning",
            message: `expected a body of JSON or of lines of JSON, found \`${name}\``,
            location,
            hint: "The endpoint is typed, and its request is plain data; the generated package sends it as JSON, which the service may refuse.",
          } as const,
        ]),
    ...(raw.method === "get" && media !== undefined
      ? [
          {
            code: "body-with-get",
            severity: "warning",
            message:
              "expected the items of a GET in its query, found a body, which `fetch` sends with no GET",
            location,
            hint: "The request is plain data for a client of your own; prefer a POST, if the service has one.",
          } as const,
        ]
      : []),
  ];
}

function leftOut(raw: RawOperation): readonly Diagnostic[] {
  const { spec, value, pointer } = raw;
  const callbacks = own(value, "callbacks");
  const links = raw.replies.find(({ response }) => {
    const given = own(response.value, "links");
    return isObject(given) && Object.keys(given).length > 0;
  });
  const told: Diagnostic[] = [];
  if (isObject(callbacks) && Object.keys(callbacks).length > 0)
    told.push({
      code: "callbacks-left-out",
      severity: "info",
      message: "`callbacks` are left out: the generated package sends requests, and serves none",
      location: spec.locate(`${pointer}/callbacks`),
    });
  if (links)
    told.push({
      code: "links-left-out",
      severity: "info",
      message: "`links` are left out: what to call next is the caller's to say, or `x-batch.job`'s",
      location: spec.locate(`${links.response.pointer}/links`),
    });
  return told;
}

/**
 * References to parameters, bodies and replies that lead nowhere: what they name is left out.
 * @param told pointers that were told of, and now those of this operation: operations share what their path says
 */
export const describeDangling = (raw: RawOperation, told: Set<string>): readonly Diagnostic[] =>
  raw.dangling
    .filter((pointer) => !told.has(pointer) && told.add(pointer))
    .map((pointer) => ({
      code: "dangling-reference",
      severity: "warning",
      message: "expected a reference to a part of this document, found one that leads nowhere",
      location: raw.spec.locate(pointer),
      hint: "What it names is left out. Correct the reference, or add what it refers to.",
    }));
