// The page: an editor, a list of findings, and a worker that checks what is typed.

import "./style.css";
import type { Fix, Preset, Rule } from "hullmark-wasm";
import { Checker, Refused } from "./checker.ts";
import { byId, el } from "./dom.ts";
import { draft, keepDraft } from "./draft.ts";
import { Editor } from "./editor.ts";
import { EXAMPLES } from "./examples.ts";
import { FindingList } from "./findings.ts";
import { type Job, type Kind, KINDS } from "./protocol.ts";
import { BadLink, fragmentOf, jobOf } from "./share.ts";
import { WhyPanel } from "./why.ts";
import { canApply, summary } from "./words.ts";

/** How long typing has to rest before the counts are read out, in milliseconds. */
const ANNOUNCE_AFTER = 800;

/** How long typing has to rest before the draft is kept, in milliseconds. */
const KEEP_AFTER = 300;

/** How long a message stays that needs no answer, in milliseconds. */
const PLAIN_STAYS = 10_000;

const KIND_NAMES: Readonly<Record<Kind, string>> = {
  auto: "Tell from the text",
  dockerfile: "Dockerfile",
  kubernetes: "Kubernetes manifest",
  image: "Image config",
};

const notice = byId("notice", HTMLDivElement);
const counts = byId("counts", HTMLParagraphElement);
const announced = byId("announced", HTMLParagraphElement);
const timing = byId("timing", HTMLSpanElement);
const version = byId("version", HTMLSpanElement);
const fixAll = byId("fix-all", HTMLButtonElement);
const share = byId("share", HTMLButtonElement);
const kindChoice = byId("kind", HTMLSelectElement);
const presetChoice = byId("preset", HTMLSelectElement);
const presetTitle = byId("preset-title", HTMLSpanElement);
const exampleChoice = byId("example", HTMLSelectElement);

let going: ReturnType<typeof setTimeout> | undefined;

/** The text to begin with: that of the link, else what this tab had, else an example. */
const initial: Job = (await linked()) ?? draft() ?? { text: EXAMPLES[0].text, kind: "auto", preset: "recommended" };

/** The preset that is chosen, also before the engine has told which ones there are. */
let preset = initial.preset;
let announcing: ReturnType<typeof setTimeout> | undefined;
let keeping: ReturnType<typeof setTimeout> | undefined;

const why = new WhyPanel();
const listed = {
  fix: applyFix,
  why: (rule: string): void => void why.open(rule, explain),
};
const editor = new Editor(byId("editor", HTMLElement), initial, { ...listed, changed });
const list = new FindingList(byId("findings", HTMLElement), {
  ...listed,
  jump: (start, end) => editor.jump(start, end),
});

function kind(): Kind {
  return KINDS.find((one) => one === kindChoice.value) ?? "auto";
}

function job(): Job {
  return { text: editor.text, kind: kind(), preset };
}

// What is said in one line.

/**
 * Says something at the foot of the page. Good news goes by itself, bad news with the next change of the text, and what
 * asks for something to be done stays.
 */
function tell(sentence: string, tone: "plain" | "bad" = "plain", action?: { name: string; run: () => void }): void {
  const parts: Node[] = [el("p", {}, sentence)];
  if (action !== undefined) parts.push(el("button", { type: "button", click: action.run }, action.name));
  parts.push(el("button", { type: "button", class: "dismiss", "aria-label": "Dismiss this message", click: dismiss }, "×"));
  notice.className = action === undefined ? tone : `${tone} stays`;
  notice.replaceChildren(...parts);
  clearTimeout(going);
  if (tone === "plain") going = setTimeout(dismiss, PLAIN_STAYS);
}

function dismiss(): void {
  clearTimeout(going);
  notice.replaceChildren();
  notice.className = "";
}

/** Takes the message away, unless it asks for something to be done. */
function hush(): void {
  if (!notice.classList.contains("stays")) dismiss();
}

/** Shows the counts at once and has them read out when typing rests. */
function count(sentence: string): void {
  counts.textContent = sentence;
  clearTimeout(announcing);
  announcing = setTimeout(() => {
    announced.textContent = sentence;
  }, ANNOUNCE_AFTER);
}

// Checking.

const checker = new Checker({
  ready(presets, engineVersion) {
    version.textContent = `Hullmark ${engineVersion}`;
    fillPresets(presets);
  },
  unloadable(message) {
    document.body.classList.remove("stale");
    count("Not checked");
    list.say("Without the checker there are no findings. Your text is kept.");
    tell(`The checker could not be loaded: ${message}.`, "bad", {
      name: "Try again",
      run: () => {
        dismiss();
        count("Loading the checker…");
        checker.retry();
      },
    });
  },
  restarting(stuck) {
    const what = stuck ? "The checker gave no answer for ten seconds" : "The checker stopped";
    tell(`${what} and was started again. Your text is kept.`, "bad");
  },
  stopped() {
    unchecked();
    tell("The checker stopped again and again on this text. Your text is kept; change it to check again.", "bad");
  },
  checked(checked) {
    const { report } = checked;
    document.body.classList.remove("stale");
    timing.textContent = `checked in ${checked.milliseconds.toFixed(1)} ms`;
    editor.show(report);
    const empty = editor.text.trim() === "";
    if (empty) list.say("Type or paste a Dockerfile, a Kubernetes manifest or an image config, or choose an example.");
    else list.show(report);
    count(empty ? "Nothing to check yet" : summary(report));
    const isSafe = (fix: Fix): boolean => fix.applicability === "safe" && canApply(fix);
    const safe = report.findings.filter((finding) => finding.fixes.some(isSafe)).length;
    fixAll.hidden = safe === 0;
    fixAll.textContent = safe === 1 ? "Apply 1 safe fix" : `Apply ${safe} safe fixes`;
  },
  refused(refusal) {
    unchecked();
    const help = refusal.help === undefined ? "" : ` (${refusal.help})`;
    tell(`This cannot be checked so: ${refusal.message}${help}.`, "bad");
  },
});

