/**
 * The body of a request: which of its media types is sent (`bodyOf`, `withMediaType`), whether the runtime can write it
 * (`unwritable`), and how the fields of a form are written (`encodingOf`).
 */
import { formOfItems } from "./request-forms.js";
import { parsePointer } from "../base/pointer.js";
import type { Part } from "../runtime/endpoint/operation.js";
import type { Items } from "../runtime/endpoint/x-batch.js";
import { bareName, isJson } from "../openapi/media-types.js";
import { followObject, type Cursor } from "../openapi/cursor.js";
import { isObject, own } from "../base/json.js";
import { isLines, preferred } from "./detect/items-locations.js";
import { text, type MediaType, type RawOperation } from "../openapi/operations.js";
import { viewOf } from "../openapi/schema-view.js";

const forms = ["application/x-www-form-urlencoded", "multipart/form-data"] as const;

/** The media type of a form, without its parameters; undefined for other media types. */
export const formOf = (name: string): (typeof forms)[number] | undefined =>
  forms.find((form) => form === bareName(name));

/** The body that is sent: the one with the media type of `items`, or else the preferred one. */
export const bodyOf = ({ body }: RawOperation, { mediaType }: Items): MediaType | undefined =>
  body.find(({ name }) => mediaType !== undefined && bareName(name) === bareName(mediaType)) ??
  preferred(body);

/**
 * `items` with the media type that the request is sent with, unless that is the default, JSON. The media type of a form
 * has no parameters, since the runtime adds the boundary.
 */
export function withMediaType(raw: RawOperation, items: Items): Items {
  const { mediaType = preferred(raw.body)?.name } = items;
  if (items.in === "query" || mediaType === undefined) return items;
  if (items.mediaType === undefined && isJson(mediaType)) return items;
  return { ...items, mediaType: formOf(mediaType) ?? mediaType };
}

/**
 * Describes a body that the runtime cannot write, as part of a sentence; undefined if it can.
 * @param chosen `x-batch` names the media type: then the body is JSON, whatever the name of its type
 */
export function unwritable(items: Items, chosen: boolean): string | undefined {
  const { mediaType: name = "application/json", at } = items;
  if (items.in === "query") return undefined;
  if (formOf(name) !== undefined)
    return at === "" ? `a list in place of the fields of \`${name}\`` : undefined;
  const isText =
    formOfItems(items).text !== undefined ||
    isLines({ name }) ||
    isJson(name) ||
    /[/+-]json\b/i.test(name); // a variant, such as `application/x-json-1.1`
  const other = /\bxml\b|^multipart\/|\bjson-seq\b/i.test(name);
  return !other && (isText || chosen) ? undefined : `\`${name}\``;
}

const styles = ["form", "spaceDelimited", "pipeDelimited", "deepObject"] as const;

/** A file of items that are JSON. */
const jsonFile = { mediaType: "application/json", extension: "json" };

/** How the fields of a form are written; only fields that differ from the default. Undefined if none does. */
export function encodingOf(
  raw: RawOperation,
  items: Items,
): Readonly<Record<string, Part>> | undefined {
  const form = formOf(items.mediaType ?? "");
  const media = bodyOf(raw, items);
  if (items.in === "query" || form === undefined) return undefined;
  const schema = media?.schema;
  const { properties } = viewOf(schema);
  const [member = "", ...inner] = parsePointer(items.at);
  const parts = [...new Set([...properties.keys(), member])].sort().flatMap((name) => {
    const property = properties.get(name);
    const holdsItems = name === member && inner.length === 0;
    const encoding = media?.encoding && own(media.encoding, name);
    const part = isObject(encoding) ? partOf(encoding) : {};
    const binary = property !== undefined && isBinary(property);
    const { mediaType: type, extension } = formOfItems(items).text ?? jsonFile;
    const file =
      form === "multipart/form-data" && holdsItems && (binary || extension !== "json")
        ? { contentType: part.contentType ?? type, fileName: `${fileName(name)}.${extension}` }
        : {};
    const written = { ...part, ...file };
    return Object.keys(written).length > 0 ? [[name, written] as const] : [];
  });
  return parts.length > 0 ? Object.fromEntries(parts) : undefined;
}

function partOf(encoding: NonNullable<MediaType["encoding"]>): Part {
  // The document may list several, and ranges: the first that names one media type counts.
  const type = (text(encoding, "contentType") ?? "")
    .split(",")
    .map((one) => one.trim())
    .find((one) => /^[\w.+-]+\/[\w.+-]+(; *[\w.-]+=[\w.-]+)*$/.test(one));
  const style = styles.find((known) => known === own(encoding, "style"));
  const explode = own(encoding, "explode");
  return {
    ...(type === undefined ? {} : { contentType: type }),
    ...(style === undefined ? {} : { style }),
    ...(typeof explode === "boolean" ? { explode } : {}),
  };
}

function isBinary(property: Cursor): boolean {
  const target = followObject(property);
  return (
    target !== undefined &&
    (own(target.value, "format") === "binary" ||
      own(target.value, "contentMediaType") !== undefined)
  );
}

const fileName = (name: string): string => name.replace(/[^\w.-]+/g, "_");
