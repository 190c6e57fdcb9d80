/**
 * Prints contact.ts: the properties that the account has, all of them or those that you name.
 *
 *     node write-contact.ts email firstname lead_score > contact.ts
 */
import { createClient } from "hubspot-batch";

/** A property as HubSpot describes it, as far as it matters here. */
interface Listed {
  readonly name: string;
  readonly type: string;
  readonly fieldType: string;
  readonly options: readonly { readonly value: string }[];
}

const { HUBSPOT_TOKEN: auth = "", OPENAPI_BATCH_URL: baseUrl = "https://api.hubapi.com" } =
  process.env;
const names = process.argv.slice(2);

const client = createClient({ auth, baseUrl });
const reply = await client.fetch(new Request(`${baseUrl}/crm/v3/properties/contacts`));
if (!reply.ok) throw new Error(`The list of properties has the status ${reply.status}.`);
const { results } = (await reply.json()) as { results: readonly Listed[] }; // as documented
const listed = results.filter(({ name }) => names.length === 0 || names.includes(name));

const simple = new Map([
  ["number", "number"],
  ["bool", "boolean"],
  ["date", "date"],
  ["datetime", "dateTime"],
]);

/** What codecs call it, with the values of an enumeration. */
function kindOf({ type, fieldType, options }: Listed): readonly [name: string, values?: string] {
  const values = options.map(({ value }) => value);
  if (type !== "enumeration" || values.length === 0) return [simple.get(type) ?? "string"];
  if (fieldType === "booleancheckbox") return ["boolean"];
  return [
    fieldType === "checkbox" ? "manyOf" : "oneOf",
    values.map((value) => JSON.stringify(value)).join(", "),
  ];
}

const imported = new Set(["properties", ...listed.map((each) => kindOf(each)[0])]);
console.log(`/** The properties of contacts, as the account has them. Written by write-contact.ts. */
import { ${[...imported].sort().join(", ")} } from "hubspot-batch/codecs";

export const contact = properties({
${listed
  .map((each) => {
    const [kind, values] = kindOf(each);
    const name = /^[a-z]\w*$/.test(each.name) ? each.name : `[${JSON.stringify(each.name)}]`;
    return `  ${name}: ${values === undefined ? kind : `${kind}(${values})`},`;
  })
  .join("\n")}
});`);
