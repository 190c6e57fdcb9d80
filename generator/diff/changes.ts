/** `changeRules`: the kinds of changes, and their effect on code that uses the package. docs/diff.md explains them. */

/** The version that a change asks for; `patch`: no type changes, only requests do. */
export type Bump = "major" | "minor" | "patch";

const rules = {
  "endpoint-added": ["minor", "Nothing that exists changes."],
  "endpoint-removed": ["major", "Code that imports it does not compile."],
  "endpoint-renamed": ["major", "Its old name is not exported any more."],
  "endpoint-moved": ["patch", "Requests go to the new place; no type changes."],
  "endpoint-deprecated": ["minor", "It works as before, and editors strike it out."],
  "endpoint-undeprecated": ["patch", "It works as before."],
  "base-url-changed": ["patch", "Requests go to the new place, unless the client names another."],
  "kind-changed": ["major", "What a run sends again after a failure follows the kind."],
  "retry-changed": ["major", "A run sends again what it did not, or does not what it did."],
  "statuses-changed": ["major", "The same reply has another outcome, or is sent again."],
  "limit-added": ["minor", "Runs need no chunkSize any more."],
  "limit-removed": ["major", "Runs need a chunkSize, and existing calls give none."],
  "limit-raised": ["patch", "Runs fill requests up to the new limit."],
  "limit-lowered": [
    "patch",
    "Runs keep to the new limit; a request built by hand may hold too much.",
  ],
  "encoding-changed": ["major", "Inputs are written in another form."],
  "result-added": ["minor", "Outcomes carry a result that they did not."],
  "result-removed": ["major", "Outcomes carry no result any more."],
  "result-may-be-absent": ["major", "Code that uses the result has to look whether there is one."],
  "result-always-there": ["minor", "Code that looks whether there is a result goes on to compile."],
  "reply-added": ["major", "A switch over the status is not exhaustive any more."],
  "reply-removed": ["major", "A case for its status does not compile."],
  "select-added": ["minor", "The endpoint has a method more."],
  "select-removed": ["major", "Code that calls select does not compile."],
  "select-changed": ["major", "select is about another parameter or another field."],
  "name-added": ["minor", "Nothing that exists changes."],
  "name-removed": ["major", "Code that imports it does not compile."],
  "parameter-added": ["minor", "Callers may leave it out."],
  "parameter-required-added": ["major", "Existing calls do not give it."],
  "parameter-removed": ["major", "Calls that give it do not compile."],
  "parameter-now-required": ["major", "Calls that leave it out do not compile."],
  "parameter-now-optional": ["minor", "Calls that give it go on to compile."],
  "request-field-added": ["minor", "Callers may leave it out."],
  "request-required-field-added": ["major", "Existing inputs do not have it."],
  "request-field-removed": ["major", "Inputs that have it do not compile."],
  "request-field-now-required": ["major", "Inputs that leave it out do not compile."],
  "request-field-now-optional": ["minor", "Inputs that have it go on to compile."],
  "request-member-added": ["minor", "What callers send today is still allowed."],
  "request-member-removed": ["major", "Inputs that have it do not compile."],
  "request-type-widened": ["minor", "What callers send today is still allowed."],
  "request-type-narrowed": [
    "major",
    "Some of what callers may send today is not allowed any more.",
  ],
  "request-type-changed": ["major", "What callers send today is not allowed any more."],
  "response-field-added": ["minor", "Code that reads does not look at it."],
  "response-field-removed": ["major", "Code that reads it does not compile."],
  "response-field-now-required": [
    "minor",
    "Code that expects it to be missing goes on to compile.",
  ],
  "response-field-now-optional": ["major", "Code that reads it has to look whether it is there."],
  "response-member-added": ["major", "A switch over it is not exhaustive any more."],
  "response-member-listed": ["minor", "Code that handles what is not listed goes on to compile."],
  "response-member-unlisted": [
    "minor",
    "Code that names it goes on to compile: it may still come.",
  ],
  "response-member-removed": ["major", "A case or a comparison that names it does not compile."],
  "response-type-widened": ["major", "Code that reads it is not made for the new values."],
  "response-type-narrowed": ["minor", "Code that reads it is made for more than there is."],
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
