/** A mistake of the caller. Broken input is never an error: it is in the report. */
export interface HullmarkError extends Error {
  readonly name: "HullmarkError";
  /** The stable kebab-case code, such as `unknown-preset`. */
  readonly code: string;
  /** The rule file at fault, when there is one. */
  readonly path?: string;
  /** The range in the rule file: its first character and the one after its last. */
  readonly span?: { start: Place; end: Place };
  /** A hint, when there is one. */
  readonly help?: string;
}
