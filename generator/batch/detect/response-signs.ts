/** What the replies of an operation say of single items: how a batch shows that does not call itself one. */
import { preferred, type Carrier } from "./items-locations.js";
import type { Spec } from "../../openapi/spec.js";
import { own, type Placed, type RawOperation } from "../../openapi/operations.js";
import { isText, successes } from "../replies.js";
import { elementOf, isArray, isMap, isStructured, shapeAt, type Shape } from "../../openapi/schema-view.js";
import { wordsOf } from "../../base/words.js";

export interface Evidence {
  /** What was seen, as part of a sentence. */
  readonly what: string;
  /** It says by itself that items fare one by one; the rest needs a request that is about a list. */
  readonly strong: boolean;
}

/** Members that tell how one item fared, and that a plain resource has not. */
const fate = new Set(["error", "errors", "index", "success", "errorcode", "statuscode"]);
/** A resource may have these of its own. */
const perhapsFate = new Set(["status", "code", "result"]);
/** What becomes of items. */
const fates =
  /^(succe|fail|invalid|unprocessed|reject|skipped|duplicate|(not|un)_?found|created|updated|upserted|inserted|deleted|removed|processed|accepted)/i;
const counted = /(count|total|num)/i;
const job = /^(job|task|batch|bulk|import|operation)s?_?(id|sid|key|url)s?$/i;

interface ReplyList {
  readonly name: string;
  readonly element: Placed;
}

/** Everything below looks through one choice and one wrapper, such as `{data: {results: […]}}`. */
const deepest = 2;

/** @returns undefined where no reply tells of single items */
export function evidenceOf(operation: RawOperation, carrier: Carrier): Evidence | undefined {
  if (operation.replies.some(({ status }) => status === "207"))
    return { what: "its replies have status 207", strong: true };
  const name = carrier.items.at.split("/").at(-1) ?? "";
  if (
    carrier.main &&
    carrier.structured &&
    /^(actions|operations|requests)$/i.test(wordsOf(name).at(-1) ?? "")
  )
    return { what: `\`${name}\` is a list of things to do`, strong: false };
  if (
    carrier.main &&
    carrier.structured &&
    operation.replies.some(({ status }) => status === "202")
  )
    return { what: "it is taken, to be worked on later (202)", strong: false };
  if (
    operation.method === "delete" &&
    carrier.items.in === "query" &&
    carrier.main &&
    !operation.path.includes("{")
  )
    return { what: "the ids are all that says what is deleted", strong: false };
  for (const reply of successes(operation)) {
    const media = preferred(reply.content);
    if (!media?.schema || typeof media.schema.value === "boolean" || !isText(media)) continue;
    const root = { value: media.schema.value, pointer: media.schema.pointer };
    const found = evidenceIn(operation, root, carrier, 0);
    if (found) return found;
  }
  return undefined;
}

function evidenceIn(
  operation: RawOperation,
  schema: Placed,
  carrier: Carrier,
  depth: number,
): Evidence | undefined {
  const { spec } = operation;
  const shape = shapeAt(spec, schema);
  const properties = [...shape.properties];
  const names = properties.map(([name]) => name);
  const asyncId = names.find((name) => job.test(name));
  if (asyncId !== undefined) return { what: `its reply has \`${asyncId}\``, strong: true };
  // One thing is answered: its lists are parts of it.
  if (shape.properties.has("id")) return undefined;
  const lists: readonly ReplyList[] = isArray(shape)
    ? listOf(operation, "", schema)
    : properties.flatMap(([name, property]) => listOf(operation, name, property));
  for (const { name, element } of lists) {
    const inner = shapeAt(spec, element);
    const told = memberOf(inner, fate);
    const where = name === "" ? "its reply" : `\`${name}\` in its reply`;
    if (told !== undefined && (told === "index" || !/err|warn/i.test(name)))
      return { what: `the elements of ${where} have \`${told}\``, strong: true };
  }
  const results = properties.find(
    ([name, property]) =>
      /^(results?|responses?)$/i.test(wordsOf(name).at(-1) ?? "") &&
      isArray(shapeAt(spec, property)),
  )?.[0];
  const tellsFate = names.find((name) => fates.test(name) && isListOrCount(operation, name, shape));
  if (tellsFate !== undefined) return { what: `its reply has \`${tellsFate}\``, strong: true };
  if (results !== undefined) return { what: `its reply has \`${results}\``, strong: false };
  const errors = names.find(
    (name) => wordsOf(name).at(-1) === "errors" && wordsOf(name).length > 1,
  );
  if (errors !== undefined) return { what: `its reply has \`${errors}\``, strong: true };
  for (const { name, element } of lists) {
    const where = name === "" ? "its reply" : `\`${name}\` in its reply`;
    if (/^(errors?|warnings?)$/i.test(name)) continue;
    if (echoes(spec, carrier, element, name))
      return { what: `${where} has what was sent`, strong: false };
    const told = memberOf(shapeAt(spec, element), perhapsFate);
    if (told !== undefined)
      return { what: `the elements of ${where} have \`${told}\``, strong: false };
    if (!carrier.structured && isStructured(spec, element))
      return { what: `${where} has one thing for each id`, strong: false };
  }
  if (depth >= deepest) return undefined;
  const wrapped = properties.flatMap(([name, property]) =>
    names.length === 1 || name === "data" || name === "result" ? [property] : [],
  );
  const inside = [
    ...shape.branches,
    ...wrapped.filter((property) => !isArray(shapeAt(spec, property))),
  ];
  for (const one of inside) {
    const found = evidenceIn(operation, one, carrier, depth + 1);
    if (found) return found;
  }
  return undefined;
}

const memberOf = (shape: Shape, wanted: ReadonlySet<string>): string | undefined =>
  [...shape.properties.keys()].find((name) => wanted.has(wordsOf(name).join("")));

function listOf({ spec }: RawOperation, name: string, schema: Placed): readonly ReplyList[] {
  const shape = shapeAt(spec, schema);
  const element = elementOf(spec, schema);
  if (!element || !(isArray(shape) || isMap(shape)) || !isStructured(spec, element)) return [];
  return [{ name, element }];
}

function isListOrCount({ spec }: RawOperation, name: string, shape: Shape): boolean {
  const property = shape.properties.get(name);
  const inner = property && shapeAt(spec, property);
  if (!inner) return false;
  const number = inner.types.has("integer") || inner.types.has("number");
  return isArray(inner) || (number && (counted.test(name) || wordsOf(name).length === 1));
}

/** What comes back is what was sent: the same schema, most of its members, or a list of the same name. */
export function echoes(
  spec: Spec,
  { item, items }: Carrier,
  element: Placed,
  name: string,
): boolean {
  if (name !== "" && items.at.endsWith(`/${name}`)) return true;
  if (!item) return false;
  if (
    own(item.value, "$ref") !== undefined &&
    own(item.value, "$ref") === own(element.value, "$ref")
  )
    return true;
  const sent = membersOf(spec, item);
  const back = new Set(membersOf(spec, element));
  const shared = sent.filter((key) => back.has(key)).length;
  return shared >= 2 && shared * 2 >= sent.length;
}

/** The members of an object, and of the branches of a choice. */
const membersOf = (spec: Spec, schema: Placed): readonly string[] => {
  const shape = shapeAt(spec, schema);
  const branches = shape.branches.flatMap((branch) => [...shapeAt(spec, branch).properties.keys()]);
  return [...new Set([...shape.properties.keys(), ...branches])];
};
