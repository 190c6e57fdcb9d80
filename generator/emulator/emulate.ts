/**
 * `startEmulator`: OpenAPI documents -> a local HTTP server that behaves like the API. This file is the library's entry:
 * `import { startEmulator } from "openapi-batch/emulator"`.
 */
import type { Diagnostic, Locate } from "../base/diagnostics.js";
import { createLocator } from "../openapi/locate.js";
import { read } from "../openapi/read.js";
import { presets, type FaultPlan, type Preset } from "./faults/plan.js";
import type { XBatch } from "../runtime/endpoint/x-batch.js";
import { emulatedOperations } from "./operations.js";
import type { EmulatorSettings } from "./options.js";
import { listen } from "./server.js";
import { createService } from "./service.js";
import type { Stats } from "./stats.js";

export type { Fault, FaultName, FaultPlan, Preset } from "./faults/plan.js";
export type {
  Application,
  Behaviour,
  EmulatorClock,
  EmulatorSettings,
  Handled,
} from "./options.js";
export type { CollectionStats, EndpointStats, Stats } from "./stats.js";
export { readFaults, type FaultsFile } from "./faults/file.js";
export { UsageError } from "../base/usage-error.js";

export interface EmulatorOptions extends Omit<EmulatorSettings, "faults"> {
  /** The folder of relative paths. Default: the working directory of the process. */
  readonly cwd?: string;
  /** Files, folders (with all their subfolders) or globs. Default `["specs"]`. */
  readonly paths?: readonly string[];
  /** The document that the path `-` means. */
  readonly stdin?: Uint8Array;
  /** OpenAPI Overlays for all documents, besides those under `paths`; later ones win. */
  readonly overlays?: readonly string[];
  /** Presets of the tool, `npm:PACKAGE`, or paths, as `generate` takes them. */
  readonly presets?: readonly string[];
  /** Values of `x-batch` that win over those of the documents, by `METHOD /path`; false: the operation is no batch. */
  readonly batches?: ReadonlyMap<string, Partial<XBatch> | false>;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default `127.0.0.1`: only this machine gets an answer. */
  readonly host?: string;
  /** A plan, or the name of a ready-made one: `none` (default), `mild`, `moderate`, `harsh`. */
  readonly faults?: FaultPlan | Preset;
}

/** One endpoint that is served. */
export interface EmulatedEndpoint {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** What tells it apart from others of its path. */
  readonly constants: readonly {
    readonly in: string;
    readonly name: string;
    readonly value: string;
  }[];
  readonly kind: string | undefined;
  readonly limit: number | undefined;
}

export interface Emulator extends AsyncDisposable {
  /** Such as `http://127.0.0.1:40123`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  readonly endpoints: readonly EmulatedEndpoint[];
  /** Problems of the documents. They never stop the server. */
  readonly diagnostics: readonly Diagnostic[];
  /** The line and column of a location of a diagnostic; undefined where its file is not available. */
  readonly locate: Locate;
  /** @param options.keys Also how often each id was written, and each item created. Default false. */
  stats(options?: { readonly keys?: boolean | undefined }): Stats;
  /** Forgets all resources, counts, jobs and rates, and starts the faults again. */
  reset(): void;
  /** Breaks open connections, and resolves when the port is free again. */
  close(): Promise<void>;
}

/**
 * Serves every batch endpoint of OpenAPI documents.
 * @throws UsageError if a path does not exist; the system's error if it cannot listen, such as `EADDRINUSE`.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const {
    cwd = process.cwd(),
    paths = ["specs"],
    overlays = [],
    presets: chosen,
    port = 0,
    host = "127.0.0.1",
  } = options;
  const found = await read({ cwd, paths, overlays, presets: chosen, stdin: options.stdin });
  const { operations, diagnostics } = emulatedOperations(found.specs, options.batches);
  const { faults = "none", ...settings } = options;
  const plan = typeof faults === "string" ? presets[faults] : faults;
  const service = createService(operations, { ...settings, faults: plan });
  const refused = service.refused.map(({ path, reason }): Diagnostic => ({
    code: "path-not-served",
    severity: "warning",
    message: `The path ${path} cannot be served: ${reason}.`,
  }));
  const listening = await listen(service, { port, host });
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${listening.port}`,
    port: listening.port,
    endpoints: operations.map(({ name, method, path, constants, batch }) => ({
      name,
      method,
      path,
      constants,
      kind: batch.kind,
      limit: batch.limit?.items,
    })),
    diagnostics: [...found.diagnostics, ...diagnostics, ...refused],
    locate: createLocator(found.text),
    stats: (options) => service.stats(options),
    reset: () => service.reset(),
    close: () => listening.close(),
    [Symbol.asyncDispose]: () => listening.close(),
  };
}
