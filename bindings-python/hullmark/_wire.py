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
Review: TypeAlias = Union[str, bytes, Mapping[str, object]]


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
    fail_on: Severity
    """`review` refuses an object with a finding at or above this severity; `critical` when it is left out."""
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
    no_patch: bool
    """Whether `review` gives no patch: a validating webhook may not answer with one."""
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


class _AdmissionResponse(TypedDict):
    """What a webhook answers to a request."""

    allowed: bool
    """Whether the object may be stored."""
    uid: str
    """That of the request."""
    warnings: list[str]
    """What the user is told, the worst first."""


class AdmissionResponse(_AdmissionResponse, total=False):
    """What a webhook answers to a request."""

    patch: str
    """The changes that mend the object: a JSON Patch (RFC 6902) in base64."""
    patchType: str
    """`JSONPatch`, beside a patch."""
    status: AdmissionStatus
    """Why it may not."""


class AdmissionReview(TypedDict):
    """The answer to an `AdmissionReview` of Kubernetes, which is one itself."""

    apiVersion: str
    """`admission.k8s.io/v1`."""
    kind: str
    """`AdmissionReview`."""
    response: AdmissionResponse
    """The answer."""


class AdmissionStatus(TypedDict):
    """Why a request is refused."""

    code: int
    """The HTTP status: 403."""
    message: str
    """What was found."""
    reason: str
    """`Forbidden`."""


__all__ = [
    "AdmissionResponse",
    "AdmissionReview",
    "AdmissionStatus",
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
    "Review",
    "Safety",
    "Setting",
    "Severities",
    "Severity",
    "Status",
    "Text",
    "Texts",
]
