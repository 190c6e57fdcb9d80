/** Exports `localName`: what a module calls its constants. */

/** Words that cannot name a constant of a module. */
const reservedWords = new Set(
  (
    "abstract arguments as async await break case catch class const continue debugger declare default delete do else " +
    "enum eval export extends false finally for function get if implements import in infer instanceof interface is " +
    "keyof let module namespace never new null of package private protected public readonly require return set " +
    "static super switch symbol this throw true try type typeof undefined unique unknown using var void while with " +
    "yield NaN Infinity globalThis"
  ).split(" "),
);

/** What a module calls a constant that it exports as `name`. */
export const localName = (name: string): string => (reservedWords.has(name) ? `${name}_` : name);
