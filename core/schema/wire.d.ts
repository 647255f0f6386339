// Made by `cargo xtask gen` from the JSON Schema beside it; never edited by hand.

/** What a webhook answers to a request. */
export interface AdmissionResponse {
  /** Whether the object may be stored. */
  allowed: boolean;
  /** The changes that mend the object: a JSON Patch (RFC 6902) in base64. */
  patch?: string;
  /** `JSONPatch`, beside a patch. */
  patchType?: string;
  /** Why it may not. */
  status?: AdmissionStatus;
  /** That of the request. */
  uid: string;
  /** What the user is told, the worst first. */
  warnings: string[];
}

/** The answer to an `AdmissionReview` of Kubernetes, which is one itself. */
export interface AdmissionReview {
  /** `admission.k8s.io/v1`. */
  apiVersion: string;
  /** `AdmissionReview`. */
  kind: string;
  /** The answer. */
  response: AdmissionResponse;
}

/** Why a request is refused. */
export interface AdmissionStatus {
  /** The HTTP status: 403. */
  code: number;
  /** What was found. */
  message: string;
  /** `Forbidden`. */
  reason: string;
}

/** The build context of a Dockerfile, as far as the caller knows it: the folder that `docker build` is given. */
export interface BuildContext {
  /**
   * The files in it, ignored ones too, each with `/` between its parts and counted from its root; nothing when they are
   * not known.
   */
  files?: string[];
  /**
   * The text of the ignore file in force: `NAME.dockerignore` beside the Dockerfile, else `.dockerignore` at the root
   * of the context; nothing when there is none.
   */
  ignoreFile?: string;
}

/** What columns and offsets count. */
export type Columns = "code-points" | "utf-16" | "utf-8";

/** How sure it is, from the least. */
export type Confidence = "low" | "medium" | "high";

/** How many findings there are of each severity. */
export interface Counts {
  /** Containers that must not ship. */
  critical: number;
  /** Weaknesses that an attacker or an outage will find. */
  high: number;
  /** What is worth knowing. */
  info: number;
  /** Weaknesses with little effect alone. */
  low: number;
  /** Weaknesses that matter. */
  medium: number;
}

/** A change of one range of one file. */
export interface Edit {
  /** The character after the last one replaced. */
  end: Place;
  /** The file. */
  path: string;
  /** The first character replaced. */
  start: Place;
  /** The text in its place. */
  text: string;
}

/** The options of an engine, as JSON or as a value; every one may be left out. */
export interface EngineOptions {
  /** What columns and offsets count; what is usual in the host's language when it is left out. */
  columns?: Columns;
  /**
   * The day for which is judged what has come to its end, such as `2026-11-25`; that is not judged when it is left out.
   */
  date?: string;
  /** The namespace of objects that name none. */
  defaultNamespace?: string;
  /** `review` refuses an object with a finding at or above this severity; `critical` when it is left out. */
  failOn?: Severity;
  /** Rules to leave out, by id, alias or tag. */
  ignore?: string[];
  /** The Kubernetes version to check manifests for, such as `1.34`; the newest known when it is left out. */
  kubernetesVersion?: string;
  /** Bounds for hostile input. */
  limits?: Limits;
  /** Findings below this severity are left out. */
  minSeverity?: Severity;
  /** Whether comments and annotations of the inputs set nothing aside. */
  noInlineIgnores?: boolean;
  /** Whether `review` gives no patch: a validating webhook may not answer with one. */
  noPatch?: boolean;
  /** Rule files of the caller's own. */
  packs?: RuleFile[];
  /** Parameters of rules, by id, alias or tag: `{rule: {name: value}}`. */
  params?: { [name: string]: { [name: string]: Setting } };
  /** The presets whose rules run; `recommended` when none is named. */
  presets?: string[];
  /** Whether to report what rules cannot tell for sure, with low confidence. */
  reportUnknown?: boolean;
  /** Just the rules with these ids, aliases or tags, whatever the presets. */
  select?: string[];
  /** Whether the inputs of a call are all there is. */
  setComplete?: boolean;
  /** Other severities of rules, by id, alias or tag. */
  severities?: { [name: string]: Severity };
  /** How many threads may be used; one for each core when it is left out. */
  threads?: number;
}

