import type { JsonObject } from "./spec.js";
export function convertSwagger(
  document: JsonObject,
): { document: JsonObject } | { reason: string } {
  return { document };
}
export function swaggerPointer(document: JsonObject, pointer: string): string {
  return pointer;
}
