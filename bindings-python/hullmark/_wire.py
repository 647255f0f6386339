# Made by `cargo xtask gen` from the JSON Schema of `core`; never edited by hand.
"""The words and options of Hullmark."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias, TypedDict, Union

from ._hullmark import Fix

Columns: TypeAlias = Literal["code-points", "utf-16", "utf-8"]
Confidence: TypeAlias = Literal["low", "medium", "high"]
Input: TypeAlias = Literal["dockerfile", "image", "kubernetes", "set"]
InputKind: TypeAlias = Literal["dockerfile", "image", "kubernetes"]
Safety: TypeAlias = Literal["safe", "unsafe", "display"]
Severity: TypeAlias = Literal["info", "low", "medium", "high", "critical"]
Status: TypeAlias = Literal["stable", "preview", "deprecated"]
Setting: TypeAlias = Union[bool, int, float, str, None, Sequence["Setting"], Mapping[str, "Setting"]]
Params: TypeAlias = Mapping[str, Mapping[str, Setting]]
Severities: TypeAlias = Mapping[str, "Severity"]
Packs: TypeAlias = Mapping[str, str]
Texts: TypeAlias = Iterable[str]
Text: TypeAlias = Union[str, bytes]
Inputs: TypeAlias = Iterable[
    Union[
        tuple[str, Text],
        tuple[str, Text, Union[InputKind, None]],
        tuple[str, Text, Union[InputKind, None], Union["BuildContext", None]],
    ]
]
Paths: TypeAlias = Union[str, "os.PathLike[str]", Iterable[Union[str, "os.PathLike[str]"]]]
Fixes: TypeAlias = Iterable[Fix]


class BuildContext(TypedDict, total=False):
    """The build context of a Dockerfile, as far as the caller knows it: the folder that `docker build` is given."""

    files: Texts
    """The files in it, ignored ones too, each with `/` between its parts and counted from its root; nothing when they are not known."""
    ignore_file: str
    """The text of the ignore file in force: `NAME.dockerignore` beside the Dockerfile, else `.dockerignore` at the root of the context; nothing when there is none."""


class Limits(TypedDict, total=False):
    """Bounds that keep hostile input harmless; each has its problem code."""

    alias_nodes: int
    """The most nodes that YAML aliases may stand for (`alias-budget`)."""
    bytes: int
    """The largest input in bytes (`too-large`)."""
    depth: int
    """The deepest nesting of YAML or JSON (`too-deep`)."""
    documents: int
    """The most documents of a stream (`too-many-documents`)."""
    findings: int
    """The most findings of one file (`too-many-findings`)."""


class EngineOptions(TypedDict, total=False):
    """The options of an engine, as JSON or as a value; every one may be left out."""

    columns: Columns
    """What columns and offsets count; what is usual in the host's language when it is left out."""
    date: str
    """The day for which is judged what has come to its end, such as `2026-11-25`; that is not judged when it is left out."""
    default_namespace: str
    """The namespace of objects that name none."""
    ignore: Texts
    """Rules to leave out, by id, alias or tag."""
    kubernetes_version: str
    """The Kubernetes version to check manifests for, such as `1.34`; the newest known when it is left out."""
    limits: Limits
    """Bounds for hostile input."""
    min_severity: Severity
    """Findings below this severity are left out."""
    no_inline_ignores: bool
    """Whether comments and annotations of the inputs set nothing aside."""
    packs: Packs
    """Rule files of the caller's own."""
    params: Params
    """Parameters of rules, by id, alias or tag: `{rule: {name: value}}`."""
    presets: Texts
    """The presets whose rules run; `recommended` when none is named."""
    report_unknown: bool
    """Whether to report what rules cannot tell for sure, with low confidence."""
    select: Texts
    """Just the rules with these ids, aliases or tags, whatever the presets."""
    set_complete: bool
    """Whether the inputs of a call are all there is."""
    severities: Severities
    """Other severities of rules, by id, alias or tag."""
    threads: int
    """How many threads may be used; one for each core when it is left out."""


__all__ = [
    "BuildContext",
    "Columns",
    "Confidence",
    "EngineOptions",
    "Fixes",
    "Input",
    "InputKind",
    "Inputs",
    "Limits",
    "Packs",
    "Params",
    "Paths",
    "Safety",
    "Setting",
    "Severities",
    "Severity",
    "Status",
    "Text",
    "Texts",
]
