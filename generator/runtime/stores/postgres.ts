/** What is shared in PostgreSQL: its `schema`, and the stores over it. A subpath of a package, `…/postgres`. */
import { createJournal } from "../journal/journal.js";
import type { Journal } from "../run/run-journal.js";
import { journalBackend, journalSchema } from "./postgres-journal.js";
import { limiterSchema, type Queries } from "./postgres-limiter.js";

export { rateLimiterStore, type Queries } from "./postgres-limiter.js";

/** The tables and functions that the stores need, for your migrations. It may run twice. */
export const schema: string = limiterSchema + journalSchema;

/** A journal for the processes of any number of hosts. It needs `schema`. */
export const journal = (db: Queries): Journal => createJournal(journalBackend(db));
