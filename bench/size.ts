/**
 * What a user of the generated package ships: bytes of a bundle with one builder, and of one with a client and `run`.
 *
 *     npm run bench:size
 */
import { bundle, builder, ENDPOINTS, RUN } from "./bundle.js";

const root = process.cwd();
const row = (...cells: readonly (string | number)[]) =>
  console.log(
    cells.map((cell, i) => (i ? String(cell).padStart(10) : String(cell).padEnd(40))).join(""),
  );

row("bundle", "minified", "gzipped");
for (const endpoint of ENDPOINTS) {
  const { minified, gzipped } = await bundle(root, builder(endpoint));
  row(endpoint, minified, gzipped);
}
const { minified, gzipped, files } = await bundle(root, RUN);
row("createClient, run and notes.update", minified, gzipped);
row("");
row("of the last one", "minified");
for (const [name, bytes] of [...files].sort(([, a], [, b]) => b - a)) row(name, bytes);
