/** `servers`: how each server is started, what is sent to it, and how its rows are counted. */
import { cpSync, existsSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { here, type Place, type Start } from "./server.js";

/** A row to create. Every 41st has an empty title, and becomes an input that the server refuses. */
export interface Row {
  readonly id: number;
  readonly ref: string;
  readonly title: string;
}

export interface Server {
  readonly name: string;
  readonly needsPostgres?: true;
  start(place: Place): Start;
  /** Makes what the rows are created in. Called once, after the first start. */
  prepare?(url: string): Promise<void>;
  /** The server's own OpenAPI document; by default `documents/NAME.yaml`, or that of its preset. */
  document?(url: string): Promise<unknown>;
  /** The presets of the tool that describe it; a document that has an `x-batch` needs none. */
  readonly presets?: readonly string[];
  /** Method and path of the endpoint. */
  readonly operation: string;
  /** The client's secret. */
  readonly auth: string;
  /** The path below the server's address. */
  readonly base?: string;
  input(row: Row): unknown;
  readonly params?: object;
  readonly chunkSize?: number;
  /** The `ref` of every row that the server has. */
  rows(url: string): Promise<readonly string[]>;
}

/** A row as servers return it. */
interface Stored {
  readonly ref: string;
}

/** The JSON of a reply; its type is what the server's documentation says. */
async function json<T>(url: string, init: RequestInit = {}): Promise<T> {
  const reply = await fetch(url, init);
  if (!reply.ok)
    throw new Error(`${init.method ?? "GET"} ${url}: ${reply.status} ${await reply.text()}`);
  return (await reply.json()) as T; // the server is not ours, and its version is pinned
}

const body = (value: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(value),
});

