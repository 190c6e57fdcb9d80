/** `items.as: csv`: RFC 4180, a header and a row for each input; a missing member becomes an empty cell. */
import type { Encoding, Json } from "./encoding.js";

export const csv: Encoding = (inputs, _operation, _keys, json = JSON.stringify) => {
  // The endpoint's type says that its inputs are objects.
  const rows = inputs as readonly Readonly<Record<string, unknown>>[];
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const record = (cells: readonly unknown[]) =>
    cells.map((value) => cell(value, json)).join(",") + "\r\n";
  return (
    record(names) +
    rows
      .map((row) => record(names.map((name) => (Object.hasOwn(row, name) ? row[name] : ""))))
      .join("")
  );
};

function cell(value: unknown, json: Json): string {
  const text =
    value === null || value === undefined ? "" : typeof value === "string" ? value : json(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
