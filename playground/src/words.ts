// The words for what a report says.

import type { Fix, Report } from "hullmark-wasm";

export const problemWord = "unreadable";

/** The severities, worst first. */
export const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const;

/** Whether a click can apply the fix. */
export function canApply(fix: Fix): boolean {
  return fix.applicability !== "display" && fix.edits.length > 0;
}

/** What is to be said before a fix is applied. */
export function fixWord(fix: Fix): string {
  return fix.applicability === "safe" ? "safe" : "unsafe, look at the change";
}

/** A number with its noun. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The counts of a report in one line. */
export function summary(report: Report): string {
  const { findings, problems, skipped } = report;
  const parts: string[] = [];
  if (problems.length > 0) parts.push(counted(problems.length, "unreadable part"));
  if (findings.length > 0) {
    const counts = SEVERITIES.map((severity) => [report.summary.findings[severity], severity] as const);
    const list = counts.filter(([count]) => count > 0).map(([count, severity]) => `${count} ${severity}`);
    parts.push(`${counted(findings.length, "finding")}: ${list.join(", ")}`);
  }
  if (parts.length > 0) return parts.join("; ");
  return skipped.length > 0 ? "Not checked" : "Nothing found";
}
