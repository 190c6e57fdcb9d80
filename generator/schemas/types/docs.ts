/** The documentation of a schema, and the facts that its type does not show. It exports `schemaDoc`. */
import type { Schema } from "../schema.js";
import { docText, type Tag } from "../text.js";

/** The meaning of a format, and how a description may have it already. */
const notes: Readonly<Record<string, readonly [fact: string, known: RegExp]>> = {
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

/** The text of the JSDoc comment of a declaration or a property; undefined where there is none. */
export function schemaDoc(schema: Schema): string | undefined {
  const { title, description, deprecated, note } = schema;
  // A title of one word is the schema's name once more.
  const useful = title && /\s/.test(title.trim()) && !description?.startsWith(title);
  const heading = useful ? title : undefined;
  const known = note !== undefined && Object.hasOwn(notes, note) ? notes[note] : undefined;
  const fact = known && !known[1].test(description ?? "") ? known[0] : undefined;
  const tags: Tag[] = [];
  if (schema.default !== undefined && schema.enum?.length !== 1) {
    const value = JSON.stringify(schema.default);
    if (value.length <= 200) tags.push({ tag: "default", text: value });
  }
  if (deprecated) tags.push({ tag: "deprecated" });
  return docText([heading, description, fact], tags);
}
