// The panel that says why a rule matters.

import type { Rule } from "hullmark-wasm";
import { byId, el, prose } from "./dom.ts";

export class WhyPanel {
  readonly #dialog = byId("why", HTMLDialogElement);
  readonly #title = byId("why-title", HTMLHeadingElement);
  readonly #body = byId("why-body", HTMLElement);
  #asked = 0;

  constructor() {
    byId("why-close", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
    // A click beside the panel closes it, as Escape does.
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
  }

  /** Opens the panel for `rule` and fills it with what `explain` answers. */
  async open(rule: string, explain: (rule: string) => Promise<readonly Rule[]>): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    this.#title.textContent = rule;
    this.#body.replaceChildren(el("p", {}, "Loading the explanation…"));
    if (!this.#dialog.open) this.#dialog.showModal();
    let parts: Node[];
    try {
      const rules = await explain(rule);
      parts = rules.length === 0 ? [el("p", {}, "There is no explanation of this rule.")] : rules.flatMap(explanation);
    } catch (error) {
      const retry = (): void => void this.open(rule, explain);
      const reason = error instanceof Error && error.message !== "" ? error.message : "the checker is not running";
      parts = [
        el("p", {}, `The explanation could not be loaded: ${reason}.`),
        el("p", {}, el("button", { type: "button", click: retry }, "Try again")),
      ];
    }
    if (asked !== this.#asked) return;
    this.#body.replaceChildren(...parts);
    this.#body.scrollTop = 0;
  }
}

function explanation(rule: Rule): Node[] {
  const compliance = Object.entries(rule.compliance);
  return [
    el("p", { class: "lead" }, ...prose(rule.title)),
    el(
      "p",
      { class: "rule" },
      el("span", { class: `badge ${rule.severity}` }, rule.severity),
      ` confidence ${rule.confidence} · ${rule.category}`,
    ),
    ...paragraphs(rule.rationale),
    ...example("Bad", rule.bad_example),
    ...example("Good", rule.good_example),
    ...section("Read more", rule.references.map((reference) => el("li", {}, link(reference)))),
    ...section("Also known as", rule.aliases.map((alias) => el("li", {}, el("code", {}, alias)))),
    ...section(
      "Compliance",
      compliance.map(([framework, controls]) => el("li", {}, `${framework}: ${controls.join(", ")}`)),
    ),
  ];
}

function paragraphs(text: string): Node[] {
  return text.trim().split(/\n\s*\n/).map((part) => el("p", {}, ...prose(part)));
}

function example(title: string, text: string): Node[] {
  if (text === "") return [];
  const label = `${title} example`;
  return [el("h3", { class: title.toLowerCase() }, label), el("pre", { tabindex: "0", "aria-label": label }, el("code", {}, text))];
}

function section(title: string, items: Node[]): Node[] {
  return items.length === 0 ? [] : [el("h3", {}, title), el("ul", {}, ...items)];
}

function link(reference: string): Node {
  if (!/^https?:\/\//.test(reference)) return document.createTextNode(reference);
  return el("a", { href: reference, target: "_blank", rel: "noopener noreferrer" }, reference);
}
