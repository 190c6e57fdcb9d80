import { describe, expect, test } from "vitest";
import { type Nameable } from "../../../generator/batch/names/name.js";
import { nameAll } from "../../../generator/batch/names/names.js";
import { newestFirst } from "../../../generator/batch/names/resources.js";

const nameable = (
  path: string,
  rest: Partial<Nameable & { identity: string }> = {},
): Nameable & { identity: string } => {
  const method = rest.method ?? "post";
  return { title: "Test API", identity: `${method} ${path}`, ...rest, method, path };
};
const namesOf = (...operations: (Nameable & { identity: string })[]): string[] =>
  nameAll(operations).map(({ resource, name }) => `${resource}.${name}`);

describe("the name of one operation", () => {
  const table: [path: string, want: string, rest?: Partial<Nameable>][] = [
    ["/crm/v3/objects/notes/batch/update", "notes.update"],
    ["/crm/v3/objects/{objectType}/batch/create", "objects.create"],
    ["/crm/objects/v3/projects/batch/upsert", "projects.upsert"],
    ["/crm/v3/objects/partner_clients/batch/update", "partnerClients.update"],
    ["/crm/objects/2026-03/0-410/batch/read", "courses.read", { title: "Courses" }],
    ["/cms/v3/tables/{id}/rows/draft/batch/clone", "rowsDraft.clone"],
    ["/settings/v3/exchange-rates/batch/create", "exchangeRates.create"],
    ["/events/2026-03/send/batch", "events.send"],
    ["/v2/customers/bulk-create", "customers.create"],
    ["/api/catalog-item-bulk-create-jobs", "catalogItem.create"],
    ["/v1/people:batchGet", "people.get", { method: "get" }],
    ["/email/batch", "email.send", { operationId: "sendEmailBatch" }],
    ["/email/batchWithTemplates", "email.withTemplates"],
    [
      "/email/batchWithTemplates",
      "email.sendWithTemplates",
      { operationId: "sendEmailBatchWithTemplates" },
    ],
    ["/_bulk", "store.bulk", { title: "Store API Specification" }],
    ["/_msearch/template", "store.msearchTemplate", { title: "Store" }],
    ["/#Action=SendMessageBatch", "queue.sendMessage", { title: "Queue Service" }],
    ["/accounts/batch", "accounts.batch"],
    ["/accounts/batch", "accounts.upsert", { kind: "upsert" }],
    ["/accounts/batch", "accounts.delete", { method: "delete" }],
    ["/BatchPayments", "batchPayments.batch"],
    ["/things:batchThen", "things.thenBatch"],
    ["/things:batchDefault", "things.defaultBatch"],
    ["/index/batch/update", "theIndex.update"],
  ];
  // As vendors write them, with the name that a person would type.
  const vendors: typeof table = [
    ["/executions/pause/by-ids", "executions.pause"],
    ["/executions/change-status/by-ids", "executions.changeStatus"],
    ["/api/v1/triggers/backfill/delete/by-triggers", "triggersBackfill.delete"],
    ["/tests/by-ids", "tests.delete", { method: "delete", kind: "delete" }],
    ["/series/by-ids", "series.get", { summary: "Get series by their ids" }],
    ["/flows/export/by-ids", "flows.export"],
    ["/api/annotations", "annotations.delete", { method: "delete", kind: "delete" }],
    ["/indexer/bulk", "indexer.delete", { method: "delete", kind: "delete" }],
    ["/api/v3/downloadclient/bulk", "downloadclient.update", { method: "put" }],
    ["/organizations/destroy_many", "organizations.destroy", { method: "delete" }],
    ["/organizations/update_many", "organizations.update", { method: "put" }],
    ["/tickets/create_many", "tickets.create"],
    ["/coupons/deleteByIds", "coupons.delete"],
    ["/coupons/deleteByCodes", "coupons.deleteByCodes"],
    ["/elements/multiple", "elements.read", { method: "get" }],
    ["/groups/terminate_sessions", "groups.terminateSessions"],
    ["/catalog/update-item-taxes", "catalog.updateItemTaxes"],
    ["/jql/sanitize", "jql.sanitize"],
    ["/credentials/revoke", "credentials.revoke", { operationId: "credentials/revoke" }],
    ["/user/emails", "emails.add", { summary: "Add an email address", operationId: "users/add-1" }],
    ["/accounts/{id}/groups", "groups.create", { summary: "Creates one or more groups." }],
    ["/tasks", "tasks.batch", { summary: "Inserts, updates, and deletes tasks." }],
    [
      "/zip_downloads",
      "zipDownloads.create",
      { operationId: "post_zip_downloads", summary: "Create zip download" },
    ],
    ["/webhook/refresh", "webhook.refresh", { method: "put" }],
    ["/engage#profile-set-once", "engage.profileSetOnce"],
    ["/#X-Target=Store_2012.ExecuteTransaction", "store.executeTransaction", { title: "Store" }],
    ["/runs/check-runs", "checkRuns.batch"],
    ["/import", "ingestion.import", { title: "Ingestion API" }],
    ["/v1/track", "events.track", { title: "Events API" }],
  ];
  test.each([...table, ...vendors])("%s is %s", (path, want, rest) => {
    expect(namesOf(nameable(path, rest))).toEqual([want]);
  });
});

