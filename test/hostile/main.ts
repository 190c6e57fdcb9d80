/**
 * `npm run hostile -- [--count N] [--seed N]`: hostile documents, replies and overlays. Prints what they found, a line
 * for each 5,000 cases and a table of figures; exits with 1 where one crashed, hung, or let a secret or a document's
 * text out.
 */
import { parseArgs } from "node:util";
import { hostileCases } from "./cases.js";

const { values } = parseArgs({
  options: { count: { type: "string", default: "10000" }, seed: { type: "string", default: "1" } },
});

// What nobody awaited is a defect as well.
let unhandled = 0;
process.on("unhandledRejection", (error) => {
  unhandled++;
  console.error("unhandled:", error);
});

const { kinds, findings } = await hostileCases(
  Number(values.count),
  Number(values.seed),
  (finding) => console.error(finding),
  (done) => {
    if (done % 5000 === 0)
      console.error(`${done} of ${values.count} cases, ${Math.round(performance.now() / 1000)} s`);
  },
);
const rows = Object.entries(kinds).map(([kind, { cases, ms, slowest, found }]) => [
  kind,
  {
    cases,
    seconds: Number((ms / 1000).toFixed(1)),
    "slowest, ms": Math.round(slowest),
    ...found,
  },
]);
console.table(Object.fromEntries(rows));
console.log(
  `${values.count} cases from seed ${values.seed}; ${findings.length + unhandled} findings`,
);
process.exitCode = findings.length + unhandled > 0 ? 1 : 0;
