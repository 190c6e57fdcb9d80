import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseName, printName } from "../../../generator/batch/names/name.js";
import {
  recallNames,
  type LockedName,
  type NamedOperation,
  type Rename,
} from "../../../generator/batch/names/lock.js";
import { type Name } from "../../../generator/batch/names/name.js";
import { nameAll } from "../../../generator/batch/names/names.js";

const name = (text: string): Name => {
  const found = parseName(text);
  if (!found) throw new Error(`no name: ${text}`);
  return found;
};

/** `POST /notes/batch/read a.yaml+b.yaml`: an operation, and the documents that declare it alike. */
function operation(text: string): NamedOperation {
  const [method = "", path = "", documents = "a.yaml"] = text.split(" ");
  return { identity: text, method: method.toLowerCase(), path, documents: documents.split("+") };
}

/** `notes.read POST /notes/batch/read a.yaml removed`. */
function locked(text: string): LockedName {
  const [given = "", method = "", path = "", document = "a.yaml", removed] = text.split(" ");
  return { name: name(given), method, path, document, removed: removed !== undefined };
}

/** `POST /notes/batch/read = notes.get`, or with a document before the sign. */
function rename(text: string): Rename {
  const [operation = "", given = ""] = text.split(" = ");
  const [method = "", path = "", document] = operation.split(" ");
  return { method, path, name: name(given), ...(document === undefined ? {} : { document }) };
}

/** What a run makes of operations, a lock and renames: the next lock, and the problems as `code message`. */
function run(operations: string[], lock: string[], renames: string[] = []) {
  const all = operations.map(operation);
  const recalled = recallNames(all, lock.map(locked), renames.map(rename));
  const names = nameAll(
    all.map((one) => ({ ...one, title: "Test API", document: one.documents[0] ?? "" })),
    recalled.fixed,
  );
  const next = recalled.lock(new Map(all.map(({ identity }, i) => [identity, names[i]!])));
  return {
    lock: next.map(({ name, method, path, document, removed }) =>
      [printName(name), method, path, document, ...(removed ? ["removed"] : [])].join(" "),
    ),
    problems: recalled.diagnostics.map(({ severity, code }) => `${severity} ${code}`),
    messages: recalled.diagnostics.map(({ message }) => message),
  };
}

