/** What is shared in PostgreSQL: its `schema`, and the stores over it. A subpath of a package, `…/postgres`. */
import { createJournal } from "../journal/journal.js";
import type { Journal } from "../run/run-journal.js";
import { journalBackend, journalSchema } from "./postgres-journal.js";
import { limiterSchema, type Queries } from "./postgres-limiter.js";

export { rateLimiterStore, type Queries } from "./postgres-limiter.js";

/** Those who make the same tables at the same time would fail. */
const ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtext('batch_schema'));";

/** The tables and functions that the stores need, for your migrations. It may run twice, and in many processes at once. */
export const schema: string = ONE_AT_A_TIME + limiterSchema + journalSchema;

/** A journal for the processes of any number of hosts. It needs `schema`. */
export const journal = (db: Queries): Journal => createJournal(journalBackend(db));
