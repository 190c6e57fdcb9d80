/** Where the integers are that JavaScript's numbers cannot hold. */
import { formatPointer } from "../../read/pointer.js";
import type { SchemaId } from "../model.js";
import { mapParts } from "./combine.js";
import type { Schema, SharedSchemas } from "./schema.js";

/**
 * Pointers into a body of this schema to the integers that are read as strings, with `*` for every member of a list or
 * a map: `/results/*` and so on. Where a schema refers to itself, the pointers go round once and stop.
 */
export function int64Pointers(shared: SharedSchemas, id: SchemaId): readonly string[] {
  const holders = holdersOfInt64(shared);
  const found = new Set<string>();
  const visit = (schema: Schema, path: string, seen: readonly string[]): void => {
    if (found.size >= mostPointers) return;
    if (schema.format === "int64") found.add(path);
    if (schema.$ref !== undefined) {
      const target = shared.schemas.get(Number(schema.$ref));
      const rounds = seen.filter((key) => key === schema.$ref).length;
      if (target && rounds < 2 && holders.has(target.id))
        visit(target.schema, path, [...seen, schema.$ref]);
    }
    for (const [key, value] of Object.entries(schema.properties ?? {}))
      visit(value, path + formatPointer([key]), seen);
    if (schema.items) visit(schema.items, `${path}/*`, seen);
    for (const item of schema.prefixItems ?? []) visit(item, `${path}/*`, seen);
    if (schema.additionalProperties) visit(schema.additionalProperties, `${path}/*`, seen);
    for (const value of Object.values(schema.patternProperties ?? {}))
      visit(value, `${path}/*`, seen);
    for (const part of [...(schema.allOf ?? []), ...(schema.anyOf ?? [])]) visit(part, path, seen);
  };
  visit({ $ref: String(id) }, "", []);
  return [...found].sort();
}

/** Schemas that refer to each other in many ways have more paths than anyone needs. */
const mostPointers = 500;

/** The schemas that hold such an integer, themselves or in what they refer to. */
function holdersOfInt64(shared: SharedSchemas): ReadonlySet<SchemaId> {
  const holders = new Set<SchemaId>();
  const users = new Map<SchemaId, SchemaId[]>();
  const queue: SchemaId[] = [];
  for (const { id, schema } of shared.schemas.values()) {
    let holds = false;
    const visit = (part: Schema): Schema => {
      if (part.format === "int64") holds = true;
      if (part.$ref !== undefined)
        users.set(Number(part.$ref), [...(users.get(Number(part.$ref)) ?? []), id]);
      return mapParts(part, visit);
    };
    visit(schema);
    if (holds) queue.push(id);
  }
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (holders.has(id)) continue;
    holders.add(id);
    queue.push(...(users.get(id) ?? []));
  }
  return holders;
}
