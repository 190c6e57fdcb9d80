/** `RUNTIME command-line.js BASE_URL LABEL`: prints what the short run tells, for Node, Bun and Deno. */
import process from "node:process";
import { shortRun } from "./short-run.js";

const [baseUrl = "", label = ""] = process.argv.slice(2);
// Deno sends a request again by itself where a used connection breaks (docs/portability.md): each gets a new one.
const { Deno } = globalThis;
const client = Deno?.createHttpClient({ poolMaxIdlePerHost: 0 });
const options = client ? { fetch: (request) => fetch(request, { client }) } : {};
console.log(JSON.stringify(await shortRun(baseUrl, label, options)));
process.exit(0);
