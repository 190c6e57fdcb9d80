/** Lines of time over the number of documents, as an SVG that can be read on light and on dark ground. */
const colours = ["#0a7d4f", "#b4690e", "#c0392b", "#2b6cb0"];
const [width, height, left, right, top, bottom] = [760, 380, 60, 170, 24, 44];

/** @param {ReadonlyMap<string, readonly (readonly [count: number, ms: number])[]>} series */
export function plot(series) {
  const points = [...series.values()].flat();
  // Relative to the fastest run of all: seconds differ from machine to machine.
  const unit = Math.min(...points.map(([, ms]) => ms));
  const most = Math.max(...points.map(([count]) => count));
  const highest = Math.ceil(Math.max(...points.map(([, ms]) => ms)) / unit);
  const x = (count) => left + (count / most) * (width - left - right);
  const y = (value) => height - bottom - (value / highest) * (height - top - bottom);
  const step = Math.max(1, Math.ceil(highest / 6));
  const text = (at, above, content, more = "") =>
    `<text x="${at.toFixed(1)}" y="${above.toFixed(1)}" ${more}>${content}</text>`;
  const grid = Array.from(
    { length: Math.floor(highest / step) + 1 },
    (_, index) => index * step,
  ).map(
    (value) =>
      `<line x1="${left}" x2="${width - right}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}" stroke="#888" stroke-opacity=".3"/>${text(left - 8, y(value) + 4, value, 'text-anchor="end"')}`,
  );
  const numbers = [...new Set(points.map(([count]) => count))].map((count) =>
    text(x(count), height - bottom + 18, count, 'text-anchor="middle"'),
  );
  // Labels keep a distance, in the order of the ends of their lines.
  const ends = [...series]
    .filter(([, line]) => line.length > 0)
    .map(([name, line]) => ({ name, end: y((line.at(-1)?.[1] ?? 0) / unit) }))
    .sort((a, b) => a.end - b.end);
  ends.forEach(
    (label, index) => (label.end = Math.max(label.end, (ends[index - 1]?.end ?? 0) + 16)),
  );
  const lines = [...series]
    .filter(([, line]) => line.length > 0)
    .map(([name, line], index) => {
      const path = line
        .map(([count, ms]) => `${x(count).toFixed(1)},${y(ms / unit).toFixed(1)}`)
        .join(" ");
      const at = ends.find((label) => label.name === name)?.end ?? 0;
      return `<polyline points="${path}" fill="none" stroke="${colours[index % colours.length]}" stroke-width="2.5"/>${text(width - right + 8, at + 4, name, `style="fill:${colours[index % colours.length]}"`)}`;
    });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Time of a cold run over the number of documents" font-family="system-ui, sans-serif" font-size="13">
<style>text { fill: #777 }</style>
${grid.join("\n")}
${numbers.join("\n")}
${text((left + width - right) / 2, height - 6, "documents", 'text-anchor="middle"')}
${text(left, 14, "time of a cold run; the shortest is 1")}
${lines.join("\n")}
</svg>
`;
}