describe("the lock", () => {
  const table: [
    what: string,
    given: { operations: string[]; lock: string[]; renames?: string[] },
    want: { lock: string[]; problems?: string[] },
  ][] = [
    [
      "is empty at first",
      { operations: ["POST /notes/batch/read"], lock: [] },
      { lock: ["notes.read POST /notes/batch/read a.yaml"] },
    ],
    [
      "keeps a name that would be another today",
      {
        operations: ["POST /a/notes/batch/read", "POST /b/notes/batch/read b.yaml"],
        lock: ["notes.read POST /a/notes/batch/read a.yaml"],
      },
      {
        lock: [
          "bNotes.read POST /b/notes/batch/read b.yaml",
          "notes.read POST /a/notes/batch/read a.yaml",
        ],
      },
    ],
    [
      "gathers new operations with those like them",
      {
        operations: [
          "POST /a/notes/batch/read",
          "POST /a/notes/batch/create",
          "POST /b/notes/batch/create b.yaml",
        ],
        lock: ["notes.read POST /a/notes/batch/read a.yaml"],
      },
      {
        lock: [
          "bNotes.create POST /b/notes/batch/create b.yaml",
          "notes.create POST /a/notes/batch/create a.yaml",
          "notes.read POST /a/notes/batch/read a.yaml",
        ],
      },
    ],
    [
      "keeps the plain name with the version that had it first",
      {
        operations: [
          "POST /crm/v3/objects/notes/batch/read",
          "POST /crm/objects/2026-03/notes/batch/read b.yaml",
          "POST /crm/objects/2026-03/notes/batch/create b.yaml",
        ],
        lock: ["notes.read POST /crm/v3/objects/notes/batch/read a.yaml"],
      },
      {
        lock: [
          "2026-03/notes.create POST /crm/objects/2026-03/notes/batch/create b.yaml",
          "2026-03/notes.read POST /crm/objects/2026-03/notes/batch/read b.yaml",
          "notes.read POST /crm/v3/objects/notes/batch/read a.yaml",
        ],
      },
    ],
    [
      "tells a new function apart from one in the same module",
      {
        operations: ["GET /notes/batch/read", "POST /notes/batch/read"],
        lock: ["notes.read GET /notes/batch/read a.yaml"],
      },
      {
        lock: [
          "notes.read GET /notes/batch/read a.yaml",
          "notes.readPost POST /notes/batch/read a.yaml",
        ],
      },
    ],
    [
      "tells documents apart that differ",
      {
        operations: ["POST /notes/batch/read one.yaml", "POST /notes/batch/read two.yaml"],
        lock: ["notes.read POST /notes/batch/read two.yaml"],
      },
      {
        lock: [
          "notes.read POST /notes/batch/read two.yaml",
          "notes.readOne POST /notes/batch/read one.yaml",
        ],
      },
    ],
    [
      "follows a document that was moved",
      {
        operations: ["POST /notes/batch/read new/one.yaml", "POST /notes/batch/read new/two.yaml"],
        lock: [
          "notes.first POST /notes/batch/read old/one.yaml",
          "notes.second POST /notes/batch/read old/two.yaml",
        ],
      },
      {
        lock: [
          "notes.first POST /notes/batch/read new/one.yaml",
          "notes.second POST /notes/batch/read new/two.yaml",
        ],
      },
    ],
    [
      "follows a document that has another file name, where there is no doubt",
      {
        operations: ["POST /notes/batch/read b.yaml"],
        lock: ["memos.get POST /notes/batch/read a.yaml"],
      },
      { lock: ["memos.get POST /notes/batch/read b.yaml"] },
    ],
    [
      "stays as it is when a document joins those that declare an operation",
      {
        operations: ["POST /notes/batch/read 0.yaml+a.yaml"],
        lock: ["notes.read POST /notes/batch/read a.yaml"],
      },
      { lock: ["notes.read POST /notes/batch/read a.yaml"] },
    ],
    [
      "says what vanished, and gives its name to nothing else",
      {
        operations: ["POST /b/notes/batch/read"],
        lock: ["notes.read POST /a/notes/batch/read a.yaml"],
      },
      {
        lock: [
          "bNotes.read POST /b/notes/batch/read a.yaml",
          "notes.read POST /a/notes/batch/read a.yaml removed",
        ],
        problems: ["warning name-vanished"],
      },
    ],
    [
      "says it once, and gives the name back",
      {
        operations: ["POST /a/notes/batch/read"],
        lock: [
          "memos.get POST /a/notes/batch/read a.yaml removed",
          "notes.archive POST /a/notes/batch/archive a.yaml removed",
        ],
      },
      {
        lock: [
          "memos.get POST /a/notes/batch/read a.yaml",
          "notes.archive POST /a/notes/batch/archive a.yaml removed",
        ],
      },
    ],
    [
      "says what became one",
      {
        operations: ["POST /notes/batch/read one.yaml+two.yaml"],
        lock: [
          "notes.readOne POST /notes/batch/read one.yaml",
          "notes.readTwo POST /notes/batch/read two.yaml",
        ],
      },
      {
        lock: [
          "notes.readOne POST /notes/batch/read one.yaml",
          "notes.readTwo POST /notes/batch/read two.yaml removed",
        ],
        problems: ["warning name-changed"],
      },
    ],
    [
      "yields to `rename`, which is told once",
      {
        operations: ["POST /notes/batch/read"],
        lock: ["notes.read POST /notes/batch/read a.yaml"],
        renames: ["POST /notes/batch/read = memos.get"],
      },
      { lock: ["memos.get POST /notes/batch/read a.yaml"], problems: ["warning name-changed"] },
    ],
    [
      "says nothing of a renamed name that it has",
      {
        operations: ["POST /notes/batch/read", "POST /notes/batch/create"],
        lock: ["memos.get POST /notes/batch/read a.yaml"],
        renames: ["POST /notes/batch/read = memos.get"],
      },
      {
        // The others of its kind do not follow.
        lock: [
          "memos.get POST /notes/batch/read a.yaml",
          "notes.create POST /notes/batch/create a.yaml",
        ],
      },
    ],
    [
      "lets two names change places",
      {
        operations: ["POST /a/batch/read", "POST /b/batch/read"],
        lock: ["a.read POST /a/batch/read a.yaml", "b.read POST /b/batch/read a.yaml"],
        renames: ["POST /a/batch/read = b.read", "POST /b/batch/read = a.read"],
      },
      {
        lock: ["a.read POST /b/batch/read a.yaml", "b.read POST /a/batch/read a.yaml"],
        problems: ["warning name-changed", "warning name-changed"],
      },
    ],
    [
      "refuses a name that another operation has",
      {
        operations: ["POST /a/batch/read", "POST /b/batch/read"],
        lock: ["a.read POST /a/batch/read a.yaml", "b.read POST /b/batch/read a.yaml"],
        renames: ["POST /a/batch/read = B.read"],
      },
      {
        lock: ["a.read POST /a/batch/read a.yaml", "b.read POST /b/batch/read a.yaml"],
        problems: ["error rename-taken"],
      },
    ],
    [
      "moves a name aside that was not given yet",
      {
        operations: ["POST /a/batch/read", "POST /b/batch/read"],
        lock: [],
        renames: ["POST /a/batch/read = b.read"],
      },
      {
        lock: ["b.read POST /a/batch/read a.yaml", "b.readB POST /b/batch/read a.yaml"],
      },
    ],
    [
      "wants a document where documents differ",
      {
        operations: ["POST /a/batch/read one.yaml", "POST /a/batch/read two.yaml"],
        lock: ["a.readOne POST /a/batch/read one.yaml", "a.readTwo POST /a/batch/read two.yaml"],
        renames: ["POST /a/batch/read = a.get", "POST /a/batch/read two.yaml = a.fetch"],
      },
      {
        lock: ["a.fetch POST /a/batch/read two.yaml", "a.readOne POST /a/batch/read one.yaml"],
        problems: ["error rename-ambiguous", "warning name-changed"],
      },
    ],
    [
      "says that there is nothing to rename",
      {
        operations: ["POST /a/batch/read"],
        lock: [],
        renames: ["POST /b/batch/read = a.get", "POST /a/batch/read b.yaml = a.get"],
      },
      {
        lock: ["a.read POST /a/batch/read a.yaml"],
        problems: ["warning rename-unused", "warning rename-unused"],
      },
    ],
  ];
  test.each(table)("%s", (_, { operations, lock, renames = [] }, { lock: want, problems = [] }) => {
    const got = run(operations, lock, renames);
    expect({ lock: got.lock, problems: got.problems }).toEqual({ lock: want, problems });
    // The order of documents and of lines does not matter, and a second run changes nothing and says nothing new.
    const reversed = run([...operations].reverse(), [...lock].reverse(), renames);
    expect(reversed.lock).toEqual(want);
    const again = run(operations, want, renames);
    expect(again.lock).toEqual(want);
    expect(again.problems.filter((problem) => /name-(changed|vanished)/.test(problem))).toEqual([]);
  });
});

