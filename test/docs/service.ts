/** A service in memory, for the examples of the docs: applies everything, as the documents say. */
export async function service(input: Request | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  const verb = request.url.split("/").at(-1);
  const stamp = "2026-01-31T09:30:00Z";
  if (verb === "archive") return new Response(null, { status: 204 });
  if (request.method === "GET") return Response.json({});
  const { inputs = [] } = (await request.json()) as { inputs?: Record<string, unknown>[] };
  const results = inputs.map((each, i) => ({
    id: String(900 + i),
    properties: {},
    createdAt: stamp,
    updatedAt: stamp,
    archived: false,
    ...(verb === "upsert" && { new: true }),
    ...each,
  }));
  const body = { status: "COMPLETE", results, startedAt: stamp, completedAt: stamp };
  return Response.json(body, { status: verb === "create" ? 201 : 200 });
}
