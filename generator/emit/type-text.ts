/** Exports types that are made of others: what ts-morph writes for the type of an alias or a property. */
import {
  Writers,
  type OptionalKind,
  type PropertySignatureStructure,
  type WriterFunction,
} from "ts-morph";

/** The text of a type, or what writes it. */
export type TypeText = string | WriterFunction;

export const objectType = (
  properties: readonly OptionalKind<PropertySignatureStructure>[],
): WriterFunction => Writers.objectType({ properties: [...properties] });

export function unionType(types: readonly TypeText[]): TypeText {
  const [first, second, ...rest] = types;
  if (first === undefined) return "never";
  return second === undefined ? first : Writers.unionType(first, second, ...rest);
}

export function intersectionType(types: readonly TypeText[]): TypeText {
  const [first, second, ...rest] = types;
  if (first === undefined) return "unknown";
  return second === undefined ? first : Writers.intersectionType(first, second, ...rest);
}

export const bracketed =
  (type: TypeText): WriterFunction =>
  (writer) => {
    writer.write("(");
    if (typeof type === "string") writer.write(type);
    else type(writer);
    writer.write(")");
  };
