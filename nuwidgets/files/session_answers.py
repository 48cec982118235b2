"""What a session file says of a step: its settings, what it answered, and its small product."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.archive_file import Files
from nuwidgets.domain.download import Download
from nuwidgets.domain.eqwidth import EqWidth
from nuwidgets.domain.fit import Errors, FitResult, Flux
from nuwidgets.domain.luminosity import Luminosity
from nuwidgets.domain.observation import Observations
from nuwidgets.domain.pipeline import Pipeline
from nuwidgets.domain.task import TaskRun
from nuwidgets.errors import FileError
from nuwidgets.files.plain_kinds import is_request
from nuwidgets.files.session_checks import checked, goes_together

if TYPE_CHECKING:
    from nuwidgets.files.plain import PlainReader

SMALL: dict[str, type] = {
    "find": Observations,
    "files": Files,
    "download": Download,
    "pipeline": Pipeline,
    "task": TaskRun,
    "fit": FitResult,
    "errors": Errors,
    "flux": Flux,
    "luminosity": Luminosity,
    "eqwidth": EqWidth,
}
"""Products that are written into the session file itself, by path of their step."""


def read_settings(reader: PlainReader, plain: Any, part: str) -> dict[str, Any]:
    """Give values by name, each of which can be compared with others.

    Raises
    ------
    FileError
        If one cannot have been written by us.
    """
    found = {name: reader.value(one) for name, one in checked(plain, part, dict).items()}
    for name, value in found.items():
        if _holds_array(value, set()):
            raise FileError(f"{name!r} of a step is or holds an array, and no setting does")
    return found


def read_request(reader: PlainReader, plain: Any, what: str) -> Any:
    """Give a request; None, and a warning, if it is none that can be used."""
    found = reader.try_value(plain, what)
    if found is None or (is_request(found) and not _holds_array(found, set())):
        return found
    return _left_out(reader, what, f"{plain!r:.80} is no request")


def read_product(reader: PlainReader, plain: Any, path: str) -> Any:
    """Give the product of a step; None, and a warning, if it is none of this step's."""
    found = reader.try_value(plain, path)
    if found is not None and type(found) is not SMALL.get(path):
        return _left_out(reader, path, f"a {type(found).__name__} is no product of it")
    if not goes_together(found):
        return _left_out(reader, path, "its parts do not go together")
    return found


def _left_out(reader: PlainReader, what: str, why: str) -> None:
    reader.unusable[f"An answer of {what} cannot be used: {why}."] = None


def _holds_array(value: Any, seen: set[int]) -> bool:
    """Whether a value is an array or holds one: two of them have no truth of being equal."""
    if isinstance(value, np.ndarray):
        return True
    if id(value) in seen:  # what is shared many times over is looked at once
        return False
    seen.add(id(value))
    if isinstance(value, tuple):
        return any(_holds_array(one, seen) for one in value)
    parts = fields(value) if is_dataclass(value) else ()
    return any(_holds_array(getattr(value, one.name), seen) for one in parts)
