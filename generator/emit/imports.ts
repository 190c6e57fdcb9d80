/** How modules of a package name each other. */

const statement =
  /^((?:import|export) (?:type )?(?:\{[^}"]*\}|\*(?: as [\w$]+)?) from "\.{1,2}\/[^"]+)\.js";$/gm;

const endings = { js: ".js", ts: ".ts", none: "" } as const;

/** A module's source with other endings than `.js` in its imports. */
export const withExtensions = (source: string, extensions: keyof typeof endings): string =>
  extensions === "js"
    ? source
    : source.replace(statement, (_, start: string) => `${start}${endings[extensions]}";`);
