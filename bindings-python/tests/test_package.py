"""The package as a user has it: the README, the sample, folders like the command line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import hullmark

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "bindings-python/examples/check_folder.py"


def run(*call: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *call], cwd=folder, capture_output=True, text=True, timeout=60)


def test_it_is_the_installed_package_that_is_tested() -> None:
    assert ROOT / "bindings-python" not in Path(hullmark.__file__).resolve().parents
    assert (Path(hullmark.__file__).parent / "py.typed").exists()
    assert (Path(hullmark.__file__).parent / "_hullmark.pyi").exists()


def snippet(path: Path, pattern: str) -> str:
    found = re.search(pattern, path.read_text("utf-8"), re.S)
    assert found, f"{path} has no snippet"
    return found[1]


def test_the_lines_of_the_readme_check_a_folder(tmp_path: Path) -> None:
    code = snippet(ROOT / "README.md", r"<!-- python -->\n```python\n(.*?)```\n<!-- /python -->")
    assert len([line for line in code.splitlines() if line.strip()]) <= 5
    empty = run("-c", code, folder=tmp_path)
    assert (empty.returncode, empty.stdout) == (0, "0 findings, 0 problems in 0 files\n"), empty.stderr
    (tmp_path / "Dockerfile").write_text("FROM debian:latest\nUSER 1000\n")
    found = run("-c", code, folder=tmp_path)
    assert found.stdout.startswith("Dockerfile:1: medium latest-base-image: "), found.stderr
    assert found.stdout.endswith("1 findings, 0 problems in 1 files\n")


def test_the_lines_of_the_page_of_the_package_run(tmp_path: Path) -> None:
    code = snippet(ROOT / "bindings-python/README.md", r"```python\n(.*?)```")
    done = run("-c", code, folder=tmp_path)
    assert "1 latest-base-image " in done.stdout, done.stderr


def test_the_sample_checks_a_folder(tmp_path: Path) -> None:
    assert run(SAMPLE, folder=tmp_path).returncode == 0
    found = run(SAMPLE, "examples", folder=ROOT)
    assert found.returncode == 1 and "critical secret-in-environment" in found.stdout, found.stderr
    assert run(SAMPLE, "no-such-folder", folder=tmp_path).returncode == 2
    assert run(SAMPLE, ".", "severe", folder=tmp_path).returncode == 2


def test_folders_are_walked_as_by_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: 'a:latest'}]}\n"
    for path, text in {
        "a/Dockerfile": "FROM a:latest\n",
        "a/é.yaml": pod,
        "a/hullmark.yaml": "preset: all\n",
        "a/ignored/Dockerfile": "FROM a:latest\n",
        "a/.gitignore": "ignored/\n",
        "a/chart.yaml": "{{ if .Values.x }}\n" + pod,
        "a/bad.Dockerfile": "\udcff",
        "a/notes.txt": "nothing\n",
    }.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(text.encode("utf-8", "surrogateescape"))
    os.symlink("Dockerfile", "a/Dockerfile.link")
    report = hullmark.check_paths("a")
    assert {finding.path for finding in report.findings} == {"a/Dockerfile", "a/é.yaml"}
    assert ("a/bad.Dockerfile", "not-utf-8") in {(problem.path, problem.code) for problem in report.problems}
    assert {skipped.path for skipped in report.skipped} >= {"a/Dockerfile.link", "a/chart.yaml"}
    assert hullmark.check_paths(["a", "a/../a/Dockerfile"]).summary.files_checked >= report.summary.files_checked
    assert {finding.path for finding in hullmark.check_paths(".").findings} == {"a/Dockerfile", "a/é.yaml"}
    network = ["unprotected-pod-network"]
    in_folder, in_file = hullmark.check_paths("a", select=network), hullmark.check_paths("a/é.yaml", select=network)
    assert in_folder.findings[0].confidence != in_file.findings[0].confidence, "the files of a folder are all there is"
    assert hullmark.check_paths([]) == hullmark.check_many([])
    command = os.environ["HULLMARK_BIN"]
    Path("a/hullmark.yaml").unlink()
    for paths in [["a"], ["."], ["a/Dockerfile", "a/é.yaml"], ["a/notes.txt", "a/bad.Dockerfile"]]:
        done = subprocess.run([command, "check", *paths, "--format", "json"], capture_output=True, text=True, timeout=60)
        assert hullmark.Report.from_json(done.stdout) == hullmark.check_paths(paths), paths


def test_a_dash_is_a_file_and_not_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(hullmark.HullmarkError):
        hullmark.check_paths("-")
    Path("-").write_text("FROM a:latest\n")
    assert {finding.path for finding in hullmark.check_paths("-").findings} == {"-"}
