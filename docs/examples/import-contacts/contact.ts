/** The properties of contacts, as the account has them. Written by write-contact.ts. */
import { boolean, date, manyOf, number, oneOf, properties, string } from "hubspot-batch/codecs";

export const contact = properties({
  email: string,
  firstname: string,
  lead_score: number,
  signup: date,
  newsletter: boolean,
  stage: oneOf("lead", "customer"),
  interests: manyOf("api", "crm"),
});
