/**
 * What users of the package see: the forms of an endpoint's types, and the names that its modules export. A file of its
 * own because `emit/` and `diff/` must agree on it.
 */
import type { BatchApi, Endpoint, Reply, SchemaModule } from "./model.js";
import { guardName, typeName as schemaName, valuesName } from "../schemas/names.js";
import { typeName } from "./names/name.js";
import { formOfItems, type FormTraits } from "./request-forms.js";

/** Names that the module of a resource imports from the runtime, or that readers expect there. */
export const runtimeNames: readonly string[] = [
  "Endpoint",
  "Keyed",
  "Kind",
  "Pair",
  "Reply",
  "SelectEndpoint",
  "endpoint",
  "selectEndpoint",
];

/** The interface with the types of an endpoint: `Update` for `update`, but `ReplyTypes` for `reply`. */
export function typesName(endpoint: string): string {
  const name = typeName(endpoint, "");
  const isFree = schemaName(name) === name && !runtimeNames.includes(name);
  return isFree ? name : schemaName(`${name}Types`);
}

/** The endpoints of each resource, in the order of the model. */
export function byResource({ endpoints }: BatchApi): ReadonlyMap<string, readonly Endpoint[]> {
  const found = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    const own = found.get(endpoint.resource);
    if (own) own.push(endpoint);
    else found.set(endpoint.resource, [endpoint]);
  }
  return found;
}

/** The type of one input: the item itself, `Keyed<Item>` or `Pair<Item, Item>`. */
export function inputForm({ operation: { items, match } }: Endpoint): FormTraits["input"] {
  // A run makes the keys of the map: the caller passes items alone.
  const generated = match?.some(({ by, generate }) => by === "mapKey" && generate);
  return items.as === "map" && generated ? "item" : formOfItems(items).input;
}

/** Whether an input may be `ok` without a result, because a success need not mention it. */
export const resultMayBeAbsent = ({ operation }: Endpoint): boolean =>
  operation.match?.some((rule) => rule.absent === "ok") === true ||
  (operation.mode === "atomic" && operation.match === undefined);

/** The parameter with the names of the fields to read, and the member of the result with these fields. */
export function selectOf({ operation, result }: Endpoint): readonly [string, string] | undefined {
  if (operation.select === undefined || result === undefined) return undefined;
  const last = (pointer: string): string => pointer.split("/").at(-1) ?? "";
  return [last(operation.select.request), last(operation.select.result)];
}

export const isSuccess = ({ status }: Reply): boolean => /^2(\d\d|XX)$/i.test(status);

/** The type of the body of a reply; `typed`: that of its schema. */
export function bodyForm({ form, schema }: Reply): "none" | "text" | "unknown" | "typed" {
  if (form === "none" || form === "text") return form;
  return schema === undefined ? "unknown" : "typed";
}

/** The type of the status of a reply: `200`, or `number` for a range. */
export const replyStatus = ({ status }: Reply): number | "number" =>
  /^\d+$/.test(status) ? Number(status) : "number";

/** A name that a module re-exports, `as` another name if it is taken. */
export interface Reexport {
  readonly from: string;
  readonly name: string;
  readonly as: string;
}

/** The schemas from other modules that the types of a module refer to: its users may want to name them. */
export const reexportsOf = ({ imports, others = [] }: SchemaModule): readonly Reexport[] =>
  [...imports, ...others].map(({ from, name, as }) => ({ from, name, as }));

/** The enums that the root of the package exports. */
export function sharedEnums(
  api: BatchApi,
): readonly { readonly path: string; readonly name: string }[] {
  return api.modules.flatMap(({ path, declarations }) =>
    declarations.filter(({ root }) => root).map(({ name }) => ({ path, name })),
  );
}

/** The names that an enum takes: the type, the tuple of its members, and the guard. */
export const enumNames = (name: string): readonly [string, string, string] => [
  name,
  valuesName(name),
  guardName(name),
];
