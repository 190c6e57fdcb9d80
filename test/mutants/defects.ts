/**
 * Defects to seed in the runtime, one at a time: each must make a test fail. `find` occurs exactly once in the files of
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
  /** `npm run simulate` sees it, too; the others are of what no simulation has, such as redirects or kinds of replies. */
  readonly simulated?: true;
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
    name: "a body that was cut off passes no test",
    find: "if (!intact && [...(ambiguous ?? [])",
    put: "if (intact && [...(ambiguous ?? [])",
    tests: ["faults"],
  },
  {
    name: "a create is sent again after a 503",
    find: '["read", "update", "upsert", "delete"]',
    put: '["read", "create", "update", "upsert", "delete"]',
    tests: ["run"],
  },
  {
    name: "a request that is not safe is sent again after a reset",
    find: `reset: (part, error) => resendUnproved(part, "reset", {}, error)`,
    put: `reset: (part) => resend(part)`,
    tests: ["run"],
  },
  {
    name: "every network error counts as never having left",
    find: "once.left > 1 || (once.left > 0 && !neverLeft(error))",
    put: "false",
    tests: ["client"],
  },
  {
    name: "a throttle costs an attempt",
    find: `verdict === "rejected" && afterMs === undefined;`,
    put: `afterMs === undefined;`,
    tests: ["run"],
  },
  {
    name: "all of a request is sent again where some items asked for it",
    find: "part.rest = [...kept];\n  if (!part.rest.length) return;",
    put: "part.rest = again.size ? part.rest : [];\n  if (!part.rest.length) return;",
    tests: ["run"],
  },
  {
    name: "items that need each other are torn apart",
    find: "if (at > end) parts.push([]);",
    put: "parts.push([]);",
    tests: ["linked"],
  },
  {
    name: "an item is sent again without one that it needs",
    find: "run.endpoint.uses.linked?.closed(run.data, rest, again) ?? again;",
    put: "again;",
    tests: ["linked"],
  },
  {
    name: "Retry-After is ignored",
    find: 'headers.get("retry-after")',
    put: 'headers.get("retry-never")',
    tests: ["run"],
  },
  {
    name: "a Retry-After that is a date is ignored",
    find: "Date.parse(text) - (now || Date.now()) : NaN",
    put: "0 : NaN",
    tests: ["run", "limits"],
  },
  {
    name: "retries have no quota: a storm when the service is down",
    find: ` && health.take()`,
    put: ``,
    tests: ["run", "limits"],
  },
  {
    name: "a daily quota is waited for like a short one",
    find: `if (policy === "stop") return "quota";`,
    put: `if (policy === "stop") return tries.throttledMs > maxWaitMs ? "quota" : { waitMs: 60_000 };`,
    tests: ["run"],
  },
  {
    name: "a read that fails with the code of a connect counts as never having left",
    find: "(connect|getaddrinfo)$",
    put: "(connect|getaddrinfo|read|write)$",
    tests: ["faults"],
  },
  {
    name: "a connection that was refused counts as one that may have sent",
    find: "connect|getaddrinfo",
    put: "getaddrinfo",
    tests: ["faults"],
  },
  {
    name: "a certificate that was not accepted counts as one of a request that may have been sent",
    find: "(CERT|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED)",
    put: "(CERT)",
    tests: ["bounds"],
  },
  {
    name: "a handshake with a server that does not know TLS may have sent the request",
    find: "WRONG_VERSION_NUMBER|",
    put: "",
    tests: ["bounds"],
  },
  {
    name: "what is no TLS on a connection that may be open counts as never having left",
    find: "(byNode && HANDSHAKE",
    put: "(HANDSHAKE",
    tests: ["bounds"],
  },
  {
    name: "several refused connects count as one that may have sent",
    find: `get(cause, "/errors") ?? cause`,
    put: "cause",
    tests: ["bounds"],
  },
  {
    name: "a port that fetch refuses counts as one that may have sent",
    find: "^(bad port|unknown scheme)$|",
    put: "",
    tests: ["bounds"],
  },
  {
    name: "a redirected request that then finds no server never left",
    find: "once.left > 1 ||",
    put: "",
    tests: ["bounds"],
  },
  // ---- what an outcome proves
  {
    name: "the category of a failure is guessed where the data names it",
    find: "...(category && { category }),",
    put: "",
    tests: ["match"],
  },
  {
    name: "what an error has inside is looked for only as deep as its place in a list",
    find: "[...parts, body].map((part) => describe(part))",
    put: "[...parts, body].map(describe)",
    tests: ["outcome"],
  },
  {
    name: "the text of a failure is guessed where the data says where it is",
    find: "...(message !== undefined && { message }),",
    put: "",
    tests: ["match"],
  },
  {
    name: "the sentence in `reason` is no text of a failure",
    find: "message detail title reason description",
    put: "message detail title description",
    tests: ["outcome"],
  },
  {
    name: "a reply that reports a part is a refusal",
    find: `["read", partial],`,
    put: "",
    tests: ["match"],
  },
  {
    name: "a refusal that names inputs refuses all, although a parameter asked for a part",
    find: `mode === "independent" || typeof mode === "object"`,
    put: `mode === "independent"`,
    tests: ["match"],
  },
  {
    name: "a parameter that asks for a part is not sent",
    find: "const value = parameter.value ?? member(params, key);",
    put: "const value = member(params, key);",
    tests: ["endpoint"],
  },
  {
    name: "the first page of a report counts as all of it",
    find: `if (typeof next !== "string" || !next) return pages;`,
    put: "if (pages.length) return pages;",
    tests: ["jobs"],
  },
  {
    name: "a page that is missing is the end of a report",
    find: "if (status < 200 || status >= 300 || !intact) return undefined;",
    put: "if (status < 200 || status >= 300 || !intact) return pages;",
    tests: ["jobs"],
  },
  {
    name: "refused after an ambiguous send counts as failed",
    find: `lost && decision.kind !== "ok" ?`,
    put: `lost && decision.kind === "notSent" ?`,
    tests: ["run"],
  },
  {
    name: "stopped after an ambiguous send counts as not sent",
    find: `lost && decision.kind !== "ok" ?`,
    put: `lost && decision.kind === "failed" ?`,
    tests: ["proof", "property"],
  },
  {
    name: "an abort in flight counts as not sent",
    find: `settleAll(part, unknown("aborted", cause))`,
    put: `settleAll(part, notSent("aborted", cause))`,
    tests: ["lifecycle"],
  },
  {
    name: "an input that a reply does not mention is ok",
    find: `declared ?? (covered ? "ok" : "unknown")`,
    put: `declared ?? "ok"`,
    tests: ["match", "run", "property"],
  },
  {
    name: "an input that an atomic reply leaves out is ok, though the reply matches results to inputs",
    find: ` && !match.length`,
    put: ``,
    tests: ["faults"],
  },
  {
    name: "a 207 is read as all ok",
    find: `const reading = readReply(data, items, replies, context.siblings, counted);`,
    put: `const reading: Reading =
    status === 207
      ? { findings: new Map(), leftOut: "ok", strays: [] }
      : readReply(data, items, replies, context.siblings, counted);`,
    tests: ["run"],
  },
  {
    name: "errors in a 200 are ignored",
    find: `const reading = readReply(data, items, replies, context.siblings, counted);`,
    put: `const reading = readReply(
    status === 200 ? { ...data, errors: { at: "/nowhere" } } : data,
    items,
    replies,
    context.siblings,
    counted,
  );`,
    tests: ["match", "run"],
  },
  {
    name: "an entry that is no failure counts as one",
    find: `listed.filter((entry) => !isIgnored(entry))`,
    put: `listed`,
    tests: ["match", "run"],
  },
  {
    name: "an error entry for two ids counts once",
    find: "match.flatMap((rule) => byRule(rule, entry, rule.error))",
    put: "match.flatMap((rule) => byRule(rule, entry, rule.error).slice(0, 1))",
    tests: ["match", "run"],
  },
  {
    name: "results are matched by an order that is not promised",
    find: `      return [];
    },
    /** The items of an error`,
    put: `      return [items[entry.position]].filter((one) => !!one);
    },
    /** The items of an error`,
    tests: ["match", "run"],
  },
  {
    name: "order counts where an input has no line",
    find: `[items, others].find((all) => all.length === results)`,
    put: `items`,
    tests: ["match", "property"],
  },
  {
    name: "an input both applied and refused is ok",
    find: 'findings.set(item, { is: "unclear", cause: replies[0] });',
    put: "findings.set(item, finding);",
    tests: ["match"],
  },
  {
    name: "a state that the data does not list counts as done",
    find: 'state.failed?.includes(name) ? "canceled" : state.done ? "noResult" : undefined',
    put: 'state.failed?.includes(name) ? "canceled" : undefined',
    tests: ["jobs"],
  },
  {
    name: "a cancelled batch counts as ok",
    find: 'state.failed?.includes(name) ? "canceled"',
    put: "state.failed?.includes(name) ? undefined",
    tests: ["jobs"],
  },
  {
    name: "a cancelled job counts as ok",
    find: 'if (ended === "canceled") return { reason: ended, cause: body };',
    put: 'if (ended === "canceled") return { body: accepted.body };',
    tests: ["jobs"],
  },
  {
    name: "a job that was not seen to end counts as ok",
    find: `wait > left) return { reason: "pending", cause: handle };`,
    put: `wait > left) return { body: { results: [{ id: "1" }, { id: "2" }] } };`,
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
    find: `writable.settled = true;`,
    put: ``,
    tests: ["proof", "property"],
  },
  // ---- chunks, keys, refusals
  {
    name: "the size of a request is tested after adding",
    find: "chunker.openBytes + more > bytes",
    put: "chunker.openBytes > bytes",
    tests: ["limits"],
  },
  {
    name: "an input too large for a request is sent all the same",
    find: "Math.min(itemBytes, bytes - overhead)",
    put: "Math.min(itemBytes, bytes < Infinity ? 1e9 : Infinity)",
    tests: ["limits"],
  },
  {
    name: "a key is twice in one request",
    find: "if (locks.acquire(flight)) return place(chunker, flight);",
    put: "if (locks.acquire(flight) || flight) return place(chunker, flight);",
    tests: ["run"],
  },
  {
    name: "an input goes while another of its keys is taken",
    find: "if (missing > 1) waits.set(next, missing - 1);",
    put: "if (missing > 9) waits.set(next, missing - 1);",
    tests: ["key-locks"],
  },
  {
    name: "an input that gives up waiting lets the next one go",
    find: "const at = line.indexOf(flight);",
    put: "const at = -1;",
    tests: ["key-locks"],
  },
  {
    name: "an input that has been sent is superseded",
    find: "return waiting.delete(flight) || !!chunk?.splice(chunk.indexOf(flight), 1);",
    put: "chunk?.splice(chunk.indexOf(flight), 1); waiting.delete(flight); return true;",
    tests: ["chunker"],
  },
  {
    name: "an abort loses the inputs that are held back",
    find: "  ...open,\n  ...waiting,",
    put: "  ...open,",
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
    find: "else if (readId(rule, item.value) === undefined)",
    put: "else",
    tests: ["run", "match"],
  },
  {
    name: "the caller's object is changed",
    find: "item.value = putAt(item.value, rule.request ?? [], 0, key);",
    put: "Object.assign(item.value as object, putAt(item.value, rule.request ?? [], 0, key));",
    tests: ["run"],
  },
  {
    name: "a request is split on a status that does not prove that nothing was applied",
    find: `["isolate", wholeBatch],`,
    put: `["isolate", ["4XX"]],`,
    tests: ["run"],
  },
  {
    name: "the innocent fail with the inputs that a refusal names",
    find: "part.rest = [...kept];\n  part.attempt = 1;",
    put: "refuse(part, reply);\n  part.attempt = 1;",
    tests: ["run"],
  },
  {
    name: "later writes are sure of a key whose earlier send may yet take effect",
    find: "if (flight.lost && writes) locks.lost.add(id);",
    put: "",
    tests: ["run"],
  },
  {
    name: "a limit that a reply gave is forgotten",
    find: "run.size = Math.min(run.size, items);",
    put: "void items;",
    tests: ["run"],
  },
  {
    name: "a request that is too large fails",
    find: `["tooLarge", [413]],`,
    put: `["refused", [413]],`,
    tests: ["run"],
  },
  {
    name: "a row of bad inputs fails the good ones behind it",
    find: "state.enough = state.refused + probes.size;",
    put: "state.enough = state.refused;",
    tests: ["faults"],
  },
  {
    name: "an accepted part of a chunk is forgotten",
    find: "state.itemsMatter = true;",
    put: "",
    tests: ["faults"],
  },
  // ---- limits of the service
  {
    name: "the rate limiter forgets a throttle",
    find: "pausedUntil = Math.max(pausedUntil, now + ms);",
    put: "pausedUntil = Math.max(pausedUntil, now);",
    tests: ["rate-limiter"],
  },
  {
    name: "a short throttle ends a long one",
    find: "pausedUntil = Math.max(pausedUntil, now + ms);",
    put: "pausedUntil = now + ms;",
    tests: ["proof"],
  },
  {
    name: "a throttle pauses no request but the one that met it",
    find: `if (verdict === "throttled") run.rateLimiter?.pause(waitMs);`,
    put: ``,
    tests: ["proof"],
  },
  {
    name: "the rate limiter counts a place only now and then",
    find: "window.add(clock.now(), 1);",
    put: "window.add(clock.now(), clock.now() % 3 ? 1 : 0);",
    tests: ["rate-limiter"],
  },
  {
    name: "what the service says is left is ignored",
    find: "if (others > 0) add(now, others);",
    put: "void others;",
    tests: ["rate-limiter"],
  },
  {
    name: "a header that is empty counts as no requests left",
    find: `numberIn = (text: string | null): number =>`,
    put: `numberIn = (text: string | null): number => text === "" ? 0 :`,
    tests: ["rate-headers"],
  },
  {
    name: "the fields of the IETF are not read",
    find: "...ietf(rate, headers, now)",
    put: "",
    tests: ["rate-headers"],
  },
  {
    name: "a comma in the name of a policy begins another one",
    find: `.replace(/"[^"]*"/g, encodeURIComponent)`,
    put: "",
    tests: ["rate-headers"],
  },
  {
    name: "requests at once are as many as the caller asks for, whatever the service takes",
    find: "Math.min(options.concurrency ?? 4, data.rate?.concurrency ?? Infinity)",
    put: "options.concurrency ?? 4",
    tests: ["pace"],
  },
  {
    name: "an empty list lowers the limit",
    find: " || (isObject(value) && !Object.keys(value).length);",
    put: ";",
    tests: ["limits"],
  },
  {
    name: "any value lowers a limit that one value lowers",
    find: "equals === undefined ? !isEmpty(value) : value === equals",
    put: "!isEmpty(value)",
    tests: ["limits"],
  },
  {
    name: "a store that answers with nothing lets a request leave",
    find: 'if (typeof wait === "number" && wait >= 0) return wait;',
    put: "if (!wait || Number(wait) >= 0) return Number(wait);",
    tests: ["bounds"],
  },
  {
    name: "requests that are sent again do not count as requests at once",
    find: "await run.pace.enter(run.halt);",
    put: "",
    tests: ["pace"],
  },
  {
    name: "a throttle does not lower the requests at once",
    find: "most = Math.max(1, most / 2);",
    put: "void most;",
    tests: ["pace"],
  },
  {
    name: "a wait that a service asks for has no bound",
    find: `if (tries.throttledMs + waitMs > maxWaitMs) return "quota";`,
    put: "",
    tests: ["bounds"],
  },
  {
    name: "the date of Retry-After counts from the clock of this machine",
    find: "(now || Date.now())",
    put: "Date.now()",
    tests: ["bounds"],
  },
  {
    name: "a throttle without Retry-After never waits longer",
    find: "1000 * 2 ** (row - 1)",
    put: "1000",
    tests: ["bounds"],
  },
  {
    name: "a store that hangs is waited for",
    find: "clock.sleep(STORE_MS, signal).then(",
    put: "clock.sleep(STORE_MS, signal).then(() => undefined).then(undefined,",
    tests: ["bounds"],
  },
  {
    name: "the time of day decides how long to wait",
    find: "now: () => performance.now(),",
    put: "now: () => Date.now(),",
    tests: ["bounds"],
  },
  {
    name: "a timer that is late ends a request whose reply has come",
    find: "if (late < LATE_MS) act();",
    put: "if (late) act();",
    tests: ["bounds"],
  },
  {
    name: "a reply of any length is read",
    find: "if (bytes > most)",
    put: "if (bytes < 0)",
    tests: ["bounds"],
  },
  {
    name: "each run of the same name has other idempotency keys",
    find: "[name ?? runId, operation.method",
    put: "[crypto.randomUUID(), operation.method",
    tests: ["keys"],
  },
  // ---- secrets and addresses
  {
    name: "a redirect leads from https to http",
    find: `(to.protocol === "http:" && from.protocol === "http:")`,
    put: `to.protocol === "http:"`,
    tests: ["bounds"],
  },
  {
    name: "a reply that quotes the token is passed on",
    find: "read && hide(read, texts)",
    put: "read",
    tests: ["bounds"],
  },
  {
    name: "the address of a job takes the token to another origin",
    find: "return origin === new URL(baseUrl).origin ? origin + pathname + search : undefined;",
    put: "return origin + pathname + search;",
    tests: ["bounds"],
  },
  {
    name: "a redirect takes the secret to another origin",
    find: "trusted = false;",
    put: "",
    tests: ["client"],
  },
  {
    name: "an error holds the token",
    find: `} catch {
    throw new TypeError("a header or the URL of the request is not valid");`,
    put: `} catch (cause) {
    throw cause;`,
    tests: ["proof"],
  },
  {
    name: "a rejected token is reported once for each request",
    find: "renewals.set(token, renewal);",
    put: "",
    tests: ["client"],
  },
  {
    name: "a refused token does not stop the run",
    find: 'if (reply.status === 401) part.run.stop("stopped", httpError(reply));',
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
    find: `readIntegers ? readIntegers(json, int64, start) : JSON.parse(json)`,
    put: `JSON.parse(json)`,
    tests: ["proof"],
  },
  // ---- the journal
  {
    name: "an intent is on disk after the send",
    find: "flights.every(isFresh) ? undefined : intend(state, flights, nameOf)",
    put: "(flights.every(isFresh) || void intend(state, flights, nameOf), undefined)",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "a process that lost its run goes on",
    find: 'if (member(error, "name") === "JournalError") throw error;',
    put: "",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "a process that stood still sends without asking",
    find: "} while (host.clock.now() - from >= FRESH_MS && !host.halt.aborted);",
    put: "} while (Number.isNaN(from));",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "an outcome is given before it is on disk",
    find: `  writer.then(() => {
    records.set(outcome, key);
    if (state.finding) state.kept.add(key);
    end();
  });`,
    put: `  records.set(outcome, key);
  end();`,
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "the records of an earlier run are not looked up",
    find: "return session.find(keys);",
    put: "return session.find(keys.slice(0, 0));",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "an intent is withdrawn without a proof",
    find: "if (!live?.intent || flight.lost) continue;",
    put: "if (!live?.intent) continue;",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "an intent is kept while a refused request waits",
    find: "  run.withdraw(part.rest);\n  if (splitToLimit",
    put: "  if (splitToLimit",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "a create of a dead process is sent again",
    find: 'if (!isSafe(data, value)) return "lost";',
    put: 'if (!isSafe(data, value)) return "resend";',
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "another input goes under the key of an earlier one",
    find: "if (record.digest !== input.digest)",
    put: 'if (record.digest === "")',
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "an idempotency key counts beyond its life",
    find: "ageMs > validMs ||",
    put: "",
    tests: ["journal"],
  },
  {
    name: "an idempotency key goes again that the service may forget before an older process wakes",
    find: " || validMs < FRESH_MS) return",
    put: ") return",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "a request goes again without one of its inputs",
    find: "if (group.length !== count) return;",
    put: "",
    tests: ["journal"],
  },
  {
    name: "what is sent anew has the idempotency key of what was refused",
    find: "const epoch = items[0]?.epoch ?? [];",
    put: "const epoch: never[] = [];",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "a look-up comes while a request may be on its way",
    find: "clock.now() -\n  writtenMs +",
    put: "clock.now() -\n  1e9 +",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "a group is acknowledged before it is given",
    find: "yield group;\n      // The consumer asks for the next one.\n      journal?.acknowledge(group);",
    put: "journal?.acknowledge(group);\n      yield group;",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "the loop acknowledges an outcome when it is given",
    find: "else given.push(step.value);",
    put: "else acknowledge(state, [step.value]);",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "leaving the loop acknowledges the last outcome",
    find: "const step = await outcomes.return();",
    put: "acknowledge(state, given);\n      const step = await outcomes.return();",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "`collect` acknowledges",
    find: "const all = await collected(outcomes);",
    put: "const all = await collected(outcomes);\n      journal?.acknowledge(all);",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "`drain` leaves outcomes to be given again",
    find: 'state: state.discarding ? "seen" : "done"',
    put: 'state: "done"',
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "an outcome of an earlier run does not say so",
    find: "kept: { contested, sent, replayed: true } as Kept",
    put: "kept: { contested, sent } as Kept",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "what an earlier run may have had applied counts as failed when it is refused",
    find: '? inFlight(item, { reason: "crashed", cause: undefined }, host.clock.now() - record.ageMs)',
    put: "? inFlight(item, undefined, host.clock.now() - record.ageMs)",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "what goes again has another idempotency key",
    find: "const epoch = parseRequest(record?.request)?.epoch ?? state.epoch;",
    put: "const { epoch } = state;",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "idempotency keys come from the clock",
    find: "const parts = [name ?? runId, operation.method, path, epoch, items.map(nameOf)];",
    put: "const parts = [name ?? runId, Math.floor(performance.now()), path, epoch, items.map(nameOf)];",
    tests: ["keys", "journal"],
    simulated: true,
  },
  {
    name: "a request goes again with its inputs in another order",
    find: "const isWhole = host.keyFor(flights.map(({ item }) => item)) === key;",
    put: "const isWhole = key !== undefined;",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "what is sent anew after a look-up leaves without a new intent",
    find: 'Object.assign(live, { asked: "no", inherited: false, intent: true, writtenAt: -Infinity });',
    put: 'Object.assign(live, { asked: "no", inherited: false, intent: true, writtenAt: host.clock.now() });',
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "what a look-up leaves undecided is sent again",
    find: '} else if (verdict === "absent") {',
    put: "} else if (verdict !== undefined) {",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "a look-up that answers too little is believed",
    find: "return verdicts?.length === lost.length ? verdicts : [];",
    put: "return verdicts ?? [];",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "an input that was not sent leaves its intent behind",
    find: "if (live.intent) writer.drop(key);",
    put: "",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "the inputs of a request that is not complete wait for ever",
    find: "if (last) journal?.dissolve();",
    put: "void last;",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "a process that was taken over is told with its next write",
    find: "const BEAT_MS = 3000;",
    put: "const BEAT_MS = Infinity;",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "a process that waits for a look-up is not told who has its run",
    find: "!(state.host.waits() || state.reconciling)",
    put: "!state.host.waits()",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "a process that waits for its source is not told who has its run",
    find: "run.active > 0 || run.reader.reading",
    put: "run.active > 0",
    tests: ["journal"],
  },
  {
    name: "a process asks about inputs that another may be sending",
    find: "if (!halt.aborted) await state.writer.flush().catch(() => undefined);",
    put: "",
    tests: ["journal"],
  },
  {
    name: "a journal that fails once ends the run",
    find: "const PATIENCE_MS = 120_000;",
    put: "const PATIENCE_MS = 100;",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "an outcome follows the failure of the journal",
    find: "  if (state.failed) return;\n  const live = liveOf(state, flight);",
    put: "  if (state.failed) return give(state, outcome);\n  const live = liveOf(state, flight);",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "an input counts as not sent while its intent is on disk",
    find: "return writer.busy ? writer.then(end) : end();",
    put: "return live.intent ? writer.then(end) : end();",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "what is given up because its idempotency key has expired is left open in the account",
    find: "const isLeft = live.inherited && state.host.halt.aborted && !outcome.sent.attempts;",
    put: "const isLeft = live.inherited && !outcome.sent.attempts;",
    tests: ["journal"],
  },
  {
    name: "a run that has stopped waits for ever for a journal that fails",
    find: "      // A run that had stopped already waits for nothing else.\n      run.pump();",
    put: "",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "an idempotency key is trusted beyond its life if its request has waited",
    find: "if (forgotten(part).length > 0) throw new BatchAbortError(undefined, false);",
    put: "void part;",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "what may have been applied goes again in a part of its request, under another key",
    find: 'if (byKey && key?.in !== "item")',
    put: 'if (byKey && key?.in === "body")',
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "what waits for its place is unknown when an error of another request ends the run",
    find: "    if (gate.aborted && !once.left) throw new BatchAbortError(gate.reason, false);\n    if (error instanceof BatchError) throw error;",
    put: "    if (error instanceof BatchError) throw error;\n    if (gate.aborted && !once.left) throw new BatchAbortError(gate.reason, false);",
    tests: ["run"],
    simulated: true,
  },
  {
    name: "the age of an idempotency key is that of its look-up",
    find: "const lateMs = host.clock.now() - askedAt;",
    put: "const lateMs = 0 * askedAt;",
    tests: ["journal"],
  },
  {
    name: "the key of an item is kept as that of the first one in its request",
    find: "if (key === undefined) return (flight) => nameIt(flight, 0);",
    put: "if (key === undefined) return () => nameIt(flights[0], 0);",
    tests: ["journal"],
    simulated: true,
  },
  {
    name: "an input with the key of one that was kept during its look-up is sent",
    find: "if (state.finding) state.kept.add(key);",
    put: "",
    tests: ["journal"],
  },
  // ---- the life of a run
  {
    name: "a source that throws is a rejection without a handler",
    find: "promise.then(then(take), then(fail));",
    put: "void promise.then(then(take));",
    tests: ["lifecycle"],
  },
  {
    name: "the source is not closed when the run ends",
    find: "if (!reader.done) reader.cursor?.close(reason);",
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
    find: 'run.flush = "look up";',
    put: 'run.flush = "no";',
    tests: ["lifecycle"],
  },
  {
    name: "inputs of a slow source wait for their look-up as long as a request is on its way",
    find: '!run.active || reader.done || run.flush === "look up"',
    put: "!run.active || reader.done",
    tests: ["journal"],
  },
  {
    name: "each input is looked up alone",
    find: "isUrgent ? 1 : chunker.missing()",
    put: "1",
    tests: ["journal"],
  },
  {
    name: "a second consumer takes a part of the outcomes",
    find: 'if (isConsumed) throw new TypeError("a run has one consumer: this one has one already");',
    put: "",
    tests: ["lifecycle"],
  },
  {
    name: "a request may take for ever",
    find: "if (timeoutMs && !signal.aborted)",
    put: "if (timeoutMs === -1)",
    tests: ["client", "lifecycle"],
  },
  {
    name: "a timeout of many days is one of a millisecond",
    find: "Math.min(left, LONGEST_MS)",
    put: "left",
    tests: ["faults"],
  },
  {
    name: "no timeout is a timeout of a millisecond",
    find: "if (ms < Infinity) wait(ms);",
    put: "wait(ms === Infinity ? 1 : ms);",
    tests: ["faults"],
  },
  {
    name: "a budget of requests is overdrawn",
    find: "if (run.totals.count.requests >= requests)",
    put: "if (run.totals.count.requests > requests)",
    tests: ["lifecycle"],
  },
  {
    name: "outcomes come in another order than the one asked for",
    find: "const push = inOrder\n",
    put: "const push = inOrder && !ready\n",
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
