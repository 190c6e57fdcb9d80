/** Exports the meaning of names of media types: which of them are JSON, lines of JSON, XML, or a form. */

/** Without parameters, in lower case: `application/json` of `Application/JSON; charset=utf-8`. */
export const bareName = (name: string): string => name.split(";")[0]?.trim().toLowerCase() ?? "";

/** Whether a body of this media type is JSON, under any of its names. A range that contains JSON counts as JSON. */
export const isJson = (name: string): boolean =>
  /^(application|text)\/json$|\+json$|^\*\/\*$|^application\/\*$/.test(bareName(name));

const lineTypes =
  /^application\/(x-)?(ndjson|jsonl|json-?lines|json-seq)|^application\/json;.*lines/i;

/** Whether a body of this media type is a sequence of JSON values, each on a line. */
export const isLines = (name: string): boolean => lineTypes.test(name);

/** Whether a body of this media type is XML, under any of its names. */
export const isXml = (name: string): boolean => /[/+]xml$/.test(bareName(name));

/** Whether a body of this media type is a form: named fields, each a text. */
export const isForm = (name: string): boolean =>
  ["application/x-www-form-urlencoded", "multipart/form-data"].includes(bareName(name));
