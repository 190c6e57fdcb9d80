/** Exports the hooks of Rollup, and the forms of problems that Vite and webpack use, too. */
import type { Plugin, PluginContext } from "rollup";
import type { Made, Problem } from "./make.js";
import type { Project } from "./project.js";

export const rollupHooks = (project: Project): Pick<Plugin, "buildStart"> => ({
  async buildStart() {
    report(this, await project.make(process.cwd()));
  },
});

/** Reports warnings and errors to Rollup and Vite; throws if there is an error. */
export function report(
  context: Pick<PluginContext, "addWatchFile" | "warn" | "error">,
  { problems, files, folders }: Made,
): void {
  for (const path of [...files, ...folders]) context.addWatchFile(path);
  const errors = problems.filter(({ severity }) => severity === "error");
  for (const problem of problems) if (problem.severity === "warning") context.warn(logOf(problem));
  const [first, ...others] = errors;
  if (!first) return;
  const { message, ...log } = logOf(first);
  context.error({ ...log, message: [message, ...others.map(problemText)].join("\n\n") });
}

export const logOf = ({ text, place, frame }: Problem) => ({
  message: text,
  ...(place && { id: place.file, loc: { ...place, column: place.column - 1 } }),
  ...(frame && { frame }),
});

/** A problem as one text, for bundlers that have no fields for it. */
export function problemText({ text, place, frame }: Problem): string {
  const at = place && `${place.file}:${place.line}:${place.column}`;
  return [text, at, frame].filter((part) => part !== undefined && part !== "").join("\n");
}
