/**
 * The script of the page. Its text is put into the page as it is, so it may use nothing but what is in it, and the
 * browser. Text of documents goes in as text only.
 */
import type { PageTypes } from "./data.js";

export function enhance(): void {
  const find = <E extends Element>(selector: string, kind: new () => E): E => {
    const found = document.querySelector(selector);
    if (found instanceof kind) return found;
    throw new Error(`the page has no ${selector}`);
  };
  // The page was written with it.
  const data = JSON.parse(find("#types", HTMLScriptElement).textContent ?? "") as PageTypes;
  const search = find("#search", HTMLInputElement);
  const told = find("#told", HTMLOutputElement);
  const entries = [...document.querySelectorAll<HTMLDetailsElement>("details.endpoint")];
  const left = [...document.querySelectorAll<HTMLElement>("tr[data-text]")];
  const choices = [...document.querySelectorAll<HTMLSelectElement>("select[data-by]")];

  /** One declaration; the names in it that are types lead to theirs. */
  function declaration(at: number, id: string): HTMLElement {
    const type = data.types[at];
    const box = document.createElement("details");
    box.className = "type";
    box.id = `${id}-${at}`;
    const summary = box.appendChild(document.createElement("summary"));
    summary.textContent = type?.name ?? "";
    const code = box
      .appendChild(document.createElement("pre"))
      .appendChild(document.createElement("code"));
    const names = new Map(type?.names);
    for (const part of (type?.text ?? "").split(/([\p{ID_Start}$_][\p{ID_Continue}$]*)/u)) {
      const target = names.get(part);
      if (target === undefined) code.append(part);
      else {
        const link = code.appendChild(document.createElement("a"));
        link.href = `#${id}-${target}`;
        link.textContent = part;
      }
    }
    return box;
  }

  function fill(entry: HTMLDetailsElement): void {
    const types = data.endpoints[Number(entry.dataset["at"])];
    for (const role of ["request", "response"] as const) {
      const place = entry.querySelector(`.types-${role}`);
      if (!place || place.childElementCount > 0) continue;
      (types?.[role] ?? []).forEach((at, index) => {
        const box = place.appendChild(declaration(at, `${entry.id}-${role}`));
        if (index === 0) box.setAttribute("open", "");
      });
    }
  }

  function filter(): void {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const says = (element: HTMLElement): boolean =>
      words.every((word) => (element.dataset["text"] ?? "").includes(word));
    let shown = 0;
    for (const entry of entries) {
      const chosen = choices.every(
        ({ value, dataset }) => value === "" || entry.dataset[dataset["by"] ?? ""] === value,
      );
      entry.hidden = !(chosen && says(entry));
      if (!entry.hidden) shown += 1;
    }
    for (const row of left) row.hidden = !says(row);
    for (const group of document.querySelectorAll<HTMLElement>("section.resource"))
      group.hidden = !group.querySelector("details.endpoint:not([hidden])");
    told.textContent = `${shown} of ${entries.length} endpoints`;
    find("#none", HTMLParagraphElement).hidden = shown > 0;
  }

  /** The address names an endpoint or a type: it is opened, with all that it stands in. */
  function open(): void {
    const [id = ""] = decodeURIComponent(location.hash.slice(1)).split("-request-");
    const entry = document.getElementById(id.split("-response-")[0] ?? "");
    if (entry instanceof HTMLDetailsElement) {
      entry.hidden = false;
      entry.open = true;
      fill(entry);
    }
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!(target instanceof HTMLDetailsElement)) return;
    target.open = true;
    target.scrollIntoView({ block: "nearest" });
    target.querySelector("summary")?.focus();
  }

  function move(step: number): void {
    const visible = entries.filter(({ hidden }) => !hidden);
    const at = visible.findIndex((entry) => entry.contains(document.activeElement));
    const to = at === -1 ? (step > 0 ? 0 : visible.length - 1) : at + step;
    visible[to]?.querySelector("summary")?.focus();
  }

  const keys: Readonly<Record<string, () => void>> = {
    "/": () => search.focus(),
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
  };

  for (const entry of entries) entry.addEventListener("toggle", () => entry.open && fill(entry));
  search.addEventListener("input", filter);
  for (const choice of choices) choice.addEventListener("change", filter);
  find("#filters", HTMLFormElement).addEventListener("reset", () => setTimeout(filter));
  find("#filters", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing =
      event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === "Escape" && event.target === search) {
      search.value = "";
      filter();
    }
    const leaves = event.key === "ArrowDown" && event.target === search;
    if (typing && !leaves) return;
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (!act) return;
    event.preventDefault();
    act();
  });
  addEventListener("hashchange", open);
  filter();
  open();
}
