/**
 * Overlays for whole documents, through faults: `OVERLAYS=1 npx vitest run test/emulator/overlays.test.ts`. It reads large
 * documents, so the suite leaves it out.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { buildModel } from "../../generator/batch/build.js";
import { modelDocument } from "../../generator/batch/document.js";
import { startEmulator } from "../../generator/emulator/emulate.js";
import { read } from "../../generator/openapi/read.js";
import { makeKey } from "../../generator/runtime/encode/make-key.js";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import { styles } from "../../generator/runtime/endpoint/styles.js";
import type { Kind } from "../../generator/runtime/endpoint/x-batch.js";
import { readLines } from "../../generator/runtime/reply/json-lines.js";
import { findRemainder } from "../../generator/runtime/reply/remainder.js";
import { pollJob } from "../../generator/runtime/send/job.js";
import { encodings } from "../runtime/encodings.js";
import { clientFor, jumpingClock } from "../runtime/kit.js";

const shared = join(import.meta.dirname, "..", "..", "..", "shared");
const documents = join(shared, "corpus", "vendors");
const overlays = join(shared, "cases", "overlays");

interface Case {
  readonly document: string;
  readonly overlay: string;
  /** By path: an input with a mark. */
  readonly inputs: Readonly<Record<string, (mark: string) => unknown>>;
  /** `x-batch` values that the overlay says are missing, by method and path. */
  readonly corrected?: Readonly<Record<string, object>>;
}

const target = (name: string) => `/#X-Amz-Target=${name}`;
const attribute = (mark: string) => ({ id: { S: mark } });

const cases: readonly Case[] = [
  {
    document: "algolia-search.yml",
    overlay: "algolia",
    inputs: {
      "/1/indexes/{indexName}/batch": (mark) => ({
        action: "updateObject",
        body: { objectID: mark },
      }),
    },
  },
  {
    document: "google-bigquery.json",
    overlay: "bigquery",
    inputs: {
      "/projects/{projectId}/datasets/{datasetId}/tables/{tableId}/insertAll": (mark) => ({
        json: { a: mark },
      }),
    },
  },
  {
    document: "aws-dynamodb.json",
    overlay: "dynamodb",
    inputs: {
      [target("DynamoDB_20120810.BatchWriteItem")]: (mark) => ({
        key: "T",
        value: { PutRequest: { Item: attribute(mark) } },
      }),
      [target("DynamoDB_20120810.BatchGetItem")]: (mark) => ({ key: "T", value: attribute(mark) }),
    },
    corrected: {
      [target("DynamoDB_20120810.BatchGetItem")]: {
        items: { at: "/RequestItems", as: "groups", inner: "/Keys" },
        kind: "read",
        limit: { items: 100 },
        results: { at: "/Responses", as: "groups" },
        match: [{ by: "value", request: "", result: "" }],
        remainder: { at: "/UnprocessedKeys" },
      },
      [target("DynamoDB_20120810.BatchWriteItem")]: {
        statuses: {
          rejected: [{ status: 400, at: "/__type", pattern: "ProvisionedThroughputExceeded" }],
        },
      },
    },
  },
  {
    document: "aws-dynamodb.json",
    overlay: "dynamodb-transact",
    inputs: {
      [target("DynamoDB_20120810.TransactWriteItems")]: (mark) => ({
        Put: { Item: attribute(mark), TableName: "T" },
      }),
    },
  },
  {
    document: "elasticsearch-serverless.json",
    overlay: "elasticsearch",
    inputs: {
      "/_bulk": (mark) => ({ action: { index: { _index: "i", _id: mark } }, source: { a: mark } }),
    },
  },
  {
    document: "aws-firehose.json",
    overlay: "firehose",
    inputs: { [target("Firehose_20150804.PutRecordBatch")]: (mark) => ({ Data: mark }) },
  },
  {
    document: "klaviyo-stable.json",
    overlay: "klaviyo",
    inputs: {
      "/api/profile-bulk-import-jobs": (mark) => ({ type: "profile", attributes: { email: mark } }),
    },
    corrected: {
      "/api/profile-bulk-import-jobs": {
        errors: { at: "/data" },
        counts: { failed: "/data/attributes/failed_count" },
        match: [
          {
            by: "value",
            request: "/attributes/email",
            error: "/attributes/original_payload/email",
          },
        ],
        job: {
          report: {
            operationId: "get_errors_for_bulk_import_profiles_job",
            next: "/links/next",
          },
        },
      },
    },
  },
  {
    document: "google-people.json",
    overlay: "people",
    inputs: {
      "/v1/people:batchGet": (mark) => mark,
      "/v1/people:batchCreateContacts": (mark) => ({
        contactPerson: { names: [{ givenName: mark }] },
      }),
    },
  },
  {
    document: "pinecone-db-data.yaml",
    overlay: "pinecone",
    inputs: {
      "/records/namespaces/{namespace}/upsert": (mark) => ({ _id: mark }),
      "/vectors/upsert": (mark) => ({ id: mark, values: [1] }),
    },
    corrected: { "/vectors/upsert": { counts: { ok: "/upsertedCount" } } },
  },
  {
    document: "osisoft-piwebapi.json",
    overlay: "piwebapi",
    inputs: {
      "/batch": (mark) => ({ Method: "POST", Resource: `https://h/${mark}`, Content: "{}" }),
    },
  },
  {
    document: "postmark-server.json",
    overlay: "postmark",
    inputs: { "/email/batch": (mark) => ({ From: "a@b.c", To: mark }) },
  },
  {
    document: "resend.yaml",
    overlay: "resend",
    inputs: { "/emails/batch": (mark) => ({ from: "a@b.c", to: [mark], subject: "s" }) },
  },
  {
    document: "square.json",
    overlay: "square",
    inputs: {
      "/v2/customers/bulk-create": (mark) => ({ given_name: mark }),
      "/v2/customers/bulk-delete": (mark) => mark,
    },
    corrected: {
      "/v2/customers/bulk-delete": {
        items: { at: "/customer_ids" },
        kind: "delete",
        limit: { items: 100 },
        results: { at: "/responses", as: "map", error: "/errors" },
        match: [{ by: "mapKey", request: "" }],
      },
    },
  },
  {
    document: "xero-accounting.yaml",
    overlay: "xero",
    inputs: { "/Contacts": (mark) => ({ Name: mark }) },
  },
];

