/**
 * `sentencesOf`: how an endpoint works, in sentences instead of `x-batch`. A field of `x-batch` without a sentence does not
 * compile.
 */
import { count, grouped } from "../base/count.js";
import type {
  Errors,
  Job,
  Kind,
  Match,
  OperationName,
  Results,
  Retry,
  State,
  StatusRule,
  Test,
  XBatch,
} from "../runtime/endpoint/x-batch.js";
import { escape } from "./escape.js";

/** HTML. */
type Sentence = readonly [
  /** The pointer to the value in `x-batch` that it is about. */
  at: string,
  html: string,
];

const code = (value: unknown): string => `<code>${escape(String(value))}</code>`;
const codes = (values: readonly unknown[]): string => values.map(code).join(", ");
const either = (values: readonly unknown[]): string => values.map(code).join(" or ");
const seconds = (ms: number): string =>
  ms % 1000 === 0 ? `${grouped(ms / 1000)} s` : `${grouped(ms)} ms`;
const whole = (pointer: string, all: string): string => (pointer === "" ? all : code(pointer));
const some = (...parts: readonly (string | false | undefined)[]): string =>
  parts.filter(Boolean).join("");

const kinds: Readonly<Record<Kind, string>> = {
  read: "Reads each item.",
  create: "Creates each item.",
  update: "Updates each item.",
  upsert: "Creates each item, or updates it if it exists.",
  delete: "Deletes each item.",
  mixed: "Does to each item what the item says.",
};

const forms: Readonly<Record<NonNullable<XBatch["items"]["as"]>, string>> = {
  array: "a list",
  map: "an object with one member for each input",
  groups: "an object whose members are lists of inputs",
  lists: "a list of lists of inputs",
  lines: "lines of JSON, one for each input",
  pairs: "pairs of lines, an action and then its source",
  columns: "an object of lists, one for each field",
  csv: "CSV, with a row for each input",
};

const entries: Readonly<Record<NonNullable<Results["as"]>, string>> = {
  array: "a list",
  map: "an object with one member for each input",
  groups: "an object whose members are lists",
  lines: "lines of JSON",
  none: "nothing",
};

type Fields = Required<XBatch>;
type Said = { readonly [K in keyof Fields]: (value: Fields[K], of: XBatch) => readonly Sentence[] };

