/** `reference` and `enumReference`: references to drafts; `addDraft`: adds a draft, which is read later. */
import { isObject, type JsonObject, type JsonValue } from "../base/json.js";
import { getAt, parsePointer, resolveRef } from "../base/pointer.js";
import { any, anything } from "./combine.js";
import { unfit, valuesOf, type Literals } from "./enums.js";
import { relativesIn } from "./inheritance.js";
import { aliasOf, documentation, isAlias, namedEnum, typesOf } from "./keywords.js";
import { nameAt } from "./names.js";
import { draftKey, pointerOf, report, unknown, type Place, type Reading } from "./reading.js";
import type { Draft, Schema } from "./schema.js";

/** A reference to the draft of its target. Each target has one draft for each position. */
export function reference(reading: Reading, place: Place, ref: string): Schema {
  const at = pointerOf(place, "$ref");
  const dangling = (): Schema => {
    // References to other files were reported when the document was read.
    if (!ref.startsWith("#")) return unknown(reading, place, "dangling");
    report(
      reading,
      place,
      at,
      "dangling-reference",
      "warning",
      `${JSON.stringify(ref)} refers to nothing in this document.`,
      "The type is unknown there. Correct the reference, or add what it refers to.",
    );
    return unknown(reading, place, "dangling");
  };
  const seen = new Set<string>();
  let target = resolveRef(place.spec.document, ref);
  while (target && isAlias(place.spec, target.value)) {
    if (seen.has(target.pointer)) {
      report(
        reading,
        place,
        at,
        "circular-alias",
        "warning",
        `${JSON.stringify(ref)} refers to itself and has no other content.`,
      );
      return unknown(reading, place, "dangling");
    }
    seen.add(target.pointer);
    target = resolveRef(place.spec.document, aliasOf(target.value) ?? "");
  }
  if (!target) return dangling();
  const { value, pointer } = target;
  if (typeof value !== "boolean" && !isObject(value)) return dangling();
  const key = draftAt(reading, place, pointer, value, inherits(reading, place, pointer));
  const named = isObject(value) ? namedEnum(place.spec, value) : undefined;
  return named ? enumReference(reading, key, named, place) : { $ref: key };
}

/** Whether a reference is in the `allOf` that makes a schema a child of the reference's target. */
function inherits(reading: Reading, { spec, base, path }: Place, pointer: string): boolean {
  const part = path.every((token, index) => index % 2 === 1 || token === "allOf");
  return part && relativesIn(spec).get(pointer)?.children.includes(base) === true;
}

/**
 * The key of a schema's draft. A parent has two drafts: the union of itself and its children, and its `base`, which is
 * the part that its children have.
 */
function draftAt(
  reading: Reading,
  place: Pick<Place, "spec" | "position" | "form">,
  pointer: string,
  value: JsonObject | boolean,
  base: boolean,
): string {
  const { spec } = place;
  const of = draftKey(reading, place, pointer);
  const key = base ? `${of} base` : of;
  if (reading.drafts.has(key)) return key;
  const name = nameAt(parsePointer(pointer));
  const relative = relativesIn(spec).get(pointer);
  const entry = { spec, pointer, position: place.position, form: place.form, schema: anything };
  if (base) addDraft(reading, { ...entry, key, name: `${name}Base`, isBase: true }, value);
  else if (!relative) {
    addDraft(reading, { ...entry, key, name }, value);
  } else if (relative.children.length === 0) {
    addDraft(reading, { ...entry, key, name, tags: relative.tags }, value);
  } else {
    const own = draftAt(reading, place, pointer, value, true);
    const union: Draft = { ...entry, key, name, tags: relative.tags, base: own };
    reading.drafts.set(key, union);
    reading.queue.push(() => {
      const children = relative.children.flatMap((child) => {
        const raw = getAt(spec.document, child);
        return isObject(raw) ? [draftAt(reading, place, child, raw, false)] : [];
      });
      const branches = [own, ...children].map(($ref): Schema => ({ $ref }));
      union.schema = { ...any(branches), ...documentation(value) };
    });
  }
  return key;
}

/** A reference to an enum, or null if the enum contains it; in responses also unlisted values, with `openEnums`. */
export function enumReference(
  reading: Reading,
  key: string,
  { members, null: isNull }: Literals,
  place: Place,
): Schema {
  const types = reading.openEnums && place.position === "response" ? members : [];
  const others = (["string", "number"] as const)
    .filter((type) => types.some((member) => typeof member === type))
    .map((type): Schema => ({ type, format: "unlisted" }));
  return any([{ $ref: key }, ...others, ...(isNull ? [{ type: "null" } as const] : [])]);
}

/** Members of an enum that its type leaves out, or cannot hold. */
export function reportMembers(
  reading: Reading,
  values: readonly JsonValue[],
  types: ReadonlySet<string>,
  place: Place,
): void {
  const { others, rounded } = unfit(values, types);
  const list = (members: readonly JsonValue[]): string =>
    members
      .slice(0, 5)
      .map((member) => `\`${JSON.stringify(member).slice(0, 40)}\``)
      .join(", ");
  const pointer = pointerOf(place, "enum");
  if (others.length > 0)
    report(
      reading,
      place,
      pointer,
      "enum-member-type",
      "warning",
      others.length < values.length
        ? `${list(others)} in \`enum\` ${others.length > 1 ? "are" : "is"} not of the type \`${[...types].join(" or ")}\`, and left out.`
        : `No value in \`enum\` is of the type \`${[...types].join(" or ")}\`; the type is left out.`,
      "Correct the type, or the values.",
    );
  if (rounded.length > 0)
    report(
      reading,
      place,
      pointer,
      "enum-member-rounded",
      "warning",
      `${list(rounded)} in \`enum\` ${rounded.length > 1 ? "are" : "is"} beyond 2^53, where JavaScript's numbers are rounded.`,
      "The service should send such values as strings.",
    );
}

/** Adds a draft, and puts the reading of its schema into the queue. */
export function addDraft(reading: Reading, entry: Draft, value: JsonObject | boolean): void {
  reading.drafts.set(entry.key, entry);
  reading.queue.push(() => {
    const place: Place = {
      spec: entry.spec,
      position: entry.position,
      form: entry.form,
      draft: entry.key,
      base: entry.pointer,
      path: [],
      inline: entry.name ? { owner: entry.name } : {},
      depth: 0,
    };
    const named = entry.name && isObject(value) ? namedEnum(entry.spec, value) : undefined;
    if (named && isObject(value))
      reportMembers(reading, valuesOf(value) ?? [], typesOf(value), place);
    entry.schema = named
      ? { enum: named.members, ...documentation(value) }
      : reading.schemaAt(value, place);
  });
}
