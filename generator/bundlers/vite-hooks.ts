/** Exports `viteHooks`: the hooks of Vite, for builds and for its server. */
import type { ErrorPayload, Plugin, ViteDevServer } from "vite";
import type { Made } from "./make.js";
import type { Project } from "./project.js";
import { logOf, report, problemText } from "./rollup-hooks.js";

/** How long a file must not change before it is read, in milliseconds: files are written in steps. */
const pause = 30;

/** An error ends a build; a server shows it and goes on. */
export function viteHooks(
  project: Project,
): Pick<Plugin, "buildStart" | "configResolved" | "configureServer"> {
  let root = process.cwd();
  let server: ViteDevServer | undefined;
  let shown: ErrorPayload | undefined;

  function show(made: Made, { config, ws, watcher }: ViteDevServer): void {
    watcher.add([...made.files, ...made.folders]);
    const before = shown;
    shown = errorOf(made);
    for (const { severity, ...problem } of made.problems)
      config.logger[severity === "error" ? "error" : "warn"](
        problemText({ severity, ...problem }),
        {
          timestamp: true,
        },
      );
    if (shown) ws.send(shown);
    // a corrected document may give the same modules as before: then only a reload removes the message
    else if (before) {
      ws.send({ type: "full-reload" });
      config.logger.info("openapi-batch: the errors are corrected", { timestamp: true });
    }
  }

  return {
    configResolved(config) {
      root = config.root;
    },
    async buildStart() {
      const made = await project.make(root);
      if (server) show(made, server);
      else report(this, made);
    },
    configureServer(started) {
      server = started;
      let timer: NodeJS.Timeout | undefined;
      const run = (): void => {
        project.make(root).then(
          (made) => show(made, started),
          (error: unknown) => started.config.logger.error(String(error)),
        );
      };
      started.watcher.on("all", (_event, file) => {
        if (!project.concerns(file)) return;
        clearTimeout(timer);
        timer = setTimeout(run, pause);
      });
      started.ws.on("connection", () => {
        if (shown) started.ws.send(shown);
      });
    },
  };
}

function errorOf({ problems }: Made): ErrorPayload | undefined {
  const [first, ...others] = problems.filter(({ severity }) => severity === "error");
  if (!first) return undefined;
  const { message, ...log } = logOf(first);
  return {
    type: "error",
    err: {
      ...log,
      message: [message, ...others.map(problemText)].join("\n\n"),
      stack: "",
      plugin: "openapi-batch",
    },
  };
}
