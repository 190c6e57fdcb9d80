/**
 * `properties`: types and codec of records whose properties are all texts, from a plain description. What a program
 * imports only if it describes properties.
 */
import { withCodec, type CodedTypes } from "./endpoint/codec.js";
import type { Endpoint, EndpointTypes } from "./endpoint/endpoint.js";
import type { Unlisted } from "./endpoint/unlisted.js";
import { isObject } from "./pointer.js";

export type { Unlisted };

/** One property: how its values are written as texts, and read. */
export interface Property<V> {
  /** @throws TypeError for a value that the property cannot have */
  write(value: V): string;
  /** The value that a text means; `undefined` if it means none. */
  read(text: string): V | undefined;
}
/** A property of any type. */
interface AnyProperty {
  write(value: never): string;
  read(text: string): unknown;
}

/** Properties by their names. */
export type Description = Readonly<Record<string, AnyProperty>>;
type ValueOf<P extends AnyProperty> = Exclude<ReturnType<P["read"]>, undefined>;

/** What a program writes: `undefined` leaves a property as it is, and `null` clears it. */
type Values<D extends Description> = {
  readonly [N in keyof D]?: ValueOf<D[N]> | null | undefined;
};
/** What a text that does not fit is: it stays a text, so it is in the type. */
type Unfit<V> = string extends V ? never : [V] extends [string] ? Unlisted : string;
type Texts = Readonly<Record<string, string | null>>;
/** What a program reads. An endpoint after `select` gives each property; another one gives some of them. */
type FoundValues<S, D extends Description> = string extends keyof S
  ? {
      readonly [N in keyof D]?: ValueOf<D[N]> | Unfit<ValueOf<D[N]>> | Extract<S[keyof S], null>;
    }
  : {
      readonly [N in keyof S]: N extends keyof D
        ? ValueOf<D[N]> | Unfit<ValueOf<D[N]>> | Extract<S[N], null>
        : S[N];
    };

export interface Properties<D extends Description> {
  /** The names, for `select` of an endpoint that reads. */
  readonly names: readonly (keyof D & string)[];
  /**
   * The texts to send; `null` becomes the empty text.
   * @throws TypeError for a value that its property cannot have, and for a name that is not described
   */
  write(values: Values<D>): Record<string, string>;
  /** The values that texts mean. A text that does not fit stays as it is, and so does what is not described. */
  read<S extends Texts>(stored: S): FoundValues<S, D>;
}

/** What a program writes to described properties: `InputValues<typeof contact>`. */
export type InputValues<P> = P extends Properties<infer D> ? Values<D> : never;
/** What a program reads of described properties: `ResultValues<typeof contact>`. */
export type ResultValues<P> = P extends Properties<infer D> ? FoundValues<Texts, D> : never;

/** Describes the properties of a record: `properties({ score: number, stage: oneOf("lead", "customer") })`. */
export function properties<const D extends Description>(description: D): Properties<D> {
  return {
    names: Object.keys(description),
    write: (values) => {
      const entries = Object.entries<unknown>(values).filter(([, value]) => value !== undefined);
      return Object.fromEntries(
        entries.map(([name, value]) => [name, written(description, name, value)]),
      );
    },
    // What is read has the type that the description says, as far as it fits; else it is as it came.
    read: (stored) => readAll(description, stored) as never,
  };
}

const propertyOf = (description: Description, name: string): AnyProperty | undefined =>
  Object.hasOwn(description, name) ? description[name] : undefined;

function written(description: Description, name: string, value: unknown): string {
  const property = propertyOf(description, name);
  if (!property) throw new TypeError(`/properties/${name} is not described`);
  if (value === null) return "";
  try {
    return property.write(value as never); // it throws if this is no value of the property
  } catch (error) {
    const { message } = error instanceof Error ? error : { message: String(error) };
    throw new TypeError(`/properties/${name} is ${message}`);
  }
}

/** Never throws: what cannot be read must not cost an outcome. */
function readAll(description: Description, stored: unknown): unknown {
  if (!isObject(stored) || Array.isArray(stored)) return stored;
  const found = Object.entries(stored).map(([name, value]): [string, unknown] => {
    if (typeof value !== "string") return [name, value];
    try {
      return [name, propertyOf(description, name)?.read(value) ?? value];
    } catch {
      return [name, value];
    }
  });
  return Object.fromEntries(found);
}

