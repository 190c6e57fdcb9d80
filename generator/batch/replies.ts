/** What an operation answers when all goes well. */
import { isJson, isLines } from "./detect/items-locations.js";
import {
  isSuccess,
  type DeclaredReply,
  type MediaType,
  type RawOperation,
} from "../openapi/operations.js";

/** Success replies, the plain one before the others. */
export const successes = (operation: RawOperation): readonly DeclaredReply[] =>
  operation.replies.filter(({ status }) => isSuccess(status));

/** JSON, or lines of it: what can be read as the schema says. */
export const isText = (media: MediaType): boolean => isJson(media.name) || isLines(media);
