/** `JournalBackend`: what a database has to do for a journal. `Journal`: what a run gets. Types only. */
import type { Outcome } from "../run/outcome.js";

/** What became of an input, as far as a journal counts. */
export type KeptKind = "ok" | "failed" | "unknown";

/**
 * What a journal keeps of one input. Without a record, no request with the input can take effect any more.
 *
 * - `sent`: a request with it may have left.
 * - `done`: its outcome is kept, and the consumer may not have had it.
 * - `seen`: the consumer has had its outcome.
 */
export interface JournalRecord {
  /** The caller's key of the input. A run has one record for each key. */
  readonly key: string;
  /** A hash of the input as it was sent: under one key, a run takes one input. */
  readonly digest: string;
  readonly state: "sent" | "done" | "seen";
  /** Absent with `sent`. */
  readonly kind?: KeptKind | undefined;
  /** The category of the error of a `failed` input, by which an account counts. */
  readonly category?: string | undefined;
  /** The outcome as JSON: without source and input, and with the result as the service sent it. Absent with `sent`. */
  readonly outcome?: string | undefined;
  /** Names the request that it was sent with, if the endpoint has idempotency keys. Any text of at most 100 characters. */
  readonly request?: string | undefined;
}

/** A record that a run looked up. */
export interface FoundRecord extends JournalRecord {
  /**
   * How long ago its key was put first with this `request` (absent counts as one), in milliseconds by the store's own
   * clock. A record that is put again with the same `request` keeps its age, whatever its state.
   */
  readonly ageMs: number;
  /** How long ago it was put last, in milliseconds by the store's own clock. */
  readonly writtenMs: number;
  /** This session put it. */
  readonly own: boolean;
}

/** What one write changes. A key is in one of the three lists at most, and once. */
export interface Changes {
  /** Records that replace those of their keys, as a whole. */
  readonly put: readonly JournalRecord[];
  /** Keys whose records become `seen`; nothing else of them changes. A key without a record is ignored. */
  readonly seen: readonly string[];
  /** Keys whose records are removed: it is proved that nothing was done for them. */
  readonly drop: readonly string[];
}

/** A run, for the process that has it. */
export interface JournalSession {
  /** How often the run was opened, this time included: from 1. */
  readonly epoch: number;
  /** The records of those keys that have one. */
  find(keys: readonly string[]): Promise<ReadonlyMap<string, FoundRecord>>;
  /**
   * Makes all changes or none. They are on disk when it resolves. It comes one at a time. It may come twice with the same
   * changes, if it rejected. Changes may be empty, which only asks who has the run.
   * @throws JournalError with `taken` if the run was opened again since: that test and the changes are one transaction.
   *   A run that gets a JournalError ends at once. Whatever else it rejects with, it is called again, for two minutes.
   */
  write(changes: Changes): Promise<void>;
  /** Called once, at the end of the run, after the last write. Errors are ignored. */
  close(): Promise<void>;
}

/**
 * What a database has to do. It must never forget what it called durable: an asynchronous replica or a cache would make
 * creates happen twice.
 */
export interface JournalBackend {
  /**
   * Whoever opens a run last has it.
   * @param fingerprint of method, path and parameters: it is kept the first time
   * @throws JournalError if the run was opened before with another fingerprint
   */
  open(run: string, fingerprint: string): Promise<JournalSession>;
  /** Sums over the run and its parts. */
  account(run: string): Promise<Account>;
  /** The records with such an outcome, of the run and its parts, in the order of run and key. */
  records(run: string, kinds: readonly KeptKind[]): AsyncIterable<KeptRecord>;
  /** Removes the run and its parts, with their records. */
  forget(run: string): Promise<void>;
}

/** A record with the name of its run. */
export interface KeptRecord extends JournalRecord {
  readonly run: string;
}

/** The exact sums of a run and its parts. `ok`, `failed` and `unknown` add up to all inputs that have an outcome. */
export interface Account {
  readonly ok: number;
  readonly failed: number;
  readonly unknown: number;
  /** Inputs that may have been sent, and have no outcome yet. */
  readonly open: number;
  /** Failed inputs by category. */
  readonly failedBy: Readonly<Record<string, number>>;
}

/** What a journal tells of one input. */
export interface Entry {
  readonly run: string;
  readonly key: string;
  readonly kind: KeptKind;
  /** The outcome as plain data, without source and input: `result`, `error`, `reason`, `cause`, `sent`. */
  readonly outcome: Partial<Outcome<{ readonly input: unknown; readonly result: unknown }>>;
}

/** What can be asked of a run and its parts: `import-42` has the parts `import-42/0000`, `import-42/0001` and so on. */
export interface Books {
  /** The exact sums, over all parts and all processes. */
  account(run: string): Promise<Account>;
  /** Inputs by what became of them: those that failed, and those of which nothing is proved. */
  records(run: string, kinds: readonly KeptKind[]): AsyncIterable<Entry>;
  /** Removes all records, when nobody will send these inputs again. */
  forget(run: string): Promise<void>;
}
