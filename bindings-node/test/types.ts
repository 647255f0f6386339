// Compiled and never run: every name of the package has the type that users are told.
import { Engine, HullmarkError, applyFixes, version } from "hullmark";
import type {
  AdmissionResponse, AdmissionReview, AdmissionStatus, BuildContext, Columns, Confidence, Counts, Edit, EngineOptions, FileProblem,
  Finding, Fix, Input, InputFile, InputKind, Limits, Place, Preset, Related, Report, Rule, RuleFile, RuleParam, Safety, Setting,
  Severity, Skipped, Status, SubjectName, Summary, Suppressed, Tool,
} from "hullmark";

/** Whether two types are the same; `any` is the same as itself only. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles for what is true only. */
type Holds<T extends true> = T;
type Opposite<T extends boolean> = T extends true ? false : true;

type Members<T> = { [K in keyof T]: Opposite<Same<T[K], any>> & Opposite<Same<T[K], unknown>> };
/** That no member of these is anything. */
export type EveryMemberIsTyped = [
  Holds<Members<Report>[keyof Report]>, Holds<Members<Finding>[keyof Finding]>, Holds<Members<Fix>[keyof Fix]>,
  Holds<Members<Edit>[keyof Edit]>, Holds<Members<Place>[keyof Place]>, Holds<Members<Related>[keyof Related]>,
  Holds<Members<FileProblem>[keyof FileProblem]>, Holds<Members<Suppressed>[keyof Suppressed]>,
  Holds<Members<Skipped>[keyof Skipped]>, Holds<Members<Summary>[keyof Summary]>, Holds<Members<Counts>[keyof Counts]>,
  Holds<Members<Tool>[keyof Tool]>, Holds<Members<Rule>[keyof Rule]>, Holds<Members<RuleParam>[keyof RuleParam]>,
  Holds<Members<AdmissionReview>[keyof AdmissionReview]>, Holds<Members<Required<AdmissionResponse>>[keyof AdmissionResponse]>,
  Holds<Members<Preset>[keyof Preset]>, Holds<Members<InputFile>["path" | "text"]>, Holds<Members<RuleFile>["path" | "text"]>,
];
export type Words = [
  Holds<Same<Severity, "info" | "low" | "medium" | "high" | "critical">>,
  Holds<Same<Columns, "code-points" | "utf-16" | "utf-8">>,
  Holds<Same<Confidence, "low" | "medium" | "high">>,
  Holds<Same<Safety, "safe" | "unsafe" | "display">>,
  Holds<Same<InputKind, "dockerfile" | "image" | "kubernetes">>,
  Holds<Same<Input, "dockerfile" | "image" | "kubernetes" | "set">>,
  Holds<Same<Status, "stable" | "preview" | "deprecated">>,
];
export type Results = [
  Holds<Same<Finding["subject"], SubjectName | null>>,
  Holds<Same<Rule["fix"], Safety | null>>,
  Holds<Same<Rule["params"], RuleParam[]>>,
  Holds<Same<RuleParam["name"], string>>,
  Holds<Same<HullmarkError["code"], string>>,
  Holds<Same<HullmarkError["span"], { start: Place; end: Place } | undefined>>,
  Holds<Same<AdmissionResponse["status"], AdmissionStatus | undefined>>,
  Holds<Same<AdmissionStatus["code"], number>>,
  Holds<Same<ReturnType<Engine["review"]>, AdmissionReview>>,
  Holds<Same<typeof version, string>>,
  Holds<Same<ReturnType<Engine["checkAsync"]>, Promise<Report>>>,
  Holds<Same<ReturnType<Engine["checkManyAsync"]>, Promise<Report>>>,
];

const limits: Limits = { bytes: 1 << 20 };
export const context: BuildContext = { ignoreFile: ".git\n", files: ["a"] };
const pack: RuleFile = { path: "kubernetes/a.yaml", text: "" };
const setting: Setting = ["a", 1, true, null, { b: [1.5] }];
export const options: EngineOptions = { limits, packs: [pack], params: { rule: { name: setting } }, columns: "utf-8" };
const engine = new Engine(options);
const inputs: readonly InputFile[] = [{ path: "a", text: new Uint8Array() }, { path: "b", text: "", kind: "image" }];
const report: Report = engine.checkMany(inputs);
const subject = report.findings[0]?.subject;
export const name: string | null = subject && "kind" in subject ? subject.name : (subject?.stage ?? null);
export const presets: Preset[] = engine.presets();
export const rules: Rule[] = [...engine.rules(), ...engine.explain("a")];
const request = { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request: { uid: "a" } };
export const warnings: string[] = [request, "", new Uint8Array()].flatMap((given) => engine.review(given).response.warnings);
export const fixed: string = applyFixes("", report.findings.flatMap((finding) => finding.fixes));

// @ts-expect-error: a text is a text.
engine.check("a", 1);
// @ts-expect-error: a review has a kind.
engine.review({ apiVersion: "admission.k8s.io/v1" });
// @ts-expect-error: an option that does not exist.
new Engine({ min_severity: "high" });
// @ts-expect-error: a word that does not exist.
new Engine({ minSeverity: "awful" });
// @ts-expect-error: a member that does not exist.
report.nothing;
// @ts-expect-error: what is not sure to be there.
subject.kind;
