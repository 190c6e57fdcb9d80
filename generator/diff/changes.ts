/** `changeRules`: the kinds of changes, and their effect on code that uses the package. docs/diff.md explains them. */

/** The version that a change asks for; `patch`: no type changes, only requests do. */
export type Bump = "major" | "minor" | "patch";

const rules = {
  "endpoint-added": ["minor", "Nothing that exists changes."],
  "endpoint-removed": ["major", "Code that imports it does not compile."],
  "endpoint-renamed": ["major", "Its old name is no longer exported."],
  "endpoint-moved": ["patch", "Requests go to the new place; no type changes."],
  "endpoint-deprecated": ["minor", "It works as before, and editors strike it out."],
  "endpoint-undeprecated": ["patch", "It works as before."],
  "base-url-changed": ["patch", "Requests go to the new place, unless the client names another."],
  "kind-changed": ["major", "What a run sends again after a failure follows the kind."],
  "retry-changed": ["major", "A run retries what it did not retry before, or the other way round."],
  "statuses-changed": ["major", "The same reply has another outcome, or is sent again."],
  "limit-added": ["minor", "Runs no longer need chunkSize."],
  "limit-removed": ["major", "Runs need a chunkSize, and existing calls do not pass one."],
  "limit-raised": ["patch", "Runs fill requests up to the new limit."],
  "limit-lowered": [
    "patch",
    "Runs keep to the new limit; a request built by hand may hold too much.",
  ],
  "encoding-changed": ["major", "Inputs are written in another form."],
  "result-added": ["minor", "Outcomes now carry a result."],
  "result-removed": ["major", "Outcomes no longer carry a result."],
  "result-may-be-absent": ["major", "Code that uses the result must check that there is one."],
  "result-always-there": ["minor", "Code that checks for a result still compiles."],
  "reply-added": ["major", "A switch over the status is no longer exhaustive."],
  "reply-removed": ["major", "A case for its status does not compile."],
  "select-added": ["minor", "The endpoint gains the method select."],
  "select-removed": ["major", "Code that calls select does not compile."],
  "select-changed": ["major", "select refers to another parameter or field."],
  "name-added": ["minor", "Nothing that exists changes."],
  "name-removed": ["major", "Code that imports it does not compile."],
  "parameter-added": ["minor", "Callers may leave it out."],
  "parameter-required-added": ["major", "Existing calls do not pass it."],
  "parameter-removed": ["major", "Calls that pass it do not compile."],
  "parameter-now-required": ["major", "Calls that leave it out do not compile."],
  "parameter-now-optional": ["minor", "Calls that pass it still compile."],
  "request-field-added": ["minor", "Callers may leave it out."],
  "request-required-field-added": ["major", "Existing inputs do not have it."],
  "request-field-removed": ["major", "Inputs that have it do not compile."],
  "request-field-now-required": ["major", "Inputs that leave it out do not compile."],
  "request-field-now-optional": ["minor", "Inputs that have it still compile."],
  "request-member-added": ["minor", "What callers send today is still allowed."],
  "request-member-removed": ["major", "Inputs that have it do not compile."],
  "request-type-widened": ["minor", "What callers send today is still allowed."],
  "request-type-narrowed": ["major", "Some of what callers may send today is no longer allowed."],
  "request-type-changed": ["major", "What callers send today is no longer allowed."],
  "response-field-added": ["minor", "Code that reads the response ignores it."],
  "response-field-removed": ["major", "Code that reads it does not compile."],
  "response-field-now-required": ["minor", "Code that handles its absence still compiles."],
  "response-field-now-optional": ["major", "Code that reads it must check that it is there."],
  "response-member-added": ["major", "A switch over it is no longer exhaustive."],
  "response-member-listed": ["minor", "Code that handles unlisted values still compiles."],
  "response-member-unlisted": [
    "minor",
    "Code that names it still compiles, because it may still come.",
  ],
  "response-member-removed": ["major", "A case or a comparison that names it does not compile."],
  "response-type-widened": ["major", "Code that reads it does not expect the new values."],
  "response-type-narrowed": ["minor", "Code that reads it handles more than can occur."],
  "response-branch-removed": ["major", "Code that handles it does not compile."],
  "response-type-changed": ["major", "Code that reads it expects another type."],
  "field-deprecated": ["minor", "It works as before, and editors strike it out."],
} as const satisfies Readonly<Record<string, readonly [Bump, string]>>;

export type ChangeCode = keyof typeof rules;

/** Every kind of change, with the version that it asks for and why. */
export const changeRules: Readonly<Record<ChangeCode, readonly [bump: Bump, why: string]>> = rules;

/** One difference between two packages. */
export interface Change {
  readonly code: ChangeCode;
  /** Code that uses the package may not compile any more. */
  readonly breaking: boolean;
  readonly bump: Bump;
  /** The part that changed: an endpoint (`notes.update`), a field of a type (`NoteInput.id`), an exported name. */
  readonly at: string;
  /** The old and the new form, in the notation of TypeScript. */
  readonly message: string;
  /** Why it is breaking or compatible. */
  readonly why: string;
  /** The endpoints that it changes, in code point order. */
  readonly endpoints: readonly string[];
}

const order: readonly (Bump | "none")[] = ["none", "patch", "minor", "major"];

/** The greatest version that one of the changes asks for. */
export const bumpOf = (changes: readonly Change[]): Bump | "none" =>
  changes.reduce<Bump | "none">(
    (most, { bump }) => (order.indexOf(bump) > order.indexOf(most) ? bump : most),
    "none",
  );

/** Breaking changes first; then by location, kind and text. */
export const inOrder = (changes: readonly Change[]): readonly Change[] =>
  [...changes].sort((a, b) => {
    const bumps = order.indexOf(b.bump) - order.indexOf(a.bump);
    if (bumps !== 0) return bumps;
    const [one, other] = [a, b].map(({ at, code, message }) => `${at}\n${code}\n${message}`);
    return (one ?? "") < (other ?? "") ? -1 : 1;
  });
