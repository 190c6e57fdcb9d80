/**
 * OpenAPI documents -> a local HTTP server that behaves like the API. This is also the library:
 * `import { startEmulator } from "openapi-batch/emulator"`.
 */
import type { Diagnostic, Locate } from "../base/diagnostics.js";
import type {
  Companion,
  EmulatedOperation,
  EmulatedParameter,
  EmulatedReply,
} from "./operation.js";
import { presets, type FaultPlan, type Preset } from "./faults/plan.js";
import type { EmulatorSettings } from "./options.js";
import { listen } from "./server.js";
import { createService } from "./service.js";
import type { Stats } from "./stats.js";
import { buildModel } from "../batch/build.js";
import { recogniseOperations, type RecognisedOperation } from "../batch/detect/recognise.js";
import { modelDocument } from "../batch/document.js";
import { bodyOf } from "../batch/bodies.js";
import { preferred } from "../batch/detect/items-locations.js";
import { builderParameters } from "../batch/parameters.js";
import { isObject, operationsOf, own, text, type RawOperation } from "../openapi/operations.js";
import { createLocator } from "../openapi/locate.js";
import { read } from "../openapi/read.js";
import type { JsonObject } from "../base/json.js";
import type { Spec } from "../openapi/spec.js";
import type { Job } from "../runtime/endpoint/x-batch.js";

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
  /** What relative paths are relative to. Default: the working directory of the process. */
  readonly cwd?: string;
  /** Files, folders (read with all below them) or globs. Default `["specs"]`. */
  readonly paths?: readonly string[];
  /** OpenAPI Overlays for all documents, besides those found under `paths`; later ones win. */
  readonly overlays?: readonly string[];
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default `127.0.0.1`: nobody else on the network is answered. */
  readonly host?: string;
  /** A plan, or the name of a ready-made one: `none` (default), `mild`, `moderate`, `harsh`. */
  readonly faults?: FaultPlan | Preset;
}

/** One endpoint that is served. */
export interface EmulatedEndpoint {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly kind: string | undefined;
  readonly limit: number | undefined;
}

export interface Emulator extends AsyncDisposable {
  /** Such as `http://127.0.0.1:40123`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  readonly endpoints: readonly EmulatedEndpoint[];
  /** What is wrong with the documents; it never stops the others. */
  readonly diagnostics: readonly Diagnostic[];
  /** The line and column of a location of a diagnostic; undefined where its file is not available. */
  readonly locate: Locate;
  /** @param options.keys Also how often each id was written, and each item created. Default false. */
  stats(options?: { readonly keys?: boolean | undefined }): Stats;
  /** Forgets all resources, counts, jobs and rates. Faults begin anew. */
  reset(): void;
  /** Breaks what is still open, and resolves when the port is free again. */
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
    port = 0,
    host = "127.0.0.1",
  } = options;
  const found = await read({ cwd, paths, overlays });
  const { operations, diagnostics } = emulatedOperations(found.specs);
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
    endpoints: operations.map(({ name, method, path, batch }) => ({
      name,
      method,
      path,
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

/** Every batch endpoint once: where documents declare the same one, the first is served. */
function emulatedOperations(specs: readonly Spec[]): {
  readonly operations: readonly EmulatedOperation[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const { api, diagnostics } = buildModel(specs.map((spec) => modelDocument(spec)));
  const names = new Map(
    api.rows.map(({ document, method, path, name }) => [`${document} ${method} ${path}`, name]),
  );
  const distinct = new Map<string, RecognisedOperation>();
  for (const operation of specs.flatMap((spec) => recogniseOperations(spec).operations)) {
    const key = `${operation.raw.method} ${operation.raw.path}`;
    if (!distinct.has(key)) distinct.set(key, operation);
  }
  const routeOf = ({ raw }: RecognisedOperation): string => `${raw.method} ${plainPath(raw.path)}`;
  const sharing = new Map<string, number>();
  for (const operation of distinct.values()) {
    sharing.set(routeOf(operation), (sharing.get(routeOf(operation)) ?? 0) + 1);
  }
  const operations = [...distinct.values()].map((operation) => {
    const { raw } = operation;
    const name = names.get(`${raw.spec.name} ${raw.method} ${raw.path}`) ?? routeOf(operation);
    const alone = sharing.get(routeOf(operation)) === 1;
    return { ...operationOf(operation, name), constants: alone ? [] : constantsOf(operation) };
  });
  return { operations, diagnostics };
}

const constantsOf = ({ raw, xBatch }: RecognisedOperation): EmulatedOperation["constants"] =>
  builderParameters(raw, xBatch).parameters.flatMap(({ in: place, name, value }) =>
    value !== undefined && (place === "query" || place === "header")
      ? [{ in: place, name, value: String(value) }]
      : [],
  );

/** A query or a fragment in a path tells operations apart that a server cannot. */
const plainPath = (path: string): string => path.replace(/[?#].*$/s, "");

function operationOf(
  { raw, xBatch: batch }: RecognisedOperation,
  name: string,
): Omit<EmulatedOperation, "constants"> {
  const body = bodyOf(raw, batch.items);
  return {
    spec: raw.spec,
    name,
    method: raw.method.toUpperCase(),
    path: plainPath(raw.path),
    batch,
    parameters: raw.parameters
      .map(({ value }) => parameterOf(value))
      // some documents declare parameters that the path has no place for
      .filter((parameter) => parameter.in !== "path" || raw.path.includes(`{${parameter.name}}`)),
    ...(body && {
      body: {
        mediaType: body.name,
        ...(body.schema && { schema: body.schema.value }),
        ...(body.encoding && { encoding: body.encoding }),
      },
    }),
    replies: repliesOf(raw),
    ...companion("poll", batch.job?.poll, raw),
    ...companion("cancel", batch.job?.cancel, raw),
  };
}

function parameterOf(value: JsonObject): EmulatedParameter {
  const schema = own(value, "schema");
  return {
    in: text(value, "in") ?? "",
    name: text(value, "name") ?? "",
    required: own(value, "required") === true,
    schema: typeof schema === "boolean" || isObject(schema) ? schema : true,
  };
}

const repliesOf = ({ replies }: RawOperation): readonly EmulatedReply[] =>
  replies.map(({ status, content }) => {
    const media = preferred(content);
    return {
      status,
      ...(media && { mediaType: media.name }),
      ...(media?.schema && { schema: media.schema.value }),
    };
  });

/** The operation that `x-batch` names beside a batch, if the document has it. */
function companion<R extends "poll" | "cancel">(
  role: R,
  named: Job["poll"],
  { spec }: RawOperation,
): { readonly [K in R]?: Companion } {
  const method = (named?.method ?? "get").toLowerCase();
  const found =
    named &&
    operationsOf(spec).find((operation) =>
      named.operationId === undefined
        ? operation.path === named.path && operation.method === method
        : own(operation.value, "operationId") === named.operationId,
    );
  if (!named || (!found && named.path === undefined)) return {};
  const path = plainPath(found?.path ?? named.path ?? "");
  const [, only = ""] = /\{([^{}]+)\}/.exec(path) ?? [];
  const value: Companion = {
    method: (found?.method ?? method).toUpperCase(),
    path,
    param: named.param ?? only,
    replies: found ? repliesOf(found) : [],
  };
  // the key is the role, which is all that the type says
  return { [role]: value } as { readonly [K in R]?: Companion };
}
