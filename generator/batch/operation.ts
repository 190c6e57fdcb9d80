/** `BatchOperation`: one batch operation of one document, as plain data; and `readOperation`, which reads it. */
import type { Diagnostic } from "../base/diagnostics.js";
import { isObject, listOf, own } from "../base/json.js";
import type { Method } from "../openapi/methods.js";
import { text, type MediaType, type RawOperation } from "../openapi/operations.js";
import { isArray, viewOf } from "../openapi/schema-view.js";
import type { Operation, Parameter, Place, SecurityScheme } from "../runtime/endpoint/operation.js";
import type { XBatch } from "../runtime/endpoint/x-batch.js";
import { parsePointer } from "../base/pointer.js";
import { encodingOf, formOf } from "./bodies.js";
import type { Gap } from "./detect/gaps.js";
import { preferred } from "./detect/items-locations.js";
import type { RecognisedOperation } from "./detect/recognise.js";
import { inputSchema, resultSchema } from "./item-schemas.js";
import type { Documentation, SchemaPosition, SchemaUse, ServerTemplate, Tier } from "./model.js";
import { describeNotCarried } from "./not-carried.js";
import { builderParameters } from "./parameters.js";
import { formsOf, successes, type ReplyForm } from "./replies.js";
import type { Authorisation } from "./security.js";
import { placeOf } from "./servers.js";

/** Index of a schema in the list of all that the batch operations of its document use. */
export type UseIndex = number;

/** The 64-bit integers in the requests and replies of an operation. */
export interface Int64Places {
  /** In its replies: see `Operation.int64`. */
  readonly int64: readonly Place[];
  /** Its requests may contain bigints. */
  readonly sendsBigints: boolean;
}

/** Plain JSON. */
export interface BatchOperation extends Int64Places {
  readonly method: Method;
  readonly path: string;
  readonly operationId?: string;
  readonly tier: Tier;
  /** What shows that it is a batch operation, as part of a sentence. */
  readonly signs: string;
  readonly xBatch: XBatch;
  /** What presets and its document say of all operations. */
  readonly defaults: Partial<XBatch>;
  /** Pointers into `xBatch`: values that the service advises, and documents nowhere. */
  readonly advised?: readonly string[];
  readonly gaps?: readonly Gap[];
  readonly parameters: readonly Parameter[];
  readonly jobParameters?: Operation["jobParameters"];
  /** No parameter is required. */
  readonly paramsOptional: boolean;
  readonly encoding?: NonNullable<Operation["encoding"]>;
  readonly docs: Documentation;
  /** Statuses of its success replies. */
  readonly successes: readonly string[];
  /** The URL that requests go to by default; empty if the document has no absolute one. */
  readonly baseUrl: string;
  /** The servers to choose from; empty if there is no choice. */
  readonly servers: readonly ServerTemplate[];
  /** The security schemes that `auth` names. */
  readonly schemes: readonly (readonly [name: string, scheme: SecurityScheme])[];
  /** Alternatives, each with the names of the schemes that it needs. Absent: any bearer token. */
  readonly auth?: readonly (readonly string[])[];
  readonly input: UseIndex;
  readonly params?: UseIndex;
  /** The result of one item; absent if no reply has a schema for it. */
  readonly result?: UseIndex;
  readonly replies: readonly BatchReply[];
}

/** One reply that the document declares. */
export interface BatchReply {
  readonly status: string;
  readonly description?: string;
  readonly mediaType?: string;
  readonly form: ReplyForm;
  readonly body?: UseIndex;
}

/** The lists that grow while the operations of one document are read. */
export interface Reading {
  readonly uses: SchemaUse[];
  readonly diagnostics: Diagnostic[];
  readonly authOf: (raw: RawOperation) => Authorisation;
}

