// Checks the files that are named, prints what is wrong with them, and mends what can safely be mended with `--fix`:
// node check.js [--fix] FILE...
import { readFileSync, writeFileSync } from "node:fs";
import { Engine, HullmarkError, applyFixes, type EngineOptions, type Finding, type InputFile } from "hullmark";

const options: EngineOptions = { presets: ["recommended"], minSeverity: "low", setComplete: true };

function line({ path, start, severity, rule, message }: Finding): string {
  return `${path}:${start.line}:${start.column}: ${severity}[${rule}] ${message}`;
}

async function main(words: string[]): Promise<number> {
  const paths = words.filter((word) => word !== "--fix");
  const inputs: InputFile[] = paths.map((path) => ({ path, text: readFileSync(path) }));
  const report = await new Engine(options).checkManyAsync(inputs);
  for (const finding of report.findings) console.log(line(finding));
  for (const problem of report.problems) console.log(`${problem.path}:${problem.start.line}: ${problem.message}`);
  if (words.includes("--fix")) {
    for (const path of paths) {
      const fixes = report.findings.filter((finding) => finding.path === path).flatMap((finding) => finding.fixes);
      const text = readFileSync(path, "utf8");
      writeFileSync(path, applyFixes(text, fixes.filter((fix) => fix.applicability === "safe")));
    }
  }
  return report.findings.length > 0 ? 1 : 0;
}

main(process.argv.slice(2)).then(
  (status) => (process.exitCode = status),
  (error: Error) => {
    if (!(error instanceof HullmarkError)) throw error;
    console.error(error.code, error.message, error.help ?? "");
    process.exitCode = 2;
  },
);
