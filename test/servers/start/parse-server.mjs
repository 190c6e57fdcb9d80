import express from "express";
import { ParseServer } from "parse-server";

const [port, databaseURI] = process.argv.slice(2);
const server = new ParseServer({
  databaseURI,
  appId: "app",
  masterKey: "master",
  serverURL: `http://127.0.0.1:${port}/parse`,
  silent: true,
});
await server.start();
express().use("/parse", server.app).listen(Number(port), "127.0.0.1");
