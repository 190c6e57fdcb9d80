/**
 * Defects to seed in the runtime, one at a time: each must make a test fail. `find` stands exactly once in
 * `generator/runtime/<file>`, and `put` takes its place. Where the runtime changes, so must this table
 * (`defects.test.ts` says which of them no longer fit).
 */
export interface Defect {
  /** What the runtime then does wrong. */
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly put: string;
  /** The files of `test/runtime` that most likely notice, without `.test.ts`: they run first. */
  readonly tests: readonly string[];
}

/** The text with the defect in it. Throws where `find` is not there exactly once. */
export function seed({ name, file, find, put }: Defect, text: string): string {
  const parts = text.split(find);
  if (parts.length !== 2)
    throw new Error(`${file} has the place of "${name}" ${parts.length - 1} times`);
  return parts.join(put);
}

export const defects: readonly Defect[] = [
  // ---- sending again
  {
    name: "a create is sent again after a 503",
    file: "resolve.ts",
    find: '["read", "update", "upsert", "archive"]',
    put: '["read", "create", "update", "upsert", "archive"]',
    tests: ["run"],
  },
  {
    name: "a request that is not safe is sent again after a reset",
    file: "deliver.ts",
    find: "const safe = data.retry.safe && attempt < ATTEMPTS",
    put: "const safe = (data.retry.safe || reason === 'reset') && attempt < ATTEMPTS",
    tests: ["run"],
  },
  {
    name: "every network error counts as never having left",
    file: "transport.ts",
    find: "sent && !neverLeft(error)",
    put: "false",
    tests: ["client"],
  },
  {
    name: "a throttle costs an attempt",
    file: "deliver.ts",
    find: "else if (!throttled && afterMs === undefined && attempt++ >= ATTEMPTS) refuse();",
    put: "else if (afterMs === undefined && attempt++ >= ATTEMPTS) refuse();",
    tests: ["run"],
  },
  {
    name: "all of a request is sent again where some items asked for it",
    file: "deliver.ts",
    find: "rest = [...resend.keys()];",
    put: "rest = resend.size ? rest : [];",
    tests: ["run"],
  },
  {
    name: "Retry-After is ignored",
    file: "retry.ts",
    find: 'headers.get("retry-after")',
    put: 'headers.get("retry-never")',
    tests: ["run"],
  },
  {
    name: "a Retry-After that is a date is ignored",
    file: "retry.ts",
    find: "Date.parse(text) - now : seconds * 1000",
    put: "0 : seconds * 1000",
    tests: ["run", "limits"],
  },
  {
    name: "retries have no quota: a storm when the service is down",
    file: "deliver.ts",
    find: " && run.quota.take()",
    put: "",
    tests: ["run", "limits"],
  },
  {
    name: "a daily quota is waited for like a short one",
    file: "deliver.ts",
    find: 'if (policy === "stop" || throttledMs > THROTTLE_MS)',
    put: "if (throttledMs > THROTTLE_MS)",
    tests: ["run"],
  },
  // ---- what an outcome proves
  {
    name: "refused after an ambiguous send counts as failed",
    file: "deliver.ts",
    find: 'settle(entry, lost ? { kind: "unknown", ...lost, sent } : { kind: "failed", at, error, sent });',
    put: 'settle(entry, lost && !lost ? { kind: "unknown", ...lost, sent } : { kind: "failed", at, error, sent });',
    tests: ["run"],
  },
  {
    name: "stopped after an ambiguous send counts as not sent",
    file: "deliver.ts",
    find: 'settle(entry, lost ? { kind: "unknown", ...lost, sent } : { kind: "notSent", reason, cause });',
    put: 'settle(entry, { kind: "notSent", reason, cause });',
    tests: ["run", "lifecycle", "property"],
  },
  {
    name: "an abort in flight counts as not sent",
    file: "transport.ts",
    find: "if (caller.aborted) throw new BatchAbortError(caller.reason, sent);",
    put: "if (caller.aborted) throw new BatchAbortError(caller.reason, false);",
    tests: ["lifecycle"],
  },
  {
    name: "an input that a reply does not mention is ok",
    file: "match.ts",
    find: 'data.mode === "atomic" ? "ok" : "unknown"',
    put: 'data.mode === "atomic" ? "ok" : "ok"',
    tests: ["match", "run", "property"],
  },
  {
    name: "a 207 is read as all ok",
    file: "deliver.ts",
    find: "const reading = readReply(where, entries, body);",
    put: `const reading: ReturnType<typeof readReply> =
      status === 207
        ? { findings: new Map(), rest: "ok", strays: [] }
        : readReply(where, entries, body);`,
    tests: ["run"],
  },
  {
    name: "errors in a 200 are ignored",
    file: "deliver.ts",
    find: "const reading = readReply(where, entries, body);",
    put: "const reading = readReply(status === 200 ? { ...where, errors: { at: '/nowhere' } } : where, entries, body);",
    tests: ["match", "run"],
  },
  {
    name: "an entry that is no failure counts as one",
    file: "match.ts",
    find: "({ entry }) => !errors?.ignore?.some(({ at, equals }) => get(entry, at) === equals)",
    put: "() => true",
    tests: ["match", "run"],
  },
  {
    name: "an error entry for two ids counts once",
    file: "match.ts",
    find: "if (found.length) return [...new Set(found)];",
    put: "if (found.length) return found.slice(0, 1);",
    tests: ["match", "run"],
  },
  {
    name: "results are matched by order that nobody promised",
    file: "match.ts",
    find: `    }
    return [];
  };
}`,
    put: `    }
    return entries.slice(Math.max(0, line.position), line.position + 1);
  };
}`,
    tests: ["match", "run"],
  },
  {
    name: "order counts where an input has no line",
    file: "match.ts",
    find: 'side === "result" && lines === entries.length && entries[line.position]',
    put: 'side === "result" && entries[line.position]',
    tests: ["match", "property"],
  },
  {
    name: "an input both applied and refused is ok",
    file: "match.ts",
    find: 'if (before && before.is !== finding.is) findings.set(entry, { is: "unclear", cause: body });',
    put: "if (before && before.is !== finding.is) findings.set(entry, finding);",
    tests: ["match"],
  },
  {
    name: "a state that the data does not list counts as done",
    file: "match.ts",
    find: 'state.failed?.includes(told) ? "canceled" : state.done ? "noResult" : undefined',
    put: 'state.failed?.includes(told) ? "canceled" : undefined',
    tests: ["jobs"],
  },
  {
    name: "a cancelled batch counts as ok",
    file: "match.ts",
    find: 'state.failed?.includes(told) ? "canceled"',
    put: "state.failed?.includes(told) ? undefined",
    tests: ["jobs"],
  },
  {
    name: "a cancelled job counts as ok",
    file: "job.ts",
    find: 'return { reason: "canceled", cause: body };',
    put: "return { body: reply };",
    tests: ["jobs"],
  },
  {
    name: "a job that was not seen to end counts as ok",
    file: "job.ts",
    find: `  }
  return { reason: "pending", cause: handle };
};`,
    put: `  }
  return { body: { results: [{ id: "1" }, { id: "2" }] } };
};`,
    tests: ["jobs"],
  },
  {
    name: "half a reply counts as a whole one",
    file: "body.ts",
    find: "return { body: text, intact: false };",
    put: "return { body: text, intact: true };",
    tests: ["run"],
  },
  {
    name: "an input gets two outcomes",
    file: "ledger.ts",
    find: "if (entry.settled) return;",
    put: "",
    tests: ["run", "lifecycle", "property"],
  },
  // ---- chunks, keys, refusals
  {
    name: "the size of a request is tested after adding",
    file: "chunker.ts",
    find: "if (open.length >= size() || openBytes + more > bytes) seal();",
    put: "if (open.length >= size() || openBytes > bytes) seal();",
    tests: ["limits"],
  },
  {
    name: "an input too large for a request is sent all the same",
    file: "run.ts",
    find: "if (own > itemBytes || send.overhead + own > bytes)",
    put: "if (own > itemBytes)",
    tests: ["limits"],
  },
  {
    name: "a key is twice in one request",
    file: "chunker.ts",
    find: "if (isFirst(entry)) place(entry);",
    put: "if (isFirst(entry) || entry) place(entry);",
    tests: ["run"],
  },
  {
    name: "an abort loses the inputs that are held back",
    file: "chunker.ts",
    find: "const all = [...full.flat(), ...open, ...held];",
    put: "const all = [...full.flat(), ...open];",
    tests: ["lifecycle", "property"],
  },
  {
    name: "a key that is done holds its next input back for ever",
    file: "run.ts",
    find: "chunker.release(chunk);",
    put: "",
    tests: ["run"],
  },
  {
    name: "the caller's own key is overwritten",
    file: "entry.ts",
    find: "const id = idOf(get(item, request), rule);",
    put: "const id = generate ? undefined : idOf(get(item, request), rule);",
    tests: ["run", "match"],
  },
  {
    name: "the caller's object is changed",
    file: "entry.ts",
    find: "item = put(item, request, key);",
    put: "Object.assign(item as object, put(item, request, key));",
    tests: ["run"],
  },
  {
    name: "a request is split on a status of which nobody said that nothing was applied",
    file: "retry.ts",
    find: 'if (matches(status, wholeBatch)) return "isolate";',
    put: 'if (status >= 400 && status < 500) return "isolate";',
    tests: ["run"],
  },
  {
    name: "the innocent fail with the inputs that a refusal names",
    file: "deliver.ts",
    find: "rest = rest.filter((entry) => !named.includes(entry));",
    put: "refuse();",
    tests: ["run"],
  },
  {
    name: "a limit that a reply told is forgotten",
    file: "run.ts",
    find: "size = Math.min(size, items);",
    put: "void items;",
    tests: ["run"],
  },
  {
    name: "a request that is too large fails",
    file: "retry.ts",
    find: 'if (status === 413) return "tooLarge";',
    put: 'if (status === 413) return "refused";',
    tests: ["run"],
  },
  // ---- limits of the service
  {
    name: "the governor forgets a throttle",
    file: "governor.ts",
    find: "pausedUntil = Math.max(pausedUntil, clock.now() + ms);",
    put: "pausedUntil = Math.max(pausedUntil, clock.now());",
    tests: ["governor"],
  },
  {
    name: "a short throttle ends a long one",
    file: "governor.ts",
    find: "pausedUntil = Math.max(pausedUntil, clock.now() + ms);",
    put: "pausedUntil = clock.now() + ms;",
    tests: ["governor"],
  },
  {
    name: "a throttle is nobody's business but the request's that met it",
    file: "deliver.ts",
    find: "if (throttled) run.governor?.pause(delay);",
    put: "",
    tests: ["governor"],
  },
  {
    name: "the governor counts a place only now and then",
    file: "governor.ts",
    find: "for (const window of windows) window.add(now, 1);",
    put: "for (const window of windows) window.add(now, now % 3 ? 1 : 0);",
    tests: ["governor"],
  },
  {
    name: "what the service says is left is ignored",
    file: "governor.ts",
    find: "if (others > 0) add(now, others);",
    put: "void others;",
    tests: ["governor"],
  },
  // ---- secrets and addresses
  {
    name: "a redirect takes the secret to another origin",
    file: "transport.ts",
    find: "trusted = false;",
    put: "",
    tests: ["client"],
  },
  {
    name: "the token stands in an error",
    file: "transport.ts",
    find: 'throw new TypeError("a header of the request is invalid");',
    put: "throw new TypeError(`invalid: ${JSON.stringify(proved.headers)}`);",
    tests: ["client"],
  },
  {
    name: "a rejected token is told of once for each request",
    file: "transport.ts",
    find: "renewals.set(token, renewal);",
    put: "",
    tests: ["client"],
  },
  {
    name: "a refused token does not stop the run",
    file: "deliver.ts",
    find: 'if (status === 401) run.stop("stopped", reply());',
    put: "",
    tests: ["run"],
  },
  {
    name: "a path parameter is not encoded",
    file: "segments.ts",
    find: "encodeURIComponent(text)",
    put: "text",
    tests: ["endpoint", "run"],
  },
  {
    name: "integers beyond 2^53 are read lossily",
    file: "body.ts",
    find: "operation.int64 && readIntegers",
    put: "operation.int64 && !readIntegers",
    tests: ["client", "match"],
  },
  // ---- the life of a run
  {
    name: "a source that throws is a rejection that nobody handles",
    file: "run.ts",
    find: `next.then(took, (cause: unknown) => {
            if (!sourceDone) endOfSource({ cause });
            pump();
          });`,
    put: "void next.then(took);",
    tests: ["lifecycle"],
  },
  {
    name: "the source is not told that nobody reads on",
    file: "run.ts",
    find: "if (!sourceDone) reader?.close(cause);",
    put: "",
    tests: ["lifecycle"],
  },
  {
    name: "a slow consumer does not slow the source",
    file: "run.ts",
    find: "(concurrency + 1) * size",
    put: "(concurrency + 9) * size",
    tests: ["lifecycle"],
  },
  {
    name: "a slow source keeps a chunk waiting",
    file: "run.ts",
    find: "flushing = reading && !whole;",
    put: "flushing = false;",
    tests: ["lifecycle"],
  },
  {
    name: "a second consumer takes a part of the outcomes",
    file: "run.ts",
    find: 'if (consumed) throw new TypeError("a run has one consumer: this one has one already");',
    put: "",
    tests: ["lifecycle"],
  },
  {
    name: "a request may take for ever",
    file: "transport.ts",
    find: "if (timeoutMs)",
    put: "if (timeoutMs === -1)",
    tests: ["client", "lifecycle"],
  },
  {
    name: "a budget of requests is overdrawn",
    file: "run.ts",
    find: "options.budget?.requests ?? Infinity",
    put: "(options.budget?.requests ?? Infinity) + 1",
    tests: ["lifecycle"],
  },
  {
    name: "outcomes come in another order than the one asked for",
    file: "outlet.ts",
    find: "if (!inOrder) return offer(outcome);",
    put: "if (!inOrder || early) return offer(outcome);",
    tests: ["lifecycle"],
  },
  {
    name: "a hook that throws takes the request with it",
    file: "transport.ts",
    find: "if (!done) hookFailed();",
    put: "if (!done) throw error;",
    tests: ["lifecycle"],
  },
];