const said: Said = {
  kind: (kind) => [["/kind", kinds[kind]]],
  items: ({ in: place, at, as = "array", inner, keys, without, mediaType }) => [
    [
      "/items",
      some(
        place === "query"
          ? `The inputs are ${as === "csv" ? "one text with commas, " : ""}the query parameter ${code(at)}.`
          : `The inputs are ${forms[as]}${at === "" ? ": the whole body" : `, at ${code(at)} of the body`}.`,
        inner && ` Each list is at ${code(inner)} of its object.`,
        keys && ` The members are ${codes(keys)}.`,
        without && ` ${either(without)} has no second line.`,
        mediaType && ` The body is ${code(mediaType)}.`,
      ),
    ],
  ],
  limit: ({ items, bytes, itemBytes, inner, when = [], learn }, of) => [
    ...(items === undefined && bytes === undefined ? withoutLimit(of) : []),
    ...quantity("/limit/items", items, "At most", "in one request", "input"),
    ...quantity("/limit/bytes", bytes, "At most", "in one request", "byte"),
    ...quantity("/limit/itemBytes", itemBytes, "At most", "for one input", "byte"),
    ...quantity("/limit/inner", inner, "At most", "in one list", "input"),
    ...when.map(({ present, equals, items: most }): Sentence => [
      "/limit/when",
      `At most ${grouped(most)} if the body has ${equals === undefined ? "a value" : code(equals)} at ${code(present)}.`,
    ]),
    ...(learn
      ? [
          [
            "/limit/learn",
            `A run learns a lower limit from an error ${learn.status} whose text at ${code(learn.at)} fits ${code(learn.pattern)}.`,
          ] as const,
        ]
      : []),
  ],
  split: (split) =>
    split === "never" ? [["/split", "A run sends all inputs in one request."]] : [],
  replace: (replace) =>
    replace
      ? [
          [
            "/replace",
            "The request is the whole set: the service removes what it leaves out, so a run sends all inputs in one request.",
          ],
        ]
      : [],
  mode: (mode) => [
    [
      "/mode",
      mode === "atomic"
        ? "One bad input makes the service refuse the whole request."
        : mode === "independent"
          ? "A bad input does not make the service refuse the others."
          : `A run sends ${mode.switch.in === "body" ? "" : `the ${mode.switch.in === "query" ? "query parameter" : "header"} `}${code(mode.switch.name)} = ${code(mode.switch.value)}, so that a bad input does not make the service refuse the others.`,
    ],
  ],
  select: ({ request, result }) => [
    [
      "/select",
      `${code(request)} of the body names the fields that ${code(result)} of a result has.`,
    ],
  ],
  variants: ({ tag, kinds: byTag }) => [
    [
      "/variants",
      `${whole(tag, "The action")}${tag === "" ? "" : " of an input"} says what happens to it: ${Object.entries(
        byTag,
      )
        .map(
          ([value, kind]) =>
            `${code(value)} is ${kind === "mixed" ? "mixed" : `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}`}`,
        )
        .join(", ")}.`,
    ],
  ],
  envelope: ({ method, path, body, headers, id, after, response }) => [
    [
      "/envelope",
      some(
        `An input is an HTTP request: its method is at ${code(method)}, its path at ${code(path)}`,
        headers && `, its headers at ${code(headers)}`,
        body && `, its body at ${code(body)}`,
        id && `, its id at ${code(id)}`,
        `. An entry of the reply has the status at ${code(response.status)} and the body at ${code(response.body)}.`,
        after &&
          ` An input is in one request with those whose ids it names at ${code(after)}, if they are near it in the source.`,
      ),
    ],
  ],
  results: (results) => resultSentences("/results", results),
  errors: errorSentences,
  counts: ({ ok, failed }) => [
    [
      "/counts",
      `The reply counts ${[ok === undefined ? "" : `successes at ${code(ok)}`, failed === undefined ? "" : `failures at ${code(failed)}`].filter(Boolean).join(" and ")}: an input that it leaves out is ok only if they fit.`,
    ],
  ],
  remainder: ({ at }) => [
    ["/remainder", `${whole(at, "The whole reply")} is the part of the request to send again.`],
  ],
  match: (rules, of) =>
    rules.length === 0 ? withoutMatch(of) : [...rules.map(matchSentence), leftOut(rules, of)],
  statuses: ({ rejected, throttled, ambiguous, wholeBatch, partial }) => [
    ...status(
      "/statuses/rejected",
      rejected,
      "the service did nothing, and the request is sent again",
    ),
    ...status("/statuses/throttled", throttled, "the request is sent again after a pause"),
    ...status("/statuses/ambiguous", ambiguous, "nothing proves whether the service did the work"),
    ...status(
      "/statuses/wholeBatch",
      wholeBatch,
      "the service applied nothing of the request, so a run may send parts of it",
    ),
    ...status(
      "/statuses/partial",
      partial,
      "the service applied a part of the request, and the body says which",
    ),
  ],
  retry: ({ safe, key }, of) => [
    ...(safe === undefined && key ? [] : [retryOf(safe, of)]),
    ...(key ? [["/retry/key", keySentence(key, safe)] as const] : []),
  ],
  rate: ({ windows = [], headers, concurrency, penaltyMs, policies }) => [
    ...windows.map(({ requests, ms, remaining }): Sentence => [
      "/rate/windows",
      some(
        `At most ${count(requests, "request")} in ${seconds(ms)}`,
        remaining && `; the header ${code(remaining)} has how many are left`,
        ".",
      ),
    ]),
    ...quantity("/rate/concurrency", concurrency, "At most", "at the same time", "request"),
    ...(headers
      ? [
          [
            "/rate/headers",
            `Replies report the rate limit in the headers ${codes([headers.limit, headers.remaining, headers.intervalMs, headers.reset?.name].filter((name) => name !== undefined))}.`,
          ] as const,
        ]
      : []),
    ...(penaltyMs === undefined
      ? []
      : [
          [
            "/rate/penaltyMs",
            `A reply that asks for a pause and names none means ${seconds(penaltyMs)}.`,
          ] as const,
        ]),
    ...(policies
      ? [
          [
            "/rate/policies",
            `${code(policies.at)} of such a reply names the limit that was exceeded: ${Object.entries(
              policies.values,
            )
              .map(
                ([name, pause]) =>
                  `${code(name)} ${pause === "stop" ? "ends the run" : `means ${seconds(pause)}`}`,
              )
              .join(", ")}.`,
          ] as const,
        ]
      : []),
  ],
  state: (state) => [["/state", stateText(state, "reply")]],
  job: jobSentences,
};

const sendsAgain = "A request may be sent again: a second one does no harm.";
const sendsOnce = "A request is sent again only if nothing of it was applied.";

/** May a request be sent again? */
function retryOf(safe: boolean | undefined, { kind, envelope, variants }: XBatch): Sentence {
  if (safe !== undefined) return ["/retry/safe", safe ? sendsAgain : sendsOnce];
  if (kind === "read" || kind === "update" || kind === "upsert" || kind === "delete")
    return ["/retry", sendsAgain];
  const exception = envelope
    ? ` An input with the method ${either(["GET", "HEAD", "PUT", "DELETE"])} may be sent again.`
    : variants
      ? " An input that is read, updated, upserted or deleted may be sent again."
      : "";
  return ["/retry", sendsOnce + exception];
}