/** A call of an AWS service; the local servers look at the form of a signature, not at the signature. */
const aws = (service: string, version: string) => {
  const auth = `AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const call = async <T>(url: string, target: string, value: unknown): Promise<T> => {
    const reply = await fetch(
      url,
      body(value, {
        "content-type": `application/x-amz-json-${version}`,
        "x-amz-target": target,
        "x-amz-date": "20260101T000000Z",
        authorization: auth,
      }),
    );
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${target}: ${reply.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T; // as above
  };
  return { auth, call };
};
const dynamo = aws("dynamodb", "1.0");
const kinesis = aws("kinesis", "1.1");

interface Page {
  readonly Items: readonly { readonly ref: { readonly S: string } }[];
  readonly LastEvaluatedKey?: unknown;
}

const dynalite: Server = {
  name: "dynalite",
  presets: ["dynamodb"],
  start: ({ port, folder }) => ({
    args: [join(here, "start/dynalite.mjs"), String(port), join(folder, "data")],
    probe: "/",
  }),
  async prepare(url) {
    await dynamo.call(url, "DynamoDB_20120810.CreateTable", {
      TableName: "rows",
      AttributeDefinitions: [{ AttributeName: "ref", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "ref", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    });
  },
  operation: "POST /",
  auth: dynamo.auth,
  // Without its key, a row makes the service refuse the whole request.
  input: ({ ref, title }) => ({
    key: "rows",
    value: {
      PutRequest: { Item: { ...(title !== "" && { ref: { S: ref } }), title: { S: title } } },
    },
  }),
  async rows(url) {
    const refs: string[] = [];
    for (let from: unknown; ;) {
      const page: Page = await dynamo.call<Page>(url, "DynamoDB_20120810.Scan", {
        TableName: "rows",
        ConsistentRead: true,
        ...(from !== undefined && { ExclusiveStartKey: from }),
      });
      refs.push(...page.Items.map((item) => item.ref.S));
      from = page.LastEvaluatedKey;
      if (from === undefined) return refs;
    }
  },
};

interface Records {
  readonly Records: readonly { readonly Data: string }[];
  readonly NextShardIterator: string;
}

const kinesalite: Server = {
  name: "kinesalite",
  start: ({ port, folder }) => ({
    args: [join(here, "start/kinesalite.mjs"), String(port), join(folder, "data")],
    probe: "/",
  }),
  async prepare(url) {
    await kinesis.call(url, "Kinesis_20131202.CreateStream", { StreamName: "rows", ShardCount: 1 });
  },
  operation: "POST /",
  auth: kinesis.auth,
  input: ({ ref }) => ({ Data: Buffer.from(ref).toString("base64"), PartitionKey: ref }),
  params: { StreamName: "rows" },
  chunkSize: 50,
  async rows(url) {
    const refs: string[] = [];
    const { ShardIterator } = await kinesis.call<{ ShardIterator: string }>(
      url,
      "Kinesis_20131202.GetShardIterator",
      {
        StreamName: "rows",
        ShardId: "shardId-000000000000",
        ShardIteratorType: "TRIM_HORIZON",
      },
    );
    for (let next = ShardIterator; ;) {
      const page: Records = await kinesis.call<Records>(url, "Kinesis_20131202.GetRecords", {
        ShardIterator: next,
      });
      if (page.Records.length === 0) return refs;
      for (const { Data } of page.Records) refs.push(Buffer.from(Data, "base64").toString());
      next = page.NextShardIterator;
    }
  },
};

const pouchdb: Server = {
  name: "pouchdb-server",
  start: ({ port, folder }) => ({
    args: [
      join(here, "node_modules/pouchdb-server/bin/pouchdb-server"),
      ...["--port", String(port), "--dir", folder],
    ],
    probe: "/",
  }),
  async prepare(url) {
    await json(`${url}/rows`, { method: "PUT" });
  },
  operation: "POST /{db}/_bulk_docs",
  auth: "none",
  // Where a title is bad, the document's id is that of its predecessor, and so a conflict.
  input: ({ ref, title, id }) => ({ _id: title === "" ? `row-${id - 1}` : ref, ref, title }),
  params: { db: "rows" },
  async rows(url) {
    const { rows } = await json<{ rows: readonly { doc: Stored }[] }>(
      `${url}/rows/_all_docs?include_docs=true`,
    );
    return rows.map(({ doc }) => doc.ref);
  },
};

const directusEnvironment = (port: number, database: string, folder: string) => {
  const { hostname, port: databasePort, pathname } = new URL(database);
  return {
    DB_CLIENT: "pg",
    DB_HOST: hostname,
    DB_PORT: databasePort,
    DB_DATABASE: pathname.slice(1),
    DB_USER: "postgres",
    DB_PASSWORD: "x",
    SECRET: "a secret of at least 32 characters",
    ADMIN_EMAIL: "admin@example.com",
    ADMIN_PASSWORD: "password",
    ADMIN_TOKEN: "token",
    HOST: "127.0.0.1",
    PORT: String(port),
    LOG_LEVEL: "error",
    TELEMETRY: "false",
    // Beside other work, the machine is slow: that is no reason to refuse requests.
    PRESSURE_LIMITER_ENABLED: "false",
    STORAGE_LOCAL_ROOT: join(folder, "uploads"),
    EXTENSIONS_PATH: join(folder, "extensions"),
  };
};
const directusAuth = { authorization: "Bearer token" };
const directusArgs = (command: string) => [
  "--import",
  join(here, "start/without-isolated-vm.mjs"),
  join(here, "node_modules/directus/cli.js"),
  command,
];
const node = join(here, "node_modules/node/bin/node");

const directus: Server = {
  name: "directus",
  needsPostgres: true,
  start({ port, folder, database }) {
    const env = directusEnvironment(port, database, folder);
    if (!existsSync(join(folder, "server.log")))
      execFileSync(node, directusArgs("bootstrap"), {
        cwd: here,
        env: { ...process.env, ...env },
        stdio: "ignore",
      });
    return { args: directusArgs("start"), env, probe: "/server/ping" };
  },
  async prepare(url) {
    const field = (name: string, type: string, schema: object) => ({ field: name, type, schema });
    await json(
      `${url}/collections`,
      body(
        {
          collection: "rows",
          schema: {},
          meta: {},
          fields: [
            field("id", "integer", { is_primary_key: true, has_auto_increment: true }),
            field("ref", "string", { is_nullable: false }),
            field("title", "string", { max_length: 20 }),
          ],
        },
        directusAuth,
      ),
    );
  },
  document: (url) => json(`${url}/server/specs/oas`, { headers: directusAuth }),
  operation: "POST /items/rows",
  auth: "token",
  input: ({ ref, title }) => ({
    ref,
    title: title === "" ? "longer than twenty characters" : title,
  }),
  async rows(url) {
    const { data } = await json<{ data: readonly Stored[] }>(
      `${url}/items/rows?limit=-1&fields=ref`,
      { headers: directusAuth },
    );
    return data.map(({ ref }) => ref);
  },
};

const cap: Server = {
  name: "cap",
  presets: ["odata-batch"],
  base: "/catalog",
  chunkSize: 20,
  start({ port, folder }) {
    const app = join(folder, "app");
    const modules = join(here, "node_modules/@sap/cds/bin");
    if (!existsSync(app)) {
      cpSync(join(here, "start/cap"), app, { recursive: true });
      execFileSync(node, [join(modules, "deploy.js")], { cwd: app, stdio: "ignore" });
    }
    return {
      args: [join(modules, "serve.js"), "--port", String(port)],
      cwd: app,
      probe: "/catalog",
    };
  },
  operation: "POST /$batch",
  auth: "none",
  input: ({ id, ref, title }) => ({
    method: "POST",
    url: "Rows",
    headers: { "content-type": "application/json" },
    body: { ID: id, ref, title: title === "" ? "longer than twenty characters" : title },
  }),
  async rows(url) {
    const refs: string[] = [];
    for (let skip = 0; ; skip += 1000) {
      const { value } = await json<{ value: readonly Stored[] }>(
        `${url}/catalog/Rows?$select=ref&$orderby=ID&$top=1000&$skip=${skip}`,
      );
      refs.push(...value.map(({ ref }) => ref));
      if (value.length < 1000) return refs;
    }
  },
};

const parse: Server = {
  name: "parse-server",
  needsPostgres: true,
  start: ({ port, database }) => ({
    args: [join(here, "start/parse-server.mjs"), String(port), database],
    probe: "/parse/health",
  }),
  // The first row makes the columns; a number in one of them is refused from then on.
  async prepare(url) {
    const headers = { "x-parse-application-id": "app", "x-parse-master-key": "master" };
    const fields = { ref: { type: "String" }, title: { type: "String" } };
    await json(`${url}/parse/schemas/Row`, body({ className: "Row", fields }, headers));
  },
  operation: "POST /batch",
  auth: "master",
  base: "/parse",
  input: ({ ref, title }) => ({
    method: "POST",
    path: "/parse/classes/Row",
    body: { ref, title: title === "" ? 1 : title },
  }),
  async rows(url) {
    const headers = { "x-parse-application-id": "app", "x-parse-master-key": "master" };
    const { results } = await json<{ results: readonly Stored[] }>(
      `${url}/parse/classes/Row?keys=ref&limit=100000`,
      { headers },
    );
    return results.map(({ ref }) => ref);
  },
};

const scimmy: Server = {
  name: "scimmy",
  presets: ["scim-bulk"],
  base: "/scim",
  chunkSize: 50,
  start: ({ port, folder }) => ({
    args: [join(here, "start/scimmy.mjs"), String(port), join(folder, "data")],
    probe: "/scim/ServiceProviderConfig",
  }),
  operation: "POST /Bulk",
  auth: "token",
  // Without its name, a user is refused.
  input: ({ ref, title }) => ({
    method: "POST",
    path: "/Users",
    data: {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      ...(title !== "" && { userName: ref }),
    },
  }),
  params: { schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"] },
  async rows(url) {
    const refs: string[] = [];
    for (;;) {
      const { Resources, totalResults } = await json<{
        readonly Resources: readonly { readonly userName: string }[];
        readonly totalResults: number;
      }>(
        `${url}/scim/Users/.search`,
        body(
          {
            schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
            startIndex: refs.length + 1,
            count: 200,
          },
          { "content-type": "application/scim+json" },
        ),
      );
      refs.push(...Resources.map(({ userName }) => userName));
      if (refs.length >= totalResults) return refs;
    }
  },
};

const fhir: Server = {
  name: "fhir",
  presets: ["fhir-bundle"],
  base: "/fhir",
  chunkSize: 50,
  start: ({ port, folder }) => ({
    args: [join(here, "start/fhir.mjs"), String(port), join(folder, "data")],
    probe: "/fhir/Patient",
  }),
  operation: "POST /",
  auth: "none",
  input: ({ ref, title }) => ({
    resource: {
      resourceType: "Patient",
      identifier: [{ value: ref }],
      ...(title === "" && { birthDate: "no date" }),
    },
    request: { method: "POST", url: "Patient" },
  }),
  params: { resourceType: "Bundle", type: "batch" },
  async rows(url) {
    const refs: string[] = [];
    for (let offset = 0; ; offset += 100) {
      const { entry = [] } = await json<{
        entry?: readonly { resource: { identifier: readonly { value: string }[] } }[];
      }>(`${url}/fhir/Patient?_count=100&_offset=${offset}&_sort=identifier`);
      refs.push(...entry.flatMap(({ resource }) => resource.identifier.map(({ value }) => value)));
      if (entry.length < 100) return refs;
    }
  },
};

const jsonApi: Server = {
  name: "json-api",
  presets: ["jsonapi-atomic"],
  chunkSize: 20,
  start: ({ port, folder }) => ({
    args: [join(here, "start/json-api.mjs"), String(port), join(folder, "data")],
    probe: "/rows",
  }),
  operation: "POST /operations",
  auth: "none",
  input: ({ ref, title }) => ({
    op: "add",
    ref: { type: "rows" },
    data: {
      type: "rows",
      attributes: { ref, title: title === "" ? 7 : title },
    },
  }),
  async rows(url) {
    const refs: string[] = [];
    for (let page = 1; ; page++) {
      const { data } = await json<{ data: readonly { readonly attributes: Stored }[] }>(
        `${url}/rows?page[number]=${page}&page[size]=500&sort=id`,
      );
      refs.push(...data.map(({ attributes }) => attributes.ref));
      if (data.length < 500) return refs;
    }
  },
};

export const servers: readonly Server[] = [
  dynalite,
  kinesalite,
  pouchdb,
  directus,
  cap,
  parse,
  scimmy,
  fhir,
  jsonApi,
];
