import { readFileSync } from "node:fs";

/** The version of the tool, from its own package.json. */
export const toolVersion: string = readVersion();

/** The TypeScript that builds a generated package, unless its owner names another. */
export const typescriptRange = ">=5.8";

function readVersion(): string {
  // One level up from here both in `generator/` and in `dist/`.
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const value: unknown = JSON.parse(text);
  if (typeof value === "object" && value !== null && "version" in value)
    return String(value.version);
  throw new Error("The package.json of openapi-batch has no version.");
}
