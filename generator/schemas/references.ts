/** `reference` and `enumReference`: references to drafts; `addDraft`: adds a draft, which is read later. */
import { isObject, type JsonObject } from "../base/json.js";
import { getAt, parsePointer, resolveRef } from "../base/pointer.js";
import { any, anything } from "./combine.js";
import type { Literals } from "./enums.js";
import { relativesIn } from "./inheritance.js";
import { aliasOf, documentation, isAlias, namedEnum } from "./keywords.js";
import { nameAt } from "./names.js";
import { pointerOf, report, specKey, unknown, type Place, type Reading } from "./reading.js";
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
 * The key of a schema's draft. A parent has two drafts: the union of itself and its children, and its `shape`, which is
 * the part that its children have.
 */
function draftAt(
  reading: Reading,
  { spec, position }: Pick<Place, "spec" | "position">,
  pointer: string,
  value: JsonObject | boolean,
  shape: boolean,
): string {
  const of = `${specKey(reading, spec)} ${position} ${pointer}`;
  const key = shape ? `${of} shape` : of;
  if (reading.drafts.has(key)) return key;
  const name = nameAt(parsePointer(pointer));
  const relative = relativesIn(spec).get(pointer);
  const entry = { spec, pointer, position, schema: anything };
  if (shape) addDraft(reading, { ...entry, key, name: `${name}Base`, isShape: true }, value);
  else if (!relative) {
    addDraft(reading, { ...entry, key, name }, value);
  } else if (relative.children.length === 0) {
    addDraft(reading, { ...entry, key, name, tags: relative.tags }, value);
  } else {
    const own = draftAt(reading, { spec, position }, pointer, value, true);
    const union: Draft = { ...entry, key, name, tags: relative.tags, shape: own };
    reading.drafts.set(key, union);
    reading.queue.push(() => {
      const children = relative.children.flatMap((child) => {
        const raw = getAt(spec.document, child);
        return isObject(raw) ? [draftAt(reading, { spec, position }, child, raw, false)] : [];
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

/** Adds a draft, and puts the reading of its schema into the queue. */
export function addDraft(reading: Reading, entry: Draft, value: JsonObject | boolean): void {
  reading.drafts.set(entry.key, entry);
  reading.queue.push(() => {
    const place: Place = {
      spec: entry.spec,
      position: entry.position,
      draft: entry.key,
      base: entry.pointer,
      path: [],
      inline: entry.name ? { owner: entry.name } : {},
      depth: 0,
    };
    const named = entry.name && isObject(value) ? namedEnum(entry.spec, value) : undefined;
    entry.schema = named
      ? { enum: named.members, ...documentation(value) }
      : reading.schemaAt(value, place);
  });
}
