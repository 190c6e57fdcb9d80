/** What one document gives to the package, whatever other documents there are. */
import type { Diagnostic } from "../base/diagnostics.js";
import type { Spec } from "../openapi/spec.js";
import type { Operation, SecurityScheme } from "../runtime/endpoint/operation.js";
import { candidatesOf, type Candidate, type ConfiguredBatches } from "./detect/candidates.js";
import type { Documentation, Row, SchemaUse, ServerTemplate, SourceDocument } from "./model.js";
import { isObject, list, own, text, type Method } from "../openapi/operations.js";
import { successes } from "./replies.js";
import { draftsOf } from "../schemas/drafts.js";
import { holdsBigints, int64Pointers, type Numbered } from "../schemas/int64.js";
import type { ReadOptions } from "../schemas/read.js";
import type { DocumentSchemas, Unknown } from "../schemas/schema.js";
import { authorisation } from "./security.js";
import { placeOf, withoutServer } from "./servers.js";

/** What an operation says of itself. */
interface Said extends Pick<
  Candidate,
  "tier" | "evidence" | "batch" | "defaults" | "parameters" | "paramsOptional"
> {
  readonly method: Method;
  readonly path: string;
  readonly operationId?: string;
  readonly encoding?: NonNullable<Operation["encoding"]>;
  readonly docs: Documentation;
  /** Statuses of the replies that tell of a success. */
  readonly successes: readonly string[];
}

/** One batch operation of a document. Schemas are named by the places of their uses, in `DocumentModel.schemas.roots`. */
export interface Batch extends Said {
  /** Where requests go by default, and the servers to choose from. */
  readonly baseUrl: string;
  readonly servers: readonly ServerTemplate[];
  /** The security schemes that `auth` names. */
  readonly schemes: readonly (readonly [name: string, scheme: SecurityScheme])[];
  readonly auth?: readonly (readonly string[])[];
  /** Pointers to the 64-bit integers in what it answers when all goes well, as `Operation.int64` has them. */
  readonly int64: readonly string[];
  /** 64-bit integers are bigints, and its requests may hold some. */
  readonly sendsBigints: boolean;
  readonly input: number;
  readonly params?: number;
  readonly result?: number;
  readonly replies: readonly BatchReply[];
}

export interface BatchReply {
  readonly status: string;
  readonly description?: string;
  readonly mediaType?: string;
  readonly body?: number;
}

/** Plain JSON, but for the places of diagnostics, which are looked up when they are asked for. */
export interface DocumentModel {
  readonly source: SourceDocument;
  readonly batches: readonly Batch[];
  /** What was seen and left alone. */
  readonly others: readonly Row[];
  readonly schemas: DocumentSchemas;
  readonly diagnostics: readonly Diagnostic[];
  readonly unknowns: readonly Unknown[];
}

export interface DocumentOptions extends ReadOptions {
  /** `x-batch` values over those of the document. */
  readonly batches?: ConfiguredBatches;
}

export function modelDocument(
  spec: Spec,
  { batches, ...typing }: DocumentOptions = {},
): DocumentModel {
  const { candidates, others, diagnostics } = candidatesOf(spec, batches);
  const told = [...diagnostics];
  const uses: SchemaUse[] = [];
  const authOf = authorisation(told);
  const found = candidates.map((candidate): Omit<Batch, "int64" | "sendsBigints"> => {
    const { schemes, ...auth } = authOf(candidate);
    return {
      ...said(candidate),
      ...usesOf(candidate, uses),
      ...placeOf(candidate.raw),
      schemes: [...schemes],
      ...auth,
    };
  });
  const lost = found.findIndex(({ baseUrl, servers }) => baseUrl === "" && servers.length === 0);
  const [first] = lost < 0 ? [] : candidates.slice(lost);
  if (first) told.push(withoutServer(first.raw));
  const schemas = draftsOf(uses, typing);
  const numbered: Numbered = new Map(schemas.drafts.entries());
  return {
    source: {
      name: spec.name,
      title: infoOf(spec, "title") || spec.name.replace(/\.[^.]*$/, ""),
      version: infoOf(spec, "version"),
      hash: spec.hash,
    },
    batches: found.map((batch) => ({
      ...batch,
      ...integersOf(batch, numbered, schemas.roots, typing.int64 === "bigint"),
    })),
    others,
    schemas: { document: spec.name, drafts: schemas.drafts, roots: schemas.roots },
    diagnostics: [...told, ...schemas.diagnostics],
    unknowns: schemas.unknowns,
  };
}

function integersOf(
  { input, params, successes, replies }: Omit<Batch, "int64" | "sendsBigints">,
  schemas: Numbered,
  roots: readonly number[],
  bigints: boolean,
): Pick<Batch, "int64" | "sendsBigints"> {
  const root = (use: number): number => roots[use] ?? 0; // an index that `usesOf` gave
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

const infoOf = (spec: Spec, key: string): string => {
  const info = own(spec.document, "info");
  return (isObject(info) ? text(info, key) : undefined) ?? "";
};

function said(candidate: Candidate): Said {
  const { raw, encoding } = candidate;
  const operationId = text(raw.value, "operationId");
  return {
    method: raw.method,
    path: raw.path,
    ...(operationId === undefined ? {} : { operationId }),
    tier: candidate.tier,
    evidence: candidate.evidence,
    batch: candidate.batch,
    defaults: candidate.defaults,
    parameters: candidate.parameters,
    paramsOptional: candidate.paramsOptional,
    ...(encoding ? { encoding } : {}),
    docs: documentation(candidate),
    successes: successes(raw).map(({ status }) => status),
  };
}

/** Adds the schemas of a batch to all uses of its document. */
function usesOf(
  { raw, input, params, result, replies }: Candidate,
  uses: SchemaUse[],
): Pick<Batch, "input" | "params" | "result" | "replies"> {
  const add = (use: SchemaUse, role: string): number => {
    const named = isObject(use.schema) && typeof own(use.schema, "$ref") === "string";
    const owner = `${raw.method} ${raw.path} ${role}`;
    return uses.push(named ? use : { ...use, owner }) - 1;
  };
  return {
    input: add(input, "input"),
    ...(params ? { params: add(params, "params") } : {}),
    ...(result ? { result: add(result, "result") } : {}),
    replies: replies.map(({ body, ...reply }) => ({
      ...reply,
      ...(body ? { body: add(body, reply.status) } : {}),
    })),
  };
}

function documentation({ raw: { value, spec } }: Candidate): Documentation {
  const summary = text(value, "summary");
  const description = text(value, "description");
  const external = own(value, "externalDocs");
  const url = isObject(external) ? text(external, "url") : undefined;
  const requirements = own(value, "security") ?? own(spec.document, "security");
  // Those that any of its alternatives asks for.
  const scopes = list(requirements)
    .filter(isObject)
    .flatMap((requirement) => Object.values(requirement).flatMap(list))
    .filter((scope) => typeof scope === "string");
  return {
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(own(value, "deprecated") === true ? { deprecated: true } : {}),
    scopes: [...new Set(scopes)],
    ...(url === undefined ? {} : { externalDocs: url }),
  };
}
