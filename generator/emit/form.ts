/** What a package looks like, whatever is in it. Types only. */

export interface PackageForm {
  /**
   * `package` is a package of its own, with `package.json`, below `src/` the sources, and a build. `modules` is a folder
   * of sources in a project: they lie in the output itself, are imported by their relative paths, and are compiled and
   * bundled with the project. Default `package`.
   */
  readonly layout?: "package" | "modules";
  /**
   * How the sources import each other: `./notes.js`, `./notes.ts` or `./notes`. `ts` is for sources that are run as they
   * are; `none` is for sources that go through a bundler: then the package is not built, and its `exports` are the
   * sources. Default `js`.
   */
  readonly importExtensions?: "js" | "ts" | "none";
  /** Types of requests and responses only: no endpoint can be called, and nothing is left at run time. Default false. */
  readonly typesOnly?: boolean;
  /**
   * Fields of `package.json`, such as `version`, `license` or `repository`. They win over what stands in the output's;
   * what the generator sees to (`name`, `type`, `exports`, `files` …) cannot be said here. Default: those that the
   * output's has; at first, version 0.1.0 and no licence.
   */
  readonly packageJson?: Readonly<Record<string, unknown>>;
}

/** A file of the package: its path below the output folder, with forward slashes, and its text. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}
