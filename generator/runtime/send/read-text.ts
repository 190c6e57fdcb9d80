/** `readText`: reads a reply, but not one of any length. */

/** The text of a reply; undefined if it has more than `most` bytes, of which no more are read. */
export async function readText({ body }: Response, most: number): Promise<string | undefined> {
  const decoder = new TextDecoder();
  const reader = body?.getReader();
  let text = "";
  let bytes = 0;
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    bytes += part.value.length;
    if (bytes > most) return void reader?.cancel().catch(() => undefined);
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}