const count = 200;
const marks = Array.from({ length: count }, (_, i) => `mark-${i}-`);

/** An overlay beside the given one. */
function correction(folder: string, { inputs, corrected = {} }: Case): readonly string[] {
  const actions = Object.entries(corrected).map(([path, value]) => ({
    target: `$.paths['${path}'].post`,
    update: { "x-batch": value },
  }));
  if (actions.length === 0 || Object.keys(inputs).length === 0) return [];
  const file = join(folder, "corrected.overlay.yaml");
  const overlay = { overlay: "1.0.0", info: { title: "Corrected", version: "1" }, actions };
  writeFileSync(file, stringify(overlay));
  return [file];
}

type Any = Endpoint<{ kind: Kind; input: unknown; params: object; result: unknown; reply: Reply }>;

async function open(one: Case, folder: string) {
  const paths = [one.document];
  const files = [join(overlays, `${one.overlay}.overlay.yaml`), ...correction(folder, one)];
  const { specs } = await read({ cwd: documents, paths, overlays: files });
  const { api, diagnostics } = buildModel(specs.map((spec) => modelDocument(spec)));
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const wanted = new Set(Object.keys(one.inputs));
  const endpoints = api.endpoints.flatMap(({ operation, service, tier }) => {
    const row = api.rows.find(({ name }) => name === operation.name);
    const path = tier === "x-batch" ? (row?.path ?? "") : "";
    const own = api.services.find(({ name }) => name === service)?.service;
    if (!wanted.has(path) || !own) return [];
    const { items, job, remainder, results, parameters = [] } = operation;
    const made = endpoint<Any>(
      { ...operation, service: own },
      {
        fill: styles,
        ...(items.as && items.as !== "array" ? { encode: encodings[items.as] } : {}),
        ...(job?.poll ? { pollJob } : {}),
        ...(remainder ? { findRemainder } : {}),
        makeKey,
        ...(results?.as === "lines" ? { readLines } : {}),
      },
    );
    const params = Object.fromEntries(
      parameters
        .filter(
          ({ required, in: place, value }) => value === undefined && (required || place === "path"),
        )
        .map(({ name, key = name.split("/").at(-1) ?? "" }) => [key, "x"]),
    );
    return [{ path, operation, made, params }];
  });
  return { files, endpoints };
}

describe.skipIf(!existsSync(overlays) || process.env["OVERLAYS"] === undefined)("overlays", () => {
  const folder = mkdtempSync(join(tmpdir(), "overlays-"));
  const table: string[] = [];
  afterAll(() => {
    rmSync(folder, { recursive: true });
    process.stdout.write(`${table.join("\n")}\n`);
  });

  test.each(cases)("$overlay", async (one) => {
    const { files, endpoints } = await open(one, folder);
    expect(new Set(endpoints.map(({ path }) => path))).toEqual(new Set(Object.keys(one.inputs)));
    let applied = new Map<string, number>();
    for (const faults of ["none", "moderate", "harsh"] as const)
      for (const seed of faults === "none" ? [1] : [1, 2, 3]) {
        const emulator = await startEmulator({
          ...{ cwd: documents, paths: [one.document], overlays: files, faults, seed },
          behaviour: { rates: false, validate: false },
          clock: { ...jumpingClock(), sleep: () => Promise.resolve() },
          onApplied({ input }) {
            const [mark = ""] = /mark-\d+-/.exec(JSON.stringify(input)) ?? [];
            applied.set(mark, (applied.get(mark) ?? 0) + 1);
          },
        });
        for (const { path, operation, made, params } of endpoints) {
          applied = new Map();
          emulator.reset();
          const input = one.inputs[path] ?? String;
          // Faults hang; without them, a busy machine must not look like one.
          const timeoutMs = faults === "none" ? 60_000 : 300;
          const run = clientFor(emulator.url, { timeoutMs }).run(
            made,
            marks.map((mark) => input(mark)),
            { params, chunkSize: 20 },
          );
          const outcomes = await run.collect();
          const of = (kind: string) => outcomes.filter((outcome) => outcome.kind === kind);
          const times = ({ index }: { index: number }) => applied.get(marks[index] ?? "") ?? 0;
          const [ok, failed, unknown, notSent] = ["ok", "failed", "unknown", "notSent"].map(of);
          table.push(
            [one.overlay, operation.name, faults, seed, ok?.length, failed?.length, unknown?.length]
              .concat(notSent?.length)
              .join("\t"),
          );
          const why = `${operation.name} ${faults} ${seed}`;
          expect(outcomes, why).toHaveLength(count);
          expect(
            ok?.filter((outcome) => times(outcome) === 0),
            why,
          ).toEqual([]);
          expect(
            [...(failed ?? []), ...(notSent ?? [])].filter((outcome) => times(outcome) > 0),
            why,
          ).toEqual([]);
          if (faults === "none") expect(ok, why).toHaveLength(count);
          if (operation.kind === "create")
            expect(
              ok?.filter((outcome) => times(outcome) > 1),
              why,
            ).toEqual([]);
        }
        await emulator.close();
      }
  });
});
