/** The batch endpoints of a set of documents, as data: what `emit/` prints. Types only. */

/** One use of a schema by an endpoint: what a type is wanted for. */
export type SchemaPosition = "request" | "response";
