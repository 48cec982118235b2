"""Which colour a dataset has: FPMA and FPMB always the same two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.widgets.theme import FIRST, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

_MORE = ("#009E73", "#CC79A7", "#56B4E9", "#8C564B", "#7F7F7F")


def colors(names: Iterable[str]) -> dict[str, str]:
    """Give each dataset its colour: ``…A`` the first, ``…B`` the second, others in turn.

    Examples
    --------
    >>> colors(["60001110002B"])["60001110002B"] == SECOND
    True
    """
    given: dict[str, str] = {}
    for name in names:
        wish = {"A": FIRST, "B": SECOND}.get(name[-1:])
        free = [c for c in (FIRST, SECOND, *_MORE) if c not in given.values()] or [*_MORE]
        given[name] = wish if wish and wish not in given.values() else free[0]
    return given
