import type { SchemaId, SchemaModule } from "../schema.js";

/** What a module calls the schemas that it declares and imports. */
export function namesIn(module: SchemaModule): ReadonlyMap<SchemaId, string> {
  const names = new Map<SchemaId, string>();
  for (const { id, name } of module.declarations) names.set(id, name);
  for (const { id, as } of module.imports) names.set(id, as);
  return names;
}
