import type { ErrorPayload, Plugin, ViteDevServer } from "vite";
import type { Made } from "./make.js";
import type { Project } from "./project.js";
import { logOf, report, whole } from "./rollup-hooks.js";

/** Files are written in steps: so long nothing has to happen before one is read, in milliseconds. */
const pause = 30;

/** In a build what is wrong ends it; a server goes on, and shows it. */
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
      config.logger[severity === "error" ? "error" : "warn"](whole({ severity, ...problem }), {
        timestamp: true,
      });
    if (shown) ws.send(shown);
    // What was put right may have given the same modules as before: nothing else takes the message away.
    else if (before) ws.send({ type: "full-reload" });
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
      message: [message, ...others.map(whole)].join("\n\n"),
      stack: "",
      plugin: "openapi-batch",
    },
  };
}
