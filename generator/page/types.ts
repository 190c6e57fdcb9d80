/** `typesOf` and `eachAlone`: the declarations of each endpoint, as the page shows them. */
import type { BatchApi, SchemaId } from "../batch/model.js";
import { refsOf } from "../schemas/combine.js";
import { visible } from "./escape.js";
import type { PageInput, PageType, PageTypes } from "./data.js";
import { tokensOf, type Token } from "./highlight.js";

/** Every declaration once; for each endpoint, the declarations that its requests and replies use. */
export function typesOf(api: BatchApi, declarations: PageInput["declarations"]): PageTypes {
  const names = new Map<SchemaId, readonly (readonly [string, SchemaId])[]>();
  const own = new Map<SchemaId, string>();
  for (const module of api.modules) {
    const known = new Map<SchemaId, string>();
    for (const { id, name } of module.declarations) known.set(id, name);
    for (const { id, as } of module.imports) known.set(id, as);
    for (const { id, name, schema } of module.declarations) {
      const refs = [...new Set(refsOf(schema).map(Number))];
      own.set(id, name);
      names.set(
        id,
        refs.map((ref) => [known.get(ref) ?? "", ref]),
      );
    }
  }
  const places = new Map([...own.keys()].map((id, index) => [id, index]));
  const placeOf = (id: SchemaId): number => places.get(id) ?? -1;

  /** Breadth first: the types that an endpoint names come before the types that those use. */
  const closure = (roots: readonly (SchemaId | undefined)[]): readonly number[] => {
    const seen = new Set<SchemaId>();
    let level = roots.filter((id) => id !== undefined);
    while (level.length > 0) {
      for (const id of level) seen.add(id);
      const next = level.flatMap((id) => (names.get(id) ?? []).map(([, ref]) => ref));
      level = [...new Set(next)].filter((id) => !seen.has(id));
    }
    return [...seen].map(placeOf);
  };

  return {
    types: [...own].map(([id, name]) => ({
      name,
      parts: withLinks(
        tokensOf(visible(declarations.get(id) ?? "").trim()),
        new Map((names.get(id) ?? []).map(([local, ref]) => [local, placeOf(ref)])),
      ),
    })),
    endpoints: api.endpoints.map(({ input, params, result, replies }) => ({
      request: closure([input, params]),
      response: closure([result, ...replies.map(({ schema }) => schema)]),
    })),
  };
}

/** The names of types, apart from the code around them. Strings and comments stay as they are. */
const withLinks = (
  tokens: readonly Token[],
  places: ReadonlyMap<string, number>,
): PageType["parts"] =>
  tokens.flatMap((token): PageType["parts"] => {
    if (typeof token !== "string") return [token];
    const parts: PageType["parts"][number][] = [];
    let plain = "";
    for (const text of token.split(/([\p{ID_Start}$_][\p{ID_Continue}$]*)/u)) {
      const place = places.get(text);
      if (place === undefined) plain += text;
      else {
        parts.push(plain, [place, text]);
        plain = "";
      }
    }
    return [...parts, plain].filter((part) => part !== "");
  });

/** One module per declaration, so that each has its own text. The path of a module is the number of its schema. */
export const eachAlone = (modules: BatchApi["modules"]): BatchApi["modules"] =>
  modules.flatMap((module) => {
    const known = new Map(module.imports.map((one) => [one.id, one]));
    for (const { id, name } of module.declarations)
      known.set(id, { id, from: module.path, name, as: name });
    return module.declarations.map((declaration) => ({
      path: String(declaration.id),
      declarations: [declaration],
      imports: [...new Set(refsOf(declaration.schema).map(Number))]
        .filter((id) => id !== declaration.id)
        .flatMap((id) => known.get(id) ?? []),
    }));
  });
