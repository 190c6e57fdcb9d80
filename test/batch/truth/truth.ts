/**
 * `truthOf`: runs every endpoint that a document gives, without any `x-batch`, against a service that answers as the
 * document says, and then against one that lies in each way that its replies allow.
 */
import { isArray, isObject, type JsonValue } from "../../../generator/base/json.js";
import { buildModel } from "../../../generator/batch/build.js";
import { preferred } from "../../../generator/batch/detect/items-locations.js";
import {
  recogniseOperations,
  type RecognisedOperation,
} from "../../../generator/batch/detect/recognise.js";
import { modelDocument } from "../../../generator/batch/document.js";
import { inputSchema } from "../../../generator/batch/item-schemas.js";
import type { Endpoint as Model, NamedService } from "../../../generator/batch/model.js";
import { isText, successes } from "../../../generator/batch/replies.js";
import type { Cursor } from "../../../generator/openapi/cursor.js";
import { viewOf } from "../../../generator/openapi/schema-view.js";
import type { Spec } from "../../../generator/openapi/spec.js";
import { form } from "../../../generator/runtime/encode/form.js";
import { makeKey } from "../../../generator/runtime/encode/make-key.js";
import { multipart } from "../../../generator/runtime/encode/multipart.js";
import {
  endpoint,
  type Endpoint,
  type Reply,
} from "../../../generator/runtime/endpoint/endpoint.js";
import { styles } from "../../../generator/runtime/endpoint/styles.js";
import type { Uses } from "../../../generator/runtime/endpoint/uses.js";
import type { Kind } from "../../../generator/runtime/endpoint/x-batch.js";
import { readLines } from "../../../generator/runtime/reply/json-lines.js";
import { encodings } from "../../runtime/encodings.js";
import { clientFor } from "../../runtime/kit.js";
import { lies, mark, sample, tell, type Sent } from "./liar.js";

export interface Truth {
  readonly name: string;
  /** What a plain success of all inputs gives. */
  readonly honest: string;
  /** The lies that made the run say something false. */
  readonly lies: readonly string[];
}

type Tested = Endpoint<{
  kind: Kind;
  input: unknown;
  params: object;
  result: unknown;
  reply: Reply;
}>;

/** A run of all inputs in one request, and the service's reply. */
interface Attempt {
  readonly tested: Tested;
  readonly inputs: readonly unknown[];
  readonly params: object;
  readonly status: number;
}

/** An endpoint as the emitter writes it. */
function testedOf({ operation, service: name }: Model, services: readonly NamedService[]): Tested {
  const { as = "array", mediaType } = operation.items;
  const service = services.find((one) => one.name === name)?.service ?? { baseUrl: "https://h" };
  const write = { "multipart/form-data": multipart, "application/x-www-form-urlencoded": form };
  const writer = Object.entries(write).find(([type]) => type === mediaType)?.[1];
  const uses: Uses = {
    makeKey,
    fill: styles,
    ...(as === "array" ? {} : { encode: encodings[as] }),
    ...(writer ? { write: writer } : {}),
    ...(operation.results?.as === "lines" ? { readLines } : {}),
  };
  return endpoint<Tested>({ ...operation, service }, uses);
}

async function outcomes(
  { tested, inputs, params, status }: Attempt,
  body: JsonValue | undefined,
): Promise<
  readonly {
    readonly kind: string;
    readonly index: number;
    readonly said: string;
    readonly of: unknown;
  }[]
> {
  const fetch = (): Promise<Response> => {
    const text = status === 204 || body === undefined ? null : JSON.stringify(body);
    const headers = { "content-type": "application/json" };
    return Promise.resolve(new Response(text, { status, ...(text === null ? {} : { headers }) }));
  };
  const run = clientFor("https://h", { fetch, auth: { sign: (request) => request } }).run(
    tested,
    inputs,
    { params, concurrency: 1, order: "source", chunkSize: inputs.length },
  );
  return (await run.collect()).map((outcome) => {
    const { kind, index } = outcome;
    const result = "result" in outcome ? outcome.result : undefined;
    const marked = typeof result === "object" && result !== null && mark in result;
    return {
      kind,
      index,
      said: "reason" in outcome ? `${kind}:${outcome.reason}` : kind,
      of: marked ? Reflect.get(result, mark) : index,
    };
  });
}

