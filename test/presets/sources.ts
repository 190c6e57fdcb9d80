/** `withoutSource`: the values of an action that say where they are from too little. */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
interface Action {
  readonly update?: { readonly "x-batch"?: unknown; readonly "x-sources"?: unknown };
}

/**
 * What a schema shows, so that it needs no source: where things are, and what the verb of an operation says. An order
 * that is promised, a status that means success, a fold and a meaning of silence are shown by nothing.
 */
const shown =
  /^\/(items|results\/(at|as|first|value|status|error)|errors\/(at|as)|remainder|select|match\/\d+\/(by|request|result|error|generate|base|unless)|kind|job\/(id|poll|results)|job\/state\/at|state\/at|envelope|variants\/tag|mode\/switch\/(in|name))(\/|$)/;

/** A wrong value there sends something twice, or sends what was applied again. */
const grave = /^\/(retry\/safe|retry\/key|statuses\/(rejected|wholeBatch))/;

export function withoutSource(action: Action): readonly string[] {
  const value = action.update?.["x-batch"];
  if (value === undefined || value === false) return [];
  const sources = Object.entries((action.update?.["x-sources"] ?? {}) as Record<string, Json>);
  const problems = sources.flatMap(([pointer, source]) =>
    wrongSource(source).map((words) => `${pointer}: ${words}`),
  );
  for (const pointer of leaves(value as Json)) {
    const [found] = sources
      .filter(([prefix]) => pointer === prefix || pointer.startsWith(`${prefix}/`))
      .sort(([a], [b]) => b.length - a.length);
    const how = (found?.[1] as { how?: string } | undefined)?.how;
    if (found === undefined && !shown.test(pointer)) problems.push(`${pointer} has no source`);
    if (grave.test(pointer) && how === "advised") problems.push(`${pointer} is only advised`);
  }
  return problems;
}

function wrongSource(source: Json): readonly string[] {
  const { url, how, date, ...more } = source as { [key: string]: string | undefined };
  return [
    ...(typeof url === "string" && URL.canParse(url) ? [] : ["no url"]),
    ...(["documented", "advised", "observed"].includes(how ?? "") ? [] : [`how is ${how}`]),
    ...(typeof date === "string" && /^\d{4}-\d\d-\d\d$/.test(date) ? [] : ["no date"]),
    ...Object.keys(more).filter((key) => key !== "note"),
  ];
}

/** Pointers to the values that hold no other; a list counts as one unless it holds objects. */
function leaves(value: Json, at = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [at];
  if (Array.isArray(value) && !value.some((one) => typeof one === "object" && one !== null))
    return [at];
  return Object.entries(value).flatMap(([key, member]) =>
    leaves(member, `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
}
