/**
 * What a schema can only say once all others are known: requirements of properties that a neighbour declares,
 * schemas told apart by a discriminator, typed additional properties beside properties.
 */
import type { Spec } from "../openapi/spec.js";
import {
  all,
  any,
  anything,
  docsOf,
  emptyRecord,
  isAnything,
  mapParts,
  mapValues,
  mergeTwo,
  withoutDocs,
} from "./combine.js";
import type { Discriminator, Draft, Schema, Tag } from "./schema.js";

type Literal = string | number | boolean;

interface Property {
  readonly schema: Schema;
  readonly required: boolean;
  /** Declared, and not part of this position. */
  readonly dropped?: boolean;
}

/** How many schemas are looked at for one question: compositions may go round, or branch without end. */
const mostSteps = 500;

/** How often a property's schema is copied into a copy of itself. */
const mostCopies = 3;

/** Settles every draft in place. `undeclared` hears of required properties of which nothing is known. */
export function settle(
  drafts: ReadonlyMap<string, Draft>,
  undeclared: (spec: Spec, pointer: string) => void,
): void {
  const original = new Map<string, Schema>([...drafts].map(([key, draft]) => [key, draft.schema]));

  /** What a schema says of a property, through references and compositions, as far as `steps` go. */
  function find(schema: Schema, name: string, steps = { left: mostSteps }): Property | undefined {
    steps.left -= 1;
    if (steps.left < 0) return undefined;
    if (schema.$ref !== undefined) {
      const target = original.get(schema.$ref);
      return target && find(target, name, steps);
    }
    if (schema.dropped?.includes(name)) return { schema: anything, required: false, dropped: true };
    const own =
      schema.properties && Object.hasOwn(schema.properties, name)
        ? schema.properties[name]
        : undefined;
    if (own) return { schema: own, required: schema.required?.includes(name) ?? false };
    const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? [])];
    const found = parts.map((part) => find(part, name, steps)).filter((one) => one !== undefined);
    const kept = found.filter((one) => !one.dropped);
    if (kept.length === 0) return found[0];
    const schemas = kept.map((one) => one.schema);
    if (schema.allOf) return { schema: all(schemas), required: kept.some((one) => one.required) };
    // A branch that says nothing of it has it as it comes.
    const every = found.length === schema.anyOf?.length;
    const required = every && kept.length === found.length && kept.every((one) => one.required);
    return { schema: every ? any(schemas) : anything, required };
  }

  function settled(schema: Schema, beside: readonly Schema[], draft: Draft, copies = 0): Schema {
    const inner = (part: Schema): Schema => settled(part, [], draft, copies);
    if (schema.allOf) {
      const { allOf } = schema;
      const parts = allOf.map((part, index) =>
        settled(part, [...beside, ...allOf.filter((_, at) => at !== index)], draft, copies),
      );
      return { ...withIndex(withoutWider(parts)), ...docsOf(schema) };
    }
    if (schema.anyOf) {
      const branches = schema.anyOf.map((branch) => {
        const plain = settled(branch, beside, draft, copies);
        return schema.discriminator ? told(plain, schema.discriminator) : plain;
      });
      return { ...any(branches), ...docsOf(schema) };
    }
    if (schema.type !== "object") return mapParts(schema, inner);
    return requirements(mapParts(schema, inner), schema, beside, draft, copies);
  }

  function requirements(
    schema: Schema,
    raw: Schema,
    beside: readonly Schema[],
    draft: Draft,
    copies: number,
  ): Schema {
    const properties = emptyRecord<Schema>();
    const required: string[] = [];
    for (const name of schema.required ?? []) {
      if (schema.properties && Object.hasOwn(schema.properties, name)) {
        required.push(name);
        continue;
      }
      const found = beside.map((other) => find(other, name)).filter((one) => one !== undefined);
      const kept = found.filter((one) => !one.dropped);
      if (found.length > 0 && kept.length === 0) continue;
      if (kept.some((one) => one.required)) continue;
      if (kept.length === 0 && schema.additionalProperties === undefined)
        undeclared(draft.spec, draft.pointer);
      const copied = all(kept.map((one) => one.schema));
      // A property may hold, written out, the very composition that requires it.
      const settle = copies < mostCopies ? settled(copied, [], draft, copies + 1) : copied;
      properties[name] = kept.length ? settle : schema.additionalProperties || anything;
      required.push(name);
    }
    const { dropped: _, required: __, ...rest } = schema;
    const declared = { ...schema.properties, ...properties };
    const some = Object.keys(declared).length > 0;
    // Nothing is left to say where a neighbour says it already.
    if (
      !some &&
      raw.required?.length &&
      schema.additionalProperties === undefined &&
      !schema.patternProperties
    )
      return beside.length ? anything : rest;
    return {
      ...rest,
      ...(some ? { properties: mapValues(declared, (value) => value) } : {}),
      ...(required.length ? { required } : {}),
    };
  }

  /** A branch of a discriminated union, with the value of its discriminator written out where that narrows it. */
  function told(branch: Schema, { property, values }: Discriminator): Schema {
    const { $ref } = branch;
    const wanted = $ref === undefined ? undefined : values.get($ref);
    if ($ref === undefined || !wanted?.length) return branch;
    const said = drafts.get($ref)?.tags?.some((tag) => tag.property === property);
    return said ? branch : tagged(branch, $ref, property, wanted);
  }

  /**
   * A schema with those of the values that its property allows, going by the draft `key`; as it is, where its own type
   * says as much.
   */
  function tagged(
    schema: Schema,
    key: string,
    property: string,
    wanted: readonly Literal[],
  ): Schema {
    const found = find({ $ref: key }, property);
    if (found?.dropped) return schema;
    // What is no object has no discriminator.
    const shape = target({ $ref: key });
    if (shape.enum || (shape.type && shape.type !== "object")) return schema;
    const listed = found && literals(found.schema);
    const known = listed ? wanted.filter((value) => listed.includes(value)) : wanted;
    if (known.length === 0 || (listed && known.length === listed.length && found.required))
      return schema;
    if (found && !listed && !isText(found.schema)) return schema;
    return withProperty(schema, property, { enum: [...known].sort() });
  }

  /** A schema that a discriminator of its parents, or its own, is about: with its values, and its children beside it. */
  function related(draft: Draft, tags: readonly Tag[]): Schema {
    const schema = settled(draft.schema, [], draft);
    const own = draft.shape ?? draft.key;
    const children = (draft.schema.anyOf ?? []).flatMap(({ $ref }) =>
      $ref === undefined || $ref === draft.shape ? [] : [$ref],
    );
    let itself: Schema | undefined = draft.shape === undefined ? schema : { $ref: own };
    for (const { property, values, root } of tags) {
      const listed = literals(find({ $ref: own }, property)?.schema ?? anything);
      const claimed = root && listed ? children.flatMap((child) => claims(child, property)) : [];
      // What the parent lists and no child is told by, is the parent itself.
      const left = root ? (listed ?? []).filter((value) => !claimed.includes(value)) : [];
      const all = [...new Set<Literal>([...values, ...left])];
      const none = root && listed ? !all.some((value) => listed.includes(value)) : !all.length;
      if (children.length > 0 && none) itself = undefined;
      if (itself) itself = tagged(itself, own, property, all);
    }
    if (draft.shape === undefined) return itself ?? schema;
    const branches = children.map(($ref): Schema => ({ $ref }));
    return { ...any([...(itself ? [itself] : []), ...branches]), ...docsOf(schema) };
  }

  /** The values that a child, or what is below it, is told by. */
  function claims(key: string, property: string, seen = new Set<string>()): readonly Literal[] {
    const { tags = [], shape } = drafts.get(key) ?? {};
    if (seen.has(key)) return [];
    seen.add(key);
    const values = tags.find((tag) => tag.property === property)?.values ?? [];
    const listed = literals(find({ $ref: shape ?? key }, property)?.schema ?? anything);
    const own = listed ? values.filter((value) => listed.includes(value)) : values;
    const below = shape === undefined ? [] : (original.get(key)?.anyOf ?? []);
    return [
      ...(own.length > 0 || values.length === 0 ? own : (listed ?? [])),
      ...below.flatMap(({ $ref = "" }) => ($ref === shape ? [] : claims($ref, property, seen))),
    ];
  }

  function target(schema: Schema): Schema {
    const next = schema.$ref === undefined ? undefined : original.get(schema.$ref);
    return next ?? schema;
  }

  /** The values that a schema allows, if it lists them. */
  function literals(schema: Schema, steps = { left: mostSteps }): readonly Literal[] | undefined {
    steps.left -= 1;
    if (steps.left < 0) return undefined;
    const { enum: listed, allOf = [] } = target(schema);
    if (listed) return listed;
    const lists = allOf.map((part) => literals(part, steps)).filter((list) => list !== undefined);
    return lists[0]?.filter((value) => lists.every((list) => list.includes(value)));
  }

  const isText = (schema: Schema): boolean => {
    const { type } = target(schema);
    return type === "string" || isAnything(target(schema));
  };

  /** `"a" & Letters` is `"a"`, where `Letters` lists it. */
  function withoutWider(parts: readonly Schema[]): readonly Schema[] {
    const narrow = parts.filter((part) => part.enum).flatMap((part) => part.enum ?? []);
    if (narrow.length === 0) return parts;
    return parts.filter((part) => {
      const listed = part.$ref === undefined ? undefined : literals(part);
      return !listed || !narrow.every((member) => listed.includes(member));
    });
  }

  /**
   * A typed index signature holds for every property of an intersection, so that no value fits
   * `{a: string} & {[key: string]: number}`. Written as one object, it can be widened by the properties' types.
   */
  function withIndex(parts: readonly Schema[]): Schema {
    const objects = parts.map((part) => asObject(part));
    const indexed = objects.filter(
      (object) => object?.additionalProperties && !isAnything(object.additionalProperties),
    );
    if (indexed.length === 0 || parts.length < 2) return all(parts);
    const whole = objects.filter((object) => object !== undefined);
    const rest = parts.filter((_, index) => objects[index] === undefined);
    const index = whole.flatMap((object) =>
      object.additionalProperties ? [object.additionalProperties] : [],
    );
    // Beside a union, whose properties are not known here, nothing can be promised of the others.
    const others = rest.some((part) => part.anyOf ?? part.$ref) ? anything : any(index);
    const merged = whole.reduce((a, b) => mergeTwo(a, b));
    const properties = emptyRecord<Schema>();
    for (const name of merged.required ?? []) properties[name] = others;
    return all([
      {
        ...merged,
        // What is required and not declared is one of the others.
        properties: Object.assign(properties, merged.properties),
        additionalProperties: others,
      },
      ...rest,
    ]);
  }

  /** A schema as one object with properties, if it is no more than that. */
  function asObject(schema: Schema, steps = { left: mostSteps }): Schema | undefined {
    steps.left -= 1;
    if (steps.left < 0) return undefined;
    if (schema.$ref !== undefined) {
      const target = original.get(schema.$ref);
      return target && asObject(target, steps);
    }
    if (schema.type === "object") return schema;
    if (!schema.allOf) return undefined;
    const parts = schema.allOf.map((part) => asObject(part, steps));
    const whole = parts.filter((part) => part !== undefined);
    if (whole.length < parts.length) return undefined;
    const index = whole.flatMap((part) =>
      part.additionalProperties ? [part.additionalProperties] : [],
    );
    const merged = whole.reduce((a, b) => mergeTwo(a, b));
    return index.length ? { ...merged, additionalProperties: any(index) } : merged;
  }

  for (const draft of drafts.values())
    draft.schema = draft.tags ? related(draft, draft.tags) : settled(draft.schema, [], draft);
}

/** A schema of objects whose property is narrowed: where it is written out, there; or else beside the rest. */
function withProperty(schema: Schema, name: string, value: Schema): Schema {
  const has = ({ type, properties }: Schema): boolean =>
    type === "object" && properties !== undefined && Object.hasOwn(properties, name);
  const narrowed = (part: Schema): Schema => ({
    ...part,
    properties: mapValues(part.properties ?? {}, (before, key) =>
      key === name ? { ...value, ...docsOf(before) } : before,
    ),
    required: [...new Set([...(part.required ?? []), name])].sort(),
  });
  if (has(schema)) return narrowed(schema);
  const at = schema.allOf?.findIndex(has) ?? -1;
  if (schema.allOf && at >= 0)
    return {
      ...schema,
      allOf: schema.allOf.map((part, index) => (index === at ? narrowed(part) : part)),
    };
  const properties = mapValues({ [name]: value }, (own) => own);
  const tag: Schema = { type: "object", properties, required: [name] };
  return { ...all([withoutDocs(schema), tag]), ...docsOf(schema) };
}
