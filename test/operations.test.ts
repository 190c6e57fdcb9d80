/** The cases of operations.ts, end to end: a document, the generated package, and the request that it makes. */
import { describe, expect, test } from "vitest";
import { operationCases, operationDocument, type OperationCase } from "./operations.js";
import { filesOf, generateFrom, load, problems, type Files } from "./emit/compile.js";

interface Request_ {
  readonly operation: { readonly service: { readonly baseUrl: string } };
  readonly body: unknown;
  toRequest(baseUrl: string, auth?: object): Request;
}
type Build = (inputs: readonly unknown[], params?: object) => Request_;

const packages = new Map<string, Files>();

async function requestOf(files: Files, name: string, one: OperationCase): Promise<Request_> {
  const [resource = "", member = ""] = name.split(".");
  const module = await load(files, `src/${resource}`);
  const build = module[member] as Build; // an endpoint: `inspect` said so
  return build(one.inputs ?? ["a", "b"], one.params);
}

describe("operations", () => {
  test.each(Object.entries(operationCases))("%s", async (id, one) => {
    const generated = await generateFrom({ "a.json": operationDocument(one) });
    expect([...new Set(generated.diagnostics.map(({ code }) => code))].sort()).toEqual(
      one.diagnostics ?? [],
    );
    const [row] = generated.rows;
    if (one.refused !== undefined) {
      expect(row?.reason ?? "").toContain(one.refused);
      return;
    }
    expect(generated.rows).toMatchObject([{ recognised: true }]);
    const files = filesOf(generated);
    packages.set(id, files);
    const sources = [...files].filter(([path]) => !path.startsWith("src/runtime/"));
    for (const text of one.text ?? [])
      expect(
        sources.some(([, source]) => source.includes(text)),
        text,
      ).toBe(true);
    if (one.throws !== undefined) {
      const refused = requestOf(files, row?.name ?? "", one).then((request) =>
        request.toRequest(request.operation.service.baseUrl, one.auth),
      );
      await expect(refused).rejects.toThrow(one.throws);
    }
    if (one.want === undefined) return;
    const request = await requestOf(files, row?.name ?? "", one);
    const sent = request.toRequest(request.operation.service.baseUrl, one.auth);
    const { url, method, headers, body, text, form } = one.want;
    const wire = await sent.clone().text();
    const [, boundary = "\0"] = /boundary=(.*)/.exec(sent.headers.get("content-type") ?? "") ?? [];
    const plain = (text: string): string => text.replaceAll(boundary, "B").replaceAll("\r\n", "|");
    if (text !== undefined) expect(plain(wire)).toBe(text.join(""));
    if (form !== undefined) expect([...new URLSearchParams(wire)]).toEqual(form);
    if (url !== undefined) expect(sent.url).toBe(url);
    if (method !== undefined) expect(sent.method).toBe(method);
    for (const [name, value] of Object.entries(headers ?? {}))
      expect(plain(sent.headers.get(name) ?? "") || null, name).toBe(value);
    if (body !== undefined) expect(request.body).toEqual(body);
  });

  test("compile", () => {
    expect(packages.size).toBe(
      Object.values(operationCases).filter(({ refused }) => refused === undefined).length,
    );
    expect(problems(Object.fromEntries(packages))).toEqual([]);
  });
});
