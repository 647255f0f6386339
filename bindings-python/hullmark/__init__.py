"""Hullmark tells whether a container is fit to ship.

It checks Dockerfiles, image configs and Kubernetes manifests against rules that are data. Columns and offsets count
code points, so that `text[finding.start.offset:finding.end.offset]` is the guilty text.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict, Union

from ._hullmark import (
    Counts,
    Edit,
    Engine,
    Finding,
    Fix,
    Place,
    Preset,
    Problem,
    Related,
    Report,
    Rule,
    RuleParam,
    Skipped,
    Span,
    Subject,
    Summary,
    Suppressed,
    Tool,
    apply_fixes,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack

Severity: TypeAlias = Literal["info", "low", "medium", "high", "critical"]
Confidence: TypeAlias = Literal["low", "medium", "high"]
Safety: TypeAlias = Literal["safe", "unsafe", "display"]
Status: TypeAlias = Literal["stable", "preview", "deprecated"]
Input: TypeAlias = Literal["dockerfile", "image", "kubernetes", "set"]
InputKind: TypeAlias = Literal["dockerfile", "image", "kubernetes"]
Columns: TypeAlias = Literal["code-points", "utf-16", "utf-8"]
Text: TypeAlias = Union[str, bytes]
InputFile: TypeAlias = Union[tuple[str, Text], tuple[str, Text, Union[InputKind, None]]]
Paths: TypeAlias = Union[str, "os.PathLike[str]", Iterable[Union[str, "os.PathLike[str]"]]]
Setting: TypeAlias = Union[bool, int, float, str, None, Sequence["Setting"], Mapping[str, "Setting"]]
Params: TypeAlias = Mapping[str, Mapping[str, Setting]]


class Limits(TypedDict, total=False):
    """Bounds for hostile input; each has its problem code."""

    bytes: int
    depth: int
    documents: int
    alias_nodes: int
    findings: int


class EngineOptions(TypedDict, total=False):
    """The options of an engine; every one may be left out."""

    presets: Iterable[str]
    select: Iterable[str]
    ignore: Iterable[str]
    packs: Mapping[str, str]
    params: Params
    min_severity: Severity
    kubernetes_version: str
    default_namespace: str
    report_unknown: bool
    set_complete: bool
    columns: Columns
    threads: int
    limits: Limits


class HullmarkError(Exception):
    """A mistake of the caller: an option that does not exist, a rule file with a fault. Broken input is never one."""

    def __init__(
        self, code: str, message: str, path: str | None = None, span: Span | None = None, help: str | None = None
    ) -> None:
        super().__init__(code, message, path, span, help)
        self.code = code
        self.message = message
        self.path = path
        self.span = span
        self.help = help

    def __str__(self) -> str:
        place = f":{self.span.start.line}:{self.span.start.column}" if self.span else ""
        where = f"{self.path}{place}: " if self.path else ""
        return f"{self.code}: {where}{self.message}" + (f" ({self.help})" if self.help else "")


def check(path: str, text: Text, **options: Unpack[EngineOptions]) -> Report:
    """Checks one text; see `Engine.check`."""
    return Engine(**options).check(path, text)


def check_many(inputs: Iterable[InputFile], **options: Unpack[EngineOptions]) -> Report:
    """Checks many inputs at once; see `Engine.check_many`."""
    return Engine(**options).check_many(inputs)


def check_paths(paths: Paths, **options: Unpack[EngineOptions]) -> Report:
    """Checks files and folders; see `Engine.check_paths`."""
    return Engine(**options).check_paths(paths)
