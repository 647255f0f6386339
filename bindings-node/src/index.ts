import { isUint8Array } from "node:util/types";
import * as native from "./native";
import type { AdmissionReview, EngineOptions, Fix, InputFile, Place, Preset, Report, Rule, Setting } from "./wire";

export type * from "./wire";

/** The version of this package. */
export const version: string = native.version();

/** A mistake of the caller. Input that is broken is never an error: what cannot be read is a problem in the report. */
export class HullmarkError extends Error {
  static {
    this.prototype.name = "HullmarkError";
  }
  /** Which mistake: a stable word such as `unknown-preset` or `bad-value`. */
  declare readonly code: string;
  /** The rule file, for a fault in one. */
  declare readonly path?: string;
  /** The range in the rule file, for a fault in one. */
  declare readonly span?: { start: Place; end: Place };
  /** A hint, when there is one. */
  declare readonly help?: string;

  /** An error with these members. */
  constructor(members: Pick<HullmarkError, "message" | "code" | "path" | "span" | "help">, options?: ErrorOptions) {
    const { message, ...others } = members;
    super(message, options);
    // The native half says null of what there is not.
    Object.assign(this, Object.fromEntries(Object.entries(others).filter(([, value]) => value !== null)));
  }
}

/** Checks inputs against the rules it was built with. It never changes, and is cheap to keep. */
export class Engine {
  readonly #native: native.Engine;

  /** Builds an engine; reads no file. Columns and offsets count UTF-16 code units unless `columns` says otherwise. */
  constructor(options: EngineOptions = {}) {
    const json = written("options", options, "object");
    this.#native = typed(() => new native.Engine(json));
  }

  /** Checks one text. */
  check(path: string, text: string | Uint8Array): Report {
    return this.checkMany([{ path, text }]);
  }

  /** As `check`, on another thread. */
  async checkAsync(path: string, text: string | Uint8Array): Promise<Report> {
    return this.checkManyAsync([{ path, text }]);
  }

  /** Checks many inputs at once; rules over sets see all of them. */
  checkMany(inputs: readonly InputFile[]): Report {
    const given = read(inputs);
    return JSON.parse(typed(() => this.#native.check(given)));
  }

  /** As `checkMany`, on other threads; the inputs may change as soon as it is called. */
  async checkManyAsync(inputs: readonly InputFile[]): Promise<Report> {
    return JSON.parse(await this.#native.checkAsync(read(inputs)).catch(rethrown));
  }

  /** Answers a Kubernetes admission review, given as it came or as an object; throws with the code `bad-review` when it is none. */
  review(review: string | Uint8Array | Omit<AdmissionReview, "response">): AdmissionReview {
    const text = typeof review === "string" || isUint8Array(review) ? review : written("review", review, "object");
    return JSON.parse(typed(() => this.#native.review(Buffer.from(text))));
  }

  /** What there is to know of the rules with this id or alias; nothing when there is none. */
  explain(rule: string): Rule[] {
    const name = whole("rule", rule);
    return JSON.parse(typed(() => this.#native.explain(name)));
  }

  /** Every rule known, by id, those that do not run in this engine too. */
  rules(): Rule[] {
    return JSON.parse(typed(() => this.#native.rules()));
  }

  /** The presets. */
  presets(): Preset[] {
    return JSON.parse(typed(() => this.#native.presets()));
  }
}

/**
 * Applies fixes to the text of the file they were made for. A fix that overlaps one before it is left out whole, and so
 * is one that is for display only.
 */
export function applyFixes(text: string, fixes: readonly Fix[]): string {
  const [source, json] = [whole("text", text), written("fixes", fixes, "array")];
  return typed(() => native.applyFixes(source, json));
}

/** The inputs as the native half takes them: each member read once, and of the right type. */
function read(inputs: readonly InputFile[]): native.Input[] {
  if (!Array.isArray(inputs)) throw badValue("inputs must be an array");
  return Array.from(inputs as readonly InputFile[], (input) => {
    if (typeof input !== "object" || input === null) throw badValue("an input must be an object");
    const { path, text, kind, context } = input;
    if (typeof text !== "string" && !isUint8Array(text)) throw badValue("text must be a string or a Uint8Array");
    const known = context == null ? null : written("context", context, "object");
    return [whole("path", path), text, kind == null ? null : whole("kind", kind), known];
  });
}

/** `value`, if it is a string without surrogates that stand alone. */
function whole(name: string, value: string): string {
  if (typeof value !== "string") throw badValue(`${name} must be a string`);
  if (!value.isWellFormed()) throw badValue(`${name} has half a character (a lone surrogate) in it`);
  return value;
}

/** `value` as JSON, if it is of this shape and JSON can hold all of it. */
function written(name: string, value: object, shape: "object" | "array"): string {
  const found = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
  if (found !== shape) throw badValue(`${name} must be an ${shape}`);
  const kept = (_key: string, member: Setting) => {
    const lost = typeof member === "number" ? !Number.isFinite(member) : /function|symbol/.test(typeof member);
    if (lost) throw new TypeError(`JSON has no ${String(member)}`);
    return member;
  };
  try {
    return whole(name, JSON.stringify(value, kept));
  } catch (cause) {
    throw badValue(`${name} cannot be written as JSON`, cause);
  }
}

/** What `call` gives; what it throws as an error of this package. */
function typed<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    return rethrown(error);
  }
}

/** Throws what the native half threw, whose message is JSON unless the host refused the call. */
function rethrown(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  throw message.startsWith("{") ? new HullmarkError(JSON.parse(message)) : badValue(message, error);
}

function badValue(message: string, cause?: unknown): HullmarkError {
  return new HullmarkError({ code: "bad-value", message }, cause === undefined ? {} : { cause });
}
