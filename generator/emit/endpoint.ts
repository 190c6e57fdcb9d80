/**
 * Exports `endpointConstant`: the constant of one endpoint, which builds requests and which a run takes.
 *
 * The generator emits one constant for each endpoint, and one interface with its types:
 *
 *     import { endpoint, type Endpoint, type Reply } from "./runtime/endpoint/endpoint.js";
 *     import { segments } from "./runtime/endpoint/segments.js";
 *     import { service } from "./service.js";
 *     export const create: Endpoint<Create> =
 *       endpoint({ name: "objects.create", service, method: "POST", … }, { fill: segments });
 *     export interface Create {
 *       kind: "create"; params: CreateParams; input: CreateInput; result: CreateResult;
 *       reply: Reply<201, CreateOk> | Reply<207, CreatePartial>; …
 *     }
 *
 * A PURE annotation is before the call, so that a bundler drops unused endpoints. `EndpointTypes` of the runtime explains
 * the members of the interface. An endpoint with `x-batch.select` is a `SelectEndpoint`, made by `selectEndpoint` of
 * select.ts.
 *
 * - The second argument has the code that this endpoint needs besides the core: see `Uses` in uses.ts. It is left out if
 *   there is none. A package contains the runtime files that its modules import, directly or indirectly.
 * - `path` has neither a fragment nor a query: constant pairs (`?v=1`), and the switch of `mode`, are `parameters` with
 *   `value`. A required parameter has `required: true`. With `items.in: query`, the parameter of the items is in the list
 *   for its style (its `name` is `items.at`; it has no `key` and no `required`), and is not part of `params`.
 *
 * service.ts has two constants, so that a bundle with only builders does not contain the second:
 *
 *     export const service: Service = { baseUrl: "https://…" };     // with `security` also `authorize`, of credentials.ts
 *     export const defaults: Defaults = { rate: …, statuses: … };   // the x-batch values that the endpoints share
 *
 * client.ts of the package is `export const createClient = (options: ClientOptions): BatchClient =>
 * create(options, new Map([[service, defaults]]))`, where `create` is `createClient` of send/client.ts.
 */
import { StructureKind, VariableDeclarationKind, type VariableStatementStructure } from "ts-morph";
import type { BatchApi, Endpoint } from "../batch/model.js";
import { selectOf, typesName } from "../batch/surface.js";
import { withDefaults } from "../batch/endpoint-data.js";
import { endpointDocs } from "./endpoint-docs.js";
import { code, dataLiteral } from "./literals.js";
import type { Import } from "./module.js";
import { localName } from "./names.js";
import { usesOf } from "./uses.js";

export interface EndpointConstant {
  readonly imports: readonly Import[];
  readonly statement: VariableStatementStructure;
}

export function endpointConstant(api: BatchApi, endpoint: Endpoint): EndpointConstant {
  const { name, service, operation } = endpoint;
  const { name: fullName, method, path, ...rest } = operation;
  const uses = usesOf(api, endpoint);
  const isSelect = selectOf(endpoint) !== undefined;
  const type = isSelect ? "SelectEndpoint" : "Endpoint";
  const make = isSelect
    ? { from: "runtime/endpoint/select", name: "selectEndpoint" }
    : { from: "runtime/endpoint/endpoint", name: "endpoint" };
  const data = { name: fullName, service: code(service), method, path, ...rest };
  const parts = Object.fromEntries(uses.map((use) => [use.as, code(use.name)]));
  const values = uses.length > 0 ? [data, parts] : [data];
  return {
    imports: [
      { from: "runtime/endpoint/endpoint", name: type, isType: true },
      make,
      { from: "service", name: service },
      ...uses.map((use) => ({ from: `runtime/${use.from}`, name: use.name })),
    ],
    statement: {
      kind: StructureKind.VariableStatement,
      docs: endpointDocs(endpoint, withDefaults(api, endpoint)),
      isExported: localName(name) === name,
      declarationKind: VariableDeclarationKind.Const,
      declarations: [
        {
          name: localName(name),
          type: `${type}<${typesName(name)}>`,
          // A bundler drops the call with a constant that nobody uses.
          initializer: `/* @__PURE__ */ ${make.name}(${values.map(dataLiteral).join(", ")})`,
        },
      ],
    },
  };
}
