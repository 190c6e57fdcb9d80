/** `serverUrl`: the server that a client uses, if there are several or their URLs have variables. */

export interface ServerTemplate {
  /** With variables in braces, without a trailing slash. */
  readonly url: string;
  /** The defaults of its variables; null for a variable without a default. */
  readonly variables?: { readonly [name: string]: string | null };
}

/**
 * The URL of the server that the member `by` of `choice` names (default: the first one), with the other members of
 * `choice` as variables. Throws a TypeError if there is no such server, if a variable is missing, and if a value would
 * change another part of the URL.
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
