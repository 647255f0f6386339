// Building elements: text is always text, never markup.

type Attributes = Record<string, string | boolean | (() => void)>;

/** An element with attributes and children. A function is a listener for clicks; `false` leaves an attribute out. */
export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener("click", value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** The element of the page with this id. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${type.name} called ${id}`);
  return found;
}

/** `text` with what stands between backticks as code. */
export function prose(text: string): Node[] {
  return text.split(/`([^`\n]+)`/).map((part, index) =>
    index % 2 === 1 ? el("code", {}, part) : document.createTextNode(part),
  );
}
