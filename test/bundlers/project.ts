/** A project of a user with a document, and a program that uses the package made of it. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Project {
  readonly root: string;
  readonly write: (file: string, text: string) => void;
  readonly read: (file: string) => string;
  readonly remove: () => void;
}

/** A document with one endpoint, `things.read`, that takes so many inputs at once. */
export const documentOf = (most: number): string => `openapi: 3.1.0
info: { title: Things, version: "1" }
servers: [{ url: https://things.example }]
paths:
  /things/batch/read:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [ids]
              properties: { ids: { type: array, maxItems: ${most}, items: { type: string } } }
      responses:
        "200":
          description: The things.
          content:
            application/json:
              schema:
                type: object
                properties: { results: { type: array, items: { type: object, properties: { id: { type: string } } } } }
`;

/** A document that ends too early, at line 3. */
export const broken = `openapi: 3.1.0
info: { title: Things, version: "1" }
paths: { /a: { post: [1, 2 }
`;

/** Prints the path of a request, how many inputs fit into one, and whether a client can be made. */
const program = `import { createClient } from "thing-batch";
import { read } from "thing-batch/things";
console.log(read(["1"]).path, read.operation.limit?.items, typeof createClient({ auth: "token" }).run);
`;

export function createProject(): Project {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "openapi-batch-plugin-")));
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  write("package.json", '{ "private": true, "type": "module" }');
  write("specs/things.yaml", documentOf(50));
  write("openapi-batch.config.json", '{ "name": "thing-batch", "format": false }');
  write("main.ts", program);
  return {
    root,
    write,
    read: (file) => readFileSync(join(root, file), "utf8"),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
