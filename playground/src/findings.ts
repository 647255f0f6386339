// The list of findings beside the text.

import type { FileProblem, Finding, Fix, Place, Report, Skipped, Suppressed } from "hullmark-wasm";
import { el } from "./dom.ts";
import { canApply, counted, fixWord, problemWord } from "./words.ts";

/** How many findings the list shows before it is asked for all. */
const FIRST_SHOWN = 200;

/** What the list asks the page to do. */
export interface ListEvents {
  jump(start: Place, end: Place): void;
  fix(fix: Fix): void;
  why(rule: string): void;
}

export class FindingList {
  readonly #root: HTMLElement;
  readonly #events: ListEvents;
  #showAll = false;

  constructor(root: HTMLElement, events: ListEvents) {
    this.#root = root;
    this.#events = events;
  }

  /** Shows a report; the focus stays on what it was on, or goes to what took its place. */
  show(report: Report): void {
    const focus = this.#focused();
    const shown = this.#showAll ? report.findings : report.findings.slice(0, FIRST_SHOWN);
    const parts: Node[] = [];
    if (report.problems.length > 0) {
      parts.push(el("ol", { class: "items" }, ...report.problems.map((problem) => this.#problem(problem))));
    }
    parts.push(...report.skipped.map(skippedNote));
    if (report.findings.length > 0) {
      parts.push(el("ol", { class: "items" }, ...keyed(shown).map(([key, finding]) => this.#finding(key, finding))));
    }
    if (shown.length < report.findings.length) {
      const more = (): void => {
        this.#showAll = true;
        this.show(report);
      };
      const label = `Show all ${report.findings.length}`;
      parts.push(el("p", {}, `The first ${shown.length} are shown. `, el("button", { type: "button" , "data-key": "more", click: more }, label)));
    }
    if (report.suppressed.length > 0) parts.push(this.#suppressed(report.suppressed));
    if (parts.length === 0) {
      parts.push(el("p", { class: "empty" }, "No rule of this preset finds fault with this text."));
    }
    this.#root.replaceChildren(...parts);
    this.#refocus(focus);
  }

  /** Says something in the place of a report. */
  say(sentence: string): void {
    this.#root.replaceChildren(el("p", { class: "empty" }, sentence));
  }

  #focused(): { key: string; index: number } | undefined {
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement) || !this.#root.contains(focused)) return undefined;
    const item = focused.closest("li");
    const index = [...this.#root.querySelectorAll("li")].findIndex((one) => one === item);
    return { key: focused.dataset["key"] ?? "", index };
  }

  #refocus(focus: { key: string; index: number } | undefined): void {
    if (focus === undefined) return;
    const keys = [...this.#root.querySelectorAll<HTMLElement>("[data-key]")];
    const items = this.#root.querySelectorAll("li");
    const near = items[Math.min(Math.max(focus.index, 0), items.length - 1)]?.querySelector("button");
    (keys.find((one) => one.dataset["key"] === focus.key) ?? near ?? this.#root).focus();
  }

  #place(key: string, badge: string, word: string, line: number, text: string, go: () => void): HTMLElement {
    return el(
      "button",
      { type: "button", class: "jump", "data-key": `${key} jump`, click: go },
      el("span", { class: "where" }, el("span", { class: `badge ${badge}` }, word), " ", el("span", { class: "line" }, `line ${line}`)),
      " ",
      el("span", { class: "message" }, text),
    );
  }

  #finding(key: string, finding: Finding): HTMLElement {
    const jump = (): void => this.#events.jump(finding.start, finding.end);
    const unsure = finding.confidence === "high" ? "" : ` · confidence ${finding.confidence}`;
    return el(
      "li",
      { class: `item ${finding.severity}` },
      this.#place(key, finding.severity, finding.severity, finding.start.line, finding.message, jump),
      el("p", { class: "rule" }, el("code", {}, finding.rule), unsure),
      ...finding.related.map((one) =>
        el("p", { class: "related" }, el("button", { type: "button", class: "link", "data-key": `${key} ${one.start.offset}`, click: () => this.#events.jump(one.start, one.end) }, `Line ${one.start.line}`), `: ${one.message}`),
      ),
      ...finding.fixes.filter((fix) => !canApply(fix)).map((fix) => el("p", { class: "hint" }, `To do: ${fix.title}`)),
      el(
        "div",
        { class: "actions" },
        ...finding.fixes.filter(canApply).map((fix, index) => this.#fix(`${key} fix ${index}`, fix)),
        el(
          "button",
          { type: "button", class: "why", "data-key": `${key} why`, "aria-label": `Why ${finding.rule}`, click: () => this.#events.why(finding.rule) },
          "Why",
        ),
      ),
    );
  }

  #fix(key: string, fix: Fix): HTMLElement {
    return el(
      "button",
      { type: "button", class: `fix ${fix.applicability}`, "data-key": key, click: () => this.#events.fix(fix) },
      el("span", {}, `Fix: ${fix.title}`),
      " ",
      el("span", { class: "safety" }, fixWord(fix)),
    );
  }

  #problem(problem: FileProblem): HTMLElement {
    const key = `${problem.code} ${problem.start.offset}`;
    const jump = (): void => this.#events.jump(problem.start, problem.end);
    const advice = problem.code === "unknown-kind" ? "choose its kind above" : "what stands here was not checked";
    return el(
      "li",
      { class: "item problem" },
      this.#place(key, "problem", problemWord, problem.start.line, problem.message, jump),
      el("p", { class: "rule" }, el("code", {}, problem.code), ` · ${advice}`),
    );
  }

  #suppressed(suppressed: readonly Suppressed[]): HTMLElement {
    const open = this.#root.querySelector("details")?.open === true;
    const items = suppressed.slice(0, FIRST_SHOWN).map((one, index) =>
      el(
        "li",
        { class: "item" },
        this.#place(`suppressed ${index}`, one.severity, one.severity, one.start.line, one.message, () => this.#events.jump(one.start, one.end)),
        el("p", { class: "rule" }, el("code", {}, one.rule), one.reason === "" ? " · no reason given" : ` · reason: ${one.reason}`),
      ),
    );
    const label = `${counted(suppressed.length, "finding")} set aside by the text itself`;
    return el("details", { open }, el("summary", { "data-key": "suppressed" }, label), el("ol", { class: "items" }, ...items));
  }
}

function skippedNote(skipped: Skipped): HTMLElement {
  return el("p", { class: "skipped" }, `Not checked: ${skipped.reason}.`);
}

/** Each finding with a key of its own that stays the same when other lines change. */
function keyed(findings: readonly Finding[]): [string, Finding][] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const count = seen.get(finding.fingerprint) ?? 0;
    seen.set(finding.fingerprint, count + 1);
    return [`${finding.fingerprint} ${count}`, finding];
  });
}
