/**
 * The script of the page, as text. The functions here run in the browser and know nothing but each other: `script` is
 * their source. Text of documents enters the page as text only, never as markup.
 */
import type { PageTypes } from "./data.js";

/** What the functions share. */
interface Page {
  readonly data: PageTypes;
  readonly search: HTMLInputElement;
  readonly count: HTMLOutputElement;
  readonly none: HTMLParagraphElement;
  readonly endpoints: readonly HTMLDetailsElement[];
  /** Operations that are not batch operations. */
  readonly rows: readonly HTMLElement[];
  readonly choices: readonly HTMLSelectElement[];
}

function find<E extends Element>(selector: string, kind: new () => E): E {
  const found = document.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${selector}`);
}

function readPage(): Page {
  return {
    // `page` writes it by this type
    data: JSON.parse(find("#types", HTMLScriptElement).textContent ?? "") as PageTypes,
    search: find("#search", HTMLInputElement),
    count: find("#count", HTMLOutputElement),
    none: find("#none", HTMLParagraphElement),
    endpoints: [...document.querySelectorAll<HTMLDetailsElement>("details.endpoint")],
    rows: [...document.querySelectorAll<HTMLElement>("tr[data-text]")],
    choices: [...document.querySelectorAll<HTMLSelectElement>("select[data-by]")],
  };
}

/** One declaration; each name in it that is a type links to the declaration of that type. */
function declaration({ data }: Page, at: number, id: string): HTMLElement {
  const type = data.types[at];
  const box = document.createElement("details");
  box.className = "type";
  box.id = `${id}-${at}`;
  const summary = box.appendChild(document.createElement("summary"));
  summary.textContent = type?.name ?? "";
  const code = box
    .appendChild(document.createElement("pre"))
    .appendChild(document.createElement("code"));
  for (const part of type?.parts ?? []) {
    if (typeof part === "string") {
      code.append(part);
      continue;
    }
    const [kind, text] = part;
    const name = code.appendChild(document.createElement(typeof kind === "number" ? "a" : "span"));
    if (name instanceof HTMLAnchorElement) name.href = `#${id}-${kind}`;
    else name.className = String(kind);
    name.textContent = text;
  }
  return box;
}

/** Adds the types of an endpoint, once. */
function fill(page: Page, endpoint: HTMLDetailsElement): void {
  const types = page.data.endpoints[Number(endpoint.dataset["at"])];
  for (const role of ["request", "response"] as const) {
    const place = endpoint.querySelector(`.types-${role}`);
    if (!place || place.childElementCount > 0) continue;
    (types?.[role] ?? []).forEach((at, index) => {
      const box = place.appendChild(declaration(page, at, `${endpoint.id}-${role}`));
      if (index === 0) box.setAttribute("open", "");
    });
  }
}

/** Hides the endpoints and rows that do not fit the search field and the choices. */
function filter({ search, count, none, endpoints, rows, choices }: Page): void {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (element: HTMLElement): boolean =>
    words.every((word) => (element.dataset["text"] ?? "").includes(word));
  let shown = 0;
  for (const endpoint of endpoints) {
    const chosen = choices.every(
      ({ value, dataset }) =>
        value === "" || endpoint.dataset[dataset["by"] ?? ""]?.split(" ").includes(value),
    );
    endpoint.hidden = !(chosen && fits(endpoint));
    if (!endpoint.hidden) shown += 1;
  }
  for (const row of rows) row.hidden = !fits(row);
  for (const group of document.querySelectorAll<HTMLElement>("section.resource")) {
    const left = group.querySelectorAll("details.endpoint:not([hidden])").length;
    group.hidden = left === 0;
    const place = document.querySelector<HTMLElement>(`[data-of="${group.id}"]`);
    if (!place) continue;
    place.hidden = left === 0;
    const number = place.querySelector("span");
    if (number) number.textContent = String(left);
  }
  count.textContent = `${shown} of ${endpoints.length} endpoints`;
  none.hidden = shown > 0;
}

/** Opens the endpoint or the type that the address names, with everything around it. */
function open(page: Page): void {
  const named = decodeURIComponent(location.hash.slice(1));
  const [id = ""] = named.split("-request-");
  const endpoint = document.getElementById(id.split("-response-")[0] ?? "");
  if (endpoint instanceof HTMLDetailsElement) {
    endpoint.hidden = false;
    endpoint.open = true;
    fill(page, endpoint);
  }
  const target = document.getElementById(named);
  if (!(target instanceof HTMLDetailsElement)) return;
  target.open = true;
  target.scrollIntoView({ block: "nearest" });
  target.querySelector("summary")?.focus();
}

/** Moves the focus among the endpoints that are visible. */
function move({ endpoints }: Page, step: number): void {
  const visible = endpoints.filter(({ hidden }) => !hidden);
  const at = visible.findIndex((endpoint) => endpoint.contains(document.activeElement));
  const to = at === -1 ? (step > 0 ? 0 : visible.length - 1) : at + step;
  visible[to]?.querySelector("summary")?.focus();
}

function press(page: Page, event: KeyboardEvent): void {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (key === "Escape" && target === page.search) {
    page.search.value = "";
    filter(page);
  }
  const typing = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
  if (typing && !(key === "ArrowDown" && target === page.search)) return;
  const keys: Readonly<Record<string, () => void>> = {
    "/": () => page.search.focus(),
    j: () => move(page, 1),
    k: () => move(page, -1),
    ArrowDown: () => move(page, 1),
    ArrowUp: () => move(page, -1),
  };
  const act = Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (!act) return;
  event.preventDefault();
  act();
}

/** Copies the code beside a button, or selects it where the browser does not let a page copy. */
async function copy(button: HTMLElement): Promise<void> {
  const code = button.parentElement?.querySelector("code");
  if (!code) return;
  for (const other of document.querySelectorAll("button.copy")) other.textContent = "Copy";
  try {
    await navigator.clipboard.writeText(code.textContent ?? "");
    button.textContent = "Copied";
  } catch {
    getSelection()?.selectAllChildren(code);
    button.textContent = "Selected";
  }
}

/** Shows the endpoints that lack a field. */
function showMissing(page: Page, field: string): void {
  for (const choice of page.choices) if (choice.dataset["by"] === "missing") choice.value = field;
  filter(page);
  page.search.scrollIntoView({ block: "nearest" });
}

function click(page: Page, { target }: Event): void {
  if (!(target instanceof HTMLButtonElement)) return;
  const field = target.dataset["show"];
  if (target.className === "copy") void copy(target);
  else if (field !== undefined) showMissing(page, field);
}

function start(): void {
  const page = readPage();
  for (const endpoint of page.endpoints)
    endpoint.addEventListener("toggle", () => endpoint.open && fill(page, endpoint));
  page.search.addEventListener("input", () => filter(page));
  for (const choice of page.choices) choice.addEventListener("change", () => filter(page));
  const filters = find("#filters", HTMLFormElement);
  // The event comes before the fields are empty.
  filters.addEventListener("reset", () => setTimeout(() => filter(page)));
  filters.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => press(page, event));
  document.addEventListener("click", (event) => click(page, event));
  addEventListener("hashchange", () => open(page));
  filter(page);
  open(page);
}

const functions = [
  ...[find, readPage, declaration, fill, filter, open, move, press],
  ...[copy, showMissing, click, start],
];

export const script = `(() => {\n${functions.map((one) => one.toString()).join("\n")}\nstart();\n})();`;
