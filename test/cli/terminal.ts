import type { Terminal } from "../../generator/cli/terminal.js";

/** A terminal that remembers what was printed. Its styles are written as `<red>…</>`. */
export function fakeTerminal(options: Partial<Terminal> & { styled?: boolean } = {}) {
  const printed = { out: "", err: "" };
  const { styled = false, ...rest } = options;
  const terminal: Terminal = {
    out: (text) => void (printed.out += text),
    err: (text) => void (printed.err += text),
    input: () => Promise.resolve(new Uint8Array()),
    width: undefined,
    rewritable: false,
    style: (style, text) => (styled ? `<${style}>${text}</>` : text),
    signal: new AbortController().signal,
    ...rest,
  };
  return Object.assign(printed, { terminal });
}
