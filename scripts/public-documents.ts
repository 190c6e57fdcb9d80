/**
 * `fetchDocuments`: large public OpenAPI documents that are not in the repository, for `npm run documents -- --fetch
 * FOLDER`. Each is fetched at a fixed commit, so that every run sees the same documents.
 */
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";

/** A document by the name that it gets, its repository, a commit of it, and the path there. */
export type PublicDocument = readonly [name: string, repo: string, commit: string, path: string];

// prettier-ignore
export const publicDocuments: readonly PublicDocument[] = [
  ["commercetools", "commercetools/commercetools-api-reference", "c8ac2e9e89dba436dc086777fd5ff664d77ffd95", "oas/api/openapi.yaml"],
  ["elasticsearch-serverless", "elastic/elasticsearch-specification", "9d9b9a521cc1070c1c9eb6c77d91c3a5fb09730d", "output/openapi/elasticsearch-serverless-openapi.json"],
  ["github", "github/rest-api-description", "97a2c2f89c0255519f54df439ba314b94d4cd915", "descriptions/api.github.com/api.github.com.json"],
  ["kubernetes", "kubernetes/kubernetes", "de5742ae83c8d77268a7caf5f3b1f418c4a13a84", "api/openapi-spec/swagger.json"],
  ["mailchimp-transactional", "mailchimp/mailchimp-client-lib-codegen", "c11afe39d384b0376a6377f98b89fc6f351c6590", "spec/transactional.openapi.json"],
  ["netbox", "netbox-community/netbox", "4926204c14d18709f6d3b656d8306cfb32f1df41", "contrib/openapi.json"],
  ["openai", "openai/openai-openapi", "f85dbe223d40e1a31cba812ab2d755c7e98a92a3", "openapi.yaml"],
  ["square", "square/connect-api-specification", "5733f6624e9a5b930a8426f0e02a6bf7e35c6c0f", "api.json"],
  ["stripe", "stripe/openapi", "4d877a7b4cd23bb9bc12548e253bae65c5663c6a", "openapi/spec3.json"],
];

/** The most milliseconds that one document may take. */
const MOST_MS = 120_000;

/**
 * Writes the documents that a folder does not have yet. Returns a sentence for each that could not be had; the others
 * are fetched all the same.
 */
export async function fetchDocuments(
  folder: string,
  documents: readonly PublicDocument[],
  fetch: (url: string, options: { readonly signal: AbortSignal }) => Promise<Response>,
): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true });
  const problems: string[] = [];
  for (const [name, repo, commit, path] of documents) {
    const file = join(folder, `${name}${extname(path)}`);
    if (existsSync(file)) continue;
    const url = `https://raw.githubusercontent.com/${repo}/${commit}/${path}`;
    try {
      const reply = await fetch(url, { signal: AbortSignal.timeout(MOST_MS) });
      if (!reply.ok) throw new Error(`status ${reply.status}`);
      // A document is there whole or not at all.
      writeFileSync(`${file}.part`, await reply.text());
      renameSync(`${file}.part`, file);
    } catch (error) {
      problems.push(`${url} could not be fetched: ${String(error)}`);
    }
  }
  return problems;
}
