/** Exports `lockName`, in a file of its own: an unchanged run looks for the lock and loads nothing else of it. */
export const lockName = "openapi-batch.lock";
