/** `Unlisted`: a value that a service sends although its document does not list it. Types only. */

declare const unlisted: unique symbol;

/**
 * A value that an enum of a response does not list. It is the type that remains after a `switch` with a case for every
 * listed value, so that code must handle values that a later version of the service may send.
 */
export type Unlisted<T extends string | number = string> = T & { readonly [unlisted]: true };
