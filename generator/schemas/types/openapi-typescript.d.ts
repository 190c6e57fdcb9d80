/** A module of openapi-typescript that is published without types of its own; they are those of its main entry. */
declare module "openapi-typescript/dist/transform/schema-object.cjs" {
  import type { GlobalContext, SchemaObject, TransformNodeOptions } from "openapi-typescript";
  import type ts from "typescript";

  export default function transformSchemaObject(
    schema: SchemaObject,
    options: Omit<TransformNodeOptions, "ctx"> & { readonly ctx: Omit<GlobalContext, "redoc"> },
  ): ts.TypeNode;
}
