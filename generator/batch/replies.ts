/**
 * `formsOf`: what the body of each reply is. The types, `results.as` and the runtime follow it. `successes`: the replies
 * that mean success; `isText`: those that can be read with their schemas; `isOnlyXml`: those that nobody reads.
 */
import { isJson, isLines, isXml } from "../openapi/media-types.js";
import type { XBatch } from "../runtime/endpoint/x-batch.js";
import { preferred } from "./detect/items-locations.js";
import {
  isSuccess,
  type DeclaredReply,
  type MediaType,
  type RawOperation,
} from "../openapi/operations.js";

/** The success replies, in the order of the document. */
export const successes = (operation: RawOperation): readonly DeclaredReply[] =>
  operation.replies.filter(({ status }) => isSuccess(status));

/** JSON, or lines of JSON: a body that can be read with its schema. */
export const isText = ({ name }: Pick<MediaType, "name">): boolean => isJson(name) || isLines(name);

/** Only XML, which nothing here reads. */
export const isOnlyXml = ({ content }: DeclaredReply): boolean =>
  content.some(({ name }) => isXml(name)) && !content.some(isText);

/** A JSON value; a list of JSON values, each on a line; or a text of any other media type. */
export type ReplyForm = "none" | "json" | "lines" | "text";

/**
 * By the media type that a client prefers; but what `x-batch` says of results counts, where the document names no media
 * type that has them.
 */
export function formsOf(
  raw: RawOperation,
  { results }: Pick<XBatch, "results">,
): (reply: DeclaredReply) => ReplyForm {
  const types = successes(raw).flatMap(({ content }) => preferred(content)?.name ?? []);
  const readable = types.some((name) => isText({ name }));
  const claims =
    results?.as === "lines" ? "lines" : results && results.as !== "none" ? "json" : undefined;
  return ({ status, content }) => {
    const name = preferred(content)?.name;
    const own =
      name === undefined ? "none" : isLines(name) ? "lines" : isJson(name) ? "json" : "text";
    if (!claims || !isSuccess(status) || status === "204") return own;
    if (own === "json") return types.some(isLines) ? own : claims;
    return own === "lines" || readable || (own === "none" && claims === "json") ? own : claims;
  };
}
