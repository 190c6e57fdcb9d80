/** The file that keeps names once given. A file of its own: it is looked for where nothing else is loaded. */
export const lockName = "openapi-batch.lock";