/** Something that could not be read as what it is. */
export interface FileProblem {
  /** The code, such as `not-utf-8`. */
  code: string;
  /** The character after the last one. */
  end: Place;
  /** What is wrong. */
  message: string;
  /** The file. */
  path: string;
  /** The first character. */
  start: Place;
}

/** A fault of a container. */
export interface Finding {
  /** The ids that peers give the rule, such as `hadolint:DL3007`. */
  aliases: string[];
  /** How sure it is. */
  confidence: Confidence;
  /** The character after the last one. */
  end: Place;
  /** 32 hexadecimal digits that stay the same when lines above are added or removed. */
  fingerprint: string;
  /** Ways to mend it. */
  fixes: Fix[];
  /** What is wrong here. */
  message: string;
  /** The file. */
  path: string;
  /** Other places that belong to it. */
  related: Related[];
  /** The rule's id. */
  rule: string;
  /** How bad it is. */
  severity: Severity;
  /** The first character. */
  start: Place;
  /** What it is about. */
  subject: SubjectName | null;
}

/** A way to mend a finding. */
export interface Fix {
  /** Whether it may be applied. */
  applicability: Safety;
  /** The edits, all or none, in the order of the file. */
  edits: Edit[];
  /** What it does. */
  title: string;
}

/** The kind of input a rule looks at. */
export type Input = "dockerfile" | "image" | "kubernetes" | "set";

/** One input of a call. */
export interface InputFile {
  /** For a Dockerfile: what it is built with, when the caller knows. */
  context?: BuildContext;
  /** Its kind, when the caller knows better than the name and the text tell. */
  kind?: InputKind;
  /** Its name in the report, with `/` between the parts. */
  path: string;
  /** Its text. */
  text: string | Uint8Array;
}

/** The kinds of input that Hullmark reads. */
export type InputKind = "dockerfile" | "image" | "kubernetes";

/** Bounds that keep hostile input harmless; each has its problem code. */
export interface Limits {
  /** The most nodes that YAML aliases may stand for (`alias-budget`). */
  aliasNodes?: number;
  /** The largest input in bytes (`too-large`). */
  bytes?: number;
  /** The deepest nesting of YAML or JSON (`too-deep`). */
  depth?: number;
  /** The most documents of a stream (`too-many-documents`). */
  documents?: number;
  /** The most findings of one file (`too-many-findings`). */
  findings?: number;
}

/**
 * A place in a file: line and column from 1, byte and offset from 0. Columns and offsets count what is usual in the
 * host's language, code points or UTF-16 code units, unless the host asked for something else.
 */
export interface Place {
  /** The byte of the text in UTF-8, from 0. */
  byte: number;
  /** The column, from 1. */
  column: number;
  /** The line, from 1. */
  line: number;
  /** How many of the units that columns count stand before it in the whole text. */
  offset: number;
}

/** What there is to know of a preset. */
export interface Preset {
  /** Its id. */
  id: string;
  /** One line. */
  title: string;
}

/** A place that belongs to a finding. */
export interface Related {
  /** The character after the last one. */
  end: Place;
  /** What it has to do with it. */
  message: string;
  /** The file. */
  path: string;
  /** The first character. */
  start: Place;
}

/** A report as it crosses borders: the JSON of version 1, whose keys may become more and never change their names. */
export interface Report {
  /** The faults, sorted by path, start and rule. */
  findings: Finding[];
  /** What could not be read. */
  problems: FileProblem[];
  /** The files that were not checked. */
  skipped: Skipped[];
  /** The figures. */
  summary: Summary;
  /** The faults that authors have set aside. */
  suppressed: Suppressed[];
  /** The program that made it. */
  tool: Tool;
  /** The version of the format: 1. */
  version: number;
}

