/** Name and version of the package that is generated. */
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";

/** As they are in the output's `package.json`, unless `name` says otherwise. */
export function packageIdentity({
  cwd = process.cwd(),
  output = "generated",
  name,
}: {
  readonly cwd?: string;
  readonly output?: string;
  readonly name?: string;
}): { readonly name: string; readonly version: string } {
  const folder = resolve(cwd, output);
  let known: unknown;
  try {
    known = JSON.parse(readFileSync(resolve(folder, "package.json"), "utf8"));
  } catch {
    known = undefined; // the first run, or a file that is about to be replaced
  }
  const field = (key: string): string | undefined => {
    if (typeof known !== "object" || known === null || !(key in known)) return undefined;
    const value = (known as Readonly<Record<string, unknown>>)[key]; // an object, just proved
    return typeof value === "string" ? value : undefined;
  };
  return {
    name:
      name ??
      field("name") ??
      (basename(folder)
        .toLowerCase()
        .replace(/[^a-z0-9._-]+/g, "-") ||
        "batch-client"),
    version: field("version") ?? "0.1.0",
  };
}
