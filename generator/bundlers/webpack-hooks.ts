/** Exports `webpackHooks`, for webpack and Rspack: the hooks used here are the same in both. */
import type { Made, Problem } from "./make.js";
import type { Project } from "./project.js";
import { problemText } from "./rollup-hooks.js";

interface Compiler {
  readonly context: string;
  readonly hooks: {
    readonly run: Hook;
    readonly watchRun: Hook;
    readonly thisCompilation: {
      readonly tap: (name: string, act: (compilation: Compilation) => void) => void;
    };
  };
}

interface Hook {
  readonly tapPromise: (name: string, act: () => Promise<void>) => void;
}

interface Compilation {
  readonly errors: { readonly push: (error: Error) => unknown };
  readonly warnings: { readonly push: (warning: Error) => unknown };
  readonly fileDependencies: { readonly add: (file: string) => unknown };
  readonly contextDependencies: { readonly add: (folder: string) => unknown };
}

const name = "openapi-batch";

export const webpackHooks =
  (project: Project) =>
  ({ context, hooks }: Compiler): void => {
    let made: Made | undefined;
    const make = async (): Promise<void> => {
      made = await project.make(context);
    };
    hooks.run.tapPromise(name, make);
    hooks.watchRun.tapPromise(name, make);
    hooks.thisCompilation.tap(name, (compilation) => {
      for (const file of made?.files ?? []) compilation.fileDependencies.add(file);
      for (const folder of made?.folders ?? []) compilation.contextDependencies.add(folder);
      for (const problem of made?.problems ?? [])
        compilation[problem.severity === "error" ? "errors" : "warnings"].push(errorOf(problem));
    });
  };

function errorOf(problem: Problem): Error {
  const error = new Error(problemText(problem));
  error.name = name;
  // the stack is of this file, which does not help a user
  delete error.stack;
  return error;
}
