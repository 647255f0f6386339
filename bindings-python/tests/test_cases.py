"""The cases that every host runs: files and options in, the same report out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import hullmark

CASES = Path(__file__).resolve().parents[2] / "core/tests/cases"
NAMES = sorted(path.name for path in CASES.iterdir() if (path / "case.json").exists()) if CASES.is_dir() else []


def test_there_are_cases() -> None:
    assert NAMES, f"there is no case in {CASES}"


def keywords(options: dict[str, object]) -> dict[str, object]:
    """Options as JSON has them to the keywords of Python."""
    def snake(key: str) -> str:
        return re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), key)

    given = {snake(key): value for key, value in options.items()}
    if "packs" in given:
        given["packs"] = {file["path"]: file["text"] for file in given["packs"]}
    if "limits" in given:
        given["limits"] = {snake(key): value for key, value in given["limits"].items()}
    return given


def answer(engine: hullmark.Engine, review: bytes) -> object:
    """The answer to a review, or the code of the error."""
    try:
        return engine.review(review)
    except hullmark.HullmarkError as error:
        return error.code


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("columns", [None, "code-points", "utf-16"])
def test_case(name: str, columns: str | None) -> None:
    folder = CASES / name
    case = json.loads((folder / "case.json").read_text("utf-8"))
    contexts = case.get("contexts", {})
    files = case.get("files", [])
    inputs = [(path, (folder / "files" / path).read_bytes(), None, contexts.get(path)) for path in files]
    options = case["options"] | ({"columns": columns} if columns else {})
    wide = folder / "expected.utf-16.json"
    expected_file = wide if options.get("columns") == "utf-16" and wide.exists() else folder / "expected.json"
    expected = json.loads(expected_file.read_text("utf-8"))
    for engine in [hullmark.Engine(**keywords(options)), hullmark.Engine.from_json(json.dumps(options))]:
        if "reviews" in case:
            assert {path: answer(engine, (folder / "files" / path).read_bytes()) for path in case["reviews"]} == expected
            continue
        report = engine.check_many(inputs).to_dict()
        report["tool"].pop("version")
        assert report == expected