export function readOperation(
  { raw, tier, signs, xBatch, defaults, jobParameters, advised, gaps }: RecognisedOperation,
  { uses, diagnostics, authOf }: Reading,
): Omit<BatchOperation, keyof Int64Places> {
  const builder = builderParameters(raw, xBatch);
  diagnostics.push(
    ...builder.diagnostics,
    ...describeNotCarried(raw, xBatch),
    ...fragmentProblems(raw),
  );
  const use = usesOf(raw, uses);
  const operationId = text(raw.value, "operationId");
  const encoding = encodingOf(raw, xBatch.items);
  const isForm = formOf(xBatch.items.mediaType ?? "") === "multipart/form-data";
  const { items } = xBatch;
  const isPart = isForm && items.in !== "query" && parsePointer(items.at).length === 1;
  const input = use("input", "request", inputSchema(raw, xBatch), isPart ? "part" : undefined);
  const params =
    builder.schema &&
    use(
      "params",
      "request",
      { value: builder.schema, pointer: raw.pointer },
      isForm ? "body" : undefined,
    );
  const schema = resultSchema(raw, xBatch);
  const result = schema && use("result", "response", schema);
  const { schemes, ...auth } = authOf(raw);
  return {
    method: raw.method,
    path: raw.path,
    ...(operationId === undefined ? {} : { operationId }),
    tier,
    signs,
    xBatch,
    defaults,
    ...(advised && { advised }),
    ...(gaps && { gaps }),
    parameters: builder.parameters,
    ...(jobParameters && { jobParameters }),
    paramsOptional: !builder.required,
    ...(encoding ? { encoding } : {}),
    docs: documentation(raw),
    successes: successes(raw).map(({ status }) => status),
    ...placeOf(raw),
    schemes: [...schemes],
    ...auth,
    input,
    ...(params === undefined ? {} : { params }),
    ...(result === undefined ? {} : { result }),
    replies: repliesOf(raw, xBatch, use),
  };
}

type AddUse = (
  role: string,
  position: SchemaPosition,
  schema: { readonly value: SchemaUse["schema"]; readonly pointer: string },
  form?: SchemaUse["form"],
) => UseIndex;

/** Adds schemas of an operation to those of its document. */
const usesOf =
  ({ spec, method, path }: RawOperation, uses: SchemaUse[]): AddUse =>
  (role, position, { value: schema, pointer }, form) => {
    const use = { spec, schema, pointer, position, form };
    const isReference = isObject(schema) && typeof own(schema, "$ref") === "string";
    return uses.push(isReference ? use : { ...use, owner: `${method} ${path} ${role}` }) - 1;
  };

function repliesOf(raw: RawOperation, xBatch: XBatch, use: AddUse): readonly BatchReply[] {
  const formOf = formsOf(raw, xBatch);
  return raw.replies.map((reply) => {
    const { status, response, content } = reply;
    const media = preferred(content);
    const form = formOf(reply);
    const schema = form === "lines" && !isListOfLines(media) ? undefined : media?.schema;
    const description = text(response.value, "description");
    return {
      status,
      ...(description === undefined ? {} : { description }),
      ...(media ? { mediaType: media.name } : {}),
      form,
      ...(schema ? { body: use(status, "response", schema) } : {}),
    };
  });
}

const isListOfLines = (media: MediaType | undefined): boolean => isArray(viewOf(media?.schema));

function fragmentProblems({ spec, path, pointer }: RawOperation): readonly Diagnostic[] {
  const fragment = /#.*$/.exec(path)?.[0];
  if (fragment === undefined) return [];
  return [
    {
      code: "path-fragment-not-sent",
      severity: "info",
      message: `expected a path without a fragment, found one that ends in \`${fragment}\`, which no request can send`,
      location: spec.locate(pointer),
      hint: "The request goes to the path before it. Use a parameter to tell the operations apart.",
    },
  ];
}

function documentation({ value, spec }: RawOperation): Documentation {
  const summary = text(value, "summary");
  const description = text(value, "description");
  const external = own(value, "externalDocs");
  const url = isObject(external) ? text(external, "url") : undefined;
  const requirements = own(value, "security") ?? own(spec.document, "security");
  // The scopes of all alternatives.
  const scopes = listOf(requirements)
    .filter(isObject)
    .flatMap((requirement) => Object.values(requirement).flatMap(listOf))
    .filter((scope) => typeof scope === "string");
  return {
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(own(value, "deprecated") === true ? { deprecated: true } : {}),
    scopes: [...new Set(scopes)],
    ...(url === undefined ? {} : { externalDocs: url }),
  };
}
