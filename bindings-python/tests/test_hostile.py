"""Input that means harm: the report has a problem, or the call an error, and the interpreter goes on."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time

import pytest

import hullmark

ENGINE = hullmark.Engine()


@pytest.mark.parametrize("text", [b"FROM a:latest\n# \xff\xfe\n", "FROM a:latest\n# \ud800\n"], ids=["bytes", "surrogate"])
def test_what_is_not_utf_8_is_a_problem(text: str | bytes) -> None:
    report = ENGINE.check("Dockerfile", text)
    assert [problem.code for problem in report.problems] == ["not-utf-8"]
    assert any(finding.rule == "latest-base-image" for finding in report.findings)


@pytest.mark.parametrize("lone", ["\ud800", "\udfff", "\udc80\ud800", "a\ud83d"])
def test_places_behind_a_lone_surrogate_stay_right(lone: str) -> None:
    text = f"# é{lone}😀\nFROM debian:latest\nUSER {lone}1\n"
    report = ENGINE.check("Dockerfile", text)
    assert "not-utf-8" in {problem.code for problem in report.problems}
    finding = next(finding for finding in report.findings if finding.rule == "latest-base-image")
    assert text[finding.start.offset : finding.end.offset] == "latest"
    assert (finding.start.line, finding.start.column) == (2, 13)


def test_a_million_lines_are_bounded_in_time_and_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.monotonic()
    report = ENGINE.check("Dockerfile", "FROM debian:latest\n" + "RUN apt-get install x\n" * 1_000_000)
    assert [problem.code for problem in report.problems] == ["too-large"]
    small = ENGINE.check("Dockerfile", "FROM debian:latest\n" + "# é\n" * 1_000_000)
    assert small.summary.files_checked == 1 and small.findings
    assert time.monotonic() - start < 30
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 1024, "MiB"


@pytest.mark.parametrize("name", ["pod.yaml", "pod.json", "Dockerfile", "image.json"])
@pytest.mark.parametrize("text", ["[" * 1_000_000, "{\"a\":" * 200_000, "- " * 500_000, "\0" * 1000, "", "\ufeff"])
def test_no_text_ends_the_interpreter(name: str, text: str) -> None:
    report = ENGINE.check(name, text)
    assert report.summary.files_checked + len(report.skipped) == 1


def test_many_findings_are_made_once() -> None:
    report = ENGINE.check("Dockerfile", "FROM a:1\n" + "RUN sudo x\n" * 2_000)
    findings = report.findings
    assert len(findings) >= 2_000 and report.findings is findings


def test_a_number_of_threads_beyond_reason_is_cut() -> None:
    start = time.monotonic()
    report = hullmark.Engine(threads=10**9).check_many([(f"{n}/Dockerfile", "FROM a:latest\n") for n in range(50)])
    assert report.summary.files_checked == 50 and time.monotonic() - start < 20


def test_packs_and_parameters_that_mean_harm_are_errors() -> None:
    deep: dict[str, object] = {}
    for _ in range(100_000):
        deep = {"x": deep}
    circle: dict[str, object] = {}
    circle["x"] = circle
    for value, kind in [(deep, RecursionError), (circle, ValueError)]:
        with pytest.raises(kind):
            hullmark.Engine(params={"r": {"p": value}})
    for text in ["[" * 1_000_000, "\0", "a: &a [*a]", "x: !!python/object:os.system y"]:
        with pytest.raises(hullmark.HullmarkError):
            hullmark.Engine(packs={"dockerfile/r.yaml": text})


def in_a_child(inputs: list[tuple[str, str]]) -> int:
    return len(SHARED.check_many(inputs).findings) + len(SHARED.check_paths(os.environ["HULLMARK_TEST_FOLDER"]).findings)


SHARED = hullmark.Engine(threads=2)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_an_engine_works_in_child_processes(method: str, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HULLMARK_TEST_FOLDER", str(tmp_path))
    inputs = [(f"{n}/Dockerfile", "FROM a:latest\n") for n in range(40)]
    for path, text in inputs:
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(text)
    expected = in_a_child(inputs)
    code = (
        "import multiprocessing, pickle, sys\n"
        "import hullmark\n"
        "engine = hullmark.Engine(threads=2)\n"
        f"inputs = {inputs!r}\n"
        "def job(folder):\n"
        "    return len(engine.check_many(inputs).findings) + len(engine.check_paths(folder).findings)\n"
        "if __name__ == '__main__':\n"
        f"    folder = {str(tmp_path)!r}\n"
        "    assert job(folder)\n"
        f"    with multiprocessing.get_context({method!r}).Pool(2) as pool:\n"
        "        print(*pool.map(job, [folder, folder]))\n"
    )
    script = tmp_path / "job.py"
    script.write_text(code)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == [str(expected)] * 2, done.stderr
