/**
 * Defects to seed in the runtime, one at a time: each must make a test fail. `find` stands exactly once in the files of
 * `generator/runtime`, and `put` takes its place. Where the runtime changes, so must this table (`defects.test.ts` says
 * which of them no longer fit).
 */
export interface Defect {
  /** What the runtime then does wrong. */
  readonly name: string;
  readonly find: string;
  readonly put: string;
  /** The files of `test/runtime` that most likely notice, without `.test.ts`: they run first. */
  readonly tests: readonly string[];
}

/** The file that a defect is in, and its text with it. Throws where its place is not there exactly once. */
export function seed(
  { name, find, put }: Defect,
  runtime: ReadonlyMap<string, string>,
): { readonly file: string; readonly text: string } {
  const places = [...runtime].flatMap(([file, text]) =>
    text
      .split(find)
      .slice(1)
      .map(() => file),
  );
  const [file = ""] = places;
  if (places.length !== 1)
    throw new Error(`"${name}" has ${places.length} places: ${places.join(", ")}`);
  return { file, text: (runtime.get(file) ?? "").replace(find, () => put) };
}

export const defects: readonly Defect[] = [
  // ---- sending again
  {
    name: "a create is sent again after a 503",
    find: '["read", "update", "upsert", "delete"]',
    put: '["read", "create", "update", "upsert", "delete"]',
    tests: ["run"],
  },
  {
    name: "a request that is not safe is sent again after a reset",
    find: `if (!data.retry.safe || attempt >= ATTEMPTS`,
    put: `if ((!data.retry.safe && reason !== 'reset') || attempt >= ATTEMPTS`,
    tests: ["run"],
  },
  {
    name: "every network error counts as never having left",
    find: "sent && !neverLeft(error)",
    put: "false",
    tests: ["client"],
  },
  {
    name: "a throttle costs an attempt",
    find: `else if (!throttled && afterMs === undefined && attempt++ >= ATTEMPTS)`,
    put: `else if (afterMs === undefined && attempt++ >= ATTEMPTS)`,
    tests: ["run"],
  },
  {
    name: "all of a request is sent again where some items asked for it",
    find: "rest = [...resend.keys()];",
    put: "rest = resend.size ? rest : [];",
    tests: ["run"],
  },
  {
    name: "Retry-After is ignored",
    find: 'headers.get("retry-after")',
    put: 'headers.get("retry-never")',
    tests: ["run"],
  },
  {
    name: "a Retry-After that is a date is ignored",
    find: "Date.parse(text) - now : seconds * 1000",
    put: "0 : seconds * 1000",
    tests: ["run", "limits"],
  },
  {
    name: "retries have no quota: a storm when the service is down",
    find: ` || !quota.take()`,
    put: ``,
    tests: ["run", "limits"],
  },
  {
    name: "a daily quota is waited for like a short one",
    find: 'if (policy === "stop" || throttledMs > THROTTLE_MS)',
    put: "if (throttledMs > THROTTLE_MS)",
    tests: ["run"],
  },
  // ---- what an outcome proves
  {
    name: "refused after an ambiguous send counts as failed",
    find: `lost && told.kind !== "ok" ?`,
    put: `lost && told.kind === "notSent" ?`,
    tests: ["run"],
  },
  {
    name: "stopped after an ambiguous send counts as not sent",
    find: `lost && told.kind !== "ok" ?`,
    put: `lost && told.kind === "failed" ?`,
    tests: ["proof", "property"],
  },
  {
    name: "an abort in flight counts as not sent",
    find: `else if (sent && error instanceof BatchAbortError)
        all({ kind: "unknown", reason: "aborted", cause });`,
    put: `else if (sent && error instanceof BatchAbortError)
        all({ kind: "notSent", reason: "aborted", cause });`,
    tests: ["lifecycle"],
  },
  {
    name: "an input that a reply does not mention is ok",
    find: 'data.mode === "atomic" ? "ok" : "unknown"',
    put: 'data.mode === "atomic" ? "ok" : "ok"',
    tests: ["match", "run", "property"],
  },
  {
    name: "a 207 is read as all ok",
    find: `const { rest, strays } = readReply(data, entries, body, run.shared);`,
    put: `const { rest, strays }: ReturnType<typeof readReply> =
    status === 207
      ? { rest: "ok", strays: [] }
      : readReply(data, entries, body, run.shared);`,
    tests: ["run"],
  },
  {
    name: "errors in a 200 are ignored",
    find: `const { rest, strays } = readReply(data, entries, body, run.shared);`,
    put: `const { rest, strays } = readReply(
    status === 200 ? { ...data, errors: { at: "/nowhere" } } : data,
    entries,
    body,
    run.shared,
  );`,
    tests: ["match", "run"],
  },
  {
    name: "an entry that is no failure counts as one",
    find: `told.filter((line) => !isNone(line))`,
    put: `told`,
    tests: ["match", "run"],
  },
  {
    name: "an error entry for two ids counts once",
    find: "byRule(rule, line, rule.error) ?? []",
    put: "[byRule(rule, line, rule.error) ?? []].flat().slice(0, 1)",
    tests: ["match", "run"],
  },
  {
    name: "results are matched by order that nobody promised",
    find: `      return undefined;
    },
    /** By all rules`,
    put: `      return entries[line.position];
    },
    /** By all rules`,
    tests: ["match", "run"],
  },
  {
    name: "order counts where an input has no line",
    find: `rule.by === "order" && lines === entries.length`,
    put: `rule.by === "order"`,
    tests: ["match", "property"],
  },
  {
    name: "an input both applied and refused is ok",
    find: 'entry.found = found.is === finding.is ? found : { is: "unclear", cause: body };',
    put: "entry.found = finding;",
    tests: ["match"],
  },
  {
    name: "a state that the data does not list counts as done",
    find: 'state.failed?.includes(told) ? "canceled" : state.done ? "noResult" : undefined',
    put: 'state.failed?.includes(told) ? "canceled" : undefined',
    tests: ["jobs"],
  },
  {
    name: "a cancelled batch counts as ok",
    find: 'state.failed?.includes(told) ? "canceled"',
    put: "state.failed?.includes(told) ? undefined",
    tests: ["jobs"],
  },
  {
    name: "a cancelled job counts as ok",
    find: 'return { reason: "canceled", cause: body };',
    put: "return { body: reply };",
    tests: ["jobs"],
  },
  {
    name: "a job that was not seen to end counts as ok",
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
    find: "{ body: text, intact: false }",
    put: "{ body: text, intact: true }",
    tests: ["run"],
  },
  {
    name: "an input gets two outcomes",
    find: `if (entry.settled) return;`,
    put: ``,
    tests: ["proof", "property"],
  },
  // ---- chunks, keys, refusals
  {
    name: "the size of a request is tested after adding",
    find: "if (open.length >= size() || openBytes + more > bytes) seal();",
    put: "if (open.length >= size() || openBytes > bytes) seal();",
    tests: ["limits"],
  },
  {
    name: "an input too large for a request is sent all the same",
    find: "(limit.bytes ?? Infinity) - send.overhead",
    put: "limit.bytes === undefined ? Infinity : 1e9",
    tests: ["limits"],
  },
  {
    name: "a key is twice in one request",
    find: "if (lanes.enter(entry)) return place(entry);",
    put: "if (lanes.enter(entry) || entry) return place(entry);",
    tests: ["run"],
  },
  {
    name: "an input goes while another of its keys is taken",
    find: "if (next && at < 0 && !--next.waits) freed.push(next);",
    put: "if (next && at < 0 && next.waits--) freed.push(next);",
    tests: ["key-locks"],
  },
  {
    name: "an input that gives up waiting lets the next one go",
    find: "const at = line.indexOf(entry);",
    put: "const at = -1;",
    tests: ["key-locks"],
  },
  {
    name: "an input that has been sent is superseded",
    find: "return held.delete(entry) || !!chunk?.splice(chunk.indexOf(entry), 1);",
    put: "chunk?.splice(chunk.indexOf(entry), 1); held.delete(entry); return true;",
    tests: ["chunker"],
  },
  {
    name: "an abort loses the inputs that are held back",
    find: "[...full.flat(), ...open, ...held]",
    put: "[...full.flat(), ...open]",
    tests: ["lifecycle", "property"],
  },
  {
    name: "a key that is done holds its next input back for ever",
    find: "chunker.release(chunk);",
    put: "",
    tests: ["run"],
  },
  {
    name: "the caller's own key is overwritten",
    find: "else if (readId(rule, entry.item) === undefined)",
    put: "else",
    tests: ["run", "match"],
  },
  {
    name: "the caller's object is changed",
    find: "entry.item = putAt(entry.item, rule.request ?? [], 0, key);",
    put: "Object.assign(entry.item as object, putAt(entry.item, rule.request ?? [], 0, key));",
    tests: ["run"],
  },
  {
    name: "a request is split on a status of which nobody said that nothing was applied",
    find: `["isolate", wholeBatch],`,
    put: `["isolate", ["4XX"]],`,
    tests: ["run"],
  },
  {
    name: "the innocent fail with the inputs that a refusal names",
    find: "rest = rest.filter((entry) => !named.includes(entry));",
    put: "refuse();",
    tests: ["run"],
  },
  {
    name: "later writes are sure of a key whose earlier send may yet take effect",
    find: "if (entry.lost && writes) lost.add(id);",
    put: "",
    tests: ["run"],
  },
  {
    name: "a limit that a reply told is forgotten",
    find: "size = Math.min(size, items);",
    put: "void items;",
    tests: ["run"],
  },
  {
    name: "a request that is too large fails",
    find: `["tooLarge", [413]],`,
    put: `["refused", [413]],`,
    tests: ["run"],
  },
  // ---- limits of the service
  {
    name: "the rate limiter forgets a throttle",
    find: "pausedUntil = Math.max(pausedUntil, clock.now() + ms);",
    put: "pausedUntil = Math.max(pausedUntil, clock.now());",
    tests: ["rate-limiter"],
  },
  {
    name: "a short throttle ends a long one",
    find: "pausedUntil = Math.max(pausedUntil, clock.now() + ms);",
    put: "pausedUntil = clock.now() + ms;",
    tests: ["proof"],
  },
  {
    name: "a throttle is nobody's business but the request's that met it",
    find: `if (throttled) run.rateLimiter?.pause(delayMs);`,
    put: ``,
    tests: ["proof"],
  },
  {
    name: "the rate limiter counts a place only now and then",
    find: "for (const window of windows) window.add(now, 1);",
    put: "for (const window of windows) window.add(now, now % 3 ? 1 : 0);",
    tests: ["rate-limiter"],
  },
  {
    name: "what the service says is left is ignored",
    find: "if (others > 0) add(now, others);",
    put: "void others;",
    tests: ["rate-limiter"],
  },
  // ---- secrets and addresses
  {
    name: "a redirect takes the secret to another origin",
    find: "trusted = false;",
    put: "",
    tests: ["client"],
  },
  {
    name: "the token stands in an error",
    find: 'throw new TypeError("a header of the request is invalid");',
    put: "throw new TypeError(`invalid: ${JSON.stringify(proved.headers)}`);",
    tests: ["proof"],
  },
  {
    name: "a rejected token is told of once for each request",
    find: "renewals.set(token, renewal);",
    put: "",
    tests: ["client"],
  },
  {
    name: "a refused token does not stop the run",
    find: 'if (status === 401) run.stop("stopped", reply());',
    put: "",
    tests: ["run"],
  },
  {
    name: "a path parameter is not encoded",
    find: "draft.path.replaceAll(`{${name}}`, encodeURIComponent(text))",
    put: "draft.path.replaceAll(`{${name}}`, text)",
    tests: ["endpoint", "run"],
  },
  {
    name: "integers beyond 2^53 are read lossily",
    find: `? readIntegers(text, int64)`,
    put: `? JSON.parse(text)`,
    tests: ["proof"],
  },
  // ---- the life of a run
  {
    name: "a source that throws is a rejection that nobody handles",
    find: "promise.then(then(take), then(fail));",
    put: "void promise.then(then(take));",
    tests: ["lifecycle"],
  },
  {
    name: "the source is not told that nobody reads on",
    find: "if (!done) reader?.close(reason);",
    put: "void reason;",
    tests: ["lifecycle"],
  },
  {
    name: "a slow consumer does not slow the source",
    find: "(concurrency + 1) * size",
    put: "(concurrency + 9) * size",
    tests: ["lifecycle"],
  },
  {
    name: "a slow source keeps a chunk waiting",
    find: "flushing = intake.reading && !whole;",
    put: "flushing = false;",
    tests: ["lifecycle"],
  },
  {
    name: "a second consumer takes a part of the outcomes",
    find: 'if (consumed) throw new TypeError("a run has one consumer: this one has one already");',
    put: "",
    tests: ["lifecycle"],
  },
  {
    name: "a request may take for ever",
    find: "if (timeoutMs)",
    put: "if (timeoutMs === -1)",
    tests: ["client", "lifecycle"],
  },
  {
    name: "a budget of requests is overdrawn",
    find: "options.budget?.requests ?? Infinity",
    put: "(options.budget?.requests ?? Infinity) + 1",
    tests: ["lifecycle"],
  },
  {
    name: "outcomes come in another order than the one asked for",
    find: "if (!inOrder) return offer(outcome);",
    put: "if (!inOrder || early) return offer(outcome);",
    tests: ["lifecycle"],
  },
  {
    name: "a hook that throws takes the request with it",
    find: `.catch((error: unknown) => error === fault || failed?.())`,
    put: `.catch((error: unknown) => {
          failed?.();
          done = Promise.reject(error as Error);
          finish();
        })`,
    tests: ["lifecycle"],
  },
];
