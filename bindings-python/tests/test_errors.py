"""What a mistake of the caller raises: a typed error with a code, or a TypeError, and nothing else."""

from __future__ import annotations

import copy
import pickle
import re
from pathlib import Path

import pytest

import hullmark

ROOT = Path(__file__).resolve().parents[2]
ENGINE = hullmark.Engine()
FIX = next(fix for f in hullmark.check("Dockerfile", "FROM a:1\nMAINTAINER x\n", presets=["all"]).findings for fix in f.fixes if fix.edits)
LONE = "x\ud800y"
PACK = "id: r\nid: s\n"

#: The code, and a call that raises it.
MISTAKES = {
    "unknown-preset": lambda: hullmark.Engine(presets=["recommended", "x"]),
    "unknown-rule": lambda: hullmark.Engine(select=["no-such-rule"]),
    "bad-edit": lambda: hullmark.apply_fixes("", [FIX]),
    "bad-report": lambda: hullmark.Report.from_json("{}"),
    "bad-review": lambda: ENGINE.review("{}"),
    "bad-value": lambda: ENGINE.check(LONE, ""),
    "unreadable": lambda: ENGINE.check_paths(["/no/such/path"]),
    "bad-option": lambda: hullmark.Engine(min_severity="bad"),  # type: ignore[arg-type]
}

#: Values that an option cannot have.
BAD_OPTIONS = [
    {"min_severity": "HIGH"},
    {"fail_on": "never"},
    {"columns": "bytes"},
    {"threads": -1},
    {"threads": 2**70},
    {"kubernetes_version": "newest"},
    {"date": "2026-13-01"},
    {"limits": {"bytes": -1}},
    {"limits": {"size": 1}},
    {"params": {"latest-base-image": {"no-such-parameter": 1}}},
    {"params": {"latest-base-image": {"x": float("nan")}}},
    {"params": {"latest-base-image": 1}},
    {"params": {"latest-base-image": {"x": 10**30}}},
]

#: Values of the wrong type.
WRONG_TYPES = [
    lambda: hullmark.Engine(presets="recommended"),
    lambda: hullmark.Engine(presets=b"recommended"),
    lambda: hullmark.Engine(presets=3),
    lambda: hullmark.Engine(presets=[3]),
    lambda: hullmark.Engine(select=[["x"]]),
    lambda: hullmark.Engine(min_severity=3),
    lambda: hullmark.Engine(threads="2"),
    lambda: hullmark.Engine(threads=1.5),
    lambda: hullmark.Engine(report_unknown="yes"),
    lambda: hullmark.Engine(limits=[1]),
    lambda: hullmark.Engine(limits={"bytes": "1"}),
    lambda: hullmark.Engine(params={"x": {"y": object()}}),
    lambda: hullmark.Engine(packs=["a"]),
    lambda: hullmark.Engine(packs={"a.yaml": 1}),
    lambda: hullmark.Engine(no_such_option=1),
    lambda: hullmark.Engine("recommended"),
    lambda: hullmark.Engine.from_json({}),
    lambda: ENGINE.check("Dockerfile"),
    lambda: ENGINE.check("Dockerfile", 3),
    lambda: ENGINE.check("Dockerfile", None),
    lambda: ENGINE.check("Dockerfile", ["FROM a"]),
    lambda: ENGINE.check(b"Dockerfile", ""),
    lambda: ENGINE.check(Path("Dockerfile"), ""),
    lambda: ENGINE.check_many(3),
    lambda: ENGINE.check_many("ab"),
    lambda: ENGINE.check_many(["ab"]),
    lambda: ENGINE.check_many([("a",)]),
    lambda: ENGINE.check_many([("a", "b", None, 1)]),
    lambda: ENGINE.check_many([("a", "b", 1)]),
    lambda: ENGINE.check_many([("a", 1)]),
    lambda: ENGINE.check_many([(1, "a")]),
    lambda: ENGINE.check_many({"Dockerfile": "FROM a"}),
    lambda: ENGINE.check_paths(3),
    lambda: ENGINE.check_paths([3]),
    lambda: ENGINE.check_paths(None),
    lambda: ENGINE.explain(3),
    lambda: ENGINE.review(3),
    lambda: ENGINE.review(["{}"]),
    lambda: ENGINE.review({"request": object()}),
    lambda: hullmark.apply_fixes(b"", []),
    lambda: hullmark.apply_fixes("", FIX),
    lambda: hullmark.apply_fixes("", [FIX.edits[0]]),
    lambda: hullmark.apply_fixes("", "x"),
    lambda: hullmark.Report.from_json(b"{}"),
    lambda: hullmark.Report(),
    lambda: hullmark.Finding(),
    lambda: hullmark.check("Dockerfile", "", presets=3),
]

