/**
 * Exports `compileQuery`: a JSONPath (RFC 9535) of an overlay. Both the path and the values that it goes through are
 * from outside: each step is counted, so that no path takes longer than `bounds.overlaySteps` allows, and `match()` and
 * `search()` run on a linear engine.
 */
import { FunctionExpressionType, JSONPathEnvironment, jsonpath } from "json-p3";
import { bounds } from "../base/bounds.js";
import type { JsonValue } from "../base/json.js";
import { formatPointer } from "../base/pointer.js";
import { linearRegExp, type LinearRegExp } from "../base/linear-regexp.js";

/** The steps that are left to the paths of one overlay in one document. */
export interface Steps {
  left: number;
}

/** The tokens of each location that a path selects, each once. @throws TooManySteps, TooDeep */
export type Query = (root: JsonValue, steps: Steps) => string[][];

export class TooManySteps extends Error {}

/** An earlier action made the document deeper than a file may be. */
export class TooDeep extends Error {}

type Spend = (steps: number) => void;

/** @throws Error if the text is not a JSONPath */
export function compileQuery(text: string): Query {
  if (text.length > bounds.patternCharacters.most)
    throw new Error(`it has more than ${bounds.patternCharacters.most} characters`);
  let current: Steps = { left: 0 };
  const spend: Spend = (steps) => {
    current.left -= steps;
    if (current.left < 0) throw new TooManySteps();
  };
  const environment = new JSONPathEnvironment();
  // The library asks for it at each value that a descent visits.
  Object.defineProperty(environment, "maxRecursionDepth", {
    get: () => (spend(2), bounds.depth.most + 2),
  });
  environment.functionRegister.set("match", patternFunction(spend, "testWhole"));
  environment.functionRegister.set("search", patternFunction(spend, "test"));
  const query = environment.compile(text);
  meter(query, spend);
  return (root, steps) => {
    current = steps;
    const found = new Map<string, string[]>();
    try {
      // The library's JSON type is the same with mutable arrays; it does not change what it searches.
      for (const node of query.lazyQuery(root as Parameters<typeof query.query>[0])) {
        const location = node.location.map(String);
        found.set(formatPointer(location), location);
      }
    } catch (error) {
      throw error instanceof jsonpath.JSONPathRecursionLimitError ? new TooDeep() : error;
    }
    return [...found.values()];
  };
}

const { FilterQuery, InfixExpression } = jsonpath.expressions;

/** Makes each selector and each comparison in a compiled path report the steps that it takes. */
function meter(part: unknown, spend: Spend): void {
  if (typeof part !== "object" || part === null) return;
  if (part instanceof jsonpath.JSONPathSelector) {
    const resolve = part.resolve.bind(part);
    part.resolve = (node) => {
      // A value far down costs more: the library passes it up through all that is above it.
      spend(1 + membersOf(node.value) + (node.location.length >> 1));
      return resolve(node);
    };
  }
  // Two values that both are from the document are compared as deep as they go.
  if (part instanceof InfixExpression && [part.left, part.right].every(isQuery)) {
    const { left } = part;
    const evaluate = left.evaluate.bind(left);
    left.evaluate = (context) => {
      const found = evaluate(context);
      if (found instanceof jsonpath.JSONPathNodeList)
        for (const { value } of found.nodes) spend(valuesIn(value));
      return found;
    };
  }
  for (const [name, inner] of Object.entries(part))
    if (name !== "environment" && name !== "token") meter(inner, spend);
}

const isQuery = (part: unknown): boolean => part instanceof FilterQuery;

const membersOf = (value: unknown): number =>
  typeof value === "object" && value !== null ? Object.keys(value).length : 0;

function valuesIn(root: unknown): number {
  let count = 0;
  const open = [root];
  while (open.length > 0) {
    const value = open.pop();
    count++;
    if (typeof value === "object" && value !== null)
      for (const child of Object.values(value)) open.push(child);
  }
  return count;
}

/** So many patterns are kept: those of one overlay, as a rule; a path may take them from the document, too. */
const patternsKept = 50;

function patternFunction(spend: Spend, how: "test" | "testWhole") {
  const known = new Map<string, LinearRegExp | undefined>();
  const compiled = (pattern: string): LinearRegExp | undefined => {
    const before = known.get(pattern);
    if (before !== undefined || known.has(pattern)) return before;
    spend(100 + 10 * pattern.length);
    const translated = fromIRegexp(pattern);
    const regExp = translated === undefined ? undefined : linearRegExp(translated);
    if (known.size >= patternsKept) known.clear();
    known.set(pattern, regExp);
    return regExp;
  };
  return {
    argTypes: [FunctionExpressionType.ValueType, FunctionExpressionType.ValueType],
    returnType: FunctionExpressionType.LogicalType,
    /** False where either is no text, or the pattern no I-Regexp: so says RFC 9535. */
    call(text: unknown, pattern: unknown): boolean {
      if (typeof text !== "string" || typeof pattern !== "string") return false;
      const regExp = compiled(pattern);
      if (regExp === undefined) return false;
      spend(Math.ceil((text.length * regExp.size) / 2));
      return regExp[how](text);
    },
  };
}

/** An I-Regexp (RFC 9485) in the syntax of the engine; undefined if it is none. */
function fromIRegexp(pattern: string): string | undefined {
  let inClass = false;
  const parts: string[] = [];
  for (const [part] of pattern.matchAll(/\\.|\(\?|[^]/gsu)) {
    if (part === "(?" && !inClass) return undefined;
    if (part.startsWith("\\") && !/^\\[()*+.?[\\\]^nrt{|}pP$-]$/.test(part)) return undefined;
    parts.push(part === "." && !inClass ? "[^\\n\\r]" : part);
    if (part === "[") inClass = true;
    if (part === "]") inClass = false;
  }
  return parts.join("");
}
