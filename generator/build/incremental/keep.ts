/** What a later process is told of a run: as plain JSON, and back. */
import type { Diagnostic, Location } from "../../base/diagnostics.js";
import type { Generated } from "../generate.js";
import type { DocumentModel } from "../../batch/document.js";
import { isLookedUp } from "../../openapi/lazy-location.js";
import type { MadeDocument } from "../../openapi/memory.js";

/** What is kept of a run, apart from its files. */
export interface Kept extends Omit<Generated, "files" | "text" | "hashes" | "kept" | "isWritten"> {
  /** SHA-256 of the lock that it left, or would have left. */
  readonly lockHash: string | undefined;
}

type Unknown = Generated["unknowns"][number];

/** Lines that nobody asked for are not kept: most never are, and they can be counted again. */
interface Place extends Partial<Location> {
  readonly file: string;
  readonly pointer: string;
}

/** With a place for its location. */
type Entry<T> = Omit<T, "location"> & { readonly location?: Place };

/** With places for the locations of what it tells. */
export type Stored<T> = Omit<T, "diagnostics" | "unknowns"> & {
  readonly diagnostics: readonly Entry<Diagnostic>[];
  readonly unknowns: readonly Entry<Unknown>[];
};

/** Looks up a place when its line is asked for. */
export type Locate = (file: string, pointer: string) => Location;

const placed = ({ file, line, column, pointer }: Location): Place => ({
  file,
  line,
  column,
  pointer,
});

function store<T extends { readonly location?: Location }>({ location, ...rest }: T): Entry<T> {
  if (!location) return rest;
  const { file, pointer } = location;
  return { ...rest, location: isLookedUp(location) ? placed(location) : { file, pointer } };
}

function recall<T>({ location, ...rest }: Entry<T>, locate: Locate): T {
  if (!location) return rest as T; // what `store` took apart
  const { file, line, column, pointer } = location;
  const known = line !== undefined && column !== undefined;
  return {
    ...rest,
    location: known ? { file, line, column, pointer } : locate(file, pointer),
  } as T;
}

interface Told {
  readonly diagnostics: readonly Diagnostic[];
  readonly unknowns: readonly Unknown[];
}

/** How many of its lines are known. */
export const countLines = ({ diagnostics, unknowns }: Told): number =>
  [...diagnostics, ...unknowns].filter(({ location }) => location && isLookedUp(location)).length;

/** The same as plain JSON. */
export const storeTold = <T extends Told>(value: T): Stored<T> => ({
  ...value,
  diagnostics: value.diagnostics.map((one) => store(one)),
  unknowns: value.unknowns.map((one) => store(one)),
});

/** Whether a line would have to be counted, if somebody asked for it. */
export const lacksLines = ({ diagnostics, unknowns }: Stored<Told>): boolean =>
  [...diagnostics, ...unknowns].some(({ location }) => location && location.line === undefined);

/** The opposite of `storeTold`. */
export const recallTold = <T extends Told>(stored: Stored<T>, locate: Locate): T =>
  // what `storeTold` took apart
  ({
    ...stored,
    diagnostics: stored.diagnostics.map((one) => recall<Diagnostic>(one, locate)),
    unknowns: stored.unknowns.map((one) => recall<Unknown>(one, locate)),
  }) as unknown as T;

/** What was made of documents, as lines of text that are made anew only where it is new. */
export function createLines(
  lines: readonly string[],
  locate: Locate,
): {
  readonly documents: Map<string, MadeDocument<DocumentModel>>;
  print(): readonly string[];
} {
  const known = new WeakMap<MadeDocument<DocumentModel>, string>();
  const documents = new Map(
    lines.map((line) => {
      // what `print` below gave
      const [id, { value, ...made }] = JSON.parse(line) as [
        string,
        MadeDocument<Stored<DocumentModel>>,
      ];
      const document: MadeDocument<DocumentModel> = {
        ...made,
        diagnostics: made.diagnostics.map((one) => recall<Diagnostic>(one, locate)),
        value: recallTold<DocumentModel>(value, locate),
      };
      known.set(document, line);
      return [id, document];
    }),
  );
  const print = (id: string, made: MadeDocument<DocumentModel>): string => {
    const diagnostics = made.diagnostics.map((one) => store(one));
    const line = JSON.stringify([id, { ...made, diagnostics, value: storeTold(made.value) }]);
    known.set(made, line);
    return line;
  };
  return {
    documents,
    print: () => [...documents].map(([id, made]) => known.get(made) ?? print(id, made)),
  };
}
