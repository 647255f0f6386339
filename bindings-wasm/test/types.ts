// Every name of the package as TypeScript knows it; `tsc --noEmit` reads it, nobody runs it.

import init, { Engine, applyFixes, version } from "hullmark-wasm";
import start, { Engine as PackEngine } from "hullmark-wasm/packs";
import type { AdmissionReview, EngineOptions, Finding, Fix, HullmarkError, InputFile, Preset, Report, Rule } from "hullmark-wasm";

const options: EngineOptions = { presets: ["all"], minSeverity: "high", params: { rule: { allow: ["a", 1, true] } } };
const inputs: InputFile[] = [{ path: "Dockerfile", text: "FROM a" }, { path: "b", text: new Uint8Array(1), kind: "image" }];

export async function check(url: URL): Promise<string> {
  await init({ module_or_path: url });
  const engine: Engine = new Engine(options);
  const report: Report = engine.checkMany(inputs);
  const findings: Finding[] = [...report.findings, ...engine.check("Dockerfile", "FROM a").findings];
  const fixes: Fix[] = findings.flatMap((finding) => finding.fixes);
  engine.loadTexts(new Uint8Array(1));
  const rules: Rule[] = [...engine.explain("DL3007"), ...engine.rules()];
  const presets: Preset[] = engine.presets();
  const review: AdmissionReview = engine.review({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview" });
  const allowed: boolean = review.response.allowed || engine.review("").response.allowed;
  engine.close();
  return [applyFixes("FROM a", fixes), version(), allowed, rules[0]?.title, presets[0]?.id].join();
}

export async function ours(text: string): Promise<Report> {
  await start();
  return new PackEngine({ packs: [{ path: "dockerfile/ours.yaml", text }] }).check("Dockerfile", "FROM a");
}

export const code = (error: HullmarkError): string => `${error.code} ${error.span?.start.line ?? 0} ${error.help ?? ""}`;

// @ts-expect-error: no number is a text
export const wrong = (engine: Engine): Report => engine.check("Dockerfile", 5);
// @ts-expect-error: no option has this name
export const misspelt: EngineOptions = { preset: [] };
