"""A session as code: its script in three dialects, and as a notebook; made of its record alone."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError, nearest
from nuwidgets.scripts.matters import check_paths
from nuwidgets.scripts.sections import Section, as_script

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.record import SessionRecord

DIALECTS = {"nuwidgets": "native", "tutorial": "tutorial", "xcm": "xcm"}
"""Modules of this room, each with a function `sections(record, only)`, by dialect."""


def sections(
    record: SessionRecord, dialect: str = "nuwidgets", only: Iterable[str] = ()
) -> tuple[Section, ...]:
    """Give the script of a session in sections; raises as `script`."""
    if dialect not in DIALECTS:
        raise InputError(f"Cannot write a script in {dialect!r}. {nearest(dialect, DIALECTS)}")
    only = (only,) if isinstance(only, str) else tuple(only)
    check_paths(record, only)
    found: tuple[Section, ...] = import_module(f"{__name__}.{DIALECTS[dialect]}").sections(
        record, only
    )
    return found


def script(record: SessionRecord, dialect: str = "nuwidgets", only: Iterable[str] = ()) -> str:
    """Give a script that redoes what led to the present products.

    Parameters
    ----------
    record : SessionRecord
        The session.
    dialect : str
        ``"nuwidgets"``, ``"tutorial"`` (astroquery, heasoftpy, PyXspec) or ``"xcm"`` (the fit as
        commands of XSPEC).
    only : iterable of str
        Paths of steps, e.g. ``"fit"``: their settings and calls alone.

    Raises
    ------
    InputError
        If the dialect or a step is not known, or a value cannot be written in the dialect.
    """
    return as_script(sections(record, dialect, only))