describe("names that would be the same", () => {
  const table: [given: (Nameable & { identity: string })[], want: string[]][] = [
    [
      [nameable("/events/send/batch"), nameable("/timeline/events/batch/send")],
      ["events.send", "timelineEvents.send"],
    ],
    [
      [nameable("/a/notes/batch/update"), nameable("/b/notes/batch/update")],
      ["aNotes.update", "bNotes.update"],
    ],
    [
      [nameable("/_bulk"), nameable("/_bulk", { method: "put" }), nameable("/{index}/_bulk")],
      ["test.bulk", "test.update", "test.bulkByIndex"],
    ],
    [
      [nameable("/notes/batch/read"), nameable("/notes/batch/read", { method: "get" })],
      ["notes.read", "notes.readGet"],
    ],
    [
      [
        nameable("/notes/batch/read", { title: "One", identity: "1" }),
        nameable("/notes/batch/read", { title: "Other", identity: "2" }),
      ],
      ["notes.readOne", "notes.readOther"],
    ],
    // One and the same operation in two documents keeps its one name.
    [
      [nameable("/notes/batch/read"), nameable("/notes/batch/read")],
      ["notes.read", "notes.read"],
    ],
    // Versions: the newest stable one has the plain name.
    [
      [
        nameable("/crm/v3/objects/notes/batch/read"),
        nameable("/crm/objects/2026-03/notes/batch/read"),
        nameable("/crm/objects/2026-09-beta/notes/batch/read"),
      ],
      ["v3/notes.read", "notes.read", "2026-09-beta/notes.read"],
    ],
  ];
  test.each(table)("%#", (given, want) => {
    expect(namesOf(...given)).toEqual(want);
    // The order of the documents does not matter.
    expect(namesOf(...[...given].reverse())).toEqual([...want].reverse());
  });

  test("what nothing else tells apart is told apart by what it is, not by its place", () => {
    const many = ["a", "b", "c"].map((identity) => nameable("/x/batch/read", { identity }));
    const names = namesOf(...many);
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^x\.read\w{6}$/);
    expect(namesOf(...[...many].reverse())).toEqual([...names].reverse());
  });
});

test("versions, the newest stable first", () => {
  const given = ["v1", "2027-03-beta", "v10", "2025-09", "v3", "2026-03", "v4beta1", ""];
  expect([...given].sort(newestFirst)).toEqual([
    "",
    "2026-03",
    "2025-09",
    "v10",
    "v3",
    "v1",
    "2027-03-beta",
    "v4beta1",
  ]);
});
