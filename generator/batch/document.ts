/**
 * `modelDocument`: the model of one document. A file of its own because its result depends on no other document, so an
 * incremental run can store it.
 */
import type { Diagnostic } from "../base/diagnostics.js";
import { isObject, own } from "../base/json.js";
import { parsePointer } from "../base/pointer.js";
import { text } from "../openapi/operations.js";
import { identityOf } from "../openapi/presets.js";
import type { Spec } from "../openapi/spec.js";
import { draftsOf, type PlacedUse } from "../schemas/drafts.js";
import { holdsBigints, type Numbered } from "../schemas/int64.js";
import type { ReadOptions } from "../schemas/read.js";
import type { DocumentSchemas, Unknown } from "../schemas/schema.js";
import {
  recogniseOperations,
  type ConfiguredBatches,
  type Recognition,
  type RecognisedOperation,
} from "./detect/recognise.js";
import type { Row, SchemaUse, SourceDocument } from "./model.js";
import { readOperation, type BatchOperation, type Int64Places } from "./operation.js";
import { authorisation } from "./security.js";
import { withoutServer } from "./servers.js";

/** Plain JSON. */
export interface DocumentModel {
  readonly source: SourceDocument;
  /** They refer to schemas by indices into `schemas.roots`. */
  readonly operations: readonly BatchOperation[];
  /** Operations that look like a batch or have an `x-batch`, and are not recognised. */
  readonly others: readonly Row[];
  readonly schemas: DocumentSchemas;
  readonly diagnostics: readonly Diagnostic[];
  readonly unknowns: readonly Unknown[];
}

export interface DocumentOptions extends ReadOptions {
  /** `x-batch` values that win over those of the document. */
  readonly batches?: ConfiguredBatches;
  /** What `recogniseOperations` gave of the document and these values, where a caller needs that, too. */
  readonly recognition?: Recognition;
}

export function modelDocument(
  spec: Spec,
  { batches, recognition = recogniseOperations(spec, batches), ...typing }: DocumentOptions = {},
): DocumentModel {
  const diagnostics = [...recognition.diagnostics];
  const uses: SchemaUse[] = [];
  const authOf = authorisation(diagnostics);
  const operations = recognition.operations.map((recognised) =>
    readOperation(recognised, { uses, diagnostics, authOf }),
  );
  diagnostics.push(...serverProblems(operations, recognition.operations));
  const { drafts, roots, integers, ...schemas } = draftsOf(
    uses,
    typing,
    operations.map(usesInReplies),
  );
  const numbered: Numbered = new Map(drafts.entries());
  return {
    source: sourceOf(spec),
    operations: operations.map((operation, index) => ({
      ...operation,
      int64: integers[index] ?? [],
      sendsBigints: typing.int64 === "bigint" && sendsBigints(operation, numbered, roots),
    })),
    others: recognition.others,
    schemas: { document: spec.name, drafts, roots },
    diagnostics: [...diagnostics, ...schemas.diagnostics],
    unknowns: schemas.unknowns,
  };
}

function sourceOf(spec: Spec): SourceDocument {
  const info = own(spec.document, "info");
  const textOf = (key: string): string => (isObject(info) ? text(info, key) : undefined) ?? "";
  return {
    name: spec.name,
    title: textOf("title") || spec.name.replace(/\.[^.]*$/, ""),
    version: textOf("version"),
    hash: spec.hash,
    hosts: identityOf(spec.document).hosts,
  };
}

/** One diagnostic for the first operation without a server: the others of its document usually have none either. */
function serverProblems(
  operations: readonly Pick<BatchOperation, "baseUrl" | "servers">[],
  recognised: readonly RecognisedOperation[],
): readonly Diagnostic[] {
  const index = operations.findIndex(
    ({ baseUrl, servers }) => baseUrl === "" && servers.length === 0,
  );
  const first = recognised[index];
  return first ? [withoutServer(first.raw)] : [];
}

/** The schemas of the replies of an operation, and that of one result, which repeats a part of them. */
function usesInReplies({
  replies,
  result,
  xBatch: { results },
}: Omit<BatchOperation, keyof Int64Places>): readonly PlacedUse[] {
  const bodies = replies.flatMap(({ body }) => (body === undefined ? [] : [{ use: body, at: [] }]));
  if (result === undefined || !results) return bodies;
  const entry = [...parsePointer(results.at), "*", ...(results.first ? ["*"] : [])];
  return [...bodies, { use: result, at: [...entry, ...parsePointer(results.value ?? "")] }];
}

const sendsBigints = (
  { input, params }: Omit<BatchOperation, keyof Int64Places>,
  schemas: Numbered,
  roots: readonly number[],
): boolean =>
  [input, params].some((use) => use !== undefined && holdsBigints(schemas, roots[use] ?? 0)); // readOperation() gave the index
