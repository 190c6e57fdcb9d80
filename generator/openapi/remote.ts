/** Exports `fetchText`, which fetches a referenced document. Called only if the user allows it. */

/** Bytes of one fetched document. */
const sizeLimit = 32 * 2 ** 20;
/** Milliseconds for one fetched document. */
const timeLimit = 30_000;

/**
 * The body at an http(s) address.
 * @throws Error if the reply is not a success, is larger than 32 MiB, or takes longer than 30 seconds.
 */
export async function fetchText(address: string): Promise<Uint8Array> {
  const response = await fetch(address, {
    signal: AbortSignal.timeout(timeLimit),
    headers: { accept: "application/json, application/yaml, text/yaml, */*;q=0.5" },
  });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > sizeLimit) throw new Error(`it is larger than ${sizeLimit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