const count = 3;

function attemptOf(
  built: Model,
  services: readonly NamedService[],
  { raw, xBatch }: RecognisedOperation,
): { readonly attempt: Attempt; readonly sent: Sent; readonly schema: Cursor | undefined } {
  const { as = "array" } = xBatch.items;
  const { spec, pointer, value } = inputSchema(raw, xBatch);
  const item = isObject(value) ? { spec, pointer, value } : undefined;
  const length = Math.min(count, built.operation.limit?.items ?? count);
  const values = Array.from({ length }, (_, i) => sample(item, `v${i}`, true));
  const keyed = as === "map" || as === "groups";
  const keys = values.map((_, i) => `key${i}`);
  const inputs = values.map((one, i) =>
    keyed
      ? { key: keys[i], value: one }
      : as === "pairs"
        ? { action: { index: {} }, source: one }
        : one,
  );
  const params = (built.operation.parameters ?? []).flatMap((parameter) => {
    const { name, in: place, key } = parameter;
    if (parameter.value !== undefined || !(parameter.required || place === "path")) return [];
    const last = place === "body" ? (name.split("/").at(-1) ?? "") : name;
    return [[key ?? last, place === "body" ? {} : "p"] as const];
  });
  const told = successes(raw).find(({ content }) => {
    const media = preferred(content);
    return media?.schema && isText(media) && isObject(media.schema.value);
  });
  const status = Number((told ?? successes(raw)[0])?.status);
  const media = told && preferred(told.content)?.schema;
  const schema = media && isObject(media.value) ? { ...media, value: media.value } : undefined;
  const attempt = {
    tested: testedOf(built, services),
    inputs,
    params: Object.fromEntries(params),
    status: Number.isNaN(status) ? 200 : status,
  };
  return { attempt, sent: { values, keys: keyed ? keys : undefined }, schema };
}

async function truthOfOne(
  built: Model,
  services: readonly NamedService[],
  recognised: RecognisedOperation,
): Promise<Truth> {
  const { attempt, sent, schema } = attemptOf(built, services, recognised);
  const told = attempt.status !== 204 && schema ? tell(schema, sent) : undefined;
  const honest = await outcomes(attempt, told?.body);
  const found: string[] = [];
  // Without a required member, an empty object is a success by the document, and so is nothing at all.
  const required = viewOf(schema).required.size > 0;
  const demands = told !== undefined && (isArray(told.body) || required || told.places.length > 0);
  for (const [name, teller] of Object.entries(lies)) {
    const lie = told && sent.values.length > 1 ? teller(told, sent, demands) : undefined;
    if (!lie) continue;
    for (const { kind, index, of } of await outcomes(attempt, lie.body)) {
      const applied = lie.applied.includes(index);
      if (kind === "ok" && !applied) found.push(`${name}: ok`);
      if (kind === "ok" && lie.marked && of !== index) found.push(`${name}: the result of another`);
      if (kind === "failed" && applied) found.push(`${name}: failed`);
    }
  }
  const { raw } = recognised;
  return {
    name: `${raw.method} ${raw.path}`,
    honest: [...new Set(honest.map(({ said }) => said))].join(", "),
    lies: [...new Set(found)],
  };
}

export async function truthOf(spec: Spec): Promise<readonly Truth[]> {
  const { operations } = recogniseOperations(spec);
  const { api } = buildModel([modelDocument(spec)]);
  const left = new Set(operations);
  const rows: Truth[] = [];
  for (const built of api.endpoints) {
    const { method, path } = built.operation;
    const recognised = [...left].find(
      ({ raw }) => raw.method.toUpperCase() === method && raw.path.replace(/[?#].*$/, "") === path,
    );
    if (!recognised) continue;
    left.delete(recognised);
    rows.push(await truthOfOne(built, api.services, recognised));
  }
  return rows;
}
