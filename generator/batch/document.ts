/**
 * `modelDocument`: the model of one document. A file of its own because its result depends on no other document, so an
 * incremental run can store it.
 */
import type { Diagnostic } from "../base/diagnostics.js";
import { isObject, own } from "../base/json.js";
import { text } from "../openapi/operations.js";
import { identityOf } from "../openapi/presets.js";
import type { Spec } from "../openapi/spec.js";
import { draftsOf } from "../schemas/drafts.js";
import { holdsBigints, int64Pointers, type Numbered } from "../schemas/int64.js";
import type { ReadOptions } from "../schemas/read.js";
import type { DocumentSchemas, Unknown } from "../schemas/schema.js";
import {
  recogniseOperations,
  type ConfiguredBatches,
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
}

export function modelDocument(
  spec: Spec,
  { batches, ...typing }: DocumentOptions = {},
): DocumentModel {
  const recognition = recogniseOperations(spec, batches);
  const diagnostics = [...recognition.diagnostics];
  const uses: SchemaUse[] = [];
  const authOf = authorisation(diagnostics);
  const operations = recognition.operations.map((recognised) =>
    readOperation(recognised, { uses, diagnostics, authOf }),
  );
  diagnostics.push(...serverProblems(operations, recognition.operations));
  const { drafts, roots, ...schemas } = draftsOf(uses, typing);
  const numbered: Numbered = new Map(drafts.entries());
  return {
    source: sourceOf(spec),
    operations: operations.map((operation) => ({
      ...operation,
      ...int64Places(operation, numbered, roots, typing.int64 === "bigint"),
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

function int64Places(
  { input, params, successes, replies }: Omit<BatchOperation, keyof Int64Places>,
  schemas: Numbered,
  roots: readonly number[],
  bigints: boolean,
): Int64Places {
  const root = (use: number): number => roots[use] ?? 0; // readOperation() gave the index
  const pointers = replies.flatMap(({ status, body }) =>
    body !== undefined && successes.includes(status) ? int64Pointers(schemas, root(body)) : [],
  );
  return {
    int64: [...new Set(pointers)].sort(),
    sendsBigints:
      bigints &&
      [input, params].some((use) => use !== undefined && holdsBigints(schemas, root(use))),
  };
}
