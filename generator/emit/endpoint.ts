/** Exports `endpointConstant`: the constant of one endpoint, which builds requests and which a run takes. */
import { StructureKind, VariableDeclarationKind, type VariableStatementStructure } from "ts-morph";
import type { BatchApi, Endpoint } from "../batch/model.js";
import { selectOf, typesName } from "../batch/surface.js";
import { withDefaults } from "./endpoint-data.js";
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
