// The editor: CodeMirror with the findings of a report as squiggles, gutter marks and hovers.

import { isolateHistory } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { dockerFile } from "@codemirror/legacy-modes/mode/dockerfile";
import { type Action, type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { type ChangeSpec, Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";
import type { FileProblem, Finding, Fix, Place, Report } from "hullmark-wasm";
import { el } from "./dom.ts";
import type { Job, Kind } from "./protocol.ts";
import { canApply, fixWord, problemWord } from "./words.ts";

/** How many findings are drawn in the text; the list says when there are more. */
const MOST_MARKS = 2000;

/** What the editor asks the page to do. */
export interface EditorEvents {
  changed(): void;
  fix(fix: Fix): void;
  why(rule: string): void;
}

const highlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.propertyName, tags.definition(tags.propertyName)], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.number, tags.bool, tags.atom, tags.null], color: "var(--code-atom)" },
  { tag: [tags.variableName, tags.meta, tags.labelName], color: "var(--code-name)" },
]);

const dockerfileLanguage = StreamLanguage.define(dockerFile);
const yamlLanguage = yaml();

/** The colours of a text that begins so; which kind it is for a check, the engine tells. */
function languageOf(text: string, kind: Kind): Extension {
  if (kind === "dockerfile") return dockerfileLanguage;
  if (kind !== "auto") return yamlLanguage;
  return /^\s*(?:#[^\n]*\n\s*)*(?:---|[{[]|"?[A-Za-z]+"?\s*:)/.test(text) ? yamlLanguage : dockerfileLanguage;
}

function prefersDark(): MediaQueryList {
  return matchMedia("(prefers-color-scheme: dark)");
}

export class Editor {
  readonly view: EditorView;
  readonly #events: EditorEvents;
  readonly #language = new Compartment();
  #kind: Kind;
  #applied: Extension;

  constructor(parent: HTMLElement, { text, kind }: Job, events: EditorEvents) {
    this.#events = events;
    this.#kind = kind;
    this.#applied = languageOf(text, kind);
    const scheme = new Compartment();
    const theme = (): Extension => EditorView.theme({}, { dark: prefersDark().matches });
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        doc: text,
        extensions: [
          basicSetup,
          EditorView.lineWrapping,
          lintGutter(),
          syntaxHighlighting(highlight),
          this.#language.of(this.#applied),
          scheme.of(theme()),
          EditorView.contentAttributes.of({ "aria-label": "Text to check", spellcheck: "false" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) events.changed();
          }),
        ],
      }),
    });
    prefersDark().addEventListener("change", () => this.view.dispatch({ effects: scheme.reconfigure(theme()) }));
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  /** Puts `text` in the place of everything, as one step of the history. */
  replace(replacement: string): void {
    const old = this.text;
    const text = replacement.replace(/\r\n?/g, "\n");
    const shorter = Math.min(old.length, text.length);
    let from = 0;
    while (from < shorter && old[from] === text[from]) from += 1;
    let kept = 0;
    while (kept < shorter - from && old[old.length - 1 - kept] === text[text.length - 1 - kept]) kept += 1;
    if (from === old.length && from === text.length) return;
    this.#step({ from, to: old.length - kept, insert: text.slice(from, text.length - kept) });
  }

  /** Applies all edits of a fix as one step of the history. */
  apply(fix: Fix): void {
    this.#step(
      fix.edits.map((edit) => ({ from: edit.start.offset, to: edit.end.offset, insert: edit.text })),
    );
  }

  #step(changes: ChangeSpec): void {
    this.view.dispatch({ changes, userEvent: "input.fix", annotations: isolateHistory.of("full") });
  }

  /** Selects a range and brings it into view. */
  jump(start: Place, end: Place): void {
    const last = this.view.state.doc.length;
    const anchor = Math.min(start.offset, last);
    this.view.dispatch({
      selection: { anchor, head: Math.min(end.offset, last) },
      effects: EditorView.scrollIntoView(anchor, { y: "center" }),
    });
    this.view.focus();
  }

  /** Colours the text as `kind`. */
  colour(kind: Kind): void {
    this.#kind = kind;
    const language = languageOf(this.view.state.sliceDoc(0, 4096), kind);
    if (language === this.#applied) return;
    this.#applied = language;
    this.view.dispatch({ effects: this.#language.reconfigure(language) });
  }

  /** Marks what `report` says of the text; nothing when there is no report. */
  show(report: Report | undefined): void {
    this.colour(this.#kind);
    const marks = [
      ...(report?.problems ?? []).map((problem) => this.#problem(problem)),
      ...(report?.findings ?? []).slice(0, MOST_MARKS).map((finding) => this.#finding(finding)),
    ];
    this.view.dispatch(setDiagnostics(this.view.state, marks));
  }

  #range(start: Place, end: Place): { from: number; to: number } {
    const last = this.view.state.doc.length;
    const from = Math.min(start.offset, last);
    return { from, to: Math.max(from, Math.min(end.offset, last)) };
  }

  #finding(finding: Finding): Diagnostic {
    const actions: Action[] = finding.fixes.filter(canApply).map((fix) => ({
      name: `Fix: ${fix.title} (${fixWord(fix)})`,
      apply: () => this.#events.fix(fix),
    }));
    actions.push({ name: "Why", apply: () => this.#events.why(finding.rule) });
    return {
      ...this.#range(finding.start, finding.end),
      severity: editorSeverity(finding),
      markClass: `mark-${finding.severity}`,
      message: `${finding.severity}: ${finding.message}`,
      renderMessage: () => message(finding.severity, finding.severity, finding.message, finding.rule),
      actions,
    };
  }

  #problem(problem: FileProblem): Diagnostic {
    return {
      ...this.#range(problem.start, problem.end),
      severity: "error",
      markClass: "mark-problem",
      message: `${problemWord}: ${problem.message}`,
      renderMessage: () => message("problem", problemWord, problem.message, problem.code),
    };
  }
}

/** The editor knows four severities; the word, the colour and the squiggle are of ours. */
function editorSeverity(finding: Finding): Diagnostic["severity"] {
  switch (finding.severity) {
    case "critical":
    case "high":
      return "error";
    case "medium":
      return "warning";
    case "low":
      return "info";
    case "info":
      return "hint";
  }
}

function message(badge: string, word: string, text: string, code: string): HTMLElement {
  return el("span", { class: "hover" }, el("span", { class: `badge ${badge}` }, word), ` ${text} `, el("code", {}, code));
}
