"""Settings that are values of our own: coerced and checked when they are set."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, SupportsFloat

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable


def as_path(value: Any) -> str:
    """Give a path as a whole, ``~`` resolved; ``""`` and ``"none"`` stay what they are.

    Raises
    ------
    InputError
        If it is no path.
    """
    if not isinstance(value, str | os.PathLike) or isinstance(text := os.fspath(value), bytes):
        raise InputError(f"Cannot use {value!r} as a path. Give it as text.")
    if text.lower() in ("", "none"):
        return text
    try:
        return str(Path(text).expanduser().absolute())  # links stay: beside them lie the others
    except RuntimeError as error:
        raise InputError(f"Cannot use {value!r} as a path: {error} Give it whole.") from error


def above_zero(what: str, example: str) -> Callable[[Any], float]:
    """Give what makes a number above 0 of a value, and refuses others by naming `what`."""

    def make(value: Any) -> float:
        try:
            number = float(value) if isinstance(value, SupportsFloat) else math.nan
        except (TypeError, ValueError):
            number = math.nan
        if not 0 < number < math.inf:
            raise InputError(f"Cannot use {value!r} as {what}. Give a number above 0, {example}.")
        return number

    return make
