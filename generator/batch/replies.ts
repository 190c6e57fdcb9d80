/** `successes` and `isText`: the success replies of an operation, and which bodies can be read. */
import { isJson } from "../openapi/media-types.js";
import { isLines } from "./detect/items-locations.js";
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
export const isText = (media: MediaType): boolean => isJson(media.name) || isLines(media);