function unchecked(): void {
  document.body.classList.remove("stale");
  editor.show(undefined);
  fixAll.hidden = true;
  timing.textContent = "";
  count("Not checked");
  list.say("This text was not checked.");
}

function recheck(): void {
  document.body.classList.add("stale");
  checker.check(job());
}

/** The text or a choice is another one. */
function changed(): void {
  if (location.hash !== "") history.replaceState(null, "", location.pathname + location.search);
  hush();
  clearTimeout(keeping);
  keeping = setTimeout(() => keepDraft(job()), KEEP_AFTER);
  recheck();
}

// Fixes.

function applyFix(fix: Fix): void {
  if (!checker.settled) {
    tell("The text has changed since it was checked. Wait for the new findings, then apply the fix.");
    return;
  }
  editor.apply(fix);
  tell(fix.applicability === "safe" ? `Done: ${fix.title}.` : `Done: ${fix.title}. Look at the change; undo takes it back.`);
}

fixAll.addEventListener("click", () => {
  const asked = job();
  checker.fixAll(asked).then(
    (text) => {
      if (editor.text !== asked.text) {
        tell("The text has changed meanwhile, so nothing was fixed. Ask again.");
        return;
      }
      editor.replace(text);
      tell("Every safe fix is applied; undo takes all of them back.");
      byId("findings", HTMLElement).focus();
    },
    (error: unknown) => {
      // That the worker died is said already.
      if (error instanceof Refused) tell(`The fixes could not be applied: ${error.message}.`, "bad");
    },
  );
});

async function explain(rule: string): Promise<readonly Rule[]> {
  const answer = await checker.ask({ ask: "explain", preset, rule });
  return answer.say === "explained" ? answer.rules : [];
}

// Choices.

function fillPresets(presets: readonly Preset[]): void {
  const known = presets.some(({ id }) => id === preset) ? presets : [...presets, { id: preset, title: preset }];
  presetChoice.replaceChildren(...known.map(({ id, title }) => el("option", { value: id, title }, id)));
  choosePreset(preset);
}

function choosePreset(id: string): void {
  preset = id;
  presetChoice.value = id;
  presetTitle.textContent = presetChoice.selectedOptions[0]?.title ?? "";
  presetChoice.title = presetTitle.textContent;
}

function choose(wanted: Job): void {
  kindChoice.value = wanted.kind;
  editor.colour(wanted.kind);
  if (wanted.preset !== preset) {
    if (![...presetChoice.options].some((option) => option.value === wanted.preset)) {
      presetChoice.append(el("option", { value: wanted.preset }, wanted.preset));
    }
    choosePreset(wanted.preset);
  }
  editor.replace(wanted.text);
  byId("findings", HTMLElement).scrollTop = 0;
  recheck();
}

kindChoice.append(...KINDS.map((one) => el("option", { value: one }, KIND_NAMES[one])));
kindChoice.addEventListener("change", () => {
  editor.colour(kind());
  changed();
});
presetChoice.append(el("option", { value: preset }, preset));
presetChoice.addEventListener("change", () => {
  choosePreset(presetChoice.value);
  changed();
});
exampleChoice.append(
  el("option", { value: "" }, "Choose…"),
  ...EXAMPLES.map(({ name }, index) => el("option", { value: String(index) }, name)),
);
exampleChoice.addEventListener("change", () => {
  const example = EXAMPLES[Number(exampleChoice.value)];
  if (exampleChoice.value === "" || example === undefined) return;
  exampleChoice.value = "";
  choose({ text: example.text, kind: "auto", preset });
  tell("The example is in the editor; undo brings your text back.");
});

// Links.

share.addEventListener("click", () => {
  void copyLink();
});

async function copyLink(): Promise<void> {
  try {
    const fragment = await fragmentOf(job());
    history.replaceState(null, "", fragment);
  } catch (error) {
    tell(`No link was made: ${error instanceof BadLink ? error.message : String(error)}.`, "bad");
    return;
  }
  try {
    await navigator.clipboard.writeText(location.href);
    tell("The link is copied. It holds the text itself: whoever has the link can read it.");
  } catch {
    tell("The link is in the address bar: copy it from there. It holds the text itself: whoever has it can read it.");
  }
}

/** The job of the link in the address bar, if there is one that can be read. */
async function linked(): Promise<Job | undefined> {
  try {
    return await jobOf(location.hash);
  } catch (error) {
    tell(`This link cannot be read: ${error instanceof BadLink ? error.message : String(error)}. Ask for it again.`, "bad");
    return undefined;
  }
}

addEventListener("hashchange", () => {
  void linked().then((wanted) => {
    if (wanted === undefined) return;
    const fragment = location.hash;
    choose(wanted);
    history.replaceState(null, "", fragment);
    tell("The text of the link is in the editor; undo brings the one before back.");
  });
});

addEventListener("pagehide", () => keepDraft(job()));

// Beginning.

kindChoice.value = initial.kind;
recheck();
