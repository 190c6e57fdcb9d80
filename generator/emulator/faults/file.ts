/** `readFaults`: reads a faults file, YAML or JSON. Each mistake in it becomes a diagnostic. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { relative, resolve } from "node:path";
import type { ErrorObject } from "ajv/dist/2020.js";
import { isNode, LineCounter, parseDocument } from "yaml";
import type { Diagnostic } from "../../base/diagnostics.js";
import { parsePointer } from "../../base/pointer.js";
import { UsageError } from "../../base/usage-error.js";
import { presets, type FaultPlan, type Preset } from "./plan.js";
import { faultsFileSchema } from "./file-schema.js";
import type { Behaviour } from "../options.js";

export interface FaultsFile {
  readonly faults: FaultPlan;
  readonly behaviour: Behaviour;
  /** Errors only. `faults` is empty if there is one. */
  readonly diagnostics: readonly Diagnostic[];
  /** The text of the file, to show the lines around a mistake. */
  readonly text: string;
}

/**
 * @param path Relative to `cwd`.
 * @throws UsageError if there is no such file.
 */
export async function readFaults(path: string, cwd: string = process.cwd()): Promise<FaultsFile> {
  const file = resolve(cwd, path);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new UsageError(
      `Cannot read ${JSON.stringify(path)}: ${why}.`,
      "--faults is none, mild, moderate, harsh, or a file.",
    );
  });
  return parseFaults(text, relative(cwd, file).replaceAll("\\", "/"));
}

interface Written {
  readonly faults?: FaultPlan | Preset;
  readonly behaviour?: Behaviour;
}

/** @param file the name of the file in messages */
export function parseFaults(text: string, file: string): FaultsFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number, pointer: string): Diagnostic["location"] => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col), pointer };
  };
  const failed = (diagnostics: readonly Diagnostic[]): FaultsFile => ({
    faults: [],
    behaviour: {},
    diagnostics,
    text,
  });
  const broken = document.errors.map(({ message, pos: [offset] }): Diagnostic => ({
    code: "faults-syntax",
    severity: "error",
    message: message.split("\n")[0] ?? "",
    ...withLocation(at(offset, "")),
  }));
  if (broken.length > 0) return failed(broken);

  const value: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
  const whole = Array.isArray(value) ? { faults: value as unknown[] } : value; // a list has faults only
  const validate = compile();
  if (validate(whole)) {
    const { faults = "none", behaviour = {} } = whole as Written; // proved in the line above
    const plan = typeof faults === "string" ? presets[faults] : faults;
    return { faults: plan, behaviour, diagnostics: [], text };
  }
  return failed(
    mostTelling(validate.errors ?? []).map((error): Diagnostic => {
      const tokens = parsePointer(error.instancePath);
      const path = Array.isArray(value) ? tokens.slice(1) : tokens;
      const node = document.getIn(path, true);
      const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
      return {
        code: "faults-value",
        severity: "error",
        message: inWords(error),
        ...withLocation(at(offset, error.instancePath)),
      };
    }),
  );
}

const withLocation = (location: Diagnostic["location"]) => (location ? { location } : {});

/** Leaves out the errors of each branch of a choice: one error says that no branch fits. */
const mostTelling = (errors: readonly ErrorObject[]): readonly ErrorObject[] =>
  errors.filter(
    ({ schemaPath, keyword }) => keyword !== "if" && !/\/anyOf\/\d+\//.test(schemaPath),
  );

function inWords({ keyword, instancePath, message = "", params }: ErrorObject): string {
  const where = instancePath === "" ? "The file" : `\`${instancePath}\``;
  const given = params as Readonly<Record<string, unknown>>; // the validator's own, by keyword
  if (keyword === "additionalProperties") {
    return `${where} has no member ${JSON.stringify(given["additionalProperty"])}.`;
  }
  if (keyword === "enum") return `${where} is one of ${JSON.stringify(given["allowedValues"])}.`;
  if (keyword === "not") return `${where} has \`rate\` or \`every\`, not both.`;
  if (keyword === "anyOf") return `${where} has a form that is not allowed.`;
  return `${where} ${message}.`;
}

function compile() {
  const require = createRequire(import.meta.url);
  // `require` returns an untyped value; this is the module's own declaration
  const { Ajv2020 } = require("ajv/dist/2020.js") as typeof import("ajv/dist/2020.js");
  return new Ajv2020({ allErrors: true }).compile(faultsFileSchema);
}
