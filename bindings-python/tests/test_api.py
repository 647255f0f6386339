"""What the package gives: classes, attributes, plain data, fixes."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
from pathlib import Path
from typing import get_args

import pytest

import hullmark

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "core/schema/wire.schema.json").read_text("utf-8"))["$defs"]
DOCKERFILE = "FROM debian:latest\nMAINTAINER x\nUSER 1000\n# hullmark ignore=add-for-plain-files it is fine\nADD a /a\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers: [{name: c, image: 'a:latest'}]\n"
INPUTS = [("Dockerfile", DOCKERFILE), ("pod.yaml", POD), ("bad.yaml", "apiVersion: v1\nkind: [\n"), ("x.yaml", "a: 1\n")]
ENGINE = hullmark.Engine(presets=["all"])
REPORT = ENGINE.check_many(INPUTS)


def objects(value: object) -> list[object]:
    """Every object of the package that hangs on `value`, itself included."""
    if isinstance(value, tuple):
        return [one for item in value for one in objects(item)]
    if type(value).__module__ != "hullmark":
        return []
    attributes = [name for name, kind in vars(type(value)).items() if inspect.isdatadescriptor(kind)]
    return [value] + [one for name in attributes for one in objects(getattr(value, name))]


EVERY = objects(REPORT) + objects(ENGINE.rules()) + objects(ENGINE.presets())
ONE_OF_EACH = list({type(one): one for one in EVERY}.values())


def test_a_report_holds_every_part() -> None:
    assert REPORT.findings and REPORT.problems and REPORT.suppressed and REPORT.skipped
    assert {type(one).__name__ for one in ONE_OF_EACH} >= {
        *("Report", "Finding", "Fix", "Edit", "Problem", "Suppressed", "Skipped", "Summary", "Counts", "Place", "Span"),
        *("Subject", "Tool", "Rule", "RuleParam", "Preset"),
    }


def plain(value: object) -> object:
    """`value` as its JSON has it, made of its attributes alone."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if type(value).__module__ != "hullmark":
        return value
    keys = value.to_dict()
    return {key: plain(getattr(value, key)) for key in keys}


@pytest.mark.parametrize("one", ONE_OF_EACH, ids=lambda one: type(one).__name__)
def test_every_key_of_the_json_is_an_attribute_with_the_same_value(one) -> None:
    assert plain(one) == one.to_dict() == json.loads(one.to_json())


def test_every_key_of_the_schema_is_an_attribute() -> None:
    renamed = {"FileProblem": "Problem", "SubjectName": "Subject"}
    given = {name: one for name, one in SCHEMA.items() if hasattr(hullmark, renamed.get(name, name)) and "properties" in one}
    assert len(given) >= 14
    for name, one in given.items():
        cls = getattr(hullmark, renamed.get(name, name))
        if isinstance(cls, type) and not issubclass(cls, dict):
            assert set(one["properties"]) <= set(dir(cls)), name


@pytest.mark.parametrize("name", ["Severity", "Confidence", "Safety", "Status", "Input", "InputKind", "Columns"])
def test_the_words_are_those_of_the_library(name: str) -> None:
    words = SCHEMA[name].get("enum") or [one["const"] for one in SCHEMA[name]["oneOf"]]
    assert list(get_args(getattr(hullmark, name))) == words


def test_the_keywords_of_the_engine_are_the_options_of_the_library() -> None:
    keywords = set(inspect.signature(hullmark.Engine).parameters)
    camel = {"".join([key.split("_")[0], *(part.title() for part in key.split("_")[1:])]) for key in keywords}
    assert camel == set(SCHEMA["EngineOptions"]["properties"])
    assert keywords == set(hullmark.EngineOptions.__annotations__)


@pytest.mark.parametrize("one", ONE_OF_EACH, ids=lambda one: type(one).__name__)
def test_objects_pickle_copy_compare_and_hash_by_value(one) -> None:
    for other in [pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one), type(one).from_json(one.to_json())]:
        assert other == one and hash(other) == hash(one) and repr(other) == repr(one)
    assert one != 1 and not one == "x"
    with pytest.raises(AttributeError):
        one.path = "other"
    with pytest.raises(hullmark.HullmarkError) as raised:
        type(one).from_json("3")
    assert raised.value.code == "bad-report"


def test_every_rule_comes_back_from_its_json() -> None:
    assert [hullmark.Rule.from_json(rule.to_json()) for rule in ENGINE.rules()] == list(ENGINE.rules())


def test_objects_of_other_values_differ() -> None:
    first, *others = REPORT.findings
    assert all(other != first for other in others)
    assert len(set(REPORT.findings)) == len(REPORT.findings)
    assert ENGINE.check("Dockerfile", "FROM a:1\n") != REPORT


