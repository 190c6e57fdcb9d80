/** `diagnosticList`: diagnostics as HTML, errors first. */
import type { Diagnostic, Locate, Location, Severity } from "../base/diagnostics.js";
import { escape } from "./escape.js";

const order: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

export function diagnosticList(diagnostics: readonly Diagnostic[], locate: Locate): string {
  const items = [...diagnostics]
    .sort((a, b) => order[a.severity] - order[b.severity])
    .map(({ severity, code, message, location, hint }) => {
      const place = location
        ? `<br><span class="dim">${escape(locationText(location, locate))}</span>`
        : "";
      const advice = hint === undefined ? "" : `<br>${escape(hint)}`;
      return `<li><strong class="severity-${severity}">${severity}</strong> <code>${escape(code)}</code> ${escape(message)}${place}${advice}</li>`;
    });
  return `<ul class="diagnostics">${items.join("")}</ul>`;
}

/** `file:line:column pointer`. */
function locationText(location: Location, locate: Locate): string {
  const position = locate(location);
  const file = position ? `${location.file}:${position.line}:${position.column}` : location.file;
  return `${file} ${location.pointer}`;
}