#: Texts with a lone surrogate where a problem of a report has no place.
LONE_SURROGATES = [
    lambda: ENGINE.check(LONE, ""),
    lambda: ENGINE.check_many([(LONE, b"")]),
    lambda: ENGINE.explain(LONE),
    lambda: hullmark.Engine(presets=[LONE]),
    lambda: hullmark.Engine(default_namespace=LONE),
    lambda: hullmark.apply_fixes(LONE, []),
    lambda: hullmark.Report.from_json(LONE),
    lambda: hullmark.Engine.from_json(LONE),
]


def documented_codes() -> set[str]:
    """The codes of the library, from its table where there is one, else from its source."""
    table = ROOT / "docs/codes.md"
    if table.exists():
        return set(re.findall(r"^\| `([a-z0-9-]+)`", table.read_text("utf-8"), re.M))
    return set(re.findall(r'=> "([a-z0-9-]+)"', (ROOT / "core/src/error.rs").read_text("utf-8")))


@pytest.mark.parametrize("code", MISTAKES)
def test_each_mistake_has_its_code(code: str) -> None:
    with pytest.raises(hullmark.HullmarkError) as raised:
        MISTAKES[code]()
    error = raised.value
    assert error.code == code and error.message and str(error).startswith(f"{code}: ")
    assert error.code in documented_codes()
    assert error.args == (error.code, error.message, error.path, error.span, error.help)


@pytest.mark.parametrize("options", BAD_OPTIONS, ids=str)
def test_an_option_with_a_value_it_cannot_have_is_said(options: dict[str, object]) -> None:
    with pytest.raises(hullmark.HullmarkError) as raised:
        hullmark.Engine(**options)
    assert raised.value.code == "bad-option"


@pytest.mark.parametrize("number", range(len(WRONG_TYPES)))
def test_a_value_of_the_wrong_type_is_a_type_error(number: int) -> None:
    with pytest.raises(TypeError) as raised:
        WRONG_TYPES[number]()
    assert str(raised.value)


@pytest.mark.parametrize("number", range(len(LONE_SURROGATES)))
def test_a_lone_surrogate_where_no_problem_can_be_is_a_bad_value(number: int) -> None:
    with pytest.raises(hullmark.HullmarkError) as raised:
        LONE_SURROGATES[number]()
    assert raised.value.code == "bad-value"


def test_a_faulty_rule_file_is_pointed_into() -> None:
    with pytest.raises(hullmark.HullmarkError) as raised:
        hullmark.Engine(packs={"dockerfile/é.yaml": "id: é😀: [\n"})
    error = raised.value
    assert error.path == "dockerfile/é.yaml" and error.span is not None
    assert error.code.startswith("rule-") and error.code not in MISTAKES
    assert f"dockerfile/é.yaml:{error.span.start.line}:{error.span.start.column}: " in str(error)
    with pytest.raises(hullmark.HullmarkError) as raised:
        hullmark.Engine(packs={"dockerfile/r.yaml": PACK})
    span = raised.value.span
    assert span is not None and PACK[span.start.offset : span.end.offset] == "id" and span.start.line == 2


def test_help_is_given_where_there_is_some() -> None:
    with pytest.raises(hullmark.HullmarkError) as raised:
        hullmark.Engine(presets=["x"])
    assert raised.value.help and "recommended" in raised.value.help
    assert str(raised.value).endswith(f"({raised.value.help})")
    assert raised.value.path is None and raised.value.span is None


def test_errors_pickle_and_copy() -> None:
    with pytest.raises(hullmark.HullmarkError) as raised:
        hullmark.Engine(packs={"dockerfile/r.yaml": PACK})
    for other in [pickle.loads(pickle.dumps(raised.value)), copy.copy(raised.value)]:
        assert type(other) is hullmark.HullmarkError and str(other) == str(raised.value)
        assert other.args == raised.value.args and other.span == raised.value.span


def test_errors_of_the_caller_pass_through() -> None:
    def inputs():
        yield ("Dockerfile", "FROM a:1\n")
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        ENGINE.check_many(inputs())
