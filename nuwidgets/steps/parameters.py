"""Parameters of a task as a user may give them: a dict, or pairs."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import InputError
from nuwidgets.files.par_file import whole_path

if TYPE_CHECKING:
    from nuwidgets.domain.task import Parameters


def as_parameters(value: Any) -> Parameters:
    """Take parameters by name; each once, in their order. Files that are there become whole paths.

    Raises
    ------
    InputError
        If a name is no text, or a value is neither text, number, True, False nor None.
    """
    try:
        pairs = dict(value).items() if isinstance(value, Mapping) else dict(value or ()).items()
    except (TypeError, ValueError) as error:
        raise InputError(
            f"Cannot use {value!r} as parameters. Give a dict, e.g. {{'saamode': 'OPTIMIZED'}}."
        ) from error
    return tuple((_name(name), _plain(name, one)) for name, one in pairs)


def _name(name: Any) -> str:
    if not isinstance(name, str) or not name.isidentifier():
        raise InputError(f"Cannot use {name!r} as the name of a parameter. Give a word.")
    return name


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if value is not None and not isinstance(value, str | int | float | bool):
        raise InputError(f"Cannot use {name}={value!r}. Give a text, a number, True or False.")
    if isinstance(value, float) and not math.isfinite(value):
        raise InputError(f"Cannot use {name}={value!r}. Give a finite number, or 'INDEF'.")
    if isinstance(value, str) and ("\0" in value or "\n" in value):
        raise InputError(f"Cannot use {name}={value!r}: it has more than one line. Give one line.")
    if isinstance(value, str) and {".", "/"} & set(value) and not is_written(name):
        return whole_path(value)
    return value


def is_written(name: str) -> bool:
    """Say whether a parameter names a file that is made: one that is there is not meant."""
    return name.startswith("out") and name != "outdir"
