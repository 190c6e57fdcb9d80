/** What the name of a media type says of a body. */

/** Without parameters, in lower case: `application/json` of `Application/JSON; charset=utf-8`. */
export const bareName = (name: string): string => name.split(";")[0]?.trim().toLowerCase() ?? "";

/** Whether a body of this media type is JSON, under any of its names; a range stands for JSON. */
export const isJson = (name: string): boolean =>
  /^(application|text)\/json$|\+json$|^\*\/\*$|^application\/\*$/.test(bareName(name));

/** Whether a body of this media type is a form, whose fields are texts. */
export const isForm = (name: string): boolean =>
  ["application/x-www-form-urlencoded", "multipart/form-data"].includes(bareName(name));