describe("whatever operations there are", () => {
  const words = [
    "notes",
    "tags",
    "a",
    "b",
    "v1",
    "v2",
    "2026-03",
    "{id}",
    "batch",
    "read",
    "create",
  ];
  const paths = fc
    .array(fc.constantFrom(...words), { minLength: 1, maxLength: 5 })
    .map((segments) => `/${segments.join("/")}`);
  const operations = fc.uniqueArray(
    fc
      .record({
        method: fc.constantFrom("POST", "PUT", "GET"),
        path: paths,
        document: fc.constantFrom("a.yaml", "b.yaml", "x/a.yaml"),
      })
      .map(({ method, path, document }) => `${method} ${path} ${document}`),
    { minLength: 1, maxLength: 12 },
  );
  const nameOf = (line: string): string => line.replace(/ .*/, "");
  const operationOf = (line: string): string => line.replace(/^\S+ /, "");

  test("names are given once, kept, and the same in any order", () => {
    const property = fc.property(operations, fc.nat(), (all, at) => {
      const known = all.slice(0, at % (all.length + 1));
      const before = run(known, []);
      const after = run(all, before.lock);
      // Kept.
      expect(after.lock).toEqual(expect.arrayContaining(before.lock));
      expect(after.problems).toEqual([]);
      // Given once, on every system.
      const names = after.lock.map((line) => nameOf(line).toLowerCase());
      expect(new Set(names).size).toBe(all.length);
      // Names that can be written can be read.
      for (const line of after.lock) expect(parseName(nameOf(line))).toBeDefined();
      // The order does not matter, and a second run changes nothing.
      expect(run([...all].reverse(), [...before.lock].reverse()).lock).toEqual(after.lock);
      expect(run(all, after.lock).lock).toEqual(after.lock);
      // What goes away keeps its name, and nothing that comes gets it.
      const rest = all.slice(at % (all.length + 1));
      const left = run(rest, before.lock);
      const removed = new Set(left.lock.filter((line) => line.endsWith(" removed")).map(nameOf));
      for (const line of left.lock.filter((line) => !line.endsWith(" removed"))) {
        expect(removed.has(nameOf(line))).toBe(false);
        expect(rest).toContain(operationOf(line));
      }
    });
    fc.assert(property, { seed: 20261122, numRuns: 300 });
  });
});

test.each([
  ["notes.update", "notes", "update"],
  ["v3/notes.update", "v3/notes", "update"],
  ["2026-03-beta/notes.delete", "2026-03-beta/notes", "delete"],
])("%s is a name", (text, resource, fn) => {
  expect(parseName(text)).toEqual({ resource, name: fn });
});

test.each([
  ...["", "notes", "notes.", ".update", "a/b/c.d", "../x.y", "/notes.update", "notes.update.x"],
  ...["index.update", "Client.update", "notes.then", "notes.default", "then.x", "runtime/x.y"],
  ...["schemas/x.y", "notes.up date", 'notes.a"', "1notes.update", "notes.1x", "__proto__.x"],
  ...["notes.__proto__", "notes.endpoint", `${"a".repeat(300)}.b`],
])("%j is no name", (text) => {
  expect(parseName(text)).toBeUndefined();
});
