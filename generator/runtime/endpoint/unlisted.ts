/** Values that a service sends and its document does not list. Types only. */

declare const unlisted: unique symbol;

/**
 * A value beyond those that an enum lists: it is what is left of a `switch` over a response's enum whose cases are all
 * there, so that a value that comes with tomorrow's service has a place in today's code.
 */
export type Unlisted<T extends string | number = string> = T & { readonly [unlisted]: true };
