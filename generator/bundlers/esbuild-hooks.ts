/** Exports `esbuildHooks`: the hooks of esbuild, which has no watched files but those of a module. */
import type { OnResolveResult, PartialMessage, PluginBuild } from "esbuild";
import type { Made, Problem } from "./make.js";
import type { Project } from "./project.js";

export const esbuildHooks = (project: Project) => ({
  setup({ initialOptions, onStart, onResolve }: PluginBuild): void {
    let made: Made | undefined;
    onStart(async () => {
      made = await project.make(initialOptions.absWorkingDir ?? process.cwd());
      const of = (severity: Problem["severity"]): PartialMessage[] =>
        (made?.problems ?? []).filter((one) => one.severity === severity).map(messageOf);
      return { errors: of("error"), warnings: of("warning") };
    });
    onResolve({ filter: /.*/ }, ({ path, importer, kind }): OnResolveResult | undefined => {
      // esbuild watches files of a module: the entry point gets all of them.
      if (kind === "entry-point")
        return made && { watchFiles: [...made.files], watchDirs: [...made.folders] };
      const found = project.resolve(path, importer);
      return found === undefined ? undefined : { path: found };
    });
  },
});

const messageOf = ({ text, place, frame }: Problem): PartialMessage => ({
  text,
  ...(place && {
    location: {
      ...place,
      column: place.column - 1,
      lineText: /^> *\d+ \| ?(.*)$/m.exec(frame)?.[1] ?? "",
    },
  }),
});
