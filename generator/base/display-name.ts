import path from "node:path";
import { isAddress } from "./is-address.js";

/** Relative to the working directory, with forward slashes; an http(s) address as it is. */
export function displayName(cwd: string, file: string): string {
  if (isAddress(file)) return file;
  const relative = path.relative(cwd, file).replaceAll("\\", "/");
  return relative === "" ? "." : relative;
}
