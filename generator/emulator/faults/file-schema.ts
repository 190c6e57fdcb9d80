/** The JSON Schema of a faults file. */
import { faultNames, presetNames } from "./plan.js";

const share = { type: "number", minimum: 0, maximum: 1 };
const times = { type: "integer", minimum: 1 };
const texts = { type: "array", items: { type: "string" } };
const pointers = { type: "array", items: { type: "string", pattern: "^/" } };
/** The upper bound is the longest delay of a timer. */
const ms = { type: "number", minimum: 0, maximum: 2 ** 31 - 1 };

export const faultSchema = {
  type: "object",
  additionalProperties: false,
  required: ["fault"],
  properties: {
    fault: { enum: faultNames },
    rate: share,
    every: times,
    times,
    endpoint: { type: "string" },
    when: { enum: ["before", "after"] },
    ms,
    status: {
      anyOf: [{ type: "integer", minimum: 200, maximum: 599 }, { enum: ["rejected", "ambiguous"] }],
    },
    retryAfter: { type: "number", minimum: 0 },
    share,
  },
  not: { required: ["rate", "every"] },
};

const behaviourSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    duplicates: { enum: ["reject", "apply"] },
    shuffle: { type: "boolean" },
    fold: { type: "boolean" },
    echoKey: share,
    nameCulprits: share,
    unknownIds: { enum: ["exist", "fail"] },
    missing: texts,
    merged: texts,
    unique: pointers,
    idProperty: { type: "string", pattern: "^/" },
    polls: { type: "integer", minimum: 0 },
    validate: { type: "boolean" },
    rates: {
      anyOf: [
        { type: "boolean" },
        {
          type: "array",
          items: {
            type: "object",
            additionalProperties: false,
            required: ["requests", "ms"],
            properties: { requests: times, ms: { type: "number", exclusiveMinimum: 0 } },
          },
        },
      ],
    },
    tokens: texts,
  },
};

export const faultsFileSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    faults: {
      if: { type: "string" },
      then: { enum: presetNames },
      else: { type: "array", items: faultSchema },
    },
    behaviour: behaviourSchema,
  },
};
