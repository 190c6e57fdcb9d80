/** Servers whose URLs have variables: the one that a client is to use. */

export interface ServerTemplate {
  /** With variables in braces, without a trailing slash. */
  readonly url: string;
  /** The defaults of its variables; null where there is none. */
  readonly variables?: { readonly [name: string]: string | null };
}

/**
 * The address of the server that `choice` names by the member `by` (default: the first one), with the variables that
 * stand in `choice`. Throws TypeError where there is no such server, where a variable is missing, and where a value
 * would lead elsewhere than into its place in the URL.
 */
export function serverUrl(
  servers: readonly ServerTemplate[],
  choice: { readonly [name: string]: string | undefined } = {},
  by = "url",
): string {
  const wanted = choice[by];
  const server = servers.find(({ url }) => wanted === undefined || url === wanted);
  if (!server) throw new TypeError(`there is no server ${wanted}`);
  const { url, variables = {} } = server;
  const path = url.indexOf("/", url.indexOf("//") + 2);
  return url.replace(/\{([\w.-]+)\}/g, (_, name: string, at: number) => {
    const value = (Object.hasOwn(choice, name) ? choice[name] : undefined) ?? variables[name];
    if (value === undefined || value === null)
      throw new TypeError(`the server's variable ${name} is missing`);
    const inPath = path >= 0 && at > path;
    if (/[\s\\?#@%{}]|\.\./.test(value) || (!inPath && value.includes("/")) || !value)
      throw new TypeError(`the server's variable ${name} is "${value}"`);
    return value;
  });
}