type InputRecord<I, D extends Description> = {
  [K in keyof I]: K extends "properties"
    ? NonNullable<I[K]> extends Texts
      ? Values<D>
      : never
    : I[K];
};
type ResultRecord<R, D extends Description> = {
  [K in keyof R]: K extends "properties" ? FoundValues<NonNullable<R[K]>, D> : R[K];
};

/**
 * The same endpoint, whose inputs and results have typed values in their member `properties`. In a run, an input with a
 * value that its property cannot have fails alone, and is not sent. Reading a result never fails.
 */
export function withProperties<T extends EndpointTypes, D extends Description>(
  target: Endpoint<T>,
  { write, read }: Properties<D>,
): Endpoint<CodedTypes<T, InputRecord<T["input"], D>, ResultRecord<T["result"], D>>> {
  const converted = (record: unknown, convert: (values: never) => unknown): unknown =>
    isObject(record) && isObject(record["properties"])
      ? { ...record, properties: convert(record["properties"] as never) } // as the types say
      : record;
  return withCodec<T, InputRecord<T["input"], D>, ResultRecord<T["result"], D>>(target, {
    input: (record) => converted(record, write),
    result: (record) => converted(record, read) as ResultRecord<T["result"], D>,
  });
}

/** Any text. */
export const string: Property<string> = {
  write: (value) => (typeof value === "string" ? value : refuse("not a string")),
  read: (found) => found,
};

/** `true` and `false`. */
export const boolean: Property<boolean> = {
  write: (value) => (typeof value === "boolean" ? String(value) : refuse("not a boolean")),
  read: (found) => (found === "true" ? true : found === "false" ? false : undefined),
};

/** A number in decimal digits. A number that a double cannot hold, such as a long id, stays a text. */
export const number: Property<number> = {
  write(value) {
    const digits = String(value);
    return typeof value === "number" && /^-?\d+(\.\d+)?$/.test(digits)
      ? digits
      : refuse("not a number of decimal digits");
  },
  read(found) {
    const value = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(found) ? Number(found) : NaN;
    return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : undefined;
  },
};

const DAY_MS = 86_400_000;
const isDay = (value: Date): boolean => value.getTime() % DAY_MS === 0;

/** A day, as a `Date` of its midnight in UTC. Written as `2026-01-31`. */
export const date: Property<Date> = {
  write: (value) =>
    value instanceof Date && isDay(value)
      ? isoOf(value).slice(0, 10)
      : refuse("not a Date at midnight UTC"),
  read(found) {
    const value = instantOf(found);
    return value && isDay(value) ? value : undefined;
  },
};

/** A moment. Written as `2026-01-31T09:30:00.000Z`. */
export const dateTime: Property<Date> = {
  write: (value) => (value instanceof Date ? isoOf(value) : refuse("not a Date")),
  read: (found) => instantOf(found),
};

function isoOf(value: Date): string {
  const iso = Number.isNaN(value.getTime()) ? "" : value.toISOString();
  return /^\d/.test(iso) ? iso : refuse("not a Date of the years 0 to 9999");
}

/** Of ISO 8601, or of milliseconds since 1970. */
function instantOf(found: string): Date | undefined {
  if (/^-?\d{1,15}$/.test(found)) return new Date(Number(found));
  const [, day = ""] =
    /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))?$/.exec(found) ?? [];
  // Engines take the 31st of February for a day in March.
  const midnight = Date.parse(day);
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day)) return undefined;
  const value = new Date(found);
  return Number.isNaN(value.getTime()) ? undefined : value;
}

/** One of these texts. Another text of the service is {@link Unlisted}. */
export function oneOf<const V extends string>(...values: readonly V[]): Property<V> {
  const isListed = listed(values);
  return {
    write: (value) => (isListed(value) ? value : refuse("not one of its values")),
    read: (found) => (isListed(found) ? found : undefined),
  };
}

/** Any number of these texts, joined by `;`. */
export function manyOf<const V extends string>(...values: readonly V[]): Property<readonly V[]> {
  const isListed = listed(values);
  if (values.some((value) => value.includes(";")))
    throw new TypeError("A value of manyOf must not have a semicolon.");
  return {
    write: (chosen) =>
      Array.isArray(chosen) && chosen.every(isListed)
        ? chosen.join(";")
        : refuse("not a list of its values"),
    read(found) {
      const chosen = found.split(";");
      return chosen.every(isListed) ? chosen : undefined;
    },
  };
}

function listed<V extends string>(values: readonly V[]): (value: string) => value is V {
  const all: ReadonlySet<string> = new Set(values);
  return (value): value is V => all.has(value);
}

function refuse(reason: string): never {
  throw new TypeError(reason);
}
