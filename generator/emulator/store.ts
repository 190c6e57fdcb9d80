/** What the service remembers: things in collections, kept in memory. */
import { getAt } from "../base/pointer.js";
import type { JsonObject } from "../openapi/spec.js";
import { asText } from "./values.js";

export interface Stored {
  readonly id: string;
  fields: JsonObject;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  updatedAt: number;
  archived: boolean;
  version: number;
}

export interface Collection {
  readonly name: string;
  readonly things: ReadonlyMap<string, Stored>;
  /** @param id One is made up where it is undefined. */
  add(id: string | undefined, fields: JsonObject, now: number): Stored;
  change(thing: Stored, fields: JsonObject, now: number): void;
  /** The thing whose fields hold this text at a pointer, whatever the case of letters. */
  findBy(pointer: string, text: string): Stored | undefined;
  /** What a request with this idempotency key has made before. */
  readonly idempotent: Map<string, Stored>;
}

export interface Store {
  collection(name: string): Collection;
  readonly collections: ReadonlyMap<string, Collection>;
  clear(): void;
}

export function createStore(): Store {
  const collections = new Map<string, Collection>();
  return {
    collections,
    collection(name) {
      const known = collections.get(name);
      if (known) return known;
      const made = createCollection(name);
      collections.set(name, made);
      return made;
    },
    clear: () => collections.clear(),
  };
}

const firstId = 1001;

function createCollection(name: string): Collection {
  const things = new Map<string, Stored>();
  /** For each pointer that was looked for, the things by what they hold there. */
  const indexes = new Map<string, Map<string, Stored>>();
  let nextId = firstId;

  const index = (thing: Stored): void => {
    for (const [pointer, byText] of indexes) {
      const text = asText(getAt(thing.fields, pointer));
      if (text !== undefined) byText.set(text.toLowerCase(), thing);
    }
  };
  return {
    name,
    things,
    idempotent: new Map(),
    add(id, fields, now) {
      while (id === undefined && things.has(String(nextId))) nextId++;
      const thing: Stored = {
        id: id ?? String(nextId++),
        fields,
        createdAt: now,
        updatedAt: now,
        archived: false,
        version: 1,
      };
      things.set(thing.id, thing);
      index(thing);
      return thing;
    },
    change(thing, fields, now) {
      thing.fields = fields;
      thing.updatedAt = now;
      thing.version += 1;
      index(thing);
    },
    findBy(pointer, text) {
      let byText = indexes.get(pointer);
      if (!byText) {
        byText = new Map();
        indexes.set(pointer, byText);
        for (const thing of things.values()) index(thing);
      }
      const wanted = text.toLowerCase();
      const found = byText.get(wanted);
      // the field may have been changed since
      const holds = found && asText(getAt(found.fields, pointer))?.toLowerCase() === wanted;
      return holds ? found : undefined;
    },
  };
}
