// The worker: holds the engine, so that typing never waits for a check.

import init, { applyFixes, Engine, version } from "hullmark-wasm";
import type { Fix, HullmarkError, InputFile, Report } from "hullmark-wasm";
import wasmUrl from "hullmark-wasm/hullmark_bg.wasm?url";
import textsUrl from "hullmark-wasm/texts.bin?url";
import type { Job, Reply, Request } from "./protocol.ts";

/** How often fixes are applied and looked for again at most: one fix may make room for the next. */
const FIX_ROUNDS = 10;

/** How many measures of the checks are kept for whoever looks at the timeline. */
const KEPT_MEASURES = 2000;

/** The engine for the preset that was asked for last; building one takes longer than a check. */
let current: { readonly preset: string; readonly engine: Engine; texts: boolean } | undefined;
let texts: Promise<Uint8Array> | undefined;
let measures = 0;

/** The file with the words of the rules could not be fetched: a matter of the network, not of the engine. */
class TextsUnavailable extends Error {}

function say(reply: Reply): void {
  self.postMessage(reply);
}

function engineFor(preset: string): NonNullable<typeof current> {
  if (current?.preset !== preset) {
    const engine = new Engine({ presets: [preset] });
    current?.engine.free();
    current = { preset, engine, texts: false };
  }
  return current;
}

function reportOf(job: Job): Report {
  const input: InputFile = { path: "text", text: job.text };
  if (job.kind !== "auto") input.kind = job.kind;
  return engineFor(job.preset).engine.checkMany([input]);
}

function check(id: number, job: Job): void {
  // Building an engine for another preset is no part of the check's time.
  engineFor(job.preset);
  const start = performance.now();
  const report = reportOf(job);
  const end = performance.now();
  if (++measures % KEPT_MEASURES === 0) performance.clearMeasures("check");
  performance.measure("check", { start, end });
  say({ say: "checked", id, checked: { report, milliseconds: end - start } });
}

function fixAll(id: number, job: Job): void {
  let text = job.text;
  for (let round = 0; round < FIX_ROUNDS; round += 1) {
    const fixes: Fix[] = [];
    for (const finding of reportOf({ ...job, text }).findings) {
      const safe = finding.fixes.find((fix) => fix.applicability === "safe");
      if (safe !== undefined) fixes.push(safe);
    }
    const fixed = applyFixes(text, fixes);
    if (fixed === text) break;
    text = fixed;
  }
  say({ say: "fixed", id, text });
}

async function fetchTexts(): Promise<Uint8Array> {
  const response = await fetch(textsUrl).catch(() => undefined);
  if (response?.ok !== true) throw new TextsUnavailable();
  return new Uint8Array(await response.arrayBuffer());
}

async function explain(id: number, preset: string, rule: string): Promise<void> {
  texts ??= fetchTexts();
  let bytes: Uint8Array;
  try {
    bytes = await texts;
  } catch (error) {
    texts = undefined;
    throw error;
  }
  const now = engineFor(preset);
  if (!now.texts) {
    now.engine.loadTexts(bytes);
    now.texts = true;
  }
  say({ say: "explained", id, rules: now.engine.explain(rule) });
}

function isHullmarkError(error: unknown): error is HullmarkError {
  return error instanceof Error && error.name === "HullmarkError";
}

/** Tells the page what went wrong. After a crash the engine's memory is not to be trusted: the worker ends. */
function fail(id: number, error: unknown): void {
  if (isHullmarkError(error)) {
    say({ say: "refused", id, refusal: { code: error.code, message: error.message, help: error.help } });
  } else if (error instanceof TextsUnavailable) {
    const message = "the explanations could not be fetched";
    say({ say: "refused", id, refusal: { code: "texts-unavailable", message, help: undefined } });
  } else {
    say({ say: "crashed", message: String(error) });
    self.close();
  }
}

async function begin(lock: string): Promise<void> {
  try {
    if (typeof WebAssembly === "undefined") throw new Error("this browser has no WebAssembly, or it is switched off");
    await init({ module_or_path: wasmUrl });
    const engine = new Engine();
    const presets = engine.presets();
    engine.free();
    if ("locks" in navigator) {
      // Held until the worker ends, however it ends: the page waits for the same lock and so learns of it.
      await new Promise<void>((held) => {
        void navigator.locks.request(lock, () => {
          held();
          return new Promise<never>(() => undefined);
        });
      });
    }
    say({ say: "ready", presets, version: version() });
  } catch (error) {
    say({ say: "unloadable", message: error instanceof Error ? error.message : String(error) });
    self.close();
  }
}

self.addEventListener("message", ({ data: request }: MessageEvent<Request>) => {
  if (request.ask === "begin") {
    void begin(request.lock);
    return;
  }
  try {
    switch (request.ask) {
      case "check":
        check(request.id, request.job);
        break;
      case "fixAll":
        fixAll(request.id, request.job);
        break;
      case "explain":
        explain(request.id, request.preset, request.rule).catch((error: unknown) => fail(request.id, error));
        break;
    }
  } catch (error) {
    fail(request.id, error);
  }
});
