/** `createRouter`: method and path -> the operation of a request. */
import { match, type MatchFunction } from "path-to-regexp";

export interface Route<T> {
  readonly method: string;
  /** A path template of OpenAPI. */
  readonly path: string;
  readonly target: T;
}

export type Found<T> =
  | { readonly target: T; readonly params: Readonly<Record<string, string>> }
  /** Routes have this path, with other methods only. */
  | { readonly allow: readonly string[] }
  | undefined;

export interface Router<T> {
  /** @param fits whether a target accepts this request: operations of one path can require different parameters */
  find(method: string, path: string, fits?: (target: T) => boolean): Found<T>;
  /** Templates that cannot be served, such as two parameters without a character between them. */
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
}

/** Of several templates that fit, the one with more fixed text wins: OpenAPI prefers concrete paths. */
export function createRouter<T>(routes: readonly Route<T>[]): Router<T> {
  const refused: { path: string; reason: string }[] = [];
  const table = routes
    .flatMap((route) => {
      try {
        return [{ ...route, match: matcherOf(route.path), fixed: fixedLength(route.path) }];
      } catch (error) {
        refused.push({ path: route.path, reason: error instanceof Error ? error.message : "" });
        return [];
      }
    })
    .sort((a, b) => b.fixed - a.fixed);
  return {
    refused,
    find(method, path, fits = () => true) {
      const allow = new Set<string>();
      for (const route of table) {
        const found = paramsOf(route.match, path);
        if (!found) continue;
        if (route.method !== method) allow.add(route.method);
        else if (fits(route.target)) return { target: route.target, params: found };
      }
      return allow.size === 0 ? undefined : { allow: [...allow].sort() };
    },
  };
}

type Params = Readonly<Record<string, string>>;

function paramsOf(match: MatchFunction<Record<string, string>>, path: string): Params | undefined {
  try {
    const found = match(path);
    return found ? found.params : undefined;
  } catch {
    return undefined; // a stray % in the path
  }
}

function matcherOf(template: string): MatchFunction<Record<string, string>> {
  const pattern = template.replace(/\{([^{}]+)\}|./gsu, (text, name: string | undefined) =>
    name === undefined
      ? encoded(text).replace(/[\\:*(){}[\]?+!"]/, "\\$&")
      : `:"${name.replace(/["\\]/g, "\\$&")}"`,
  );
  // a template has no wildcards, so every parameter is one text
  return match<Record<string, string>>(pattern, { sensitive: true, trailing: false });
}

/** A character as a client encodes it in the path of a URL. */
const encoded = (character: string): string =>
  /[\w/.~%-]/.test(character) ? character : new URL(`http://h/${character}`).pathname.slice(1);

const fixedLength = (template: string): number => template.replace(/\{[^{}]+\}/g, "").length;
