/** `releaseNotes` and `dated`: the sections of CHANGELOG.md. */

/** The text below the heading of a version, such as `0.1.0`, or of `Unreleased`; undefined if it has none. */
export function releaseNotes(changelog: string, version: string): string | undefined {
  const [, ...sections] = changelog.split(/^## /m);
  const section = sections.find((text) => {
    const [heading = ""] = text.split("\n");
    return heading === version || heading.startsWith(`${version} - `);
  });
  return section?.slice(section.indexOf("\n") + 1).trim();
}

/**
 * The changelog with the version and the date as the heading of what was unreleased.
 * @param date such as `2026-11-28`
 * @throws Error if there is nothing unreleased, or if the version has a section already
 */
export function dated(changelog: string, version: string, date: string): string {
  if (!releaseNotes(changelog, "Unreleased"))
    throw new Error('CHANGELOG.md has nothing below a heading "Unreleased".');
  if (releaseNotes(changelog, version) !== undefined)
    throw new Error(`CHANGELOG.md has a section for ${version} already.`);
  return changelog.replace(/^## Unreleased$/m, `## ${version} - ${date}`);
}
