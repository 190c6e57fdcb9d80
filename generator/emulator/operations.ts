/**
 * `emulatedOperations`: documents -> the operations that the emulator serves. It uses the generator's detection, so that
 * the emulator serves exactly the endpoints of a package.
 */
import { createHash } from "node:crypto";
import type { Diagnostic } from "../base/diagnostics.js";
import { isObject, own, type JsonObject } from "../base/json.js";
import { bodyOf } from "../batch/bodies.js";
import { buildModel } from "../batch/build.js";
import { preferred } from "../batch/detect/items-locations.js";
import {
  recogniseOperations,
  type ConfiguredBatches,
  type RecognisedOperation,
} from "../batch/detect/recognise.js";
import { modelDocument } from "../batch/document.js";
import { builderParameters } from "../batch/parameters.js";
import { operationsOf, text, type RawOperation } from "../openapi/operations.js";
import type { Spec } from "../openapi/spec.js";
import type { Job } from "../runtime/endpoint/x-batch.js";
import type {
  Companion,
  EmulatedOperation,
  EmulatedParameter,
  EmulatedReply,
} from "./operation.js";

/** Every batch endpoint once: of several documents with the same one, the first document counts. */
export function emulatedOperations(
  specs: readonly Spec[],
  batches?: ConfiguredBatches,
): {
  readonly operations: readonly EmulatedOperation[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const documents = specs.map((spec) => ({
    spec,
    recognition: recogniseOperations(spec, batches),
  }));
  const { api, diagnostics } = buildModel(
    documents.map(({ spec, recognition }) => modelDocument(spec, { recognition })),
  );
  const names = new Map(
    api.rows.map(({ document, method, path, name }) => [`${document} ${method} ${path}`, name]),
  );
  const distinct = new Map<string, RecognisedOperation>();
  for (const operation of documents.flatMap(({ recognition }) => recognition.operations)) {
    const key = `${operation.raw.method} ${operation.raw.path}`;
    if (!distinct.has(key)) distinct.set(key, operation);
  }
  const known = new Map(specs.map((spec) => [spec, indexOf(spec)]));
  const routeOf = ({ raw }: RecognisedOperation): string => `${raw.method} ${plainPath(raw.path)}`;
  const sharing = new Map<string, number>();
  for (const operation of distinct.values()) {
    sharing.set(routeOf(operation), (sharing.get(routeOf(operation)) ?? 0) + 1);
  }
  const operations = [...distinct.values()].map((operation) => {
    const { raw } = operation;
    const name = names.get(`${raw.spec.name} ${raw.method} ${raw.path}`) ?? routeOf(operation);
    const alone = sharing.get(routeOf(operation)) === 1;
    const constants = alone ? [] : constantsOf(operation);
    return { ...operationOf(operation, name, known.get(raw.spec) ?? indexOf(raw.spec)), constants };
  });
  return { operations, diagnostics };
}

const constantsOf = ({ raw, xBatch }: RecognisedOperation): EmulatedOperation["constants"] =>
  builderParameters(raw, xBatch).parameters.flatMap(({ in: place, name, value }) =>
    value !== undefined && (place === "query" || place === "header")
      ? [{ in: place, name, value: String(value) }]
      : [],
  );

/** Documents use a query or a fragment in a path to distinguish operations; a server sees neither in a template. */
const plainPath = (path: string): string => path.replace(/[?#].*$/s, "");

/** The operations of a document, each by what others know of it. */
interface Index {
  readonly byId: ReadonlyMap<unknown, RawOperation>;
  /** By method and path. */
  readonly byRoute: ReadonlyMap<string, RawOperation>;
  /** Paths of operations in one collection, such as `/{index}/_bulk`, by the method and the rest of the path. */
  readonly scopes: ReadonlyMap<string, string>;
}

/** Of several with the same key, the first one counts. */
function indexOf(spec: Spec): Index {
  const all = [...operationsOf(spec)].reverse();
  return {
    byId: new Map(all.map((each) => [own(each.value, "operationId"), each])),
    byRoute: new Map(all.map((each) => [`${each.method} ${each.path}`, each])),
    scopes: new Map(
      all.flatMap(({ method, path }) => {
        const [, rest] = /^\/\{[^{}/]+\}(.+)$/s.exec(path) ?? [];
        return rest === undefined ? [] : [[`${method} ${rest}`, path] as const];
      }),
    ),
  };
}

function operationOf(
  { raw, xBatch: batch }: RecognisedOperation,
  name: string,
  known: Index,
): Omit<EmulatedOperation, "constants"> {
  const body = bodyOf(raw, batch.items);
  const scope = known.scopes.get(`${raw.method} ${raw.path}`);
  return {
    spec: raw.spec,
    name,
    method: raw.method.toUpperCase(),
    path: plainPath(raw.path),
    ...(scope !== undefined && { scope }),
    batch,
    parameters: parametersOf(raw),
    ...(body && {
      body: {
        mediaType: body.name,
        ...(body.schema && { schema: body.schema.value }),
        ...(body.encoding && { encoding: body.encoding }),
      },
    }),
    replies: repliesOf(raw),
    ...companion("poll", batch.job?.poll, raw, known),
    ...companion("report", batch.job?.report, raw, known),
  };
}

const parametersOf = (raw: RawOperation): readonly EmulatedParameter[] =>
  raw.parameters
    .map(({ value }) => parameterOf(value))
    // some documents declare path parameters that the path does not have
    .filter((parameter) => parameter.in !== "path" || raw.path.includes(`{${parameter.name}}`));

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

/** Where the emulator has the jobs of an operation whose replies give an address. */
const addressOf = ({ method, path }: RawOperation): string =>
  `/jobs/${createHash("sha256").update(`${method} ${path}`).digest("hex").slice(0, 12)}/{id}`;

/** The operation that `x-batch` names for the job of a batch, if the document has it. */
function companion<R extends "poll" | "report">(
  role: R,
  named: (Job["poll"] & Job["report"]) | undefined,
  raw: RawOperation,
  { byId, byRoute }: Index,
): { readonly [K in R]?: Companion } {
  if (!named) return {};
  const { header, operationId } = named;
  const method = (named.method ?? "get").toLowerCase();
  const byName =
    operationId === undefined ? byRoute.get(`${method} ${named.path}`) : byId.get(operationId);
  const found = header === undefined ? byName : undefined;
  if (!found && named.path === undefined && header === undefined) return {};
  const path = plainPath(found?.path ?? named.path ?? addressOf(raw));
  const [, only = ""] = /\{([^{}]+)\}/.exec(path) ?? [];
  const value: Companion = {
    method: (found?.method ?? method).toUpperCase(),
    path,
    param: named.param ?? only,
    parameters: found ? parametersOf(found) : [],
    replies: found ? repliesOf(found) : [],
  };
  // the type of a computed key is string: this one is the role
  return { [role]: value } as { readonly [K in R]?: Companion };
}
