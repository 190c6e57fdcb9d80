/** What the service remembers: resources in collections, kept in memory. */
import type { JsonObject } from "../../base/json.js";
import { getAt } from "../../base/pointer.js";
import { asText } from "../values.js";

export interface Resource {
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
  readonly resources: ReadonlyMap<string, Resource>;
  /** @param id One is made up where it is undefined. */
  add(id: string | undefined, fields: JsonObject, now: number): Resource;
  change(resource: Resource, fields: JsonObject, now: number): void;
  /** The resource whose fields hold this text at a pointer, whatever the case of letters. */
  findBy(pointer: string, text: string): Resource | undefined;
  /** What a request with this idempotency key has made before. */
  readonly idempotent: Map<string, Resource>;
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
  const resources = new Map<string, Resource>();
  /** For each pointer that was looked for, the resources by what they hold there. */
  const indexes = new Map<string, Map<string, Resource>>();
  let nextId = firstId;

  const index = (resource: Resource): void => {
    for (const [pointer, byText] of indexes) {
      const text = asText(getAt(resource.fields, pointer));
      if (text !== undefined) byText.set(text.toLowerCase(), resource);
    }
  };
  return {
    name,
    resources,
    idempotent: new Map(),
    add(id, fields, now) {
      while (id === undefined && resources.has(String(nextId))) nextId++;
      const resource: Resource = {
        id: id ?? String(nextId++),
        fields,
        createdAt: now,
        updatedAt: now,
        archived: false,
        version: 1,
      };
      resources.set(resource.id, resource);
      index(resource);
      return resource;
    },
    change(resource, fields, now) {
      resource.fields = fields;
      resource.updatedAt = now;
      resource.version += 1;
      index(resource);
    },
    findBy(pointer, text) {
      let byText = indexes.get(pointer);
      if (!byText) {
        byText = new Map();
        indexes.set(pointer, byText);
        for (const resource of resources.values()) index(resource);
      }
      const wanted = text.toLowerCase();
      const found = byText.get(wanted);
      // the field may have been changed since
      const holds = found && asText(getAt(found.fields, pointer))?.toLowerCase() === wanted;
      return holds ? found : undefined;
    },
  };
}
