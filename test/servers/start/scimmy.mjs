/** SCIMMY leaves it to its user where the users are: here in a folder, one file for each, written at once or not at all. */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const [port, folder] = process.argv.slice(2);
if (!existsSync(folder)) mkdirSync(folder);
const users = new Map();
for (const id of readdirSync(folder))
  if (!id.endsWith(".new")) users.set(id, JSON.parse(readFileSync(join(folder, id), "utf8")));

function ingress({ id = crypto.randomUUID() }, user) {
  for (const [other, { userName }] of users)
    if (userName === user.userName && other !== id)
      throw new SCIMMY.Types.Error(409, "uniqueness", `${userName} exists`);
  const stored = { ...user, id };
  writeFileSync(join(folder, `${id}.new`), JSON.stringify(stored));
  renameSync(join(folder, `${id}.new`), join(folder, id));
  users.set(id, stored);
  return stored;
}

SCIMMY.Config.set({ bulk: { supported: true, maxOperations: 50, maxPayloadSize: 1_000_000 } });
SCIMMY.Resources.declare(SCIMMY.Resources.User, {
  ingress,
  egress: ({ id }) => (id === undefined ? [...users.values()] : users.get(id)),
});
express()
  .use("/scim", new SCIMMYRouters({ type: "bearer", handler: () => "user" }))
  .listen(Number(port), "127.0.0.1");