def test_repr_says_what_it_is() -> None:
    finding = REPORT.findings[0]
    assert repr(finding.start) == f"Place(byte={finding.start.byte}, column={finding.start.column}, " \
        f"line={finding.start.line}, offset={finding.start.offset})"
    assert repr(finding).startswith(f"Finding(rule='{finding.rule}', severity='{finding.severity}', path=")
    assert repr(REPORT).startswith("Report(summary=Summary(files_checked=")
    assert eval(repr(ENGINE), {"Engine": hullmark.Engine}).check_many(INPUTS) == REPORT
    assert all(len(repr(one)) < 2000 for one in EVERY)


def test_tuples_are_made_once() -> None:
    assert REPORT.findings is REPORT.findings
    assert REPORT.findings[0].fixes is REPORT.findings[0].fixes
    assert isinstance(REPORT.findings, tuple)


def test_the_same_input_gives_the_same_report_from_every_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("Dockerfile").write_text(DOCKERFILE)
    reports = [
        ENGINE.check("Dockerfile", DOCKERFILE),
        ENGINE.check("Dockerfile", DOCKERFILE.encode()),
        ENGINE.check_many(iter([("Dockerfile", DOCKERFILE)])),
        ENGINE.check_paths("Dockerfile"),
        ENGINE.check_paths([Path("Dockerfile")]),
        hullmark.check("Dockerfile", DOCKERFILE, presets=["all"]),
        hullmark.check_many([("Dockerfile", DOCKERFILE, "dockerfile")], presets=["all"]),
        hullmark.check_paths({"Dockerfile"}, presets=["all"]),
        pickle.loads(pickle.dumps(ENGINE)).check("Dockerfile", DOCKERFILE),
        hullmark.Engine.from_json('{"presets":["all"]}').check("Dockerfile", DOCKERFILE),
    ]
    assert all(report == reports[0] for report in reports)
    assert reports[0].findings


def test_options_change_what_is_found() -> None:
    def rules(**options: object) -> set[str]:
        return {finding.rule for finding in hullmark.Engine(**options).check_many(INPUTS).findings}

    assert "latest-base-image" in rules() and "latest-base-image" not in rules(ignore=["latest-base-image"])
    assert rules(select=["DL3007"]) == {"latest-base-image"}
    severities = {finding.severity for finding in hullmark.check_many(INPUTS, min_severity="high").findings}
    assert severities <= {"high", "critical"}
    alone, whole = (
        hullmark.check("pod.yaml", POD, select=["unprotected-pod-network"], set_complete=complete).findings[0]
        for complete in (False, True)
    )
    assert alone.rule == whole.rule and alone.confidence != whole.confidence
    points, units, octets = (
        hullmark.check("Dockerfile", "# 😀\nFROM a:latest\n", select=["DL3007"], columns=columns).findings[0].start.offset
        for columns in ("code-points", "utf-16", "utf-8")
    )
    assert (units, octets) == (points + 1, points + 3)


def test_kind_can_be_said() -> None:
    assert not hullmark.check_many([("build", "RUN x\n")]).findings
    assert hullmark.check_many([("build", "FROM a:latest\n", "dockerfile")]).findings


def test_rules_are_explained() -> None:
    (rule,) = ENGINE.explain("hadolint:DL3007")
    assert rule.id == "latest-base-image" and rule in ENGINE.rules() and rule.active
    assert rule.title and rule.rationale and rule.source and rule.good_example
    assert ENGINE.explain("no-such-rule") == ()
    assert {"recommended", "hadolint"} <= {preset.id for preset in ENGINE.presets()}


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_offsets_and_columns_count_code_points(end: str) -> None:
    text = end.join(["# é 😀 e\u0301", "FROM x/ñ😀:latest AS b", "FROM debian:latest", "USER 1", ""])
    report = hullmark.check("Dockerfile", text)
    found = {finding.rule: finding for finding in report.findings if finding.start.line == 3}
    finding = found["latest-base-image"]
    assert text[finding.start.offset : finding.end.offset] == "latest"
    assert text[finding.span.start.offset : finding.span.end.offset] == "latest"
    assert text.encode()[finding.start.byte : finding.end.byte] == b"latest"
    assert text.split(end)[2][finding.start.column - 1 : finding.end.column - 1] == "latest"


def test_fixes_are_applied() -> None:
    text = "FROM debian:12\nMAINTAINER é😀\nUSER 1\n"
    report = hullmark.check("Dockerfile", text, select=["hadolint:DL4000"])
    fixes = [fix for finding in report.findings for fix in finding.fixes]
    assert fixes and all(fix.edits for fix in fixes)
    fixed = hullmark.apply_fixes(text, fixes)
    assert fixed != text and "MAINTAINER" not in fixed
    assert not hullmark.check("Dockerfile", fixed, select=["hadolint:DL4000"]).findings
    by_hand = text
    for edit in sorted((edit for fix in fixes for edit in fix.edits), key=lambda edit: -edit.start.offset):
        by_hand = by_hand[: edit.start.offset] + edit.text + by_hand[edit.end.offset :]
    assert by_hand == fixed
    assert hullmark.apply_fixes(text, iter(())) == text