const keySentence = (
  { in: place, name, validMs, maxLength }: NonNullable<Retry["key"]>,
  safe: boolean | undefined,
): string =>
  some(
    place === "item" ? "Each input has an idempotency key" : "Each request has an idempotency key",
    `, ${place === "header" ? `the header ${code(name)}` : code(name)}`,
    maxLength !== undefined && `, of at most ${maxLength} characters`,
    safe === undefined && ", which makes it safe to send it again",
    validMs !== undefined && ` for ${seconds(validMs)}`,
    ".",
  );

const withoutLimit = ({ split, replace }: XBatch): readonly Sentence[] =>
  split === "never" || replace === true
    ? []
    : [["/limit", "No limit is known, so a run needs <code>chunkSize</code>."]];

/** What belongs together where no rule says so. */
function withoutMatch({ results, job, envelope, mode, counts }: XBatch): readonly Sentence[] {
  const read = job?.results ?? results;
  if (!read || read.as === "none") return [];
  if (envelope?.id !== undefined)
    return [["/match", `Results belong to inputs by their ids, at ${code(envelope.id)}.`]];
  if (read.order) return [["/match", "Results belong to inputs by their order."]];
  if (mode === "atomic") return [["/match", "A success covers all inputs of the request."]];
  if (counts) return [];
  return [
    [
      "/match",
      "Nothing says which result belongs to which input, so an input is unknown after a success, unless it was alone in its request.",
    ],
  ];
}

const quantity = (
  at: string,
  value: number | undefined,
  before: string,
  after: string,
  noun: string,
): readonly Sentence[] =>
  value === undefined ? [] : [[at, `${before} ${count(value, noun)} ${after}.`]];

function resultSentences(at: string, results: Results): readonly Sentence[] {
  const {
    as = "array",
    at: place,
    first,
    value,
    status: statusAt,
    error,
    retryAfter,
    ok,
    order,
  } = results;
  if (as === "none")
    return [
      [
        at,
        `The reply says nothing about single inputs. A success${place === "" ? "" : ` with a value at ${code(place)}`} covers all inputs of the request.`,
      ],
    ];
  return [
    [
      at,
      some(
        `The results are ${entries[as]}${place === "" ? ": the whole reply" : `, at ${code(place)} of the reply`}`,
        order && ", in the order of the inputs",
        ".",
        first && " Each entry has one member, named after its action.",
        value && ` The result is at ${code(value)} of an entry.`,
        statusAt !== undefined &&
          ` The status is at ${whole(statusAt, "the entry")}${ok ? `, and ${either(ok)} is a success` : ""}.`,
        error !== undefined && ` An entry with a value at ${whole(error, "its root")} failed.`,
        retryAfter && ` ${code(retryAfter)} has the pause before the input may be sent again.`,
      ),
    ],
  ];
}

function errorSentences({
  at,
  message,
  category,
  ignore = [],
  retry = [],
}: Errors): readonly Sentence[] {
  return [
    [
      "/errors",
      some(
        at !== undefined &&
          `The failures are ${entries.array}${at === "" ? ": the whole reply" : `, at ${code(at)} of the reply`}.`,
        message !== undefined && ` The text of a failure is at ${whole(message, "its root")}.`,
        category !== undefined && ` Its kind is at ${whole(category, "its root")}.`,
        ignore.length > 0 &&
          ` No failure is an entry with ${ignore.map(({ at: place, equals }) => `${code(equals)} at ${code(place)}`).join(" or ")}.`,
        retry.length > 0 &&
          ` The input may be sent again if the entry has ${retry.map(testText).join(" or ")}.`,
      ).trim(),
    ],
  ];
}

function testText({ at, in: values, pattern }: Test): string {
  const what = values
    ? either(values)
    : pattern === undefined
      ? "a value"
      : `a text that fits ${code(pattern)}`;
  return `${what} at ${whole(at, "its root")}`;
}

const ruleText = (rule: StatusRule): string =>
  typeof rule === "object" ? `${code(rule.status)} with ${testText(rule)}` : code(rule);

const status = (
  at: string,
  rules: readonly StatusRule[] = [],
  meaning: string,
): readonly Sentence[] =>
  rules.length === 0 ? [] : [[at, `${rules.map(ruleText).join(", ")}: ${meaning}.`]];

