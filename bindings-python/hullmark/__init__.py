"""Hullmark tells whether a container is fit to ship.

It checks Dockerfiles, image configs and Kubernetes manifests against rules that are data. Columns and offsets count
code points, so that `text[finding.start.offset:finding.end.offset]` is the guilty text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _hullmark, _wire
from ._hullmark import *
from ._wire import *

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["HullmarkError", "check", "check_many", "check_paths"]
__all__ += _hullmark.__all__
__all__ += _wire.__all__


class HullmarkError(Exception):
    """A mistake of the caller: an option that does not exist, a rule file with a fault. Broken input is never one."""

    def __init__(
        self, code: str, message: str, path: str | None = None, span: Span | None = None, help: str | None = None
    ) -> None:
        super().__init__(code, message, path, span, help)
        self.code, self.message, self.path, self.span, self.help = code, message, path, span, help

    def __str__(self) -> str:
        place = f":{self.span.start.line}:{self.span.start.column}" if self.span else ""
        where = f"{self.path}{place}: " if self.path else ""
        return f"{self.code}: {where}{self.message}" + (f" ({self.help})" if self.help else "")


def check(path: str, text: Text, **options: Unpack[EngineOptions]) -> Report:
    """Checks one text; see `Engine.check`."""
    return Engine(**options).check(path, text)


def check_many(inputs: Inputs, **options: Unpack[EngineOptions]) -> Report:
    """Checks many inputs at once; see `Engine.check_many`."""
    return Engine(**options).check_many(inputs)


def check_paths(paths: Paths, **options: Unpack[EngineOptions]) -> Report:
    """Checks files and folders; see `Engine.check_paths`."""
    return Engine(**options).check_paths(paths)
