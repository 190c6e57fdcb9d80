import path from "node:path";

/** Relative to the working directory, with forward slashes. */
export function displayName(cwd: string, file: string): string {
  const relative = path.relative(cwd, file).replaceAll("\\", "/");
  return relative === "" ? "." : relative;
}
