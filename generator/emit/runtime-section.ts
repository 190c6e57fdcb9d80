/**
 * The runtime as a part of another module. A test holds the runtime's files to what this takes for granted: no two of
 * them declare one name, they import by name only, and `index` alone exports what others declare.
 */
import { byCodePoint } from "../code-point.js";
import { runtimeFiles } from "./runtime.js";

export interface RuntimeSection {
  readonly text: string;
  /** Every name in its code, but for what is in texts and comments: another meaning must be given to none of them. */
  readonly names: ReadonlySet<string>;
}

const statement = /^(?:import|export) (type )?\{[^}]*\} from "\.\/([a-z0-9-]+)\.js";\n/gm;
const declaration =
  /^export ((?:declare |abstract |async )?(?:const|function\*?|class|interface|type) ([\w$]+))/gm;

/**
 * @param entries files without extension; what they import comes with them
 * @param renamed names that are given others
 * @param isPublic which names stay exported
 */
export function runtimeSection(
  entries: Iterable<string>,
  renamed: Readonly<Record<string, string>> = {},
  isPublic: (name: string) => boolean = () => false,
): RuntimeSection {
  const files = new Map(
    runtimeFiles(entries)
      .map(({ path, text }) => [path.replace(/\.ts$/, ""), text] as const)
      .filter(([name]) => name !== "index"),
  );
  const text = inOrder(files)
    .map((name) => section(files.get(name) ?? "", isPublic))
    .join("\n");
  const named = Object.entries(renamed).reduce(
    (source, [from, to]) => source.replace(new RegExp(`(?<![.\\w])${from}\\b`, "g"), to),
    text,
  );
  return { text: named, names: namesIn(named) };
}

/** What the runtime's `index` has for users of a package. */
export function publicNames(): ReadonlySet<string> {
  const index = runtimeFiles(["index"]).find(({ path }) => path === "index.ts");
  const lists = [...(index?.text ?? "").matchAll(/\{([^}]*)\}/g)].map(([, list = ""]) => list);
  return new Set(lists.flatMap((list) => list.replaceAll("type ", "").match(/[\w$]+/g) ?? []));
}

/** Each file after those whose values it uses. */
function inOrder(files: ReadonlyMap<string, string>): readonly string[] {
  const order = new Set<string>();
  const add = (name: string, way: readonly string[]): void => {
    if (order.has(name) || way.includes(name)) return;
    const values = [...(files.get(name) ?? "").matchAll(statement)]
      .filter(([, type]) => type === undefined)
      .map(([, , from = ""]) => from);
    for (const other of values.sort(byCodePoint)) add(other, [...way, name]);
    order.add(name);
  };
  for (const name of [...files.keys()].sort(byCodePoint)) add(name, []);
  return [...order];
}

function section(text: string, isPublic: (name: string) => boolean): string {
  return (
    text
      .replace(statement, "")
      .replace(declaration, (whole, rest: string, name: string) => (isPublic(name) ? whole : rest))
      // What is said of a file is not said of what stands first in it.
      .replace(/^\/\*\*/, "/*")
      .replace(/\n{3,}/g, "\n\n")
  );
}

const namesIn = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|"(?:[^"\\\n]|\\.)*"/gm, " ")
      .match(/[A-Za-z_$][\w$]*/g),
  );
