/** Exports the module of schemas that several resources share, and what a module with schemas imports. */
import type { StatementStructures } from "ts-morph";
import type { SchemaModule } from "../batch/model.js";
import { eachPart } from "../schemas/combine.js";
import type { Schema } from "../schemas/schema.js";
import type { Import, Module } from "./module.js";

export const schemaModule = (
  module: SchemaModule,
  declarations: readonly StatementStructures[],
  documents: readonly string[],
): Module => ({
  path: module.path,
  documents,
  imports: schemaImports(module),
  statements: declarations,
});

/** What the types of a module are made of: schemas of other modules. */
export function schemaImports(module: SchemaModule): readonly Import[] {
  const schemas = module.imports.map(({ from, name, as }) => ({ from, name, as, isType: true }));
  return isOpen(module) ? [unlisted, ...schemas] : schemas;
}

export const unlisted = {
  from: "runtime/endpoint/unlisted",
  name: "Unlisted",
  isType: true,
} as const satisfies Import;

/** Whether a module's types have values that a document does not list. The runtime has their type. */
export function isOpen({ declarations }: SchemaModule): boolean {
  let open = false;
  const visit = (schema: Schema): void => {
    open ||= schema.format === "unlisted";
    eachPart(schema, visit);
  };
  for (const { schema } of declarations) visit(schema);
  return open;
}