function matchSentence(
  { by, request = "", result, error, fold, unless, generate }: Match,
  index: number,
): Sentence {
  const replied = [
    result === undefined ? "" : `${whole(result, "the whole")} of the result`,
    error === undefined ? "" : `${whole(error, "the whole")} of the failure`,
  ]
    .filter(Boolean)
    .join(" and ");
  const own = request === "" ? "the input itself" : `${code(request)} of the input`;
  const how: Readonly<Record<Match["by"], string>> = {
    key: `by a key: ${own} is ${replied}`,
    value: `by a value: ${own} is ${replied}`,
    mapKey: `by the key in the object${request === "" ? "" : `, which is ${own}`}`,
    index: `by a number: ${replied}, where the first input is 0`,
    order: "by their order",
  };
  const text = some(
    `${index === 0 ? "Results" : "Otherwise, results"} belong to inputs ${how[by]}.`,
    generate && ` A run fills the key in, with ${generate === "uuid" ? "a UUID" : "a counter"}.`,
    fold && " Case does not matter.",
    unless !== undefined &&
      ` This does not hold if the input or the body has a value at ${code(unless)}.`,
  );
  return ["/match", text];
}

/** What it means that a reply does not name an input. */
function leftOut(rules: readonly Match[], { results, job }: XBatch): Sentence {
  const read = job ? job.results : results;
  const usual = !read || read.as === "none" ? "ok" : "unknown";
  const meaning = rules.find(({ absent }) => absent)?.absent ?? usual;
  const text = { ok: "succeeded", failed: "failed", unknown: "is unknown" }[meaning];
  return ["/match", `An input that the reply leaves out ${text}.`];
}

function stateText({ at, done, pending, failed }: State, where: string): string {
  const lists = [
    done && `${either(done)} means done`,
    pending && `${either(pending)} means wait`,
    failed && `${either(failed)} means failed`,
  ].filter(Boolean);
  return `The state is at ${whole(at, "the root")} of the ${where}${lists.length > 0 ? `: ${lists.join(", ")}` : ""}.`;
}

const operationText = ({ operationId, method, path, param }: OperationName): string =>
  some(
    operationId === undefined
      ? code(`${(method ?? "get").toUpperCase()} ${path ?? ""}`)
      : code(operationId),
    param && `, whose parameter ${code(param)} takes the id`,
  );

function jobSentences({
  id,
  poll,
  state,
  results,
  report,
  fireAndForget,
}: Job): readonly Sentence[] {
  const begin = some(
    "The service accepts the batch and works on it later.",
    id !== undefined && ` The id of the job is at ${whole(id, "the root")} of the reply.`,
    poll &&
      (poll.header === undefined
        ? ` A run asks ${operationText(poll)}, until the job has ended.`
        : ` A run asks the address in the header ${code(poll.header)}, until the job has ended.`),
    fireAndForget && " No reply says how the batch ended: one that accepts it is a success.",
  );
  return [
    ["/job", begin],
    ...(state ? [["/job/state", stateText(state, "reply to such a request")] as const] : []),
    ...(report
      ? [
          [
            "/job/report",
            some(
              `Then ${operationText(report)} lists what became of the inputs`,
              report.next && `, on pages: ${code(report.next)} has the address of the next`,
              ".",
            ),
          ] as const,
        ]
      : []),
    ...(results ? resultSentences("/job/results", results) : []),
    ...(results || fireAndForget || !state
      ? []
      : [["/job/results", "A job that is done covers all of its inputs."] as const]),
  ];
}

/**
 * The sentences of an endpoint, as HTML, with the values of its service.
 * @param advised pointers to values that the service advises, and documents nowhere
 */
export function sentencesOf(xBatch: XBatch, advised: readonly string[]): readonly string[] {
  const say = <K extends keyof Fields>(key: K): readonly Sentence[] => {
    const value = xBatch[key] as Fields[K] | undefined; // a field, which need not be there
    return value === undefined ? (unsaid[key]?.(xBatch) ?? []) : said[key](value, xBatch);
  };
  const keys = Object.keys(said) as (keyof XBatch)[]; // the table has no other keys
  return keys
    .flatMap((key) => say(key))
    .map(([at, html]) => {
      const isAdvised = advised.some(
        (one) => `${at}/`.startsWith(`${one}/`) || one.startsWith(`${at}/`),
      );
      return isAdvised ? `${html} <em>Advised by the service, and not documented.</em>` : html;
    });
}

/** What holds where nobody says more. */
const unsaid: { readonly [K in keyof XBatch]?: (of: XBatch) => readonly Sentence[] } = {
  kind: () => [["/kind", "What it does to an item is not known, so it is treated as a create."]],
  limit: withoutLimit,
  results: ({ job }) =>
    job
      ? []
      : [
          [
            "/results",
            "A success covers all inputs of the request: the reply says nothing about single ones.",
          ],
        ],
  match: withoutMatch,
  retry: (of) => [retryOf(undefined, of)],
  rate: () => [["/rate", "No rate limit is known."]],
};
