"""What the setting `grouping` of a spectrum takes, and the files it reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nuwidgets.domain.grouping import Grouping
from nuwidgets.errors import InputError
from nuwidgets.files.par_file import whole_path
from nuwidgets.science import grppha


def as_grouping(value: Any) -> Grouping:
    """Take a Grouping or its words, e.g. ``"min 20"``.

    Raises
    ------
    InputError
        If it is neither, or grppha would not take its commands.
    """
    if isinstance(value, str):
        value = Grouping.parse(value)
    if not isinstance(value, Grouping):
        raise InputError(f"Cannot group by {value!r}. Give words, e.g. 'min 20' or 'optsnmin 6'.")
    if value.kind == "grppha":
        grppha.parse(value.text)
    return replace(value, text=whole_path(value.text)) if value.kind == "template" else value


def paths_of(grouping: Grouping) -> tuple[str, ...]:
    """Give the files that a grouping reads: their times and sizes belong to the request."""
    if grouping.kind == "template":
        return (grouping.text,)
    return grppha.paths(grouping.text) if grouping.kind == "grppha" else ()
