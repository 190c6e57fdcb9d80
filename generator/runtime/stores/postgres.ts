/** What is shared in PostgreSQL: its `schema`, and the stores over it. A subpath of a package, `…/postgres`. */
import { limiterSchema } from "./postgres-limiter.js";

export { rateLimiterStore, type Queries } from "./postgres-limiter.js";

/** The tables and functions that the stores need, for your migrations. It may run twice. */
export const schema: string = limiterSchema;
