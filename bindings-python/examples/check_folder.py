"""Checks a folder and prints what was found: `python check_folder.py [FOLDER] [SEVERITY]`.

Exit status: 0 nothing was found, 1 findings or problems, 2 the call itself was wrong.
"""

from __future__ import annotations

import sys
from pathlib import Path

import hullmark

SEVERITIES: dict[str, hullmark.Severity] = {
    "info": "info",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "critical": "critical",
}


def main(arguments: list[str]) -> int:
    folder = arguments[0] if arguments else "."
    word = arguments[1] if len(arguments) > 1 else "info"
    if word not in SEVERITIES:
        print(f"`{word}` is no severity", file=sys.stderr)
        return 2
    try:
        report = hullmark.check_paths([Path(folder)], min_severity=SEVERITIES[word])
    except hullmark.HullmarkError as error:
        print(f"{error.message} [{error.code}]", file=sys.stderr)
        return 2
    for finding in report.findings:
        print(f"{finding.path}:{finding.start.line}:{finding.start.column}: {finding.severity} {finding.rule}")
        print(f"  {finding.message}")
        for fix in finding.fixes:
            print(f"  fix ({fix.applicability}): {fix.title}")
    for problem in report.problems:
        print(f"{problem.path}:{problem.start.line}: {problem.code}: {problem.message}")
    counts = report.summary.findings
    worst = f"{counts.critical} critical, {counts.high} high"
    print(f"{len(report.findings)} findings ({worst}) in {report.summary.files_checked} files")
    return 1 if report.findings or report.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
