/** Exports the HTTP methods that a path item may have a member for, by the OpenAPI specifications 2.0 to 3.2. */

/** Methods whose operations are read: the requests of the others have no items. */
export const methods = ["get", "put", "post", "delete", "patch", "query"] as const;
export type Method = (typeof methods)[number];

/** Every member of a path item that is an operation. */
export const allMethods: readonly string[] = [...methods, "head", "options", "trace"];