/** What there is to know of a rule. */
export interface Rule {
  /** Whether it runs in this engine. */
  active: boolean;
  /** The ids that peers give it. */
  aliases: string[];
  /** A text with the fault, marks taken out. */
  bad_example: string;
  /** The field's area. */
  category: string;
  /** The controls it checks, by framework. */
  compliance: { [name: string]: string[] };
  /** How sure it is. */
  confidence: Confidence;
  /** What may be done with its fix; nothing without one. */
  fix: Safety | null;
  /** A text without it. */
  good_example: string;
  /** Its id. */
  id: string;
  /** The inputs it looks at. */
  inputs: Input[];
  /** Its parameters. */
  params: RuleParam[];
  /** The presets it is in. */
  presets: string[];
  /** Why it hurts. */
  rationale: string;
  /** Where to read more. */
  references: string[];
  /** How bad it is. */
  severity: Severity;
  /** The rule file as written. */
  source: string;
  /** How settled it is. */
  status: Status;
  /** Words to choose it by. */
  tags: string[];
  /** One line. */
  title: string;
}

/** A rule file of the caller. */
export interface RuleFile {
  /** Its path from the root of the pack, such as `kubernetes/our-registry.yaml`. */
  path: string;
  /** Its text, YAML. */
  text: string;
}

/** A parameter of a rule. */
export interface RuleParam {
  /** What it does. */
  doc: string;
  /** Its name. */
  name: string;
  /** The value that it has in this engine, or would have if the rule ran; in YAML, on one line. */
  value: string;
}

/** What may be done with a fix. */
export type Safety = "safe" | "unsafe" | "display";

/** The value of a parameter of a rule. */
export type Setting = boolean | number | string | Setting[] | { [name: string]: Setting } | null;

/** How bad it is, from the least. */
export type Severity = "info" | "low" | "medium" | "high" | "critical";

/** A file that was not checked. */
export interface Skipped {
  /** The file. */
  path: string;
  /** Why. */
  reason: string;
}

/** How settled a rule is. */
export type Status = "stable" | "preview" | "deprecated";

/** What a finding is about. */
export type SubjectName = {
  /** The container's name. */
  container: string | null;
  /** The object's kind. */
  kind: string;
  /** Its name. */
  name: string | null;
  /** Its namespace, when it names one. */
  namespace: string | null;
} | {
  /** The keyword in upper case; nothing when it is about the stage or the file. */
  instruction: string | null;
  /** The stage's name, or its number from 0; nothing before the first FROM. */
  stage: string | null;
};

/** The figures of a report. */
export interface Summary {
  /** How many files were checked, those with problems included. */
  files_checked: number;
  /** How many findings there are of each severity. */
  findings: Counts;
}

/** A finding that the author has set aside. */
export interface Suppressed {
  /** The ids that peers give the rule, such as `hadolint:DL3007`. */
  aliases: string[];
  /** How sure it is. */
  confidence: Confidence;
  /** The character after the last one. */
  end: Place;
  /** 32 hexadecimal digits that stay the same when lines above are added or removed. */
  fingerprint: string;
  /** Ways to mend it. */
  fixes: Fix[];
  /** What is wrong here. */
  message: string;
  /** The file. */
  path: string;
  /** Why, in the author's words; empty when none were given. */
  reason: string;
  /** Other places that belong to it. */
  related: Related[];
  /** The rule's id. */
  rule: string;
  /** How bad it is. */
  severity: Severity;
  /** The first character. */
  start: Place;
  /** What it is about. */
  subject: SubjectName | null;
}

/** The program that made a report. */
export interface Tool {
  /** Its name. */
  name: string;
  /** Its version. */
  version: string;
}
