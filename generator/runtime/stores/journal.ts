/** Journals: what a program needs for a run that can go on after a crash, besides a store. A subpath of a package, `…/journal`. */
export { createJournal } from "../journal/journal.js";
export { JournalError } from "../journal/journal-error.js";
export { journalChecks, type JournalCheck } from "../journal/checks.js";
export { shards } from "../journal/shards.js";
export type {
  Account,
  Books,
  Changes,
  Entry,
  FoundRecord,
  JournalBackend,
  JournalRecord,
  JournalSession,
  KeptKind,
  KeptRecord,
} from "../journal/store.js";
export type { Journal, JournalOptions, LostInput, Verdict } from "../run/run-journal.js";
