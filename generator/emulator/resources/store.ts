/** `createStore`: the resources of the service, in collections, in memory. */
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
  /** @param id undefined: the collection makes one */
  add(id: string | undefined, fields: JsonObject, now: number): Resource;
  change(resource: Resource, fields: JsonObject, now: number): void;
  /** The resource whose fields have this text at a pointer, without regard to case. */
  findBy(pointer: string, text: string): Resource | undefined;
  /** Resources by the idempotency key of their create. */
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
  /** By pointer, for those that `findBy` was called with: the resources by their value there. */
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
      // the index keeps old values: the field may have another one now
      const holds = found && asText(getAt(found.fields, pointer))?.toLowerCase() === wanted;
      return holds ? found : undefined;
    },
  };
}
