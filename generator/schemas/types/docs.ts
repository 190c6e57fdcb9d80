/** What a reader is told of a schema: documentation, and the facts that its type does not say. */
import type { Schema } from "../schema.js";
import { doc, type Tag } from "../text.js";

/** What a format says, and how prose says it already. */
const notes: Readonly<Record<string, readonly [fact: string, said: RegExp]>> = {
  "date-time": [
    "ISO 8601, such as `2026-01-31T09:30:00Z`.",
    /iso.?8601|rfc.?3339|yyyy|T\d\d:\d\d/i,
  ],
  date: ["ISO 8601, such as `2026-01-31`.", /iso.?8601|rfc.?3339|yyyy|\d-\d\d/i],
  time: ["An ISO 8601 time.", /iso.?8601|rfc.?3339|hh:mm|\d:\d\d/i],
  duration: ["An ISO 8601 duration.", /iso.?8601/i],
  byte: ["Base64.", /base.?64/i],
  int64: ["A 64-bit integer.", /64.?bit/i],
  email: ["An e-mail address.", /mail/i],
  uri: ["A URI.", /\bur[il]\b|link/i],
  url: ["A URL.", /\bur[il]\b|link/i],
  uuid: ["A UUID.", /uuid|guid/i],
  ipv4: ["An IPv4 address.", /ip/i],
  ipv6: ["An IPv6 address.", /ip/i],
  hostname: ["A host name.", /host|domain/i],
};

/** The JSDoc comment of a declaration or a property, empty or ending in a line break. */
export function schemaDoc(schema: Schema): string {
  const { title, description, deprecated, note } = schema;
  // A title of one word is the schema's name once more.
  const told = title && /\s/.test(title.trim()) && !description?.startsWith(title);
  const heading = told ? title : undefined;
  const known = note !== undefined && Object.hasOwn(notes, note) ? notes[note] : undefined;
  const fact = known && !known[1].test(description ?? "") ? known[0] : undefined;
  const tags: Tag[] = [];
  if (schema.default !== undefined && schema.enum?.length !== 1) {
    const value = JSON.stringify(schema.default);
    if (value.length <= 200) tags.push({ tag: "default", text: value });
  }
  if (deprecated) tags.push({ tag: "deprecated" });
  return doc([heading, description, fact], tags);
}
