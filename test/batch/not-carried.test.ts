import { expect, test } from "vitest";
import { generateFrom } from "../emit/compile.js";
import { usual } from "../operations.js";

test("what a path shares with its operations dangles once", async () => {
  const { diagnostics } = await generateFrom({
    "a.json": {
      openapi: "3.0.3",
      info: { title: "t", version: "1" },
      servers: [{ url: "https://api.example.com" }],
      paths: {
        "/things/batch": {
          parameters: [{ $ref: "#/components/parameters/Gone" }],
          post: usual,
          delete: usual,
        },
      },
    },
  });
  expect(diagnostics.map(({ code, location }) => [code, location?.pointer])).toEqual([
    ["dangling-reference", "/paths/~1things~1batch/parameters/0/$ref"],
  ]);
});
