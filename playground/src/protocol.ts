// What the page and the worker with the engine say to each other.

import type { InputKind, Preset, Report, Rule } from "hullmark-wasm";

/** What a text is to be read as; `auto` lets the engine tell. */
export type Kind = "auto" | InputKind;

/** The kinds to choose from. */
export const KINDS: readonly Kind[] = ["auto", "dockerfile", "kubernetes", "image"];

/** A text and how to check it. */
export interface Job {
  readonly text: string;
  readonly kind: Kind;
  readonly preset: string;
}

/** A request of the page. Every one with an `id` is answered once. */
export type Request =
  | { readonly ask: "begin"; readonly lock: string }
  | { readonly ask: "check"; readonly id: number; readonly job: Job }
  | { readonly ask: "fixAll"; readonly id: number; readonly job: Job }
  | { readonly ask: "explain"; readonly id: number; readonly preset: string; readonly rule: string };

/** What goes out with a request that is answered; its `id` is given by the one who sends it. */
export type Question = DistributiveOmit<Exclude<Request, { ask: "begin" }>, "id">;

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A report and how many milliseconds the worker took from the text to it. */
export interface Checked {
  readonly report: Report;
  readonly milliseconds: number;
}

/** A mistake that the engine names: its code, its sentence and a hint. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly help: string | undefined;
}

/** A message of the worker. */
export type Reply =
  | { readonly say: "ready"; readonly presets: readonly Preset[]; readonly version: string }
  | { readonly say: "unloadable"; readonly message: string }
  | { readonly say: "crashed"; readonly message: string }
  | { readonly say: "checked"; readonly id: number; readonly checked: Checked }
  | { readonly say: "fixed"; readonly id: number; readonly text: string }
  | { readonly say: "explained"; readonly id: number; readonly rules: readonly Rule[] }
  | { readonly say: "refused"; readonly id: number; readonly refusal: Refusal };
