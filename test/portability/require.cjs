/** CommonJS: `require` of the package, which is ESM. Prints what a caller needs to know of it. */
const { createClient, notes, objects } = require("hubspot-batch");
const { update } = require("hubspot-batch/notes");

const request = notes.update([{ id: "1", properties: { hs_note_body: "hi" } }]);
console.log(
  JSON.stringify({
    same: update === notes.update,
    path: request.path,
    body: request.body,
    run: typeof createClient({ auth: "token" }).run,
    kind: objects.create.operation.kind,
  }),
);
