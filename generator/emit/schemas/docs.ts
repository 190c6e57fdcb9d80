/** What a reader is told of a schema: documentation, and the facts that its type does not say. */
import type { Schema } from "../../model/schemas/schema.js";
import { doc, type Tag } from "../text.js";

const notes: Readonly<Record<string, string>> = {
  "date-time": "An ISO 8601 date and time, such as `2026-01-31T09:30:00Z`.",
  date: "An ISO 8601 date, such as `2026-01-31`.",
  time: "An ISO 8601 time.",
  duration: "An ISO 8601 duration.",
  byte: "Base64.",
  int64: "A 64-bit integer, in decimal digits where it is a string.",
  email: "An e-mail address.",
  uri: "A URI.",
  url: "A URL.",
  uuid: "A UUID.",
  ipv4: "An IPv4 address.",
  ipv6: "An IPv6 address.",
  hostname: "A host name.",
};

/** The JSDoc comment of a declaration or a property, empty or ending in a line break. */
export function schemaDoc(schema: Schema): string {
  const { title, description, deprecated, note } = schema;
  const heading = title && !description?.startsWith(title) ? title : undefined;
  const fact = note !== undefined && Object.hasOwn(notes, note) ? notes[note] : undefined;
  const tags: Tag[] = [];
  if (schema.default !== undefined) {
    const value = JSON.stringify(schema.default);
    if (value.length <= 200) tags.push({ tag: "default", text: value });
  }
  if (deprecated) tags.push({ tag: "deprecated" });
  // Where there is prose, it says more of a format than its name does; for a date it seldom does.
  const told =
    description && !["date-time", "date", "int64"].includes(note ?? "") ? undefined : fact;
  return doc([heading, description, told], tags);
}
